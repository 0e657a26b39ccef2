//! Certificate tasks: their steps, their links, and what the installation is to do for them.

use domain::{
    Direction, IdSet, Identification, Instant, Kind, OrganizationId, TaskAuthor, TaskFilter, TaskId, TaskSortKey,
    TaskState, TaskView, Way,
};
use service::ports::{Certificate, StepAuthor, Steps, Store, StoreError, StoreResult};
use store::SqlStore;

use crate::database::on_both;
use crate::world::{
    ABROAD, DAY, HOME, NOW, account, check_invariants, ids, open_tasks, operation, revoke, seats, set,
    two_organizations,
};

on_both!(
    a_step_moves_tasks_and_is_written,
    all_tasks_of_a_step_or_none,
    foreign_tasks_are_not_there,
    a_link_leads_to_the_newest_task,
    tasks_are_found,
    tasks_are_sorted,
    picked_tasks_are_shown_whatever_the_filter,
    one_server_takes_a_task_in_hand,
    what_was_asked_for_is_withdrawn,
    time_moves_certificates_on,
    an_undone_revoke_continues_the_task,
);

/// The tasks of the two seats that each organisation has.
async fn tasks(store: &SqlStore, organization: OrganizationId) -> IdSet {
    let tasks = store.task_ids(organization, &TaskFilter::default()).await.unwrap();
    assert_eq!(tasks.len(), 2);
    tasks
}

fn first(tasks: &IdSet) -> IdSet {
    set(&tasks.as_slice()[..1])
}

fn to(tasks: &IdSet, to: TaskState) -> Steps<'_> {
    Steps {
        tasks,
        to,
        at: NOW,
        author: StepAuthor::Person,
        operation: None,
        way: None,
        reason: None,
        certificate: None,
        ask_at: None,
        withdraw_at: None,
        turns_at: None,
    }
}

async fn take(store: &SqlStore, organization: OrganizationId, steps: &Steps<'_>) -> StoreResult<()> {
    let mut tx = store.begin(organization).await?;
    tx.take_steps(steps).await?;
    tx.commit().await
}

async fn keep_link(store: &SqlStore, task: i64, hash: &str) {
    let mut tx = store.begin(HOME).await.unwrap();
    let hashes = [(TaskId(task), hash.to_owned())];
    tx.keep_invitations(&hashes, Instant(NOW.0 + DAY)).await.unwrap();
    tx.commit().await.unwrap();
}

async fn a_step_moves_tasks_and_is_written(store: SqlStore) {
    two_organizations(&store).await;
    let both = tasks(&store, HOME).await;
    let one = first(&both);
    let me = account(&store, HOME).await;
    let invited = Steps { author: StepAuthor::Account(me), ..to(&both, TaskState::Invited) };
    take(&store, HOME, &invited).await.unwrap();
    take(&store, HOME, &to(&one, TaskState::Confirmed)).await.unwrap();
    let way = Some(Way::Gosuslugi);
    take(&store, HOME, &Steps { way, author: StepAuthor::Authority, ..to(&one, TaskState::Identified) }).await.unwrap();
    let until = Instant(NOW.0 + 365 * DAY);
    let certificate = Some(Certificate { serial: Some("01AF".into()), valid_until: until });
    take(&store, HOME, &Steps { certificate, ..to(&one, TaskState::Issued) }).await.unwrap();

    let task = store.task(HOME, TaskId(one.as_slice()[0])).await.unwrap().unwrap();
    assert_eq!((task.row.state, task.way, task.serial.as_deref()), (TaskState::Issued, way, Some("01AF")));
    assert_eq!(task.row.valid_until, Some(until));
    let told: Vec<(Option<TaskState>, TaskState)> = task.history.iter().map(|event| (event.from, event.to)).collect();
    use TaskState::{Confirmed, Created, Identified, Invited, Issued};
    assert_eq!(
        told,
        [
            (None, Created),
            (Some(Created), Invited),
            (Some(Invited), Confirmed),
            (Some(Confirmed), Identified),
            (Some(Identified), Issued)
        ]
    );
    assert!(matches!(&task.history[0].author, TaskAuthor::Account(name) if name.starts_with("Администратор")));
    assert!(task.history[0].operation.is_some(), "the licence was issued by an operation");
    assert!(matches!(&task.history[1].author, TaskAuthor::Account(_)));
    assert_eq!([&task.history[2].author, &task.history[3].author], [&TaskAuthor::Person, &TaskAuthor::Authority]);
    let other = store.task(HOME, TaskId(both.as_slice()[1])).await.unwrap().unwrap();
    assert_eq!((other.row.state, other.history.len()), (Invited, 2));
    // A certificate ends a task's being open.
    let open = "SELECT count(*) FROM certificate_tasks WHERE organization_id = 1 AND closed_at IS NULL";
    assert_eq!(store.scalar(open).await.unwrap(), 1);
    check_invariants(&store).await;
}

