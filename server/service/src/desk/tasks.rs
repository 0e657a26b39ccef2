//! «Задачи на сертификаты»: what is shown, and the steps that administrators take: previewed, confirmed once, reported,
//! like every operation.

use domain::{
    Capability, DeskError, INVITATION_SECONDS, IdSet, Instant, Issuer, Kind, LeftOut, Letter, Moved, OperationId,
    OperationState, OperationSummary, Outcome, Refusal, Task, TaskClass, TaskConfirmation, TaskFilter, TaskId,
    TaskPlan, TaskPreview, TaskState, TaskStep, TaskView, Tasks, Way, plan_tasks,
};
use serde_json::json;

use super::confirm::check_typed;
use super::{Desk, PREVIEW_SECONDS, fault, incident, summary};
use crate::InvitationToken;
use crate::access::Permit;
use crate::actor::Actor;
use crate::audit::{self, Object};
use crate::ports::{
    Certificate, MemberBrief, NewLetter, NewOperation, OperationRecord, StepAuthor, Steps, Transaction,
};

/// Tasks on a page, some 500 bytes each.
const ROWS: u32 = 50;
/// Names shown for each part of a preview.
const NAMES: usize = 5;
/// Letters that are written by one statement, some 500 bytes each.
const LETTERS: usize = 1000;
/// Out of a large set only this many are looked up to find the first names.
const LOOKED_UP: usize = 200;

/// Which tasks a step is for.
#[derive(Clone, Debug)]
pub enum SelectedTasks {
    Listed(IdSet),
    /// All that a filter finds now; later ones are not among them.
    Found(TaskFilter),
}

/// Steps that were taken.
#[derive(Clone, Debug)]
pub struct StepsDone {
    pub operation: OperationSummary,
    /// The only one, if there was only one.
    pub task: Option<TaskId>,
    /// The link of the only person invited: nobody can show it later.
    pub link: Option<InvitationToken>,
}

/// A task, and who decides about its certificate.
#[derive(Clone, Debug)]
pub struct TaskPage {
    pub task: Task,
    pub issuer: Issuer,
    pub now: Instant,
}

