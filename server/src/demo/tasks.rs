//! Certificate tasks of ООО «Ромашка» that have gone some way: so that every state can be looked at.

use domain::{
    AccountId, EXPIRING_SECONDS, INVITATION_SECONDS, IdSet, Identification, Instant, OrganizationId, TaskId, TaskState,
    TaskView, Way,
};
use service::ports::{Certificate, StepAuthor, Steps, Store, StoreResult, Transaction};

const DAY: i64 = 86_400;
/// The people of the handbook come first; nothing has happened to their tasks.
const KNOWN: i64 = 17;
/// Enough to find them all.
const MOST: u32 = 1_000;

/// A life: of which products, how many live it, how far it goes, and how many days ago it began. The certificate ends
/// a year after it was issued.
struct Life {
    identification: Identification,
    count: usize,
    to: TaskState,
    days: i64,
}

/// Nothing here waits for the authority: its sandbox would move it on.
const LIVES: [Life; 8] = {
    use Identification::{EasyDocs, InPerson, None};
    use TaskState::{Confirmed, Expired, Expiring, Invited, Issued, Rejected, Revoked};
    const fn life(identification: Identification, count: usize, to: TaskState, days: i64) -> Life {
        Life { identification, count, to, days }
    }
    [
        life(EasyDocs, 6, Invited, 3),
        life(InPerson, 2, Confirmed, 2),
        life(EasyDocs, 9, Issued, 40),
        life(None, 12, Issued, 90),
        life(EasyDocs, 3, Expiring, 350),
        life(EasyDocs, 1, Expired, 372),
        life(EasyDocs, 2, Rejected, 9),
        life(EasyDocs, 1, Revoked, 60),
    ]
};

/// Lets tasks live.
///
/// # Errors
/// As any write.
pub async fn fill(
    store: &dyn Store,
    organization: OrganizationId,
    account: AccountId,
    now: Instant,
) -> StoreResult<()> {
    let mut rows = store.task_rows(organization, &TaskView::default(), None, MOST).await?;
    rows.retain(|row| row.member.0 > KNOWN && row.state == TaskState::Created);
    let mut transaction = store.begin(organization).await?;
    for life in LIVES {
        let mut fitting = Vec::new();
        rows.retain(|row| {
            let fits = fitting.len() < life.count && row.identification == life.identification;
            if fits {
                fitting.push(row.id);
            }
            !fits
        });
        let tasks: IdSet = fitting.iter().map(|task| task.0).collect();
        if !tasks.is_empty() {
            live(&mut *transaction, &life, &tasks, account, now).await?;
        }
    }
    transaction.commit().await
}

async fn live(
    transaction: &mut dyn Transaction,
    life: &Life,
    tasks: &IdSet,
    account: AccountId,
    now: Instant,
) -> StoreResult<()> {
    let day = |after: i64| now.plus_seconds((after - life.days) * DAY);
    let valid_until = day(2).date().plus_months(12).end();
    let usual = Steps {
        tasks,
        to: TaskState::Invited,
        at: day(0),
        author: StepAuthor::Account(account),
        operation: None,
        way: None,
        reason: None,
        certificate: None,
        ask_at: None,
        withdraw_at: None,
        turns_at: None,
    };
    let way = life.identification.ways().first().copied();
    let identify = |way: Way| {
        let author = if way == Way::InPerson { usual.author } else { StepAuthor::Authority };
        Steps { to: TaskState::Identified, at: day(2), author, way: Some(way), ..usual.clone() }
    };
    let issue = Steps {
        to: TaskState::Issued,
        at: day(2).plus_seconds(60),
        author: StepAuthor::Authority,
        certificate: Some(Certificate { serial: None, valid_until }),
        turns_at: Some(valid_until.plus_seconds(-EXPIRING_SECONDS)),
        ..usual.clone()
    };
    let turn = |to: TaskState, at: Instant| Steps { to, at, author: StepAuthor::Installation, ..usual.clone() };
    let confirm = Steps { to: TaskState::Confirmed, at: day(1), author: StepAuthor::Person, ..usual.clone() };
    let reject = Steps {
        to: TaskState::Rejected,
        at: day(2),
        author: StepAuthor::Authority,
        reason: Some("Данные не совпали с паспортными"),
        ..usual.clone()
    };
    let revoke = Steps { to: TaskState::Revoked, at: day(30), ..usual.clone() };
    let mut steps = vec![usual.clone()];
    let issued = way.map(identify).into_iter().chain([issue]);
    match life.to {
        TaskState::Invited => {}
        TaskState::Confirmed => steps.push(confirm),
        TaskState::Rejected => steps.extend([confirm, reject]),
        to => {
            steps.push(confirm);
            steps.extend(issued);
            if matches!(to, TaskState::Expiring | TaskState::Expired) {
                steps.push(turn(TaskState::Expiring, valid_until.plus_seconds(-EXPIRING_SECONDS)));
            }
            if to == TaskState::Expired {
                steps.push(turn(TaskState::Expired, valid_until));
            }
            if to == TaskState::Revoked {
                steps.push(revoke);
            }
        }
    }
    for step in &steps {
        transaction.take_steps(step).await?;
    }
    // No token has such a hash: these links were sent to nobody.
    let hashes: Vec<(TaskId, String)> = tasks.iter().map(|task| (TaskId(task), format!("{task:064x}"))).collect();
    transaction.keep_invitations(&hashes, day(0).plus_seconds(INVITATION_SECONDS)).await
}
