//! What happened: the list of operations, and each one's report.

use std::ops::Range;

use domain::{
    Capability, DeskError, IdSet, Kind, OperationId, OperationState, OperationSummary, Operations, Outcome, Report,
    ReportRow,
};
use serde_json::json;

use super::{Desk, fault, summary};
use crate::access::Permit;
use crate::actor::Actor;
use crate::audit::Object;
use crate::ports::OperationRecord;

/// Operations on a page of the list.
const LIST: u32 = 50;
/// So many of them are looked through for one page.
const MOST_LISTS: u32 = 10;
/// People on a page of a report.
pub(super) const ROWS: usize = 100;
/// Sets up to this size are shown by name; larger ones by id, so that a page need not sort 100,000 names.
pub(super) const SORTED: usize = 2000;
/// People in one part of an export.
pub(super) const CHUNK: usize = 2000;

/// A part of an export, in the order of the report.
#[derive(Clone, Debug)]
pub struct CsvChunk {
    pub rows: Vec<ReportRow>,
    /// Where the next part begins.
    pub next: Option<usize>,
}

impl Desk {
    /// Settled operations, newest first, below `before`.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn operations(&self, actor: &Actor, before: Option<OperationId>) -> Result<Operations, DeskError> {
        let actor = &self.permit(actor, Capability::People).await?;
        let pools = self.pools(actor.scope()).await?;
        let (mut before, mut rows): (_, Vec<OperationSummary>) = (before, Vec::new());
        // Most may be of people whom one does not see.
        for _ in 0..MOST_LISTS {
            let records = self.store.operations(actor.scope(), before, LIST + 1).await.map_err(fault)?;
            let more = records.len() > LIST as usize;
            let listed = records.get(..LIST as usize).unwrap_or(&records);
            let sees = self.sees(actor, listed).await?;
            let seen = listed.iter().zip(sees).filter(|(_, sees)| *sees);
            rows.extend(seen.map(|(record, _)| summary(record, &pools)));
            before = listed.last().filter(|_| more).map(|last| last.id);
            if before.is_none() || rows.len() >= LIST as usize / 2 {
                break;
            }
        }
        Ok(Operations { rows, next: before })
    }

    /// A page of an operation's report; of one that still waits, its preview.
    ///
    /// # Errors
    /// [`DeskError::UnknownOperation`].
    pub async fn report(&self, actor: &Actor, id: OperationId, page: u32) -> Result<Report, DeskError> {
        let actor = &self.permit(actor, Capability::People).await?;
        let mut record = self.seen(actor, id).await?;
        let mut preview = None;
        if record.state == OperationState::Waiting && self.now() > record.expires_at {
            record.state = OperationState::Expired;
        }
        let own = record.is_of(actor.account());
        let may = record.needs().iter().all(|needs| actor.may(*needs)) && !own && !actor.actor().is_elsewhere();
        let decide = (record.state == OperationState::Waiting && may).then(|| record.digest.clone());
        let approval = record.approval.clone();
        if record.state == OperationState::Preview {
            if self.now() > record.expires_at {
                record.state = OperationState::Expired;
            } else if let Some(deed) = record.kind.deed().filter(|_| own) {
                preview = Some(self.waiting_preview(actor, &record, deed).await?.0);
            }
        }
        let mut waits = None;
        if record.state == OperationState::Waiting {
            let mut told = self.waits(actor, &record).await?;
            if let Some(deed) = record.kind.deed().filter(|_| decide.is_some()) {
                let (now, moved) = self.waiting_preview(actor, &record, deed).await?;
                (preview, told.moved) = (Some(now), moved);
            } else if decide.is_some() && record.kind == Kind::Manage {
                told.moved = self.managed_moved(actor, &record).await?;
            }
            waits = Some(told);
        }
        let total = record.accepted + record.rejected;
        let last_page = u32::try_from(total.div_ceil(ROWS as u64)).unwrap_or(u32::MAX).max(1);
        let page = page.clamp(1, last_page);
        let rows = self.rows(actor, &record, (page as usize - 1) * ROWS, ROWS).await?;
        let summary = summary(&record, &self.pools(actor.scope()).await?);
        Ok(Report { summary, rows, page, last_page, preview, approval, decide, waits })
    }

    /// A part of the export of a report, from place `from`.
    ///
    /// # Errors
    /// [`DeskError::UnknownOperation`].
    pub async fn export(&self, actor: &Actor, id: OperationId, from: usize) -> Result<CsvChunk, DeskError> {
        let actor = &self.permit(actor, Capability::People).await?;
        let record = self.seen(actor, id).await?;
        if from == 0 {
            self.tell_export(actor, "report.exported", Object::Report(id), json!({})).await?;
        }
        let rows = self.rows(actor, &record, from, CHUNK).await?;
        let next = from + rows.len();
        let more = !rows.is_empty() && (next as u64) < record.accepted + record.rejected;
        Ok(CsvChunk { rows, next: more.then_some(next) })
    }

    /// Writes down that somebody takes a file with them; without that nobody gets it.
    pub(super) async fn tell_export(
        &self,
        permit: &Permit<'_>,
        action: &str,
        object: Object,
        details: serde_json::Value,
    ) -> Result<(), DeskError> {
        let mut transaction = self.begin(permit).await?;
        self.tell(&mut *transaction, permit, action, object, details).await?;
        transaction.commit().await.map_err(fault)
    }

    /// The people of an operation from place `offset` on: the rejected first, by reason; then the accepted.
    async fn rows(
        &self,
        actor: &Permit<'_>,
        record: &OperationRecord,
        mut offset: usize,
        limit: usize,
    ) -> Result<Vec<ReportRow>, DeskError> {
        let mut rows = Vec::new();
        let id = record.id;
        let of_tasks = record.kind.task_step().is_some();
        for (reason, emails) in self.store.operation_strangers(actor.scope(), id).await.map_err(fault)? {
            let skipped = offset.min(emails.len());
            offset -= skipped;
            let stranger = |email: String| {
                let outcome = Outcome::Rejected(reason);
                ReportRow { outcome, name: String::new(), email }
            };
            rows.extend(emails.into_iter().skip(skipped).take(limit - rows.len()).map(stranger));
        }
        for (outcome, members) in self.store.operation_sets(actor.scope(), id).await.map_err(fault)? {
            let skipped = offset.min(members.len());
            offset -= skipped;
            let room = limit - rows.len();
            if skipped == members.len() || room == 0 {
                continue;
            }
            rows.extend(self.slice(actor, outcome, &members, of_tasks, skipped..skipped + room).await?);
        }
        Ok(rows)
    }

    async fn slice(
        &self,
        actor: &Permit<'_>,
        outcome: Outcome,
        members: &IdSet,
        of_tasks: bool,
        places: Range<usize>,
    ) -> Result<Vec<ReportRow>, DeskError> {
        let (skip, take) = (places.start, places.len());
        let by_name = members.len() <= SORTED;
        let wanted: IdSet = if by_name { members.clone() } else { members.iter().skip(skip).take(take).collect() };
        let briefs = match of_tasks {
            true => self.store.task_briefs(actor.scope(), &wanted).await,
            false => self.store.briefs(actor.scope(), &wanted).await,
        };
        let briefs = briefs.map_err(fault)?;
        let skip = if by_name { skip } else { 0 };
        let row =
            |brief: crate::ports::MemberBrief| ReportRow { outcome, name: brief.name.short(), email: brief.email };
        Ok(briefs.into_iter().skip(skip).take(take).map(row).collect())
    }
}