impl Desk {
    /// A page of tasks.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn tasks(&self, actor: &Actor, view: TaskView) -> Result<Tasks, DeskError> {
        let actor = &self.permit(actor, Capability::People).await?;
        let scope = actor.scope();
        let everything = view.filter.product.is_none() && view.filter.search.is_empty();
        if let Some(covered) = self.tasks_covered(actor).await? {
            let whatever = TaskFilter { state: None, ..view.filter.clone() };
            let found = self.store.task_ids(scope, &whatever).await.map_err(fault)?.and(&covered);
            let counts = counted(&self.store.task_classes(scope, &found).await.map_err(fault)?);
            let all = match everything {
                true => counts.clone(),
                false => counted(&self.store.task_classes(scope, &covered).await.map_err(fault)?),
            };
            let shown = match view.filter.state {
                None => found,
                Some(_) => self.store.task_ids(scope, &view.filter).await.map_err(fault)?.and(&covered),
            };
            return self.page_of_tasks(actor, view, Some(&shown), counts, all).await;
        }
        let counts = self.store.task_counts(scope, &view.filter).await.map_err(fault)?;
        let all = match everything {
            true => counts.clone(),
            false => self.store.task_counts(scope, &TaskFilter::default()).await.map_err(fault)?,
        };
        self.page_of_tasks(actor, view, None, counts, all).await
    }

    /// A page of picked tasks; what is not the organisation's, or may not be seen, is left out.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn picked_tasks(&self, actor: &Actor, picked: &IdSet, view: TaskView) -> Result<Tasks, DeskError> {
        let actor = &self.permit(actor, Capability::People).await?;
        let scope = actor.scope();
        let covered = self.tasks_covered(actor).await?;
        let picked = &covered.as_ref().map_or_else(|| picked.clone(), |covered| picked.and(covered));
        let classes = self.store.task_classes(scope, picked).await.map_err(fault)?;
        let counts = counted(&classes);
        let all = match &covered {
            None => self.store.task_counts(scope, &TaskFilter::default()).await.map_err(fault)?,
            Some(covered) => counted(&self.store.task_classes(scope, covered).await.map_err(fault)?),
        };
        let view = TaskView { filter: TaskFilter::default(), ..view };
        let tasks = self.page_of_tasks(actor, view, Some(picked), counts, all).await?;
        Ok(Tasks { classes, picked: true, ..tasks })
    }

    async fn page_of_tasks(
        &self,
        actor: &Permit<'_>,
        view: TaskView,
        only: Option<&IdSet>,
        counts: Vec<(TaskState, u64)>,
        all: Vec<(TaskState, u64)>,
    ) -> Result<Tasks, DeskError> {
        let (page, now) = (view.page, self.now());
        let mut tasks = Tasks {
            rows: Vec::new(),
            view,
            picked: false,
            classes: Vec::new(),
            counts,
            all,
            issuer: self.issuer,
            now,
            last_page: 1,
        };
        let total = tasks.count(tasks.view.filter.state);
        tasks.last_page = u32::try_from(total.div_ceil(ROWS.into())).unwrap_or(u32::MAX).max(1);
        tasks.view.page = page.clamp(1, tasks.last_page);
        tasks.rows = self.store.task_rows(actor.scope(), &tasks.view, only, ROWS).await.map_err(fault)?;
        Ok(tasks)
    }

    /// All tasks that a filter finds, those together that the rules take for alike.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn found_tasks(&self, actor: &Actor, filter: &TaskFilter) -> Result<Vec<TaskClass>, DeskError> {
        let actor = &self.permit(actor, Capability::People).await?;
        let mut found = self.store.task_ids(actor.scope(), filter).await.map_err(fault)?;
        if let Some(covered) = self.tasks_covered(actor).await? {
            found = found.and(&covered);
        }
        self.store.task_classes(actor.scope(), &found).await.map_err(fault)
    }

    /// # Errors
    /// [`DeskError::UnknownTask`].
    pub async fn task(&self, actor: &Actor, id: TaskId) -> Result<TaskPage, DeskError> {
        let actor = &self.permit(actor, Capability::People).await?;
        let task = self.store.task(actor.scope(), id).await.map_err(fault)?.ok_or(DeskError::UnknownTask)?;
        if self.tasks_covered(actor).await?.is_some_and(|covered| !covered.contains(id.0)) {
            return Err(DeskError::UnknownTask);
        }
        Ok(TaskPage { task, issuer: self.issuer, now: self.now() })
    }

    /// Plans the step of `kind` for the selected tasks, and freezes them.
    ///
    /// # Errors
    /// [`DeskError::EmptySelection`]; [`DeskError::UnknownTask`] if one of them is not the organisation's;
    /// [`DeskError::AuthoritysStep`] if it is not administrators who take it; [`DeskError::Malformed`] for a kind that
    /// is none of tasks; [`DeskError::Refused`] with [`Refusal::NobodyFits`] if a filter finds nothing.
    pub async fn preview_steps(
        &self,
        actor: &Actor,
        kind: Kind,
        selected: SelectedTasks,
    ) -> Result<OperationId, DeskError> {
        let actor = &self.permit(actor, Capability::Certificates).await?;
        // No id is less than 1, and an entry that could not be read would be about everybody.
        let asked = match &selected {
            SelectedTasks::Listed(tasks) => tasks.iter().filter(|id| *id > 0).collect(),
            SelectedTasks::Found(_) => IdSet::EMPTY,
        };
        let planned = self.plan_steps(actor, kind, selected).await;
        // What no page of ours offers; a slip in the form is no refusal.
        if let Err(error @ (DeskError::AuthoritysStep | DeskError::UnknownTask)) = &planned {
            let details = json!({ "why": error.code(), "step": kind.code() });
            self.note_refused(actor, "step.refused", Object::Tasks(asked), details).await;
        }
        planned
    }

    async fn plan_steps(
        &self,
        actor: &Permit<'_>,
        kind: Kind,
        selected: SelectedTasks,
    ) -> Result<OperationId, DeskError> {
        let scope = actor.scope();
        self.check_administrators(kind)?;
        let covered = self.tasks_covered(actor).await?;
        let tasks = match selected {
            SelectedTasks::Listed(tasks) if tasks.is_empty() => return Err(DeskError::EmptySelection),
            SelectedTasks::Listed(tasks)
                if covered.as_ref().is_some_and(|covered| !tasks.minus(covered).is_empty()) =>
            {
                return Err(DeskError::UnknownTask);
            }
            SelectedTasks::Listed(tasks) => tasks,
            SelectedTasks::Found(filter) => {
                let found = self.store.task_ids(scope, &filter).await.map_err(fault)?;
                covered.map_or_else(|| found.clone(), |covered| found.and(&covered))
            }
        };
        if tasks.is_empty() {
            return Err(Refusal::NobodyFits.into());
        }
        let classes = self.store.task_classes(scope, &tasks).await.map_err(fault)?;
        if classes.iter().map(|class| class.tasks.len()).sum::<usize>() != tasks.len() {
            return Err(DeskError::UnknownTask);
        }
        let plan = plan_tasks(kind, &classes).ok_or(DeskError::Malformed)?;
        let now = self.now();
        let operation = NewOperation {
            kind,
            state: OperationState::Preview,
            account: Some(actor.account().id),
            pool: None,
            created_at: now,
            expires_at: now.plus_seconds(PREVIEW_SECONDS),
            settled_at: None,
            digest: plan.digest(),
            undoes: None,
            basis: None,
            strangers: Vec::new(),
        };
        let mut transaction = self.begin(actor).await?;
        let id = transaction.insert_operation(&operation, &sets_of(&plan), &[]).await.map_err(fault)?;
        transaction.commit().await.map_err(fault)?;
        Ok(id)
    }

    /// The preview of a step that still waits for this very administrator; `None` for whatever else.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn waiting_steps(&self, actor: &Actor, id: OperationId) -> Result<Option<TaskPreview>, DeskError> {
        let actor = &self.permit(actor, Capability::People).await?;
        let scope = actor.scope();
        let record = self.store.operation(scope, id).await.map_err(fault)?;
        let waits = |record: &OperationRecord| {
            record.kind.task_step().is_some()
                && record.state == OperationState::Preview
                && self.now() <= record.expires_at
                && record.is_of(actor.account())
        };
        let Some(record) = record.filter(waits) else { return Ok(None) };
        if self.sees(actor, std::slice::from_ref(&record)).await? != [true] {
            return Ok(None);
        }
        let mut preview = TaskPreview {
            operation: id,
            kind: record.kind,
            digest: record.digest,
            accepted: record.accepted,
            names: Vec::new(),
            left_out: Vec::new(),
        };
        for (outcome, tasks) in self.store.operation_sets(scope, id).await.map_err(fault)? {
            let names = self.names_of_tasks(actor, &tasks).await?;
            match outcome {
                Outcome::Accepted => preview.names = names,
                // Of licences only.
                Outcome::LeftOut(_) | Outcome::Unchanged => {}
                Outcome::Rejected(reason) => {
                    preview.left_out.push(LeftOut { reason, count: tasks.len() as u64, names });
                }
            }
        }
        Ok(Some(preview))
    }

    /// Takes the steps that were previewed, if they are still what would happen now.
    ///
    /// # Errors
    /// As [`Desk::confirm`]; [`DeskError::InvalidForm`] on `reason` and `until`; [`DeskError::AuthoritysStep`].
    pub async fn confirm_steps(
        &self,
        actor: &Actor,
        id: OperationId,
        digest: &str,
        confirmation: &TaskConfirmation,
        password: Option<String>,
    ) -> Result<StepsDone, DeskError> {
        let actor = &self.permit(actor, Capability::Certificates).await?;
        let scope = actor.scope();
        if self.kind_of(actor.actor(), id).await?.task_step().is_some_and(domain::TaskStep::takes_away) {
            self.prove_large(actor, confirmation.size, password).await?;
        }
        let mut transaction = self.begin(actor).await?;
        let record = transaction.operation(id).await.map_err(fault)?.ok_or(DeskError::UnknownOperation)?;
        if !record.is_of(actor.account()) {
            return Err(DeskError::NotYourOperation);
        }
        if record.digest != digest {
            return Err(DeskError::DigestMismatch);
        }
        let step = record.kind.task_step().ok_or(DeskError::OperationNotOpen { state: record.state })?;
        let sets = transaction.operation_sets(id).await.map_err(fault)?;
        let frozen = accepted(&sets);
        let only = (record.accepted == 1 && record.rejected == 0).then(|| frozen.iter().next().map(TaskId)).flatten();
        match record.state {
            OperationState::Preview => {}
            OperationState::Done => {
                return Ok(StepsDone { operation: summary(&record, &[]), task: only, link: None });
            }
            OperationState::Failed => {
                let not_open = DeskError::OperationNotOpen { state: record.state };
                return Err(record.failure.map_or(not_open, DeskError::from));
            }
            OperationState::Expired => return Err(DeskError::OperationExpired),
            state => return Err(DeskError::OperationNotOpen { state }),
        }
        let now = self.now();
        if now > record.expires_at {
            return Err(DeskError::OperationExpired);
        }
        self.check_administrators(record.kind)?;
        if step.takes_away() {
            check_typed(actor, record.accepted, confirmation.size)?;
        }
        let (reason, until) =
            confirmation.check(record.kind, now).map_err(|fields| DeskError::InvalidForm { fields })?;

        // Nobody else writes for the organisation now.
        let everything: IdSet = sets.iter().flat_map(|(_, tasks)| tasks.iter()).collect();
        let classes = transaction.task_classes(&everything).await.map_err(fault)?;
        if let Some(groups) = actor.coverage().groups()
            && !frozen.minus(&transaction.tasks_covered(groups).await.map_err(fault)?).is_empty()
        {
            return Err(DeskError::UnknownTask);
        }
        let plan = plan_tasks(record.kind, &classes).ok_or(DeskError::Malformed)?;
        if plan.digest() != record.digest {
            let mut moved = moved(frozen, &plan);
            let lost: u64 = moved.lost.iter().map(|(_, tasks)| tasks.len() as u64).sum();
            let refusal = Refusal::PlanChanged { lost, gained: moved.gained.len() as u64 };
            self.fail(actor, transaction, &record, None, refusal).await?;
            let concerned: IdSet =
                moved.lost.iter().flat_map(|(_, ids)| ids.iter()).chain(moved.gained.iter()).collect();
            moved.names = self.names_of_tasks(actor, &concerned).await?;
            return Err(DeskError::PlanChanged { moved });
        }
        if frozen.is_empty() {
            self.fail(actor, transaction, &record, None, Refusal::NobodyFits).await?;
            return Err(Refusal::NobodyFits.into());
        }

        let author = StepAuthor::Account(actor.account().id);
        let to = leads_to(step);
        let steps = Steps {
            operation: Some(id),
            way: if let TaskStep::Identify(way) = step { Some(way) } else { None },
            reason: reason.as_deref(),
            ..written(frozen, to, author, until.map(|valid_until| Certificate { serial: None, valid_until }), now)
        };
        transaction.take_steps(&steps).await.map_err(fault)?;
        let mut link = None;
        if step == TaskStep::Invite {
            let tokens = self.invite(&mut *transaction, frozen, now).await?;
            link = tokens.into_iter().next().filter(|_| only.is_some()).map(|(_, token)| token);
        }
        transaction
            .settle_operation(id, OperationState::Preview, OperationState::Done, None, None, now)
            .await
            .map_err(fault)?;
        let entry = audit::Entry {
            at: now,
            author: actor.author(),
            action: action(to, true),
            object: Object::Operation(id),
            details: json!({ "accepted": record.accepted, "rejected": record.rejected, "digest": record.digest }),
        };
        audit::append(&mut *transaction, scope, entry).await.map_err(fault)?;
        transaction.commit().await.map_err(fault)?;
        let done = OperationRecord { state: OperationState::Done, settled_at: Some(now), ..record };
        Ok(StepsDone { operation: summary(&done, &[]), task: only, link })
    }

    fn check_administrators(&self, kind: Kind) -> Result<(), DeskError> {
        match kind.task_step() {
            None => Err(DeskError::Malformed),
            Some(step) if step.is_administrators(self.issuer) => Ok(()),
            Some(_) => Err(DeskError::AuthoritysStep),
        }
    }

    /// Gives each task a link of its own, in place of the former one, and sends it.
    async fn invite(
        &self,
        transaction: &mut dyn Transaction,
        tasks: &IdSet,
        now: Instant,
    ) -> Result<Vec<(TaskId, InvitationToken)>, DeskError> {
        let until = now.plus_seconds(INVITATION_SECONDS);
        let token = |id: i64| InvitationToken::random().map(|token| (TaskId(id), token));
        let tokens: Result<Vec<_>, _> = tasks.iter().map(token).collect();
        let tokens = tokens.map_err(|_| incident("the operating system has no randomness"))?;
        let hashes: Vec<(TaskId, String)> = tokens.iter().map(|(task, token)| (*task, token.hash())).collect();
        transaction.keep_invitations(&hashes, until).await.map_err(fault)?;
        self.send_invitations(transaction, &tokens, now).await?;
        Ok(tokens)
    }

    /// The one place where letters of invitation go out: in the transaction of the step, so that nobody is invited without
    /// a letter, or gets one without being invited.
    async fn send_invitations(
        &self,
        transaction: &mut dyn Transaction,
        tokens: &[(TaskId, InvitationToken)],
        now: Instant,
    ) -> Result<(), DeskError> {
        let until = now.plus_seconds(INVITATION_SECONDS);
        let set = transaction.notifications().await.map_err(fault)?.unwrap_or_default();
        for some in tokens.chunks(LETTERS) {
            let tasks: IdSet = some.iter().map(|(task, _)| task.0).collect();
            let mut letters = Vec::with_capacity(some.len());
            for invitee in transaction.invitees(&tasks).await.map_err(fault)? {
                let Ok(place) = some.binary_search_by_key(&invitee.task, |(task, _)| *task) else { continue };
                let Some((_, token)) = some.get(place) else { continue };
                let letter = Letter::Invitation {
                    name: format!("{} {}", invitee.name.first, invitee.name.patronymic).trim().to_owned(),
                    product: invitee.product,
                    token: token.secret().to_owned(),
                    until,
                    task: invitee.task.0,
                    // By its moment: no two invitations of a task have the same.
                    number: now.0,
                };
                letters.push(NewLetter { letter, language: set.language, to: invitee.email, due: now });
            }
            transaction.insert_letters(&letters, now).await.map_err(fault)?;
        }
        Ok(())
    }

    async fn names_of_tasks(&self, actor: &Permit<'_>, tasks: &IdSet) -> Result<Vec<String>, DeskError> {
        if tasks.is_empty() {
            return Ok(Vec::new());
        }
        let few: IdSet = tasks.iter().take(LOOKED_UP).collect();
        let briefs = self.store.task_briefs(actor.scope(), &few).await.map_err(fault)?;
        Ok(briefs.iter().take(NAMES).map(|brief: &MemberBrief| brief.name.short()).collect())
    }
}

