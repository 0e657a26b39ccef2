//! What tests put into a database.

use domain::{
    Employment, IdSet, Identification, Instant, Kind, OperationId, OperationState, OrganizationId, Outcome, PersonName,
    PoolCode, PoolId, SIGNATURE_GROUP, Selection, SignatureKind,
};
use service::ports::{Accounts as _, NewOperation, Store, StoreResult, Transaction};
use service::roster::Roster;
use store::{SeedAccount, SeedMember, SeedOrganization, SeedPool, SeedProduct, SqlStore};

pub const NOW: Instant = Instant(1_800_000_000_000_000);
pub const DAY: i64 = 86_400_000_000;
/// The first organisation that is seeded.
pub const HOME: OrganizationId = OrganizationId(1);
pub const ABROAD: OrganizationId = OrganizationId(2);

/// Three products of signatures, two of them with one label.
pub fn signatures() -> Vec<SeedProduct> {
    let product = |title: &str, label: &str, signature, identification| SeedProduct {
        title: title.into(),
        label: label.into(),
        signature,
        identification,
        exclusive_group: SIGNATURE_GROUP.into(),
        price: Some(domain::Kopecks(30_000)),
        term_months: Some(12),
        trial: None,
        rules: domain::ProductRules::default(),
    };
    vec![
        product("УНЭП EasyDocs", "ЛК с УНЭП", SignatureKind::EnhancedUnqualified, Identification::EasyDocs),
        product("ПЭП", "ЛК с ПЭП", SignatureKind::Simple, Identification::None),
        product("УНЭП Госключ", "ЛК с УНЭП", SignatureKind::EnhancedUnqualified, Identification::Goskey),
    ]
}

/// A product that can be held besides a signature.
pub fn archive() -> SeedProduct {
    SeedProduct {
        title: "Архив".into(),
        label: "ЛК с Архивом".into(),
        signature: SignatureKind::Simple,
        identification: Identification::None,
        exclusive_group: "archive".into(),
        price: None,
        term_months: None,
        trial: None,
        rules: domain::ProductRules::default(),
    }
}

pub fn pool(product: usize, number: usize, left: u64, valid_until: Option<Instant>) -> SeedPool {
    let code = PoolCode::parse(&format!("pool{number:04}")).unwrap();
    SeedPool { product, code, left, valid_from: Instant(NOW.0 - DAY), valid_until }
}

pub fn organization(name: &str, groups: &[&str], pools: Vec<SeedPool>, members: Vec<SeedMember>) -> SeedOrganization {
    SeedOrganization {
        name: name.into(),
        region: None,
        large_deed: 1000,
        accounts: vec![SeedAccount {
            name: format!("Администратор {name}"),
            email: format!("admin@{name}.example"),
            role: domain::Role::Owner,
        }],
        password_hash: "$argon2id$".into(),
        groups: groups.iter().map(|group| (*group).into()).collect(),
        pools,
        members,
    }
}

pub fn member(number: usize, employment: Employment) -> SeedMember {
    SeedMember {
        name: PersonName {
            surname: format!("Фамилия{}", letters(number)),
            first: "Имя".into(),
            patronymic: String::new(),
        },
        email: format!("m{number}@mail.example"),
        employment,
        last_active: None,
        groups: Vec::new(),
        holds: None,
        besides: Vec::new(),
        region: None,
    }
}

fn letters(mut number: usize) -> String {
    let mut text = String::new();
    loop {
        text.push(char::from(b'a' + u8::try_from(number % 26).unwrap()));
        number /= 26;
        if number == 0 {
            return text;
        }
    }
}

