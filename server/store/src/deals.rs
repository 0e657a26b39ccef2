//! Applications and contracts: the doors of the store and of its transactions.

use async_trait::async_trait;
use domain::{
    AccountId, Application, ApplicationFilter, ApplicationId, ChargeLine, Choice, Connected, Contract, ContractId,
    Date, EXTENSION_GROUP, Extension, Identification, Instant, Kopecks, Month, NewApplication, OrderId, OrganizationId,
    PoolId, Product, ProductId, Promotion, Said, Side, SignatureKind,
};
use service::ports::{ApplicationWrites, Applications, CatalogueProduct, Settled, StoreResult, Words};

use crate::transaction::SqlTransaction;
use crate::{SqlStore, applications, contracts, stock};

#[async_trait]
impl Applications for SqlStore {
    async fn extensions(&self) -> StoreResult<Vec<Extension>> {
        applications::extensions(&mut self.reader().await?.conn()).await
    }

    async fn promotions(&self) -> StoreResult<Vec<Promotion>> {
        applications::promotions(&mut self.reader().await?.conn()).await
    }

    async fn applications(
        &self,
        customer: OrganizationId,
        before: Option<ApplicationId>,
        limit: u32,
    ) -> StoreResult<Vec<Application>> {
        applications::list(&mut self.reader().await?.conn(), customer, before, limit).await
    }

    async fn application(&self, customer: OrganizationId, id: ApplicationId) -> StoreResult<Option<Application>> {
        applications::find(&mut self.reader().await?.conn(), customer, id).await
    }

    async fn applications_to(
        &self,
        partner: OrganizationId,
        filter: ApplicationFilter,
        offset: u64,
        limit: u32,
    ) -> StoreResult<(Vec<Application>, u64)> {
        let mut begun = self.begin_read().await?;
        let found = applications::to_partner(&mut begun.conn(), partner, filter, offset, limit).await?;
        begun.commit().await?;
        Ok(found)
    }

    async fn application_to(&self, partner: OrganizationId, id: ApplicationId) -> StoreResult<Option<Application>> {
        applications::find_to_partner(&mut self.reader().await?.conn(), partner, id).await
    }

    async fn applications_waiting(&self, partner: OrganizationId) -> StoreResult<Vec<(OrganizationId, u64)>> {
        applications::waiting(&mut self.reader().await?.conn(), partner).await
    }

    async fn connected(&self, customer: OrganizationId) -> StoreResult<Vec<Connected>> {
        applications::connected(&mut self.reader().await?.conn(), customer).await
    }

    async fn all_contracts(&self) -> StoreResult<Vec<Contract>> {
        contracts::all(&mut self.reader().await?.conn()).await
    }

    async fn contracts(&self, side: OrganizationId) -> StoreResult<Vec<Contract>> {
        contracts::of_side(&mut self.reader().await?.conn(), side).await
    }

    async fn contract(&self, side: OrganizationId, id: ContractId) -> StoreResult<Option<Contract>> {
        contracts::find(&mut self.reader().await?.conn(), side, id).await
    }

    async fn charged_days(&self, contract: &Contract) -> StoreResult<Vec<(Date, u64, Kopecks)>> {
        contracts::days(&mut self.reader().await?.conn(), contract).await
    }

    async fn charges(&self, contract: &Contract, month: Month) -> StoreResult<Vec<ChargeLine>> {
        contracts::charges(&mut self.reader().await?.conn(), contract, month).await
    }

    async fn words(&self, contract: &Contract, month: Month) -> StoreResult<Words> {
        contracts::words(&mut self.reader().await?.conn(), contract, month).await
    }

    async fn all_words(&self, contract: &Contract) -> StoreResult<Vec<(Month, Words)>> {
        contracts::all_words(&mut self.reader().await?.conn(), contract).await
    }

    async fn reconciled_by(&self, partner: OrganizationId, order: OrderId) -> StoreResult<Option<(ContractId, Month)>> {
        contracts::reconciled_by(&mut self.reader().await?.conn(), partner, order).await
    }

    async fn form_draft(
        &self,
        organization: OrganizationId,
        account: AccountId,
        about: &str,
    ) -> StoreResult<Option<String>> {
        applications::draft(&mut self.reader().await?.conn(), organization, account, about).await
    }

    async fn keep_form_draft(
        &self,
        organization: OrganizationId,
        account: AccountId,
        about: &str,
        draft: Option<&str>,
        at: Instant,
    ) -> StoreResult<()> {
        let mut taken = self.writer().await?;
        applications::keep_draft(&mut taken.conn(), organization, account, about, draft, at).await
    }
}

