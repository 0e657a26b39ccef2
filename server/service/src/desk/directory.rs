//! The table of people and what frames it.

use std::sync::Arc;

use domain::{Counts, DeskError, Directory, Frame, IdSet, MAX_FILTERS, PAGE_SIZES, Selection, Sort, Tab, View};

use super::cache::At;
use super::{Desk, fault};
use crate::actor::Actor;
use crate::ports::{Listing, StoreResult};

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
    /// [`DeskError::TooManyFilters`], [`DeskError::Busy`], [`DeskError::Unavailable`].
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
        only.map_or(Ok(()), check_filters)?;
        let selection = only.cloned().unwrap_or_else(|| Selection::by_filter(view.filter.clone()));
        let at = self.at(actor).await?;
        let counts = self.counts(actor, at, &selection).await?;
        let page = view.page.clamp(1, view.last_page(counts.total));
        let listing = Listing {
            selection,
            sort: view.sort,
            offset: u64::from(page - 1) * u64::from(view.size),
            limit: view.size,
            total: counts.total,
        };
        let members = self.places(actor, at, &listing).await?;
        let rows = self.store.rows(actor.scope(), &members).await.map_err(fault)?;
        Ok(Directory { rows, counts, page })
    }

    /// The key to what is remembered of the organisation as it is now.
    async fn at(&self, actor: &Actor) -> Result<At, DeskError> {
        let version = self.store.version(actor.scope()).await.map_err(fault)?;
        Ok(At { organization: actor.scope(), version })
    }

    pub(super) async fn tabs(&self, actor: &Actor) -> Result<Vec<(Tab, u64)>, DeskError> {
        let at = self.at(actor).await?;
        if let Some(tabs) = self.cache.tabs(at) {
            return Ok(tabs);
        }
        let mut tabs = self.store.tab_counts(actor.scope()).await.map_err(fault)?;
        let all = tabs.iter().filter(|(tab, _)| matches!(tab, Tab::Employment(_))).map(|(_, count)| count).sum();
        tabs.insert(0, (Tab::All, all));
        self.cache.keep_tabs(at, tabs.clone());
        Ok(tabs)
    }

    /// How many of the selected there are, and what can be done for them.
    ///
    /// # Errors
    /// [`DeskError::TooManyFilters`], [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn selected(&self, actor: &Actor, selection: &Selection) -> Result<Counts, DeskError> {
        check_filters(selection)?;
        let at = self.at(actor).await?;
        self.counts(actor, at, selection).await
    }

    async fn counts(&self, actor: &Actor, at: At, selection: &Selection) -> Result<Counts, DeskError> {
        if let Some(counts) = self.cache.counts(at, selection) {
            return Ok(counts);
        }
        let counts = self.store.counts(actor.scope(), selection).await.map_err(fault)?;
        self.cache.keep_counts(at, selection, counts);
        Ok(counts)
    }

    async fn order(&self, at: At, selection: &Selection, sort: Sort, total: u64) -> StoreResult<Arc<[i64]>> {
        let order: Arc<[i64]> = self.store.order(at.organization, selection, sort, total).await?.into();
        self.cache.keep_order(at, selection, sort, order.clone());
        Ok(order)
    }

    /// Makes an order for the pages that will be looked at next, unless one is being made: whoever types a search asks
    /// for many.
    fn order_ahead(&self, at: At, listing: &Listing) {
        let Ok(turn) = self.ordering.clone().try_lock_owned() else { return };
        let (desk, listing) = (self.clone(), listing.clone());
        tokio::spawn(async move {
            let Listing { selection, sort, total, .. } = &listing;
            // The store has logged what is wrong, and whoever needs the order will ask again.
            let _ = desk.order(at, selection, *sort, *total).await;
            drop(turn);
        });
    }

    /// Who stands at the places of a listing. After a change of the organisation, the first pages of most orders are read
    /// along an index; for others the whole order is made once, and every page of it is a slice.
    async fn places(&self, actor: &Actor, at: At, listing: &Listing) -> Result<Vec<i64>, DeskError> {
        let Listing { selection, sort, offset, limit, total } = listing;
        let order = match self.cache.order(at, selection, *sort) {
            Some(order) => order,
            None => {
                if let Some(members) = self.store.near(actor.scope(), listing).await.map_err(fault)? {
                    self.order_ahead(at, listing);
                    return Ok(members);
                }
                // Whoever waited may find that another has just made it.
                let _turn = self.ordering.lock().await;
                match self.cache.order(at, selection, *sort) {
                    Some(order) => order,
                    None => self.order(at, selection, *sort, *total).await.map_err(fault)?,
                }
            }
        };
        let offset = usize::try_from(*offset).unwrap_or(usize::MAX);
        let limit = usize::try_from(*limit).unwrap_or(usize::MAX);
        Ok(order.iter().skip(offset).take(limit).copied().collect())
    }

    /// Refuses what cannot be a selection of this organisation, before anything is read for it.
    pub(super) async fn check_size(&self, actor: &Actor, selection: &Selection) -> Result<(), DeskError> {
        if selection.is_empty() {
            return Err(DeskError::EmptySelection);
        }
        let directory = self.tabs(actor).await?.first().map_or(0, |(_, all)| *all);
        check_filters(selection)?;
        let selected = selection.most_named() as u64;
        // People deleted in the last minutes may still be selected in somebody's browser; nobody selects twice as many.
        if selected > directory.saturating_mul(2) {
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

/// Refuses ids that are not this organisation's: those the store did not find.
pub(super) fn check_known(selection: &Selection, found: &IdSet) -> Result<(), DeskError> {
    match selection.ids.minus(found).len() as u64 {
        0 => Ok(()),
        count => Err(DeskError::UnknownMembers { count }),
    }
}