/// Two organisations alike: five people (employee, candidate, dismissed, employee with a seat, dismissed with a seat),
/// a pool of 3 + 2 seats and one of 2.
pub async fn two_organizations(store: &SqlStore) {
    let people = |holding: bool| {
        use Employment::{Candidate, Dismissed, Employee};
        let mut people: Vec<SeedMember> = [Employee, Candidate, Dismissed, Employee, Dismissed]
            .into_iter()
            .enumerate()
            .map(|(place, employment)| member(place + 1, employment))
            .collect();
        if holding {
            people[3].holds = Some(0);
            people[4].holds = Some(0);
        }
        people[0].groups = vec![0];
        people[1].groups = vec![0, 1];
        people
    };
    let until = Some(Instant(NOW.0 + 100 * DAY));
    let pools = || vec![pool(0, 1, 3, until), pool(1, 2, 2, None)];
    let one = organization("romashka", &["Москва", "Казань"], pools(), people(true));
    let other = organization("lutik", &["Москва", "Казань"], pools(), people(true));
    store.seed(&signatures(), &[one, other], NOW).await.unwrap();
}

pub fn set(ids: &[i64]) -> IdSet {
    ids.iter().copied().collect()
}

/// Ids of the organisation's members in the order in which they were seeded.
pub async fn ids(store: &SqlStore, organization: OrganizationId) -> Vec<i64> {
    let everybody = Selection::by_filter(domain::Filter::default());
    let snapshot = store.snapshot(organization, SIGNATURE_GROUP, &everybody).await.unwrap();
    snapshot.members().iter().collect()
}

pub async fn roster(store: &SqlStore, organization: OrganizationId) -> Roster {
    Roster::of(store.changes(organization, None).await.unwrap()).unwrap()
}

/// Everybody of a selection, by name.
pub fn found(roster: &Roster, selection: &Selection) -> Vec<i64> {
    roster
        .page(&roster.find(selection, &domain::Coverage::Everybody), domain::Sort::default(), 0, u32::MAX)
        .iter()
        .map(|row| row.id.0)
        .collect()
}

pub async fn pool_ids(store: &SqlStore, organization: OrganizationId) -> Vec<PoolId> {
    store.pools(organization).await.unwrap().iter().map(|pool| pool.id).collect()
}

pub async fn account(store: &SqlStore, organization: OrganizationId) -> domain::AccountId {
    let name = if organization == HOME { "romashka" } else { "lutik" };
    store.account_by_email(&format!("admin@{name}.example"), None).await.unwrap().unwrap().account.id
}

/// An operation that is carried out as it is written.
pub async fn operation(
    store: &SqlStore,
    tx: &mut dyn Transaction,
    organization: OrganizationId,
    kind: Kind,
    undoes: Option<OperationId>,
    accepted: &IdSet,
) -> StoreResult<OperationId> {
    let operation = NewOperation {
        kind,
        state: OperationState::Done,
        account: Some(account(store, organization).await),
        pool: None,
        created_at: NOW,
        expires_at: NOW,
        settled_at: Some(NOW),
        digest: "digest".into(),
        undoes,
        basis: None,
        strangers: Vec::new(),
    };
    tx.insert_operation(&operation, &[(Outcome::Accepted, accepted.clone())], &[]).await
}

pub async fn issue(
    store: &SqlStore,
    organization: OrganizationId,
    pool: PoolId,
    members: &IdSet,
) -> StoreResult<OperationId> {
    let mut tx = store.begin(organization).await?;
    let id = operation(store, tx.as_mut(), organization, Kind::Issue, None, members).await?;
    let pool = tx.pool(pool).await?.ok_or(service::ports::StoreError::Conflict)?;
    tx.issue(id, &pool, members, NOW).await?;
    tx.commit().await?;
    Ok(id)
}

pub async fn revoke(
    store: &SqlStore,
    organization: OrganizationId,
    members: &IdSet,
    seats: &[(PoolId, IdSet)],
) -> StoreResult<OperationId> {
    let mut tx = store.begin(organization).await?;
    let id = operation(store, tx.as_mut(), organization, Kind::Revoke, None, members).await?;
    tx.revoke(id, seats, NOW).await?;
    tx.commit().await?;
    Ok(id)
}

