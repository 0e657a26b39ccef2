//! The table of people and what frames it.

use domain::{Counts, DeskError, Directory, Filter, Frame, IdSet, PAGE_SIZES, Selection, Tab, View};

use super::{Desk, fault};
use crate::actor::Actor;
use crate::ports::Listing;

impl Desk {
    /// Organisation, tabs, groups, catalogue and stock.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn frame(&self, actor: &Actor) -> Result<Frame, DeskError> {
        let scope = actor.scope();
        Ok(Frame {
            organization: actor.organization().clone(),
            account: actor.account().clone(),
            groups: self.store.groups(scope).await.map_err(fault)?,
            products: self.store.products().await.map_err(fault)?,
            pools: self.pools(scope).await?,
            tabs: self.tabs(actor).await?,
            now: self.now(),
        })
    }

    /// A page of the table; with `only`, of the selected people alone.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn directory(
        &self,
        actor: &Actor,
        view: &View,
        only: Option<&Selection>,
    ) -> Result<Directory, DeskError> {
        let mut view = view.clone();
        if !PAGE_SIZES.contains(&view.size) {
            view.size = View::default().size;
        }
        let (selection, counts) = match only {
            Some(only) => {
                let counts = self.store.counts(actor.scope(), only).await.map_err(fault)?;
                (only.clone(), counts)
            }
            None => (Selection::by_filter(view.filter.clone()), self.counts(actor, &view.filter).await?),
        };
        let page = view.page.clamp(1, view.last_page(counts.total));
        let listing = Listing {
            selection,
            sort: view.sort,
            offset: u64::from(page - 1) * u64::from(view.size),
            limit: view.size,
            total: counts.total,
        };
        let rows = self.store.page(actor.scope(), &listing).await.map_err(fault)?;
        Ok(Directory { rows, counts, page })
    }

    pub(super) async fn tabs(&self, actor: &Actor) -> Result<Vec<(Tab, u64)>, DeskError> {
        let scope = actor.scope();
        // The version is read first: what is counted can only be newer than its key, and nobody asks for that key again.
        let version = self.store.version(scope).await.map_err(fault)?;
        if let Some(tabs) = self.cache.tabs(scope, version) {
            return Ok(tabs);
        }
        let mut tabs = self.store.tab_counts(scope).await.map_err(fault)?;
        let all = tabs.iter().filter(|(tab, _)| matches!(tab, Tab::Employment(_))).map(|(_, count)| count).sum();
        tabs.insert(0, (Tab::All, all));
        self.cache.keep_tabs(scope, version, tabs.clone());
        Ok(tabs)
    }

    /// How many people a filter finds, and what can be done for them.
    async fn counts(&self, actor: &Actor, filter: &Filter) -> Result<Counts, DeskError> {
        let scope = actor.scope();
        let version = self.store.version(scope).await.map_err(fault)?;
        if let Some(counts) = self.cache.counts(scope, version, filter) {
            return Ok(counts);
        }
        let selection = Selection::by_filter(filter.clone());
        let counts = self.store.counts(scope, &selection).await.map_err(fault)?;
        self.cache.keep_counts(scope, version, filter.clone(), counts);
        Ok(counts)
    }

    /// Refuses what cannot be a selection of this organisation, before anything is read for it.
    pub(super) async fn check_size(&self, actor: &Actor, selection: &Selection) -> Result<(), DeskError> {
        if selection.is_empty() {
            return Err(DeskError::EmptySelection);
        }
        let directory = self.tabs(actor).await?.first().map_or(0, |(_, all)| *all);
        let selected = selection.ids.len().max(selection.except.len()) as u64;
        // People deleted in the last minutes may still be selected in somebody's browser; nobody selects twice as many.
        if selected > directory.saturating_mul(2) {
            return Err(DeskError::SelectionTooLarge { selected, directory });
        }
        Ok(())
    }
}

/// Refuses ids that are not this organisation's: those the store did not find.
pub(super) fn check_known(selection: &Selection, found: &IdSet) -> Result<(), DeskError> {
    match selection.ids.minus(found).len() as u64 {
        0 => Ok(()),
        count => Err(DeskError::UnknownMembers { count }),
    }
}
