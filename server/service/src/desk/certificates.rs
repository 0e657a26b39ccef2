//! What the installation does for certificate tasks by itself: asks the certification authority, and moves certificates on
//! with time.

use std::sync::Arc;

use domain::{
    AuthorityFault, DeskError, IdSet, Instant, MAX_CERTIFICATE_YEARS, MAX_REASON_CHARS, OrganizationId, TaskId,
    TaskState, TaskStep, Way, step,
};
use serde_json::json;
use tokio::task::JoinSet;

use super::tasks::{action, leads_to, written};
use super::{Desk, fault, incident};
use crate::audit::{self, Object};
use crate::ports::{
    AskedTask, Authority, AuthorityError, Certificate, CertificateRequest, Identify, RequestState, StepAuthor, Steps,
    Transaction,
};

/// Tasks that are asked about in one go.
const BATCH: u32 = 64;
/// Requests under way at a time: an authority far away answers in a fifth of a second.
const AT_ONCE: usize = 8;
/// The longest that nobody asks about a task: people take days to be identified.
const LONGEST_WAIT: i64 = 600;
/// Unless so many wait that it would be more than so many requests a second: half of what an authority far away can
/// answer, so that whoever is asked about for the first time need not wait.
const PACE: u64 = 20;
/// When it is asked again whose answer did not fit: somebody has to mend it there.
const NONSENSE_WAIT: i64 = 3600;
/// No certificate's number is longer.
const LONGEST_SERIAL: usize = 100;

/// Why the authority could not be asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    #[error(transparent)]
    Authority(AuthorityError),
    #[error(transparent)]
    Desk(DeskError),
}

impl From<DeskError> for AskError {
    fn from(error: DeskError) -> Self {
        Self::Desk(error)
    }
}

/// What a task wants of the authority.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    Certificate(Identify),
    /// To withdraw the request, or revoke the certificate.
    Revocation,
    Nothing,
}

fn wanted(task: &AskedTask) -> Wanted {
    let asked_for = |identify: Identify| task.submitted.as_deref() == Some(identify.code());
    match task.state {
        TaskState::Confirmed if task.identification.ways().is_empty() => Wanted::Certificate(Identify::Nobody),
        // Whoever comes in person is waited for here, not there.
        TaskState::Confirmed => match task.identification.remote() {
            Some(way) => Wanted::Certificate(Identify::By(way)),
            None => Wanted::Nothing,
        },
        TaskState::Identified => {
            let way = task.way.unwrap_or(Way::InPerson);
            let by = Identify::By(way);
            Wanted::Certificate(if asked_for(by) { by } else { Identify::Done(way) })
        }
        TaskState::Rejected | TaskState::Revoked | TaskState::Cancelled if task.submitted.is_some() => {
            Wanted::Revocation
        }
        _ => Wanted::Nothing,
    }
}

/// The name under which the authority knows a task.
fn key(organization: OrganizationId, task: TaskId) -> String {
    format!("{organization}-{task}")
}

/// One second, two, four, … in seconds, for one of so many that wait.
fn wait(asked: u64, waiting: u64) -> i64 {
    let longest = i64::try_from(waiting / PACE).unwrap_or(i64::MAX).max(LONGEST_WAIT);
    1_i64.checked_shl(u32::try_from(asked.min(40)).unwrap_or(40)).unwrap_or(longest).min(longest)
}

impl Desk {
    /// Asks the authority about every task that waits for it, and takes the steps that its answers say. When the next one
    /// is to be asked about.
    ///
    /// # Errors
    /// [`AskError::Authority`] if it does not answer at all: nothing is lost, the same tasks wait.
    pub async fn ask_authority(&self, authority: &Arc<dyn Authority>) -> Result<Option<Instant>, AskError> {
        let now = self.now();
        let waiting = self.store.tasks_to_ask(now, BATCH).await.map_err(fault)?;
        let more = waiting.len() >= BATCH as usize;
        let crowd = if waiting.is_empty() { 0 } else { self.store.tasks_asking().await.map_err(fault)? };
        let (mut asking, mut round) = (JoinSet::new(), Round::default());
        for (organization, task) in waiting {
            if asking.len() >= AT_ONCE {
                round.note(asking.join_next().await);
            }
            // One that does not answer is not waited for by everybody in turn.
            if round.failed.is_some() && !round.answered {
                break;
            }
            let (desk, authority) = (self.clone(), authority.clone());
            asking.spawn(async move { desk.ask_about(&*authority, (organization, task), crowd).await });
        }
        while !asking.is_empty() {
            round.note(asking.join_next().await);
        }
        let Round { failed, answered, held } = round;
        match failed {
            // What is wrong with one request is not wrong with the authority: it waits by itself.
            Some(AskError::Authority(error)) if answered => {
                tracing::warn!(%error, "the certification authority did not answer to some requests");
            }
            Some(error) => {
                for (organization, id, held) in held {
                    self.store.ask_next(organization, id, held, Some(now)).await.map_err(fault)?;
                }
                return Err(error);
            }
            None => {}
        }
        if more { Ok(Some(now)) } else { Ok(self.store.next_to_ask(now).await.map_err(fault)?) }
    }