async fn all_tasks_of_a_step_or_none(store: SqlStore) {
    two_organizations(&store).await;
    let (ours, theirs) = (tasks(&store, HOME).await, tasks(&store, ABROAD).await);
    for more in [theirs.as_slice()[0], 1_000_000] {
        let many = ours.or(&set(&[more]));
        assert_eq!(take(&store, HOME, &to(&many, TaskState::Invited)).await, Err(StoreError::Conflict));
    }
    let mut tx = store.begin(HOME).await.unwrap();
    let hashes = [(TaskId(theirs.as_slice()[0]), "a".repeat(64))];
    assert_eq!(tx.keep_invitations(&hashes, NOW).await, Err(StoreError::Conflict));
    drop(tx);
    assert_eq!(store.scalar("SELECT count(*) FROM task_steps").await.unwrap(), 0);
    assert_eq!(store.scalar("SELECT count(*) FROM certificate_tasks WHERE state <> 'created'").await.unwrap(), 0);
    // A rejection without its reason, and an account that is nobody's.
    assert!(take(&store, HOME, &to(&ours, TaskState::Rejected)).await.is_err());
    let stranger = StepAuthor::Account(account(&store, ABROAD).await);
    let foreign = Steps { author: stranger, ..to(&ours, TaskState::Invited) };
    assert_eq!(take(&store, HOME, &foreign).await, Err(StoreError::Conflict));
    let reason = Some("Паспорт просрочен");
    take(&store, HOME, &Steps { reason, ..to(&ours, TaskState::Rejected) }).await.unwrap();
}

async fn foreign_tasks_are_not_there(store: SqlStore) {
    two_organizations(&store).await;
    let theirs = tasks(&store, ABROAD).await;
    let id = TaskId(theirs.as_slice()[0]);
    assert_eq!(store.task(HOME, id).await.unwrap(), None);
    assert!(store.task_classes(HOME, &theirs).await.unwrap().is_empty());
    assert!(store.task_briefs(HOME, &theirs).await.unwrap().is_empty());
    assert!(store.asked_task(HOME, id).await.unwrap().is_none());
    let ours = store.task_rows(HOME, &TaskView::default(), None, 100).await.unwrap();
    assert!(ours.iter().all(|row| !theirs.contains(row.id.0)));
    assert_eq!(store.task_classes(ABROAD, &theirs).await.unwrap().len(), 1, "there they are");
    let mut tx = store.begin(HOME).await.unwrap();
    assert!(tx.invitees(&theirs).await.unwrap().is_empty());
    drop(tx);
    keep_link(&store, tasks(&store, HOME).await.as_slice()[0], &"a".repeat(64)).await;
    let mut tx = store.begin(ABROAD).await.unwrap();
    assert_eq!(tx.invited(&"a".repeat(64)).await, Ok(None), "another organisation's link");
    let step = "INSERT INTO task_steps (organization_id, task_id, at, author, from_state, to_state) \
                SELECT 1, id, 0, 'person', 'created', 'invited' FROM certificate_tasks WHERE organization_id = 2";
    drop(tx);
    assert_eq!(store.execute_script(step).await, Err(StoreError::Conflict));
}

async fn a_link_leads_to_the_newest_task(store: SqlStore) {
    two_organizations(&store).await;
    let task = tasks(&store, HOME).await.as_slice()[0];
    let (hash, newer) = ("a".repeat(64), "b".repeat(64));
    assert_eq!(store.invited(&hash).await, Ok(None));
    keep_link(&store, task, &hash).await;
    let invited = store.invited(&hash).await.unwrap().unwrap();
    assert_eq!((invited.organization, invited.task, invited.state), (HOME, TaskId(task), TaskState::Created));
    assert_eq!((invited.shown.organization.as_str(), invited.shown.until), ("romashka", Instant(NOW.0 + DAY)));
    keep_link(&store, task, &newer).await;
    assert_eq!(store.invited(&hash).await, Ok(None), "the former leads nowhere");
    assert!(store.invited(&newer).await.unwrap().is_some());
}