/// How many tasks there are in each state.
fn counted(classes: &[TaskClass]) -> Vec<(TaskState, u64)> {
    let in_state = |state: TaskState| {
        let those = classes.iter().filter(|class| class.state == state);
        (state, those.map(|class| class.tasks.len() as u64).sum())
    };
    TaskState::ALL.into_iter().map(in_state).filter(|(_, count)| *count > 0).collect()
}

/// The state in which a step ends that is taken at all.
pub(super) fn leads_to(step: TaskStep) -> TaskState {
    match step {
        TaskStep::Invite => TaskState::Invited,
        TaskStep::ConfirmData => TaskState::Confirmed,
        TaskStep::Identify(_) => TaskState::Identified,
        TaskStep::Issue => TaskState::Issued,
        TaskStep::Reject => TaskState::Rejected,
        TaskStep::Revoke => TaskState::Revoked,
        TaskStep::Cancel => TaskState::Cancelled,
        TaskStep::Expiring => TaskState::Expiring,
        TaskStep::Expire => TaskState::Expired,
    }
}

/// A step with what follows from it: when the authority is asked or told, and when time moves the task on.
pub(super) fn written(
    tasks: &IdSet,
    to: TaskState,
    author: StepAuthor,
    certificate: Option<Certificate>,
    at: Instant,
) -> Steps<'_> {
    let asks = matches!(to, TaskState::Confirmed | TaskState::Identified);
    let tells = matches!(to, TaskState::Rejected | TaskState::Revoked | TaskState::Cancelled);
    let turns_at = certificate.as_ref().map(|new| new.valid_until.plus_seconds(-domain::EXPIRING_SECONDS));
    Steps {
        tasks,
        to,
        at,
        author,
        operation: None,
        way: None::<Way>,
        reason: None,
        certificate,
        ask_at: asks.then_some(at),
        // What the authority itself has decided, it knows.
        withdraw_at: (tells && author != StepAuthor::Authority).then_some(at),
        turns_at,
    }
}

