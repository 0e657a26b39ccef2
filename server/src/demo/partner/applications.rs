//! Applications to the partner of the demo in every state, what they have connected, and two months of reconciliation: one
//! that waits for both sides, and one that both have agreed on.

use std::collections::BTreeMap;

use domain::{
    Account, ApplicationId, ApplicationState, Buyer, Charge, Choice, Contract, ContractId, Date, Deed, Extension,
    ExtensionSize, Filter, IdSet, Inn, Instant, Kopecks, Month, NewApplication, NewOrder, OperationState,
    OrganizationId, Outcome, Owner, OwnerRole, PoolCode, ProductId, Promotion, Purpose, Recorded, Role, Said,
    Selection, Side, UNLIMITED_SEATS, invoice_lines, lines_digest,
};
use service::ports::{
    Accounts, Applications, NewOperation, NewPool, Partners, Settled, Store, StoreError, StoreResult,
};
use store::{SeedAccount, SeedOrganization, SqlStore};

use super::{EMAIL, domain_of, issue_by};

/// Who signs in for whoever owns the rights to what partners sell.
pub const VENDOR: &str = "vendor@licentia.example";
const CODE: &str = "multi_user";
/// The small customer that was connected first.
pub(super) const LONGEST: usize = 4;

/// Whoever owns the rights.
#[must_use]
pub fn vendor(password_hash: &str) -> SeedOrganization {
    let account =
        SeedAccount { name: "Соколова Елена".to_owned(), email: VENDOR.to_owned(), role: Role::Owner };
    SeedOrganization {
        name: "ООО «Лицентия»".to_owned(),
        large_deed: super::LARGE_DEED,
        accounts: vec![account],
        password_hash: password_hash.to_owned(),
        region: domain::Region::parse("77"),
        groups: Vec::new(),
        pools: Vec::new(),
        members: Vec::new(),
    }
}

fn extension(product: ProductId) -> Extension {
    let role = |(code, title): (&str, &str)| OwnerRole { code: code.to_owned(), title: title.to_owned() };
    let size = |code: &str, title: &str, least, most, roubles: u64| ExtensionSize {
        code: code.to_owned(),
        title: title.to_owned(),
        least,
        most,
        price: Kopecks(roubles * 100),
    };
    Extension {
        code: CODE.to_owned(),
        title: "Многопользовательский режим".to_owned(),
        product,
        sizes: vec![size("2-9", "от 2 до 9", 2, Some(9), 3_000), size("10+", "10 и более", 10, None, 9_000)],
        roles: [("signing", "подписание"), ("encryption", "шифрование"), ("administration", "администрирование")]
            .map(role)
            .to_vec(),
        excluded: ["dobro", "welcome", "superhod"].map(str::to_owned).to_vec(),
    }
}

fn promotions(today: Date) -> Vec<Promotion> {
    let (from, until) = (today.plus_months(-4), today.plus_months(4));
    let all = [
        ("dobro", "Добро пожаловать!", 20),
        ("welcome", "Welcome!", 15),
        ("superhod", "СуперХод", 25),
        ("team", "Всей командой", 10),
    ];
    let promotion = |(code, title, percent): (&str, &str, u8)| Promotion {
        code: code.to_owned(),
        title: title.to_owned(),
        percent,
        from,
        until,
    };
    all.map(promotion).to_vec()
}

/// An application, and how it has ended.
struct Story {
    /// Who sends it.
    email: String,
    /// When, in days from now.
    days: i64,
    purpose: Purpose,
    on: bool,
    size: &'static str,
    promotion: Option<&'static str>,
    comment: &'static str,
    end: End,
}