#[async_trait]
impl ApplicationWrites for SqlTransaction {
    async fn keep_extensions(&mut self, extensions: &[Extension], promotions: &[Promotion]) -> StoreResult<()> {
        let mut conn = self.conn();
        for extension in extensions {
            applications::keep_extension(&mut conn, extension).await?;
        }
        for promotion in promotions {
            applications::keep_promotion(&mut conn, promotion).await?;
        }
        Ok(())
    }

    async fn add_extension_product(&mut self, code: &str, title: &str) -> StoreResult<ProductId> {
        let entry = CatalogueProduct {
            product: Product {
                id: ProductId(0),
                title: title.to_owned(),
                label: title.to_owned(),
                signature: SignatureKind::None,
                identification: Identification::None,
                exclusive_group: format!("{EXTENSION_GROUP}{code}"),
            },
            price: None,
            term_months: None,
            trial: None,
            rules: domain::ProductRules::default(),
        };
        stock::add_product(&mut self.conn(), &entry).await
    }

    async fn rename_product(&mut self, product: ProductId, title: &str) -> StoreResult<()> {
        applications::rename_product(&mut self.conn(), product, title).await
    }

    async fn insert_application(
        &mut self,
        account: AccountId,
        new: &NewApplication,
        at: Instant,
    ) -> StoreResult<ApplicationId> {
        let organization = self.organization;
        applications::insert(&mut self.conn(), organization, account, new, at).await
    }

    async fn application(&mut self, id: ApplicationId) -> StoreResult<Option<Application>> {
        let organization = self.organization;
        applications::find(&mut self.conn(), organization, id).await
    }

    async fn correct_application(&mut self, id: ApplicationId, version: u64, set: Option<&Choice>) -> StoreResult<()> {
        let organization = self.organization;
        applications::correct(&mut self.conn(), organization, id, version, set).await
    }

    async fn settle_application(
        &mut self,
        id: ApplicationId,
        version: u64,
        set: Option<&Choice>,
        settled: Settled<'_>,
    ) -> StoreResult<()> {
        let organization = self.organization;
        applications::settle(&mut self.conn(), organization, id, version, set, settled).await
    }

    async fn connected(&mut self) -> StoreResult<Vec<Connected>> {
        let organization = self.organization;
        applications::connected(&mut self.conn(), organization).await
    }

    async fn connect_extension(&mut self, extension: &str, size: &str, pool: PoolId, at: Instant) -> StoreResult<()> {
        let organization = self.organization;
        applications::connect(&mut self.conn(), organization, extension, size, pool, at).await
    }

    async fn grow_extension(
        &mut self,
        extension: &str,
        size: &str,
        pool: PoolId,
        seats: u64,
        at: Instant,
    ) -> StoreResult<()> {
        let organization = self.organization;
        applications::grow(&mut self.conn(), organization, extension, size, pool, seats, at).await
    }

    async fn keep_contract(&mut self, contract: &Contract) -> StoreResult<ContractId> {
        contracts::keep(&mut self.conn(), contract).await
    }

    async fn contracts(&mut self) -> StoreResult<Vec<Contract>> {
        let organization = self.organization;
        contracts::of_side(&mut self.conn(), organization).await
    }

    async fn charges(&mut self, contract: &Contract, month: Month) -> StoreResult<Vec<ChargeLine>> {
        contracts::charges(&mut self.conn(), contract, month).await
    }

    async fn words(&mut self, contract: &Contract, month: Month) -> StoreResult<Words> {
        contracts::words(&mut self.conn(), contract, month).await
    }

    async fn say(
        &mut self,
        contract: &Contract,
        month: Month,
        side: Side,
        account: AccountId,
        said: &Said,
        at: Instant,
    ) -> StoreResult<()> {
        contracts::say(&mut self.conn(), contract, month, (side, account), said, at).await
    }

    async fn agree(
        &mut self,
        contract: &Contract,
        month: Month,
        lines: &[ChargeLine],
        order: Option<OrderId>,
    ) -> StoreResult<()> {
        contracts::agree(&mut self.conn(), contract, month, lines, order).await
    }

    async fn reconciled_by(&mut self, order: OrderId) -> StoreResult<Option<(ContractId, Month)>> {
        let organization = self.organization;
        contracts::reconciled_by(&mut self.conn(), organization, order).await
    }

    async fn drop_form_draft(&mut self, account: AccountId, about: &str) -> StoreResult<()> {
        let organization = self.organization;
        applications::keep_draft(&mut self.conn(), organization, account, about, None, Instant(0)).await
    }
}
