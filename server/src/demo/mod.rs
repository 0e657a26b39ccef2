//! Demo data: the catalogue, two invented organisations, and organisations of any size for benchmarks. The same
//! arguments always give the same people.

mod names;
pub mod partner;
mod people;
mod random;
mod romashka;
pub mod tasks;
mod terms;
#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]
mod tests;

use domain::{
    Employment, Identification, Instant, Kopecks, ProductId, ProductRules, Region, Role, SIGNATURE_GROUP, Seller,
    ServicePlan, SignatureKind, Trial,
};
use store::{SeedAccount, SeedMember, SeedOrganization, SeedPool, SeedProduct};

use people::People;
use random::Random;
use terms::{day, pool};

/// The password of every demo account.
pub const PASSWORD: &str = "licentia-demo";
/// Who signs in for ООО «Ромашка».
pub const EMAIL: &str = "admin@romashka.example";
const SEVER: &str = "admin@sever.example";
/// Who signs in for whom.
pub const SIGN_INS: [(&str, &str); 4] = [
    (EMAIL, "ООО «Ромашка»"),
    (SEVER, "АО «Север»"),
    (partner::EMAIL, "ООО «Кадры-Сервис», партнёр"),
    (partner::applications::VENDOR, "ООО «Лицентия», правообладатель"),
];

/// People of АО «Север» unless another number is asked for.
pub const MEMBERS: usize = 10_000;

/// From this many people on, a deed has to be confirmed, in every demo organisation.
const LARGE_DEED: u64 = 100;
const ACCOUNT_NAME: &str = "Администратор";

/// Places in the catalogue of [`demo`].
const PEP: usize = 0;
const UNEP_EASY_DOCS: usize = 1;
const UKEP: usize = 2;
const UKEP_GOSKEY: usize = 3;
const UNEP_GOSKEY: usize = 4;
const OFFICE: usize = 5;
const OFFICE_PRO: usize = 6;
const MAIL: usize = 7;
const VIDEO: usize = 8;
const ARCHIVE: usize = 9;

/// The catalogue and the two demo organisations.
#[derive(Clone, Debug)]
pub struct Demo {
    pub products: Vec<SeedProduct>,
    pub organizations: Vec<SeedOrganization>,
}

/// Who sells in the demo: invented, with numbers of the right form.
#[must_use]
pub fn seller() -> Seller {
    Seller {
        name: "ООО «Лицентия»".to_owned(),
        inn: "7700000009".to_owned(),
        kpp: "770001001".to_owned(),
        address: "101000, Москва, ул. Примерная, д. 1".to_owned(),
        bank: "ПАО «Образцовый банк», Москва".to_owned(),
        bic: "044500000".to_owned(),
        account: "40702810000000000001".to_owned(),
        correspondent_account: "30101810000000000000".to_owned(),
        director: "Образцов И. И.".to_owned(),
        vat: "НДС не облагается (УСН)".to_owned(),
    }
}

/// The catalogue, ООО «Ромашка» with 317 people, and АО «Север» with `members`.
///
/// `password_hash` is the PHC string of [`PASSWORD`]; last activities and terms are reckoned from `now`, except for
/// the people and the term that are known by their dates.
#[must_use]
pub fn demo(password_hash: &str, now: Instant, members: usize) -> Demo {
    Demo {
        products: products(),
        organizations: vec![romashka::organization(password_hash, now), sever(password_hash, now, members)],
    }
}

/// An organisation for benchmarks, to be loaded with the catalogue of [`demo`].
///
/// `licensed` of its `members`, spread evenly, hold a licence; nobody is dismissed, so everybody else can receive
/// one. Each of its three pools (ПЭП, УНЭП EasyDocs, УКЭП) has `stock` left. People and pool codes differ by `name`,
/// and all e-mails are in the domain of the account's `email` or below it.
#[must_use]
pub fn large(
    name: &str,
    email: &str,
    password_hash: &str,
    now: Instant,
    members: usize,
    licensed: usize,
    stock: u64,
) -> SeedOrganization {
    const EMPLOYMENTS: [(Employment, usize); 5] = [
        (Employment::Employee, 76),
        (Employment::Candidate, 13),
        (Employment::Individual, 5),
        (Employment::SelfEmployed, 4),
        (Employment::SoleProprietor, 2),
    ];
    let mut random = Random::named(name);
    let codes = [random.code(), random.code(), random.code()];
    let domain = email.split_once('@').map_or("staff.example", |(_, domain)| domain);
    let mut people = People::new(random, domain, &format!("mail.{domain}"), now);
    let members = (0..members)
        .map(|place| {
            let mut member = branch_member(&mut people, &EMPLOYMENTS);
            member.holds = is_licensed(place, members, licensed).then(|| branch_pool(&mut people.random));
            member
        })
        .collect();
    let pools = branch_pools(codes.each_ref().map(String::as_str), now, stock);
    branch_organization(name, email, password_hash, pools, members)
}

