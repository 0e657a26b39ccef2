//! The partner of the demo, and whom it serves: ООО «Ромашка», АО «Север», and small organisations.

pub mod applications;

use domain::{
    AccountId, Capability, Deed, Employment, Filter, GRANTABLE, IdSet, Instant, Kind, OperationState, Outcome,
    PartnerCode, Refusal, Region, Rights, Role, SIGNATURE_GROUP, Selection,
};
use service::ports::{Accounts, NewOperation, Store, StoreResult};
use store::{SeedAccount, SeedOrganization, SeedPool, SqlStore};

use super::people::People;
use super::random::Random;
use super::terms::{day, pool};
use super::{ACCOUNT_NAME, LARGE_DEED, PEP, UKEP, UNEP_EASY_DOCS};

/// Who signs in for the partner.
pub const EMAIL: &str = "partner@servis.example";
/// A second one, for whom it is written to do the same.
pub const SECOND: &str = "manager@servis.example";
/// By what customers find it.
pub const CODE: &str = "7KQM2XRA";
/// Small customers of the demo.
pub const CUSTOMERS: usize = 200;

/// The partner, and `count` small organisations.
#[must_use]
pub fn organizations(password_hash: &str, now: Instant, count: usize) -> Vec<SeedOrganization> {
    let account = |name: &str, email: &str, role| SeedAccount { name: name.to_owned(), email: email.to_owned(), role };
    let mut people = People::new(Random::named("ООО «Кадры-Сервис»"), "servis.example", "mail.servis.example", now);
    let partner = SeedOrganization {
        name: "ООО «Кадры-Сервис»".to_owned(),
        large_deed: LARGE_DEED,
        accounts: vec![
            account("Орлова Нина", EMAIL, Role::Owner),
            account("Тихонов Павел", SECOND, Role::Administrator),
            account("Рябова Инна", "buh@servis.example", Role::Accountant),
        ],
        password_hash: password_hash.to_owned(),
        region: Region::parse("77"),
        groups: Vec::new(),
        pools: pool(PEP, "Ks7_pW2x", 10, day(now, -200).start(), None).into_iter().collect(),
        members: (0..12).map(|_| people.member(Employment::Employee)).collect(),
    };
    std::iter::once(partner).chain((0..count).map(|place| small(password_hash, now, place))).collect()
}

const NAMES: [&str; 50] = [
    "Астра",
    "Берег",
    "Вектор",
    "Гранит",
    "Дельта",
    "Евразия",
    "Жемчуг",
    "Заря",
    "Импульс",
    "Каскад",
    "Лагуна",
    "Маяк",
    "Новатор",
    "Океан",
    "Парус",
    "Радуга",
    "Салют",
    "Тайга",
    "Уют",
    "Факел",
    "Хорда",
    "Центр",
    "Чайка",
    "Штурм",
    "Эталон",
    "Юпитер",
    "Ярило",
    "Алмаз",
    "Бриз",
    "Волна",
    "Горизонт",
    "Дружба",
    "Ель",
    "Журавль",
    "Звезда",
    "Искра",
    "Кедр",
    "Лотос",
    "Метеор",
    "Нева",
    "Орион",
    "Прогресс",
    "Рассвет",
    "Сокол",
    "Темп",
    "Утёс",
    "Фрегат",
    "Янтарь",
    "Южный",
    "Шторм",
];
const SUFFIXES: [&str; 4] = ["", "-Плюс", "-Строй", "-Торг"];

/// Москва, Санкт-Петербург, Татарстан, Свердловская область.
const REGIONS: [&str; 4] = ["77", "78", "16", "66"];

fn domain_of(place: usize) -> String {
    format!("k{:03}.example", place + 1)
}

/// Of this small one few licences are left.
const FEW_LEFT: usize = 46;