pub async fn renew(
    store: &SqlStore,
    organization: OrganizationId,
    pool: PoolId,
    members: &IdSet,
    seats: &[(PoolId, IdSet)],
) -> StoreResult<OperationId> {
    let mut tx = store.begin(organization).await?;
    let id = operation(store, tx.as_mut(), organization, Kind::Renew, None, members).await?;
    let pool = tx.pool(pool).await?.ok_or(service::ports::StoreError::Conflict)?;
    tx.renew(id, &pool, members, seats, NOW).await?;
    tx.commit().await?;
    Ok(id)
}

/// The seats that these members hold, by pool.
pub async fn seats(store: &SqlStore, organization: OrganizationId, members: &IdSet) -> Vec<(PoolId, IdSet)> {
    let snapshot = store.snapshot(organization, SIGNATURE_GROUP, &Selection::of_ids(members.clone())).await.unwrap();
    domain::plan(domain::Deed::Revoke, &snapshot).returned
}

/// Open certificate tasks of the seats that these members hold.
pub async fn open_tasks(store: &SqlStore, organization: OrganizationId, members: &IdSet) -> u64 {
    let held = seats(store, organization, members).await;
    let assignments = held.iter().flat_map(|(_, seats)| seats.iter()).collect();
    store.open_tasks(organization, &assignments).await.unwrap()
}

/// Invariants 1 to 3 as the database has them: nothing that contradicts them.
pub async fn check_invariants(store: &SqlStore) {
    let none = [
        (
            "a counter is not the count of active seats",
            "SELECT count(*) FROM pools p WHERE issued <> \
          (SELECT count(*) FROM assignments a WHERE a.pool_id = p.id AND a.ended_at IS NULL)",
        ),
        ("a pool is overdrawn", "SELECT count(*) FROM pools WHERE issued < 0 OR issued > total"),
        (
            "a member holds two seats of a group",
            "SELECT count(*) FROM (SELECT 1 FROM assignments \
          WHERE ended_at IS NULL GROUP BY member_id, exclusive_group HAVING count(*) > 1) AS t",
        ),
        (
            "a seat crosses organisations",
            "SELECT count(*) FROM assignments a \
          JOIN members m ON m.id = a.member_id JOIN pools p ON p.id = a.pool_id \
          JOIN operations o ON o.id = a.operation_id \
          WHERE m.organization_id <> a.organization_id OR p.organization_id <> a.organization_id \
             OR o.organization_id <> a.organization_id",
        ),
        (
            "a task crosses organisations",
            "SELECT count(*) FROM certificate_tasks t \
          JOIN assignments a ON a.id = t.assignment_id \
          WHERE a.organization_id <> t.organization_id OR a.member_id <> t.member_id",
        ),
        (
            "a task of an ended seat is open",
            "SELECT count(*) FROM certificate_tasks t \
          JOIN assignments a ON a.id = t.assignment_id WHERE a.ended_at IS NOT NULL AND t.closed_at IS NULL",
        ),
        (
            "a deleted member has words or groups",
            "SELECT count(*) FROM members m WHERE m.deleted_at IS NOT NULL AND ( \
          EXISTS (SELECT 1 FROM member_words w WHERE w.member_id = m.id) \
          OR EXISTS (SELECT 1 FROM group_members g WHERE g.member_id = m.id))",
        ),
    ];
    for (what, sql) in none {
        assert_eq!(store.scalar(sql).await.unwrap(), 0, "{what}");
    }
    for organization in [HOME, ABROAD] {
        let flows = store.seat_flows(organization).await.unwrap();
        for pool in store.pools(organization).await.unwrap() {
            let own = flows.iter().filter(|flow| flow.pool == pool.id);
            let (given, ended) = own.fold((0, 0), |(given, ended), flow| (given + flow.given, ended + flow.ended));
            assert_eq!(given - ended, pool.issued, "seats that came and did not go are not those issued");
        }
    }
}