    /// About one of a `crowd` that wait.
    async fn ask_about(&self, authority: &dyn Authority, task: (OrganizationId, TaskId), crowd: u64) -> Asked {
        let mut held = None;
        self.ask_one(authority, task, crowd, &mut held).await.map_err(|error| (error, held))
    }

    /// `held` is what the task was taken in hand with, as soon as it was.
    async fn ask_one(
        &self,
        authority: &dyn Authority,
        (organization, id): (OrganizationId, TaskId),
        crowd: u64,
        held: &mut Option<Held>,
    ) -> Result<(), AskError> {
        let Some(task) = self.store.asked_task(organization, id).await.map_err(fault)? else { return Ok(()) };
        let key = key(organization, id);
        let wanted = wanted(&task);
        // Kept before it is asked for: whatever happens then, we know that it may have been.
        let submitted = if let Wanted::Certificate(identify) = &wanted { Some(identify.code()) } else { None };
        let next = self.now().plus_seconds(wait(task.asked, crowd));
        if !self.store.take_in_hand(organization, &task, submitted, next).await.map_err(fault)? {
            return Ok(());
        }
        *held = Some((organization, id, next));
        let answer = match wanted {
            Wanted::Certificate(identify) => {
                let request = CertificateRequest {
                    key: key.clone(),
                    organization: task.organization.clone(),
                    name: task.name.clone(),
                    email: task.email.clone(),
                    signature: task.signature,
                    identification: identify,
                };
                // That somebody was identified is said until it is heard: the request itself was known before.
                let said = matches!(identify, Identify::Done(_));
                let known = !said && task.submitted.as_deref() == Some(identify.code());
                let state = if known { authority.state(&key).await } else { Err(AuthorityError::Unknown) };
                match state {
                    Err(AuthorityError::Unknown) => authority.submit(&request).await.map(Some),
                    other => other.map(Some),
                }
            }
            // What it does not know, it need not forget.
            Wanted::Revocation => match authority.revoke(&key).await {
                Ok(()) | Err(AuthorityError::Unknown) => Ok(None),
                Err(error) => Err(error),
            },
            Wanted::Nothing => Ok(None),
        };
        match answer {
            Ok(Some(answer)) => Ok(self.take_answer(organization, id, &answer).await?),
            Ok(None) => Ok(self.store.ask_next(organization, id, next, None).await.map_err(fault)?),
            Err(error) if error.is_of_all() => Err(AskError::Authority(error)),
            Err(error) => {
                tracing::warn!(%organization, task = %id, %error, "the certification authority was asked in vain");
                let what = match error {
                    AuthorityError::Refused => AuthorityFault::Refused,
                    _ => AuthorityFault::Garbled,
                };
                // It will be asked again and again.
                if task.fault != Some(what) {
                    let transaction = self.store.begin(organization).await.map_err(fault)?;
                    self.refuse(transaction, organization, id, what, json!({ "error": error.to_string() })).await?;
                }
                Ok(())
            }
        }
    }