/// Whether the member at `place` of `members` is one of `licensed`: every k-th is.
fn is_licensed(place: usize, members: usize, licensed: usize) -> bool {
    let before = |places: usize| (places as u128 * licensed.min(members) as u128).checked_div(members as u128);
    before(place) != before(place.saturating_add(1))
}

fn products() -> Vec<SeedProduct> {
    use Identification::{EasyDocs, Goskey, InPerson, None};
    use SignatureKind::{EnhancedQualified, EnhancedUnqualified, Simple};
    [
        ("ПЭП", "ЛК", Simple, None, 300),
        ("УНЭП EasyDocs", "ЛК с УНЭП", EnhancedUnqualified, EasyDocs, 900),
        ("УКЭП", "ЛК с УКЭП", EnhancedQualified, InPerson, 2_400),
        ("УКЭП Госключ", "ЛК с УКЭП", EnhancedQualified, Goskey, 1_900),
        ("УНЭП Госключ", "ЛК с УНЭП", EnhancedUnqualified, Goskey, 700),
    ]
    .into_iter()
    .map(|(title, label, signature, identification, roubles)| SeedProduct {
        title: title.to_owned(),
        label: label.to_owned(),
        signature,
        identification,
        exclusive_group: SIGNATURE_GROUP.to_owned(),
        price: Some(Kopecks(roubles * 100)),
        term_months: Some(12),
        trial: Some(Trial { seats: 5, days: 14 }),
        rules: ProductRules::default(),
    })
    .chain(office())
    .collect()
}

/// Products without a signature, which mean something to each other.
fn office() -> impl Iterator<Item = SeedProduct> {
    let place = |place: usize| ProductId(i64::try_from(place + 1).unwrap_or_default());
    let plans = |plans: &[(&str, &str)]| -> Vec<ServicePlan> {
        plans.iter().map(|(code, title)| ServicePlan { code: (*code).to_owned(), title: (*title).to_owned() }).collect()
    };
    let pro = plans(&[
        ("docs", "Документы"),
        ("tables", "Таблицы"),
        ("slides", "Презентации"),
        ("together", "Совместная работа"),
    ]);
    let mail = plans(&[("box", "Почтовый ящик"), ("calendar", "Календарь"), ("contacts", "Контакты")]);
    let video = plans(&[("calls", "Звонки"), ("rooms", "Переговорные"), ("record", "Запись встреч")]);
    let near = ["47", "50", "77", "78"].into_iter().filter_map(Region::parse).collect();
    let rules = ProductRules::default;
    [
        ("Офис Базовый", 150, ProductRules { excludes: vec![place(OFFICE_PRO)], ..rules() }),
        ("Офис Профи", 450, ProductRules { excludes: vec![place(OFFICE)], plans: pro, ..rules() }),
        ("Почта", 90, ProductRules { plans: mail, ..rules() }),
        ("Видеосвязь", 200, ProductRules { requires: vec![place(MAIL)], plans: video, ..rules() }),
        ("Архив", 120, ProductRules { regions: near, ..rules() }),
    ]
    .into_iter()
    .zip(["office_basic", "office_pro", "mail", "video", "archive"])
    .map(|((title, roubles, rules), group)| SeedProduct {
        title: title.to_owned(),
        label: title.to_owned(),
        signature: SignatureKind::None,
        identification: Identification::None,
        exclusive_group: group.to_owned(),
        price: Some(Kopecks(roubles * 100)),
        term_months: Some(12),
        trial: None,
        rules,
    })
}

/// Pools of the office products with so many left, for benchmarks.
#[must_use]
pub fn office_stock(now: Instant, stock: u64) -> Vec<SeedPool> {
    office_pools(["of1-Base", "of2-Prof", "of3-Mail", "of4-Vide", "of5-Arch"], now, [stock; 5]).collect()
}

