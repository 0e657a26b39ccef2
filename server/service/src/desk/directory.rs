//! The table of people and what frames it.

use domain::{
    Capability, Counts, DeskError, Directory, Filter, Frame, IdSet, MAX_FILTERS, PAGE_SIZES, Rights, SIGNATURE_GROUP,
    Selection, Tab, View,
};

use super::{Desk, fault};
use crate::access::Permit;
use crate::actor::Actor;

impl Desk {
    /// Organisation, tabs, groups, catalogue and stock: what of it the account may see.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn frame(&self, actor: &Actor) -> Result<Frame, DeskError> {
        let own = Permit::own(actor);
        let scope = own.scope();
        let (groups, tabs) = match own.may(Capability::People) {
            true => {
                let mut groups = self.store.groups(scope).await.map_err(fault)?;
                groups.retain(|group| own.coverage().has(group.id));
                (groups, self.tabs(&own).await?)
            }
            false => (Vec::new(), Vec::new()),
        };
        let mut pools = if own.may(Capability::Stock) { self.pools(scope).await? } else { Vec::new() };
        pools.retain(|pool| pool.product.exclusive_group == SIGNATURE_GROUP);
        Ok(Frame {
            organization: own.organization().clone(),
            account: actor.own_account().clone(),
            rights: offered(actor),
            groups,
            products: self.store.products().await.map_err(fault)?,
            pools,
            tabs,
            now: self.now(),
        })
    }

    /// A page of the table; with `only`, of the selected people alone.
    ///
    /// # Errors
    /// [`DeskError::TooManyFilters`], [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn directory(
        &self,
        actor: &Actor,
        view: &View,
        only: Option<&Selection>,
    ) -> Result<Directory, DeskError> {
        let actor = &self.permit(actor, Capability::People).await?;
        let mut view = view.clone();
        if !PAGE_SIZES.contains(&view.size) {
            view.size = View::default().size;
        }
        only.map_or(Ok(()), check_filters)?;
        let everybody = Selection::by_filter(view.filter.clone());
        let roster = self.roster(actor.scope()).await?;
        let found = roster.find(only.unwrap_or(&everybody), actor.coverage());
        let counts = found.counts();
        let page = view.page.clamp(1, view.last_page(counts.total));
        let rows = roster.page(&found, view.sort, u64::from(page - 1) * u64::from(view.size), view.size);
        Ok(Directory { rows, counts, page })
    }

    pub(super) async fn tabs(&self, actor: &Permit<'_>) -> Result<Vec<(Tab, u64)>, DeskError> {
        Ok(self.roster(actor.scope()).await?.tabs(actor.coverage()))
    }

    /// How many of the selected there are, and what can be done for them.
    ///
    /// # Errors
    /// [`DeskError::TooManyFilters`], [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn selected(&self, actor: &Actor, selection: &Selection) -> Result<Counts, DeskError> {
        let actor = &self.permit(actor, Capability::People).await?;
        check_filters(selection)?;
        Ok(self.roster(actor.scope()).await?.find(selection, actor.coverage()).counts())
    }

    /// Refuses what cannot be a selection of this organisation, before anything is read for it.
    pub(super) async fn check_size(&self, actor: &Permit<'_>, selection: &Selection) -> Result<(), DeskError> {
        if selection.is_empty() {
            return Err(DeskError::EmptySelection);
        }
        let everybody = Selection::by_filter(Filter::default());
        let directory = self.roster(actor.scope()).await?.find(&everybody, actor.coverage()).counts().total;
        check_filters(selection)?;
        let selected = selection.most_named() as u64;
        // People deleted in the last minutes may still be selected in somebody's browser.
        if selected > directory && selected > self.store.members_ever(actor.scope()).await.map_err(fault)? {
            return Err(DeskError::SelectionTooLarge { selected, directory });
        }
        Ok(())
    }
}

fn check_filters(selection: &Selection) -> Result<(), DeskError> {
    if selection.all.len() > MAX_FILTERS {
        return Err(DeskError::TooManyFilters { most: MAX_FILTERS as u64 });
    }
    Ok(())
}

/// Refuses ids that are not this organisation's, or of nobody whom the account may see: those that were not found.
pub(super) fn check_known(selection: &Selection, found: &IdSet) -> Result<(), DeskError> {
    match selection.ids.minus(found).len() as u64 {
        0 => Ok(()),
        count => Err(DeskError::UnknownMembers { count }),
    }
}

/// What is worth offering: only a partner has customers.
fn offered(actor: &Actor) -> Rights {
    let rights = actor.rights();
    if actor.serves() { rights } else { rights.iter().filter(|may| *may != Capability::Customers).collect() }
}