    /// What the authority has decided, as steps of the task; what does not fit is in the audit log.
    async fn take_answer(
        &self,
        organization: OrganizationId,
        id: TaskId,
        answer: &RequestState,
    ) -> Result<(), DeskError> {
        let mut transaction = self.store.begin(organization).await.map_err(fault)?;
        let now = self.now();
        let Some(task) = transaction.asked_task(id).await.map_err(fault)? else {
            // It is over, and somebody may have withdrawn the request before it arrived: once more.
            transaction.withdraw_again(id, now).await.map_err(fault)?;
            return transaction.commit().await.map_err(fault);
        };
        let Some(steps) = steps_of(&task, answer, now) else {
            let details = json!({ "answer": said(answer), "state": task.state });
            self.refuse(transaction, organization, id, AuthorityFault::Unfit, details).await?;
            // It may be at work for nobody, which it is to hear of at once; other nonsense can wait.
            let next = if task.state.is_final() { now } else { now.plus_seconds(NONSENSE_WAIT) };
            return self.store.ask_next(organization, id, task.ask_at, Some(next)).await.map_err(fault);
        };
        if steps.is_empty() {
            if task.fault.is_some() {
                transaction.note_authority_fault(id, None).await.map_err(fault)?;
                transaction.commit().await.map_err(fault)?;
            }
            return Ok(());
        }
        let tasks: IdSet = [id.0].into_iter().collect();
        for (taken, reason, certificate) in &steps {
            let to = leads_to(*taken);
            let steps = Steps {
                way: if let TaskStep::Identify(way) = taken { Some(*way) } else { None },
                reason: reason.as_deref(),
                ..written(&tasks, to, StepAuthor::Authority, certificate.clone(), now)
            };
            transaction.take_steps(&steps).await.map_err(fault)?;
            let entry = audit::Entry {
                at: now,
                author: audit::Author::default(),
                action: action(to, false),
                object: Object::Task(id),
                details: json!({ "by": "authority" }),
            };
            audit::append(&mut *transaction, organization, entry).await.map_err(fault)?;
        }
        transaction.commit().await.map_err(fault)
    }

    /// Keeps what was wrong with an answer; an entry of the log unless that was wrong before.
    async fn refuse(
        &self,
        mut transaction: Box<dyn Transaction>,
        organization: OrganizationId,
        id: TaskId,
        what: AuthorityFault,
        details: serde_json::Value,
    ) -> Result<(), DeskError> {
        if !transaction.note_authority_fault(id, Some(what)).await.map_err(fault)? {
            return Ok(());
        }
        let action = "authority.refused";
        let entry = audit::Entry {
            at: self.now(),
            author: audit::Author::default(),
            action,
            object: Object::Task(id),
            details,
        };
        audit::append(&mut *transaction, organization, entry).await.map_err(fault)?;
        transaction.commit().await.map_err(fault)
    }

    /// Moves certificates on whose time has come: «истекает», then «истёк». When the next one's comes.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`]: what is not done then is done the next time.
    pub async fn turn_certificates(&self) -> Result<Option<Instant>, DeskError> {
        let now = self.now();
        let mut failed = None;
        for organization in self.store.organizations_turning(now).await.map_err(fault)? {
            // What is wrong with one must not keep the others.
            if let Err(error) = self.turn_of(organization, now).await {
                tracing::warn!(%organization, %error, "certificates were not moved on");
                failed = Some(error);
            }
        }
        match failed {
            Some(error) => Err(error),
            None => self.store.next_turn(now).await.map_err(fault),
        }
    }

    async fn turn_of(&self, organization: OrganizationId, now: Instant) -> Result<(), DeskError> {
        let mut transaction = self.store.begin(organization).await.map_err(fault)?;
        // In this order: what nobody looked at for a month takes both steps.
        for taken in [TaskStep::Expiring, TaskStep::Expire] {
            let from = if taken == TaskStep::Expiring { TaskState::Issued } else { TaskState::Expiring };
            let tasks = transaction.turning(from, now).await.map_err(fault)?;
            if tasks.is_empty() {
                continue;
            }
            let to = leads_to(taken);
            let steps = written(&tasks, to, StepAuthor::Installation, None, now);
            transaction.take_steps(&steps).await.map_err(fault)?;
            let entry = audit::Entry {
                at: now,
                author: audit::Author::default(),
                action: action(to, true),
                object: Object::Tasks(tasks.clone()),
                details: json!({ "accepted": tasks.len(), "digest": tasks.digest() }),
            };
            audit::append(&mut *transaction, organization, entry).await.map_err(fault)?;
        }
        transaction.commit().await.map_err(fault)
    }
}

/// A task that was taken in hand, and until when.
type Held = (OrganizationId, TaskId, Instant);

/// How asking about one went; of one in vain, what it was taken in hand with.
type Asked = Result<(), (AskError, Option<Held>)>;

/// How asking about a batch went.
#[derive(Default)]
struct Round {
    failed: Option<AskError>,
    /// To one request at least.
    answered: bool,
    /// Those that nobody answered to.
    held: Vec<Held>,
}