/// One of the small ones: a few people, some with a licence; at some of them stock runs out, or a term ends.
fn small(password_hash: &str, now: Instant, place: usize) -> SeedOrganization {
    let name = NAMES.get(place % NAMES.len()).copied().unwrap_or_default();
    let suffix = SUFFIXES.get(place / NAMES.len() % SUFFIXES.len()).copied().unwrap_or_default();
    let name = format!("ООО «{name}{suffix}»");
    let domain = domain_of(place);
    let mut people = People::new(Random::named(&name), &domain, &format!("mail.{domain}"), now);
    let few = 4 + people.random.below(12);
    let count = match place {
        FEW_LEFT => 60,
        // As many as its extension is for, and some more.
        applications::LONGEST => few.max(11),
        _ => few,
    };
    let mut members: Vec<_> = (0..count).map(|_| people.member(Employment::Employee)).collect();
    for member in &mut members {
        member.holds = people.random.percent(45).then_some(0);
    }
    let (pep, other) = (people.random.code(), people.random.code());
    let left = match place {
        FEW_LEFT => 1,
        _ if place % 17 == 3 => 0,
        _ => 3 + people.random.below(20) as u64,
    };
    // Of every twentieth the term ends within two months.
    let until = if place % 20 == 7 { Some(day(now, 21).end()) } else { None };
    let second = if place.is_multiple_of(3) { UKEP } else { UNEP_EASY_DOCS };
    let next_year = Some(now.date().plus_months(11).end());
    let pools: Vec<SeedPool> = [
        pool(PEP, &pep, left, day(now, -300).start(), until),
        pool(second, &other, 5, day(now, -30).start(), next_year),
    ]
    .into_iter()
    .flatten()
    .collect();
    SeedOrganization {
        name,
        large_deed: LARGE_DEED,
        accounts: vec![SeedAccount {
            name: ACCOUNT_NAME.to_owned(),
            email: format!("admin@{domain}"),
            role: Role::Owner,
        }],
        password_hash: password_hash.to_owned(),
        region: REGIONS.get(place % REGIONS.len()).and_then(|code| Region::parse(code)),
        groups: Vec::new(),
        pools,
        members,
    }
}

/// What each customer lets the partner do, by the e-mail of its owner: most of them everything, some little.
#[must_use]
pub fn grants(count: usize) -> Vec<(String, Rights)> {
    use Capability::{Audit, Issue, Orders, People, Revoke, Stock};
    let all: Rights = GRANTABLE.into_iter().collect();
    let some: Rights = [People, Stock, Issue, Revoke, Orders, Audit].into_iter().collect();
    let look: Rights = [People, Stock].into_iter().collect();
    let small = (0..count).map(|place| {
        let rights = match place % 10 {
            0..=6 => all,
            7 | 8 => some,
            _ => look,
        };
        (format!("admin@{}", domain_of(place)), rights)
    });
    [(super::EMAIL.to_owned(), all), (super::SEVER.to_owned(), some)].into_iter().chain(small).collect()
}

/// Makes it a partner, and gives it its customers.
///
/// # Errors
/// As any write to the store.
pub async fn fill(store: &SqlStore, count: usize, now: Instant) -> StoreResult<()> {
    let Some(code) = PartnerCode::parse(CODE) else { return Ok(()) };
    store.seed_partner(EMAIL, &code, &grants(count), now).await?;
    // Of this one nothing is left.
    fail(store, &domain_of(20), now.plus_seconds(-26 * 3_600)).await
}

/// Of a small customer, if it is there: an issue to everybody that came too late, for somebody else had taken the last.
async fn fail(store: &SqlStore, domain: &str, at: Instant) -> StoreResult<()> {
    let Some(found) = store.account_by_email(&format!("admin@{domain}"), None).await? else { return Ok(()) };
    let organization = found.organization;
    let everybody = Selection::by_filter(Filter::default());
    let plan = domain::plan(Deed::Issue, &store.snapshot(organization, SIGNATURE_GROUP, &everybody).await?);
    let pool = store.pools(organization).await?.first().map(|pool| pool.id);
    let refusal = Refusal::PoolExhausted { left: 0, wanted: plan.accepted.len() as u64 };
    let left_out = plan.rejected.iter().map(|(reason, members)| (Outcome::Rejected(*reason), members.clone()));
    let sets: Vec<_> = left_out.chain([(Outcome::Accepted, plan.accepted.clone())]).collect();
    let operation =
        NewOperation { expires_at: at.plus_seconds(1_800), ..issue_by(found.account.id, &plan.accepted, at) };
    let mut transaction = store.begin(organization).await?;
    let id = transaction.insert_operation(&operation, &sets, &[]).await?;
    let (from, to) = (OperationState::Preview, OperationState::Failed);
    transaction.settle_operation(id, from, to, pool, Some(refusal), at.plus_seconds(60)).await?;
    transaction.commit().await
}

/// An issue to these people that somebody has begun.
fn issue_by(account: AccountId, members: &IdSet, at: Instant) -> NewOperation {
    NewOperation {
        kind: Kind::Issue,
        state: OperationState::Preview,
        account: Some(account),
        pool: None,
        created_at: at,
        expires_at: at,
        settled_at: None,
        digest: members.digest(),
        undoes: None,
        basis: None,
        strangers: Vec::new(),
    }
}