async fn tasks_are_found(store: SqlStore) {
    two_organizations(&store).await;
    let both = tasks(&store, HOME).await;
    let rows = store.task_rows(HOME, &TaskView::default(), None, 10).await.unwrap();
    assert_eq!(
        rows.iter().map(|row| row.id.0).collect::<Vec<_>>(),
        [both.as_slice()[1], both.as_slice()[0]],
        "newest first"
    );
    let second = TaskView { page: 2, ..TaskView::default() };
    assert_eq!(store.task_rows(HOME, &second, None, 1).await.unwrap(), rows[1..]);
    take(&store, HOME, &to(&first(&both), TaskState::Invited)).await.unwrap();
    let filter = |state, search: &str| TaskFilter { state, product: None, search: search.into() };
    let found = async |filter: TaskFilter| {
        let ids = store.task_ids(HOME, &filter).await.unwrap();
        let rows =
            store.task_rows(HOME, &TaskView { filter: filter.clone(), ..TaskView::default() }, None, 10).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.id.0).collect::<IdSet>(), ids, "{filter:?}");
        let counts = store.task_counts(HOME, &filter).await.unwrap();
        let counted: u64 =
            counts.iter().filter(|(state, _)| filter.state.is_none_or(|only| only == *state)).map(|(_, n)| n).sum();
        assert_eq!(counted, ids.len() as u64, "{filter:?}");
        ids.len()
    };
    assert_eq!(found(filter(Some(TaskState::Invited), "")).await, 1);
    assert_eq!(found(filter(Some(TaskState::Issued), "")).await, 0);
    assert_eq!(found(filter(None, "фамилия ИМЯ")).await, 2);
    let email = rows[0].email.clone();
    assert_eq!(found(filter(None, &email)).await, 1);
    assert_eq!(found(filter(None, "щ")).await, 0);
    assert_eq!(found(filter(None, "a b c d e f g h")).await, 0);
    let product = store.pools(HOME).await.unwrap()[0].product.id;
    assert_eq!(found(TaskFilter { product: Some(product), ..TaskFilter::default() }).await, 2);
    assert_eq!(found(TaskFilter { product: Some(domain::ProductId(3)), ..TaskFilter::default() }).await, 0);
    let briefs = store.task_briefs(HOME, &both).await.unwrap();
    assert_eq!(briefs.len(), 2);
    let classes = store.task_classes(HOME, &both).await.unwrap();
    assert!(classes.iter().all(|class| class.identification == Identification::EasyDocs && class.tasks.len() == 1));
}

async fn one_server_takes_a_task_in_hand(store: SqlStore) {
    two_organizations(&store).await;
    let both = tasks(&store, HOME).await;
    assert_eq!(store.tasks_to_ask(NOW, 10).await.unwrap(), []);
    let asked = Steps { ask_at: Some(NOW), ..to(&both, TaskState::Confirmed) };
    take(&store, HOME, &asked).await.unwrap();
    let waiting = store.tasks_to_ask(NOW, 10).await.unwrap();
    assert_eq!(waiting.len(), 2);
    assert_eq!(store.tasks_to_ask(NOW, 1).await.unwrap(), waiting[..1]);
    let (organization, id) = waiting[0];
    let task = store.asked_task(organization, id).await.unwrap().unwrap();
    assert_eq!((task.asked, task.submitted.as_deref()), (0, None));
    let later = Instant(NOW.0 + DAY);
    assert_eq!(store.take_in_hand(organization, &task, Some("gosuslugi"), later).await, Ok(true));
    assert_eq!(store.take_in_hand(organization, &task, Some("gosuslugi"), later).await, Ok(false), "the second");
    assert_eq!(store.tasks_to_ask(NOW, 10).await.unwrap(), waiting[1..]);
    assert_eq!(store.next_to_ask(NOW).await.unwrap(), Some(later));
    let task = store.asked_task(organization, id).await.unwrap().unwrap();
    assert_eq!((task.asked, task.submitted.as_deref()), (1, Some("gosuslugi")));
    store.ask_next(organization, id, Instant(later.0 + 1), None).await.unwrap();
    assert_eq!(store.next_to_ask(NOW).await.unwrap(), Some(later), "somebody has asked for something else since");
    store.ask_next(organization, id, later, Some(NOW)).await.unwrap();
    assert_eq!(store.asked_task(organization, id).await.unwrap().unwrap().asked, 0, "that one did not count");
    assert_eq!(store.tasks_asking().await.unwrap(), 2);
    // Whom nobody was asked about yet comes before whoever has waited longer.
    let task = store.asked_task(organization, id).await.unwrap().unwrap();
    let long_ago = Instant(NOW.0 - DAY);
    assert!(store.take_in_hand(organization, &task, Some("gosuslugi"), long_ago).await.unwrap());
    assert_eq!(store.tasks_to_ask(NOW, 10).await.unwrap(), [waiting[1], waiting[0]]);
    assert_eq!(store.tasks_to_ask(NOW, 1).await.unwrap(), waiting[1..]);
    store.ask_next(organization, id, long_ago, None).await.unwrap();
    assert!(store.asked_task(organization, id).await.unwrap().is_none());
    assert_eq!(store.tasks_asking().await.unwrap(), 1);
    // It is over, and the request may have arrived after it was withdrawn.
    let one: IdSet = [id.0].into_iter().collect();
    let again = async || {
        let mut tx = store.begin(organization).await.unwrap();
        tx.withdraw_again(id, NOW).await.unwrap();
        tx.commit().await.unwrap();
        store.asked_task(organization, id).await.unwrap().is_some()
    };
    assert!(!again().await, "it is not over");
    take(&store, HOME, &Steps { reason: Some("Нет"), ..to(&one, TaskState::Rejected) }).await.unwrap();
    assert!(again().await);
}