enum End {
    Waits,
    /// As the partner has set it, and not settled it yet.
    Corrected(&'static str),
    Withdrawn,
    Processed,
    Declined(&'static str),
}

fn stories(now: Instant) -> Vec<Story> {
    // Days of the month before, and of the one before that.
    let (this, last, before) = (now.date().month().0, month_before(now, 1).0, month_before(now, 2).0);
    let ago = |first: i32, day: i32| i64::from(first + day - 1 - now.date().0);
    let small = |place: usize| format!("admin@{}", domain_of(place));
    let story = |email: String, days, size, end| Story {
        email,
        days,
        purpose: Purpose::Connect,
        on: true,
        size,
        promotion: None,
        comment: "",
        end,
    };
    let today = (now.date().0 - this).min(1);
    let mut stories = vec![
        story(small(LONGEST), ago(before, 11), "2-9", End::Processed),
        Story {
            promotion: Some("dobro"),
            ..story(super::super::EMAIL.to_owned(), ago(last, 8), "2-9", End::Processed)
        },
        Story { promotion: Some("team"), ..story(small(5), ago(last, 20), "10+", End::Processed) },
        story(
            small(2),
            ago(this, 1),
            "2-9",
            End::Declined("Отчётность сдаёт один сотрудник: режим не нужен. Позвоните нам, если это изменится."),
        ),
        Story {
            on: false,
            comment: "Пока сдаём отчётность вдвоём, режим подключим позже.",
            ..story(small(1), ago(this, 1 + today), "2-9", End::Waits)
        },
        Story {
            promotion: Some("welcome"),
            comment: "В базе работают бухгалтер и кадровик.",
            ..story(super::super::SEVER.to_owned(), -1, "2-9", End::Waits)
        },
        Story {
            purpose: Purpose::Grow,
            comment: "Нас стало одиннадцать.",
            ..story(super::super::EMAIL.to_owned(), 0, "10+", End::Waits)
        },
        Story {
            comment: "Отправили по ошибке: режим нужен другой организации.",
            ..story(small(8), ago(this, 1), "2-9", End::Withdrawn)
        },
        Story {
            comment: "Нас двенадцать, вид выбрали не глядя.",
            ..story(small(10), -1, "2-9", End::Corrected("10+"))
        },
        Story {
            on: false,
            comment: "Работаем вдвоём по очереди, режим не нужен.",
            ..story(small(12), ago(this, 1), "2-9", End::Processed)
        },
    ];
    // As they came in: their numbers go up with the days.
    stories.sort_by_key(|story| story.days);
    stories
}

fn month_before(now: Instant, months: i32) -> Date {
    now.date().month().plus_months(-months)
}

fn owners() -> Vec<Owner> {
    let owner = |name: &str, email: &str, roles: &[&str]| Owner {
        name: name.to_owned(),
        email: email.to_owned(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
    };
    vec![
        owner("Белова Ольга Сергеевна", "o.belova@mail.example", &["signing", "encryption"]),
        owner("Кравцов Илья Андреевич", "", &["signing", "administration"]),
    ]
}

/// Fills it in, past the desk: the logs begin with what is done there.
///
/// # Errors
/// As any write.
pub async fn fill(store: &SqlStore, now: Instant) -> StoreResult<()> {
    let found = async |email: &str| {
        let found = store.account_by_email(email, None).await?.ok_or(StoreError::Conflict)?;
        Ok::<_, StoreError>((found.organization, found.account))
    };
    let (partner, manager) = found(EMAIL).await?;
    let (vendor, head) = found(VENDOR).await?;
    let mut transaction = store.begin_installation().await?;
    let product = transaction.add_extension_product(CODE, &extension(ProductId(0)).title).await?;
    let (extension, promotions) = (extension(product), promotions(now.date()));
    transaction.keep_extensions(std::slice::from_ref(&extension), &promotions).await?;
    let contract = Contract {
        id: ContractId(0),
        partner,
        partner_name: String::new(),
        vendor,
        vendor_name: String::new(),
        number: "15-П".to_owned(),
        signed: now.date().plus_months(-10),
        discounts: BTreeMap::from([(CODE.to_owned(), 30)]),
        buyer: Buyer {
            name: "ООО «Кадры-Сервис»".to_owned(),
            inn: Inn::parse("7707083893").ok_or(StoreError::Conflict)?,
            kpp: "770701001".to_owned(),
            address: "127006, Москва, ул. Образцовая, д. 7".to_owned(),
        },
        // They sell in the catalogue too.
        seller: None,
    };
    let id = transaction.keep_contract(&contract).await?;
    transaction.commit().await?;
    let contract = Contract { id, ..contract };
    let served: Vec<OrganizationId> =
        store.customers(partner).await?.into_iter().map(|served| served.organization.id).collect();
    for (story, place) in stories(now).into_iter().zip(0..) {
        let (customer, author) = found(&story.email).await?;
        if served.contains(&customer) {
            let told = Told { contract: &contract, extension: &extension, promotions: &promotions, now };
            told.tell(store, (customer, &author), (partner, &manager), &story, place).await?;
        }
    }
    hold(store, &extension, now).await?;
    agree(store, &contract, (&manager, &head), now).await
}

/// At the small customer that has had an extension the longest, its people hold all of it that there is.
async fn hold(store: &SqlStore, extension: &Extension, now: Instant) -> StoreResult<()> {
    let Some(found) = store.account_by_email(&format!("admin@{}", domain_of(LONGEST)), None).await? else {
        return Ok(());
    };
    let organization = found.organization;
    let pools = store.pools(organization).await?;
    let Some(pool) = pools.into_iter().find(|pool| pool.product.id == extension.product) else { return Ok(()) };
    let everybody = Selection::by_filter(Filter::default());
    let plan =
        domain::plan(Deed::Issue, &store.snapshot(organization, &pool.product.exclusive_group, &everybody).await?);
    let seats = usize::try_from(pool.left()).unwrap_or(usize::MAX);
    let accepted: IdSet = plan.accepted.iter().take(seats).collect();
    let at = now.plus_seconds(-86_400);
    let operation = NewOperation {
        state: OperationState::Done,
        pool: Some(pool.id),
        settled_at: Some(at),
        ..issue_by(found.account.id, &accepted, at)
    };
    let mut transaction = store.begin(organization).await?;
    let id = transaction.insert_operation(&operation, &[(Outcome::Accepted, accepted.clone())], &[]).await?;
    transaction.issue(id, &pool, &accepted, at).await?;
    transaction.commit().await
}

struct Told<'a> {
    contract: &'a Contract,
    extension: &'a Extension,
    promotions: &'a [Promotion],
    now: Instant,
}

impl Told<'_> {
    async fn tell(
        &self,
        store: &SqlStore,
        (customer, author): (OrganizationId, &Account),
        (partner, manager): (OrganizationId, &Account),
        story: &Story,
        place: u8,
    ) -> StoreResult<()> {
        let at = self.now.plus_seconds(story.days * 86_400 - 7_200);
        let settled_at = at.plus_seconds(3_600);
        let asked = Choice { on: story.on, size: story.size.to_owned() };
        let new = NewApplication {
            partner,
            extension: CODE.to_owned(),
            purpose: story.purpose,
            asked,
            owners: if story.on { owners() } else { Vec::new() },
            comment: story.comment.to_owned(),
            promotion: story.promotion.map(str::to_owned),
        };
        let mut transaction = store.begin(customer).await?;
        let id: ApplicationId = transaction.insert_application(author.id, &new, at).await?;
        let name = format!("{} (ООО «Кадры-Сервис»)", manager.name);
        let (state, reason) = match story.end {
            End::Waits => return transaction.commit().await,
            End::Corrected(size) => {
                let set = Choice { on: true, size: size.to_owned() };
                transaction.correct_application(id, 1, Some(&set)).await?;
                return transaction.commit().await;
            }
            End::Withdrawn => (ApplicationState::Withdrawn, ""),
            End::Processed => (ApplicationState::Processed, ""),
            End::Declined(reason) => (ApplicationState::Declined, reason),
        };
        let by = match state {
            ApplicationState::Withdrawn => author.id,
            _ => transaction.keep_representative((partner, manager.id), &name, &manager.email, settled_at).await?.id,
        };
        let recorded = match (state, self.extension.size(story.size)) {
            (ApplicationState::Processed, Some(size)) if story.on => {
                let promotion = self.promotions.iter().find(|known| Some(known.code.as_str()) == story.promotion);
                let discount = self.contract.discounts.get(CODE).copied().unwrap_or_default();
                let charge = Charge::of(self.extension, (None, size), discount, promotion, settled_at.date());
                let pool = NewPool {
                    product: self.extension.product,
                    code: PoolCode::of_bytes([b'M', b'u', place, 0, 0, 0, 0, place]),
                    total: size.seats().min(UNLIMITED_SEATS),
                    valid_from: settled_at,
                    valid_until: None,
                    trial: false,
                };
                let pool = transaction.add_pool(None, &pool).await?;
                transaction.connect_extension(CODE, story.size, pool, settled_at).await?;
                Some(Recorded { contract: self.contract.id, charge })
            }
            _ => None,
        };
        let settled = Settled { state, by, reason, recorded: recorded.as_ref(), at: settled_at };
        transaction.settle_application(id, 1, None, settled).await?;
        transaction.commit().await
    }
}

/// Has both sides agree on the month before the last.
async fn agree(
    store: &SqlStore,
    contract: &Contract,
    (manager, head): (&Account, &Account),
    now: Instant,
) -> StoreResult<()> {
    let month = Month::of(month_before(now, 2));
    let lines = store.charges(contract, month).await?;
    if lines.is_empty() {
        return Ok(());
    }
    let (_, end) = month.bounds();
    let said = Said::Confirmed(lines_digest(&lines));
    let mut transaction = store.begin(contract.partner).await?;
    transaction.say(contract, month, Side::Partner, manager.id, &said, end.plus_seconds(2 * 86_400)).await?;
    transaction.say(contract, month, Side::Vendor, head.id, &said, end.plus_seconds(3 * 86_400)).await?;
    let order = NewOrder { buyer: contract.buyer.clone(), lines: invoice_lines(&lines, month) };
    let order =
        transaction.insert_order(manager.id, &order, &super::super::seller(), end.plus_seconds(3 * 86_400)).await?;
    transaction.agree(contract, month, &lines, Some(order)).await?;
    transaction.commit().await
}