/// Stock of the office products, with what is left of each; pools without a code of their own are left out.
fn office_pools(codes: [&str; 5], now: Instant, left: [u64; 5]) -> impl Iterator<Item = SeedPool> {
    let until = Some(now.date().plus_months(9).end());
    let products = [OFFICE, OFFICE_PRO, MAIL, VIDEO, ARCHIVE];
    let one =
        move |((product, code), left): ((usize, &str), u64)| pool(product, code, left, day(now, -70).start(), until);
    products.into_iter().zip(codes).zip(left).filter_map(one)
}

/// АО «Север»: many people, about a third of them with a licence, and stock for everybody.
fn sever(password_hash: &str, now: Instant, members: usize) -> SeedOrganization {
    const NAME: &str = "АО «Север»";
    const EMPLOYMENTS: [(Employment, usize); 6] = [
        (Employment::Employee, 70),
        (Employment::Candidate, 12),
        (Employment::Dismissed, 8),
        (Employment::Individual, 5),
        (Employment::SelfEmployed, 3),
        (Employment::SoleProprietor, 2),
    ];
    let stock = u64::try_from(members).unwrap_or(u64::MAX).saturating_mul(2);
    let mut people = People::new(Random::named(NAME), "sever.example", "pochta.example", now);
    let members: Vec<SeedMember> = (0..members)
        .map(|_| {
            let mut member = branch_member(&mut people, &EMPLOYMENTS);
            // Licences of people who have left are mostly revoked.
            let percent = if member.employment.may_receive() { 35 } else { 6 };
            member.holds = people.random.percent(percent).then(|| branch_pool(&mut people.random));
            member
        })
        .collect();
    let mut members = members;
    let mut pools = branch_pools(["Nv4cR8_t", "pL2-wX9k", "B6hYs_3Z"], now, stock);
    let first = pools.len();
    pools.extend(office_pools(["of1-Base", "of2-Prof", "of3-Mail", "of4-Vide", "of5-Arch"], now, [stock; 5]));
    let mut random = Random::named("офис");
    for member in members.iter_mut().filter(|member| member.employment.may_receive()) {
        let kind = random.below(10);
        // A quarter have the basic one or the other; half of those who have mail talk by it.
        match kind {
            0 => member.besides.push(first),
            1 => member.besides.push(first + 1),
            _ => {}
        }
        if kind < 4 {
            member.besides.push(first + 2);
        }
        if matches!(kind, 1 | 2) {
            member.besides.push(first + 3);
        }
        member.region =
            [Some("78"), Some("77"), None].into_iter().nth(random.below(20)).flatten().and_then(Region::parse);
    }
    let sever = branch_organization(NAME, SEVER, password_hash, pools, members);
    // Мурманск
    SeedOrganization { region: Region::parse("51"), ..sever }
}

const BRANCHES: [&str; 4] = ["Архангельск", "Мурманск", "Норильск", "Якутск"];

/// A member of an organisation with branches: most people belong to one.
fn branch_member(people: &mut People, employments: &[(Employment, usize)]) -> SeedMember {
    let employment = people.random.weighted(employments).unwrap_or(Employment::Employee);
    let mut member = people.member(employment);
    if people.random.percent(85) {
        member.groups.push(people.random.below(BRANCHES.len()));
    }
    member
}

/// From which of the [`branch_pools`] a licensed member holds.
fn branch_pool(random: &mut Random) -> usize {
    random.weighted(&[(PEP, 60), (UNEP_EASY_DOCS, 32), (UKEP, 8)]).unwrap_or(PEP)
}

/// One pool each of ПЭП, УНЭП EasyDocs and УКЭП, in this order, with `stock` left.
fn branch_pools(codes: [&str; 3], now: Instant, stock: u64) -> Vec<SeedPool> {
    let [pep, unep, ukep] = codes;
    [
        pool(PEP, pep, stock, day(now, -400).start(), None),
        pool(UNEP_EASY_DOCS, unep, stock, day(now, -60).start(), Some(now.date().plus_months(12).end())),
        pool(UKEP, ukep, stock, day(now, -100).start(), Some(day(now, 265).end())),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn owner(email: &str) -> Vec<SeedAccount> {
    vec![SeedAccount { name: ACCOUNT_NAME.to_owned(), email: email.to_owned(), role: Role::Owner }]
}

fn branch_organization(
    name: &str,
    email: &str,
    password_hash: &str,
    pools: Vec<SeedPool>,
    members: Vec<SeedMember>,
) -> SeedOrganization {
    SeedOrganization {
        name: name.to_owned(),
        region: None,
        large_deed: LARGE_DEED,
        accounts: owner(email),
        password_hash: password_hash.to_owned(),
        groups: BRANCHES.map(str::to_owned).to_vec(),
        pools,
        members,
    }
}