async fn what_was_asked_for_is_withdrawn(store: SqlStore) {
    two_organizations(&store).await;
    let both = tasks(&store, HOME).await;
    take(&store, HOME, &Steps { ask_at: Some(NOW), ..to(&both, TaskState::Confirmed) }).await.unwrap();
    let task = store.asked_task(HOME, TaskId(both.as_slice()[0])).await.unwrap().unwrap();
    assert!(store.take_in_hand(HOME, &task, Some("gosuslugi"), Instant(NOW.0 + DAY)).await.unwrap());
    let (reason, withdraw_at) = (Some("Нет"), Some(NOW));
    take(&store, HOME, &Steps { reason, withdraw_at, ..to(&both, TaskState::Rejected) }).await.unwrap();
    assert_eq!(store.tasks_to_ask(NOW, 10).await.unwrap(), [(HOME, task.id)], "of the other nobody has heard");
}

async fn time_moves_certificates_on(store: SqlStore) {
    two_organizations(&store).await;
    let both = tasks(&store, HOME).await;
    let (soon, until) = (Instant(NOW.0 + DAY), Instant(NOW.0 + 31 * DAY));
    let certificate = Some(Certificate { serial: None, valid_until: until });
    take(&store, HOME, &Steps { certificate, turns_at: Some(soon), ..to(&both, TaskState::Issued) }).await.unwrap();
    assert_eq!(store.organizations_turning(NOW).await.unwrap(), []);
    assert_eq!(store.next_turn(NOW).await.unwrap(), Some(soon));
    assert_eq!(store.organizations_turning(soon).await.unwrap(), [HOME]);
    let mut tx = store.begin(HOME).await.unwrap();
    assert_eq!(tx.turning(TaskState::Issued, NOW).await.unwrap(), IdSet::EMPTY);
    assert_eq!(tx.turning(TaskState::Issued, soon).await.unwrap(), both);
    assert_eq!(tx.turning(TaskState::Expiring, soon).await.unwrap(), IdSet::EMPTY);
    tx.take_steps(&to(&both, TaskState::Expiring)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.next_turn(soon).await.unwrap(), Some(until), "then when the certificate ends");
    take(&store, HOME, &to(&both, TaskState::Expired)).await.unwrap();
    assert_eq!(store.next_turn(NOW).await.unwrap(), None);
}

