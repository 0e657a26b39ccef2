//! ООО «Ромашка»: the people of the handbook, and 300 more.

use domain::{Date, Employment, Instant, PersonName, Region, Role};
use store::{SeedAccount, SeedMember, SeedOrganization, SeedPool};

use super::{
    LARGE_DEED, PEP, UKEP, UKEP_GOSKEY, UNEP_EASY_DOCS, UNEP_GOSKEY,
    people::People,
    random::Random,
    terms::{day, pool},
};

/// How many people each tab has.
const EMPLOYMENTS: [(Employment, usize); 6] = [
    (Employment::Employee, 142),
    (Employment::Candidate, 88),
    (Employment::Dismissed, 31),
    (Employment::Individual, 26),
    (Employment::SelfEmployed, 18),
    (Employment::SoleProprietor, 12),
];

/// How many people each group has.
const GROUPS: [(&str, usize); 6] =
    [("Первая", 40), ("Вторая", 22), ("Третья", 9), ("Четвертая", 14), ("Пятая", 7), ("Шестая", 5)];

/// How many invented people hold a licence from each of the [`pools`].
const HOLDERS: [(usize, usize); 5] = [(PEP, 58), (UNEP_EASY_DOCS, 41), (UKEP, 7), (UKEP_GOSKEY, 4), (UNEP_GOSKEY, 6)];

/// Licences that dismissed people still hold.
const HOLDERS_DISMISSED: [usize; 3] = [PEP, UNEP_EASY_DOCS, PEP];