/// What the audit log calls a step to this state.
pub(super) fn action(to: TaskState, many: bool) -> &'static str {
    match (to, many) {
        (TaskState::Created, _) => "task.created",
        (TaskState::Invited, _) => "tasks.invited",
        (TaskState::Confirmed, _) => "task.confirmed",
        (TaskState::Identified, true) => "tasks.identified",
        (TaskState::Identified, false) => "task.identified",
        (TaskState::Issued, true) => "tasks.issued",
        (TaskState::Issued, false) => "task.issued",
        (TaskState::Rejected, true) => "tasks.rejected",
        (TaskState::Rejected, false) => "task.rejected",
        (TaskState::Revoked, _) => "tasks.revoked",
        (TaskState::Cancelled, _) => "tasks.cancelled",
        (TaskState::Expiring, _) => "tasks.expiring",
        (TaskState::Expired, _) => "tasks.expired",
    }
}

/// A plan in the form an operation keeps it.
fn sets_of(plan: &TaskPlan) -> Vec<(Outcome, IdSet)> {
    let rejected = plan.rejected.iter().map(|(reason, tasks)| (Outcome::Rejected(*reason), tasks.clone()));
    rejected.chain([(Outcome::Accepted, plan.accepted.clone())]).filter(|(_, tasks)| !tasks.is_empty()).collect()
}

fn accepted(sets: &[(Outcome, IdSet)]) -> &IdSet {
    static NOTHING: IdSet = IdSet::EMPTY;
    sets.iter().find(|(outcome, _)| *outcome == Outcome::Accepted).map_or(&NOTHING, |(_, tasks)| tasks)
}

/// What is different between the frozen plan and the one of now.
fn moved(was: &IdSet, now: &TaskPlan) -> Moved {
    let lost = now.rejected.iter().map(|(reason, tasks)| (*reason, tasks.and(was)));
    Moved {
        lost: lost.filter(|(_, tasks)| !tasks.is_empty()).collect(),
        gained: now.accepted.minus(was),
        names: Vec::new(),
    }
}