impl Round {
    fn note(&mut self, asked: Option<Result<Asked, tokio::task::JoinError>>) {
        match asked {
            Some(Ok(Ok(()))) => self.answered = true,
            Some(Ok(Err((error, held)))) => {
                self.failed = Some(error);
                self.held.extend(held);
            }
            Some(Err(_)) => self.failed = Some(AskError::Desk(incident("asking the authority panicked"))),
            None => {}
        }
    }
}

type Taken = (TaskStep, Option<String>, Option<Certificate>);

/// The steps that an answer says, none if it says nothing new; `None` if it does not fit the task.
fn steps_of(task: &AskedTask, answer: &RequestState, now: Instant) -> Option<Vec<Taken>> {
    let steps: Vec<Taken> = match answer {
        RequestState::Pending => Vec::new(),
        // By whom and how, is known already.
        RequestState::Identified(_) if task.state == TaskState::Identified => Vec::new(),
        RequestState::Identified(way) => vec![(TaskStep::Identify(*way), None, None)],
        RequestState::Issued { serial, valid_until } => {
            let last = now.date().plus_months(MAX_CERTIFICATE_YEARS * 12).end();
            let sound = !serial.trim().is_empty()
                && serial.chars().count() <= LONGEST_SERIAL
                && !serial.chars().any(char::is_control)
                && *valid_until > now
                && *valid_until <= last;
            let certificate = Certificate { serial: Some(serial.trim().to_owned()), valid_until: *valid_until };
            let issue = (TaskStep::Issue, None, Some(certificate));
            if !sound {
                return None;
            }
            match task.identification.remote() {
                // It was quick: the person is identified, or there would be no certificate.
                Some(way) if task.state == TaskState::Confirmed => vec![(TaskStep::Identify(way), None, None), issue],
                _ => vec![issue],
            }
        }
        RequestState::Rejected { reason } => {
            let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
            let reason: String = reason.chars().filter(|c| !c.is_control()).take(MAX_REASON_CHARS).collect();
            if reason.is_empty() {
                return None;
            }
            vec![(TaskStep::Reject, Some(reason), None)]
        }
        RequestState::Revoked => return None,
    };
    let mut state = task.state;
    for (taken, _, _) in &steps {
        state = step(state, task.identification, *taken).ok()?;
    }
    // An authority that is still at work on what is over is to hear of it.
    if steps.is_empty() && state.is_final() { None } else { Some(steps) }
}