/// Somebody of the handbook.
struct Known {
    /// Surname, first name, patronymic.
    name: [&'static str; 3],
    /// What precedes the `@`.
    local: &'static str,
    employment: Employment,
    /// Year, month and day of the last activity.
    active: (i32, u8, u8),
    holds: Option<usize>,
    group: Option<usize>,
}

const FIRST: Option<usize> = Some(0);
const SECOND: Option<usize> = Some(1);
const THIRD: Option<usize> = Some(2);
const SIXTH: Option<usize> = Some(5);

#[rustfmt::skip] // A table.
const KNOWN: [Known; 17] = {
    use Employment::{Candidate, Dismissed, Employee, Individual};
    const LK: Option<usize> = Some(PEP);
    const UNEP: Option<usize> = Some(UNEP_EASY_DOCS);
    const fn known(
        name: [&'static str; 3],
        local: &'static str,
        employment: Employment,
        active: (i32, u8, u8),
        holds: Option<usize>,
        group: Option<usize>,
    ) -> Known {
        Known { name, local, employment, active, holds, group }
    }
    [
        known(["Ворон", "Мария", "Андреевна"], "voron", Dismissed, (2026, 3, 20), None, None),
        known(["Воронцова", "Татьяна", "Викторовна"], "vorontsova", Dismissed, (2026, 5, 15), None, None),
        known(["Гаврилова", "Анна", "Сергеевна"], "gavrilova", Employee, (2026, 4, 17), UNEP, FIRST),
        known(["Герасимова", "Алина", "Константиновна"], "a.gerasimova", Candidate, (2026, 2, 15), None, None),
        known(["Герасимова", "Ксения", "Игоревна"], "k.gerasimova", Candidate, (2025, 11, 28), None, SECOND),
        known(["Голованов", "Виктор", "Дмитриевич"], "golovanov", Candidate, (2026, 5, 5), LK, None),
        known(["Голубева", "Анастасия", "Денисовна"], "golubeva", Employee, (2026, 4, 21), LK, FIRST),
        known(["Горелова", "Екатерина", "Павловна"], "gorelova", Candidate, (2026, 1, 28), None, None),
        known(["Горшнев", "Игорь", "Степанович"], "gorshnev", Candidate, (2025, 3, 21), LK, THIRD),
        known(["Гурова", "Алла", "Аркадьевна"], "gurova", Candidate, (2025, 11, 7), None, None),
        known(["Гусева", "Тамара", "Алексеевна"], "guseva", Candidate, (2026, 5, 15), None, SECOND),
        known(["Давыдова", "Эльвира", "Яковлевна"], "davydova", Candidate, (2025, 11, 7), None, None),
        known(["Дальнюк", "Владимир", "Семёнович"], "dalnyuk", Individual, (2026, 3, 3), None, None),
        known(["Данилов", "Михаил", "Денисович"], "danilov", Individual, (2024, 12, 5), None, SIXTH),
        known(["Демьянова", "Марина", "Владимировна"], "demyanova", Dismissed, (2026, 4, 17), None, None),
        known(["Дмитриева", "Вера", "Даниловна"], "dmitrieva", Candidate, (2026, 5, 5), UNEP, None),
        known(["Дмитриев", "Дмитрий", "Денисович"], "dmitriev", Individual, (2026, 1, 30), None, None),
    ]
};

pub(super) fn organization(password_hash: &str, now: Instant) -> SeedOrganization {
    let mut people = People::new(Random::new(20_260_622), "romashka.example", "mail.example", now);
    let known = known(&mut people);
    let mut invented = invented(&mut people, &known);
    distribute_groups(&mut people.random, &known, &mut invented);
    distribute_licences(&mut people.random, &mut invented);
    let mut pools = pools(now);
    distribute_office(pools.len(), &mut invented);
    // Of «Офис Профи» nothing is left.
    pools.extend(super::office_pools(
        ["Of-Basic", "Of-Profi", "Mail-box", "Video-01", "Arch-ive"],
        now,
        [20, 0, 12, 3, 10],
    ));
    SeedOrganization {
        name: "ООО «Ромашка»".to_owned(),
        region: Region::parse("77"),
        large_deed: LARGE_DEED,
        accounts: super::owner(super::EMAIL).into_iter().chain(staff()).collect(),
        password_hash: password_hash.to_owned(),
        groups: GROUPS.map(|(name, _)| name.to_owned()).to_vec(),
        pools,
        members: known.into_iter().chain(invented).collect(),
    }
}

/// One for each level of access.
fn staff() -> impl Iterator<Item = SeedAccount> {
    let account = |(name, email, role): (&str, &str, Role)| SeedAccount {
        name: name.to_owned(),
        email: format!("{email}@romashka.example"),
        role,
    };
    [
        ("Кузьмина Ольга", "hr", Role::Administrator),
        ("Белова Тамара", "buh", Role::Accountant),
        ("Ильин Роман", "user", Role::User),
        ("Дежурный инженер", "support", Role::Support),
    ]
    .map(account)
    .into_iter()
}

fn pools(now: Instant) -> Vec<SeedPool> {
    // The one term that the handbook knows: a year, to 31.03.2027.
    let month_ago = day(now, -30);
    let known_from = Date::new(2026, 4, 1).map_or(month_ago, |date| date.min(month_ago));
    let known_until = Date::new(2027, 3, 31).map(Date::end);
    let recent = day(now, -14).start();
    let next_year = Some(now.date().plus_months(12).end());
    [
        pool(PEP, "ea9ENYf6", 1, day(now, -500).start(), None),
        pool(UNEP_EASY_DOCS, "qgMQgxMs", 1, known_from.start(), known_until),
        pool(UKEP, "WE12Qmxx", 1, day(now, -320).start(), Some(day(now, 45).end())),
        pool(UKEP_GOSKEY, "tk1kFv_j", 1, day(now, -120).start(), Some(day(now, 245).end())),
        pool(UNEP_GOSKEY, "DRR_nf-f", 1, day(now, -90).start(), Some(day(now, 275).end())),
        pool(PEP, "hR7_kQ2z", 100, recent, next_year),
        pool(UNEP_EASY_DOCS, "Zt-4mVb9", 50, recent, next_year),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn known(people: &mut People) -> Vec<SeedMember> {
    KNOWN
        .iter()
        .map(|known| {
            let [surname, first, patronymic] = known.name.map(str::to_owned);
            let email = format!("{}@{}", known.local, people.domain(known.employment));
            people.addresses.reserve(&email);
            let (year, month, day) = known.active;
            SeedMember {
                name: PersonName { surname, first, patronymic },
                email,
                employment: known.employment,
                last_active: Date::new(year, month, day).map(|date| date.start().plus_seconds(12 * 3600)),
                groups: known.group.into_iter().collect(),
                holds: known.holds,
                besides: Vec::new(),
                region: None,
            }
        })
        .collect()
}

/// Whoever is missing from the totals of the tabs.
fn invented(people: &mut People, known: &[SeedMember]) -> Vec<SeedMember> {
    let mut employments: Vec<Employment> = EMPLOYMENTS
        .into_iter()
        .flat_map(|(employment, total)| {
            let there = known.iter().filter(|member| member.employment == employment).count();
            std::iter::repeat_n(employment, total.saturating_sub(there))
        })
        .collect();
    people.random.shuffle(&mut employments);
    employments.into_iter().map(|employment| people.member(employment)).collect()
}

/// Fills the groups up to their totals; a few people get into two.
fn distribute_groups(random: &mut Random, known: &[SeedMember], invented: &mut [SeedMember]) {
    let mut order: Vec<&mut SeedMember> = invented.iter_mut().collect();
    random.shuffle(&mut order);
    let mut next = 0_usize;
    for (group, (_, total)) in GROUPS.into_iter().enumerate() {
        let there = known.iter().filter(|member| member.groups.contains(&group)).count();
        let wanted = total.saturating_sub(there);
        order.iter_mut().skip(next).take(wanted).for_each(|member| member.groups.push(group));
        next = next.saturating_add(wanted).saturating_sub(2);
    }
}

/// A few of those who hold a signature, the last in their order, hold office products besides; `first` is the place of
/// their first pool.
fn distribute_office(first: usize, invented: &mut [SeedMember]) {
    let mut holders: Vec<&mut SeedMember> =
        invented.iter_mut().filter(|member| member.holds.is_some() && member.employment.may_receive()).collect();
    holders.sort_by_key(|member| std::cmp::Reverse(member.name.sort_key()));
    // Office, the better one, mail, video.
    let sets: [&[usize]; 8] = [&[0, 2], &[0], &[1, 2, 3], &[2, 3], &[2], &[1, 2, 3], &[0, 2, 3], &[4]];
    for (member, set) in holders.into_iter().zip(sets) {
        member.besides.extend(set.iter().map(|place| first + place));
    }
}

fn distribute_licences(random: &mut Random, invented: &mut [SeedMember]) {
    let mut order: Vec<&mut SeedMember> = invented.iter_mut().collect();
    random.shuffle(&mut order);
    let (present, dismissed): (Vec<_>, Vec<_>) = order.into_iter().partition(|member| member.employment.may_receive());
    let seats = HOLDERS.into_iter().flat_map(|(pool, count)| std::iter::repeat_n(pool, count));
    for (member, pool) in present.into_iter().zip(seats).chain(dismissed.into_iter().zip(HOLDERS_DISMISSED)) {
        member.holds = Some(pool);
    }
}