async fn tasks_are_sorted(store: SqlStore) {
    two_organizations(&store).await;
    let both = tasks(&store, HOME).await;
    let [older, newer] = [both.as_slice()[0], both.as_slice()[1]];
    let order = async |sort| {
        let rows = store.task_rows(HOME, &TaskView { sort, ..TaskView::default() }, None, 10).await.unwrap();
        rows.iter().map(|row| row.id.0).collect::<Vec<_>>()
    };
    // By whatever they are alike in, by their names.
    let names = order(Some((TaskSortKey::Name, Direction::Ascending))).await;
    let other_way: Vec<i64> = names.iter().rev().copied().collect();
    assert_eq!(order(Some((TaskSortKey::Name, Direction::Descending))).await, other_way);
    for key in TaskSortKey::ALL {
        for direction in [Direction::Ascending, Direction::Descending] {
            let alike = key != TaskSortKey::Name;
            assert!(!alike || order(Some((key, direction))).await == names, "{key:?} {direction:?}");
        }
    }
    let until = Certificate { serial: None, valid_until: Instant(NOW.0 + DAY) };
    let older_one = first(&both);
    let issued = Steps { at: Instant(NOW.0 + 1), certificate: Some(until), ..to(&older_one, TaskState::Issued) };
    take(&store, HOME, &issued).await.unwrap();
    for (key, up, down) in [
        (TaskSortKey::State, [newer, older], [older, newer]),
        (TaskSortKey::Since, [newer, older], [older, newer]),
        (TaskSortKey::Until, [older, newer], [older, newer]),
    ] {
        assert_eq!(order(Some((key, Direction::Ascending))).await, up, "{key:?}");
        assert_eq!(order(Some((key, Direction::Descending))).await, down, "{key:?}");
    }
}

async fn picked_tasks_are_shown_whatever_the_filter(store: SqlStore) {
    two_organizations(&store).await;
    let (ours, theirs) = (tasks(&store, HOME).await, tasks(&store, ABROAD).await);
    let nothing = TaskFilter { state: Some(TaskState::Revoked), product: None, search: "щ".into() };
    let view = TaskView { filter: nothing, ..TaskView::default() };
    let shown = async |picked: &IdSet, page| {
        let view = TaskView { page, ..view.clone() };
        store.task_rows(HOME, &view, Some(picked), 1).await.unwrap().iter().map(|row| row.id.0).collect::<IdSet>()
    };
    assert!(store.task_rows(HOME, &view, None, 10).await.unwrap().is_empty());
    assert_eq!(shown(&first(&ours), 1).await, first(&ours));
    assert_eq!(shown(&ours.or(&theirs), 1).await.or(&shown(&ours.or(&theirs), 2).await), ours);
    assert!(shown(&theirs, 1).await.is_empty(), "another organisation's");
    assert!(shown(&IdSet::EMPTY, 1).await.is_empty());
}

async fn an_undone_revoke_continues_the_task(store: SqlStore) {
    two_organizations(&store).await;
    let both = tasks(&store, HOME).await;
    take(&store, HOME, &Steps { ask_at: Some(NOW), ..to(&both, TaskState::Confirmed) }).await.unwrap();
    keep_link(&store, both.as_slice()[0], &"a".repeat(64)).await;
    let members = set(&ids(&store, HOME).await);
    let held = seats(&store, HOME, &members).await;
    let holders: IdSet =
        store.task_rows(HOME, &TaskView::default(), None, 10).await.unwrap().iter().map(|row| row.member.0).collect();
    let revoked = revoke(&store, HOME, &holders, &held).await.unwrap();
    assert_eq!(store.invited(&"a".repeat(64)).await.unwrap().unwrap().state, TaskState::Cancelled);
    let cancelled = store.task(HOME, TaskId(both.as_slice()[0])).await.unwrap().unwrap();
    let last = cancelled.history.last().unwrap();
    assert_eq!((last.from, last.to, last.operation), (Some(TaskState::Confirmed), TaskState::Cancelled, Some(revoked)));
    let mut tx = store.begin(HOME).await.unwrap();
    let undo = operation(&store, tx.as_mut(), HOME, Kind::UndoRevoke, Some(revoked), &holders).await.unwrap();
    tx.restore(undo, revoked, &held, NOW).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(open_tasks(&store, HOME, &members).await, 2);
    let anew = store.invited(&"a".repeat(64)).await.unwrap().unwrap();
    assert_eq!(anew.state, TaskState::Confirmed);
    assert!(!both.contains(anew.task.0), "another task, with the same link");
    let anew = store.task(HOME, anew.task).await.unwrap().unwrap();
    let told: Vec<TaskState> = anew.history.iter().map(|event| event.to).collect();
    use TaskState::{Cancelled, Confirmed, Created};
    assert_eq!(told.len(), 4);
    assert!([Created, Cancelled, Confirmed].iter().all(|state| told.contains(state)), "{told:?}");
    assert!(anew.awaits_authority, "it is asked for anew");
    check_invariants(&store).await;
}