fn said(answer: &RequestState) -> &'static str {
    match answer {
        RequestState::Pending => "pending",
        RequestState::Identified(_) => "identified",
        RequestState::Issued { .. } => "issued",
        RequestState::Rejected { .. } => "rejected",
        RequestState::Revoked => "revoked",
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use domain::{Identification, PersonName, SignatureKind};

    use super::*;

    const NOW: Instant = Instant(1_800_000_000_000_000);

    fn task(state: TaskState, identification: Identification) -> AskedTask {
        AskedTask {
            id: TaskId(1),
            state,
            identification,
            way: None,
            submitted: None,
            asked: 0,
            ask_at: NOW,
            organization: "ООО «Ромашка»".into(),
            name: PersonName::default(),
            email: "voron@romashka.example".into(),
            signature: SignatureKind::EnhancedQualified,
            fault: None,
        }
    }

    fn issued(days: i64) -> RequestState {
        RequestState::Issued { serial: "01AF".into(), valid_until: NOW.plus_seconds(days * 86_400) }
    }

    #[test]
    fn the_authority_is_asked_for_what_it_can_do() {
        use Identification::{EasyDocs, Goskey, InPerson, None};
        let confirmed = |identification| wanted(&task(TaskState::Confirmed, identification));
        assert_eq!(confirmed(None), Wanted::Certificate(Identify::Nobody));
        assert_eq!(confirmed(EasyDocs), Wanted::Certificate(Identify::By(Way::Gosuslugi)));
        assert_eq!(confirmed(Goskey), Wanted::Certificate(Identify::By(Way::Goskey)));
        assert_eq!(confirmed(InPerson), Wanted::Nothing, "somebody has to come first");
        let identified = |way, submitted: Option<&str>| {
            let submitted = submitted.map(str::to_owned);
            wanted(&AskedTask { way: Some(way), submitted, ..task(TaskState::Identified, EasyDocs) })
        };
        let done = Wanted::Certificate(Identify::Done(Way::InPerson));
        assert_eq!(identified(Way::InPerson, Option::None), done);
        assert_eq!(identified(Way::InPerson, Some("gosuslugi")), done, "it was to identify, and need not any more");
        let by = Wanted::Certificate(Identify::By(Way::Gosuslugi));
        assert_eq!(identified(Way::Gosuslugi, Some("gosuslugi")), by, "it did so itself");
        for state in [TaskState::Rejected, TaskState::Revoked, TaskState::Cancelled] {
            assert_eq!(wanted(&task(state, Goskey)), Wanted::Nothing, "it has heard of nothing");
            let known = AskedTask { submitted: Some("goskey".into()), ..task(state, Goskey) };
            assert_eq!(wanted(&known), Wanted::Revocation);
        }
        for state in [TaskState::Created, TaskState::Invited, TaskState::Issued, TaskState::Expired] {
            assert_eq!(wanted(&task(state, Goskey)), Wanted::Nothing);
        }
    }

    #[test]
    fn an_answer_is_steps_or_does_not_fit() {
        let taken = |state, identification, answer: &RequestState| {
            let steps = steps_of(&task(state, identification), answer, NOW)?;
            Some(steps.into_iter().map(|(taken, _, _)| taken).collect::<Vec<_>>())
        };
        use Identification::{EasyDocs, Goskey, InPerson, None as Nobody};
        use TaskState::{Cancelled, Confirmed, Created, Identified, Issued};
        let goskey = TaskStep::Identify(Way::Goskey);
        assert_eq!(taken(Confirmed, Goskey, &RequestState::Pending), Some(vec![]));
        assert_eq!(taken(Cancelled, Goskey, &RequestState::Pending), None, "it is to hear that it is over");
        assert_eq!(taken(Confirmed, Goskey, &RequestState::Identified(Way::Goskey)), Some(vec![goskey]));
        assert_eq!(taken(Identified, Goskey, &RequestState::Identified(Way::Goskey)), Some(vec![]));
        assert_eq!(taken(Confirmed, Goskey, &RequestState::Identified(Way::Gosuslugi)), None, "not this product's");
        assert_eq!(
            taken(Confirmed, EasyDocs, &issued(365)),
            Some(vec![TaskStep::Identify(Way::Gosuslugi), TaskStep::Issue])
        );
        assert_eq!(taken(Confirmed, Nobody, &issued(365)), Some(vec![TaskStep::Issue]));
        assert_eq!(taken(Identified, InPerson, &issued(365)), Some(vec![TaskStep::Issue]));
        assert_eq!(taken(Confirmed, InPerson, &issued(365)), None, "nobody has come");
        for state in [Created, Issued, Cancelled] {
            assert_eq!(taken(state, Goskey, &issued(365)), None, "{state:?}");
        }
        for days in [-1, 0, 4_000] {
            assert_eq!(taken(Identified, Goskey, &issued(days)), None, "{days}");
        }
        let serial =
            |serial: &str| RequestState::Issued { serial: serial.into(), valid_until: NOW.plus_seconds(86_400) };
        for wrong in ["", " ", "1\n2", &"1".repeat(101)] {
            assert_eq!(taken(Identified, Goskey, &serial(wrong)), None, "{wrong}");
        }
        assert_eq!(taken(Identified, Goskey, &RequestState::Revoked), None);
        let rejected =
            |reason: &str| steps_of(&task(Confirmed, Goskey), &RequestState::Rejected { reason: reason.into() }, NOW);
        assert_eq!(rejected(" \n "), None, "without a reason it is none");
        let long = rejected(&format!("Паспорт \u{7}просрочен {}", "я".repeat(500))).unwrap().remove(0).1.unwrap();
        assert!(long.starts_with("Паспорт просрочен я") && long.chars().count() == MAX_REASON_CHARS, "{long}");
    }

    #[test]
    fn who_waits_long_is_asked_about_less_often() {
        let few = |asked| wait(asked, 12_000);
        assert_eq!([0, 1, 2, 9, 10, 63, u64::MAX].map(few), [1, 2, 4, 512, 600, 600, 600]);
        assert_eq!([0, 9, 10, 13, 14].map(|asked| wait(asked, 200_000)), [1, 512, 1024, 8192, 10_000], "20 a second");
        assert!(wait(u64::MAX, u64::MAX) > 0);
    }
}
