use std::collections::HashSet;

use domain::{Date, Employment, NewMember, NewMemberForm, PoolCode};

use super::*;

const SEED: &str = "\
Ворон М. А.|dismissed||20.03.2026|voron@romashka.example|
Воронцова Т. В.|dismissed||15.05.2026|vorontsova@romashka.example|
Гаврилова А. С.|employee|ЛК с УНЭП 31.03.2027|17.04.2026|gavrilova@romashka.example|Первая
Герасимова А. К.|candidate||15.02.2026|a.gerasimova@mail.example|
Герасимова К. И.|candidate||28.11.2025|k.gerasimova@mail.example|Вторая
Голованов В. Д.|candidate|ЛК|05.05.2026|golovanov@mail.example|
Голубева А. Д.|employee|ЛК|21.04.2026|golubeva@romashka.example|Первая
Горелова Е. П.|candidate||28.01.2026|gorelova@mail.example|
Горшнев И. С.|candidate|ЛК|21.03.2025|gorshnev@mail.example|Третья
Гурова А. А.|candidate||07.11.2025|gurova@mail.example|
Гусева Т. А.|candidate||15.05.2026|guseva@mail.example|Вторая
Давыдова Э. Я.|candidate||07.11.2025|davydova@mail.example|
Дальнюк В. С.|individual||03.03.2026|dalnyuk@mail.example|
Данилов М. Д.|individual||05.12.2024|danilov@mail.example|Шестая
Демьянова М. В.|dismissed||17.04.2026|demyanova@romashka.example|
Дмитриева В. Д.|candidate|ЛК с УНЭП 31.03.2027|05.05.2026|dmitrieva@mail.example|
Дмитриев Д. Д.|individual||30.01.2026|dmitriev@mail.example|
";

fn now() -> Instant {
    Date::new(2026, 11, 21).unwrap().start().plus_seconds(12 * 3600)
}

fn sample(members: usize) -> Demo {
    demo("$argon2id$", now(), members)
}

fn romashka() -> SeedOrganization {
    sample(0).organizations.remove(0)
}

fn last_day(pool: &SeedPool) -> Option<Date> {
    pool.valid_until.map(|until| Instant(until.0 - 1).date())
}

/// What the table shows of a member.
fn line(demo: &Demo, organization: &SeedOrganization, member: &SeedMember) -> String {
    let licence = member.holds.map_or(String::new(), |place| {
        let pool = &organization.pools[place];
        let term = last_day(pool).map_or(String::new(), |day| format!(" {day}"));
        format!("{}{term}", demo.products[pool.product].label)
    });
    let groups: Vec<&str> = member.groups.iter().map(|group| organization.groups[*group].as_str()).collect();
    let active = member.last_active.map_or(String::new(), |active| active.date().to_string());
    let name = member.name.short().replace('\u{a0}', " ");
    format!("{name}|{}|{licence}|{active}|{}|{}\n", member.employment.code(), member.email, groups.join(", "))
}

fn check(organization: &SeedOrganization) {
    let mut emails = HashSet::new();
    for member in &organization.members {
        assert!(emails.insert(member.email.as_str()), "{} twice", member.email);
        assert!(member.email.is_ascii());
        let form = NewMemberForm {
            surname: member.name.surname.clone(),
            first: member.name.first.clone(),
            patronymic: member.name.patronymic.clone(),
            email: member.email.clone(),
            employment: member.employment.code().to_owned(),
            groups: Vec::new(),
        };
        let NewMember { name, email, .. } = form.check().unwrap();
        assert_eq!((&name, email.as_str()), (&member.name, member.email.as_str()));
        assert!(member.groups.is_sorted_by(|one, other| one < other), "{:?}", member.groups);
        assert!(member.groups.iter().all(|group| *group < organization.groups.len()));
        assert!(member.holds.is_none_or(|pool| pool < organization.pools.len()));
    }
    for pool in &organization.pools {
        assert!(pool.valid_from < now());
        assert!(pool.valid_until.is_none_or(|until| until > now() && until == Instant(until.0 - 1).date().end()));
    }
}

fn with(organization: &SeedOrganization, employment: Employment) -> usize {
    organization.members.iter().filter(|member| member.employment == employment).count()
}

#[test]
fn the_handbooks_people_are_as_it_shows_them() {
    let demo = sample(0);
    let romashka = &demo.organizations[0];
    let lines: String = romashka.members.iter().take(17).map(|member| line(&demo, romashka, member)).collect();
    assert_eq!(lines, SEED);
    let known: HashSet<&str> = romashka.members.iter().take(17).map(|member| member.name.surname.as_str()).collect();
    for member in romashka.members.iter().skip(17) {
        assert!(!known.contains(member.name.surname.as_str()), "{:?}", member.name);
    }
}

#[test]
fn tabs_and_groups_have_their_totals() {
    let romashka = romashka();
    check(&romashka);
    assert_eq!(romashka.members.len(), 317);
    assert_eq!(Employment::ALL.map(|employment| with(&romashka, employment)), [142, 88, 31, 26, 18, 12]);
    let totals: Vec<usize> = (0..romashka.groups.len())
        .map(|group| romashka.members.iter().filter(|member| member.groups.contains(&group)).count())
        .collect();
    assert_eq!(romashka.groups, ["Первая", "Вторая", "Третья", "Четвертая", "Пятая", "Шестая"]);
    assert_eq!(totals, [40, 22, 9, 14, 7, 5]);
    let licensed = romashka.members.iter().filter(|member| member.holds.is_some()).count();
    assert_eq!(licensed, 5 + 116 + 3);
}

#[test]
fn romashkas_pools_have_their_codes_and_what_is_left() {
    let demo = sample(0);
    let pools: Vec<(&str, &str, u64)> = demo.organizations[0]
        .pools
        .iter()
        .map(|pool| (demo.products[pool.product].title.as_str(), pool.code.as_str(), pool.left))
        .collect();
    let wanted = [
        ("ПЭП", "ea9ENYf6", 1),
        ("УНЭП EasyDocs", "qgMQgxMs", 1),
        ("УКЭП", "WE12Qmxx", 1),
        ("УКЭП Госключ", "tk1kFv_j", 1),
        ("УНЭП Госключ", "DRR_nf-f", 1),
        ("ПЭП", "hR7_kQ2z", 100),
        ("УНЭП EasyDocs", "Zt-4mVb9", 50),
        ("Офис Базовый", "Of-Basic", 20),
        ("Офис Профи", "Of-Profi", 0),
        ("Почта", "Mail-box", 12),
        ("Видеосвязь", "Video-01", 3),
        ("Архив", "Arch-ive", 10),
    ];
    assert_eq!(pools, wanted);
    let days: Vec<String> = demo.organizations[0]
        .pools
        .iter()
        .map(|pool| last_day(pool).map_or("—".into(), |day| day.to_string()))
        .collect();
    let own = ["—", "31.03.2027", "05.01.2027", "24.07.2027", "23.08.2027", "21.11.2027", "21.11.2027"];
    assert_eq!(days[..7], own);
    assert_eq!(days[7..], ["21.08.2027"; 5]);
}

#[test]
fn sever_has_stock_for_everybody() {
    let sever = sample(20_000).organizations.remove(1);
    check(&sever);
    assert_eq!(sever.members.len(), 20_000);
    assert_eq!(sever.pools.iter().map(|pool| pool.left).collect::<Vec<_>>(), [40_000; 8]);
    let licensed = sever.members.iter().filter(|member| member.holds.is_some()).count();
    assert!((6_000..7_300).contains(&licensed), "{licensed}");
    for employment in Employment::ALL {
        assert!(with(&sever, employment) > 200);
    }
}

#[test]
fn last_activities_are_of_the_last_two_years() {
    let Demo { organizations, .. } = sample(5_000);
    let invented = organizations[0].members.iter().skip(17).chain(&organizations[1].members);
    let active: Vec<Option<Instant>> = invented.map(|member| member.last_active).collect();
    let earliest = Date::new(2024, 11, 21).unwrap().start();
    assert!(active.iter().flatten().all(|active| (earliest..now()).contains(active)));
    assert!(active.contains(&None));
}

#[test]
fn benchmarks_get_what_they_ask_for() {
    for (members, licensed) in [(0, 0), (1, 1), (10, 0), (10, 5), (10, 10), (10, 11), (1_000, 333), (20_000, 10_000)] {
        let large = large("ООО «Юг»", "admin@yug.example", "$argon2id$", now(), members, licensed, 7);
        check(&large);
        assert_eq!(large.members.len(), members);
        let held: Vec<bool> = large.members.iter().map(|member| member.holds.is_some()).collect();
        assert_eq!(held.iter().filter(|held| **held).count(), licensed.min(members));
        if licensed * 2 == members {
            assert!(held.chunks(2).all(|pair| pair != [true, true]));
        }
        assert_eq!(with(&large, Employment::Dismissed), 0);
        assert_eq!(large.pools.iter().map(|pool| pool.left).collect::<Vec<_>>(), [7; 3]);
        assert!(large.pools.iter().all(|pool| PoolCode::parse(pool.code.as_str()).is_some()));
    }
}

#[test]
fn whoever_is_named_has_an_account() {
    let mut organizations = sample(0).organizations;
    organizations.extend(partner::organizations("$argon2id$", now(), 0));
    organizations.push(partner::applications::vendor("$argon2id$"));
    for (email, who) in SIGN_INS {
        let of =
            organizations.iter().find(|known| known.accounts.iter().any(|account| account.email == email)).unwrap();
        assert_eq!(who.split(',').next(), Some(of.name.as_str()), "{email}");
    }
}

#[test]
fn the_same_twice() {
    assert_eq!(format!("{:?}", sample(500)), format!("{:?}", sample(500)));
    let south = || format!("{:?}", large("Юг", "a@yug.example", "", now(), 500, 250, 1));
    assert_eq!(south(), south());
    let codes = |name: &str| large(name, "a@b.example", "", now(), 0, 0, 1).pools.remove(0).code;
    assert_ne!(codes("Юг"), codes("Запад"));
}

#[test]
fn names_follow_gender() {
    let cases = [
        ("Петров", "Петрова"),
        ("Соловьёв", "Соловьёва"),
        ("Никитин", "Никитина"),
        ("Вяземский", "Вяземская"),
        ("Троицкий", "Троицкая"),
        ("Белый", "Белая"),
        ("Черных", "Черных"),
        ("Шевченко", "Шевченко"),
        ("Ким", "Ким"),
        ("Орлов-Денисов", "Орлова-Денисова"),
    ];
    for (man, woman) in cases {
        assert_eq!(names::surname_of_woman(man), woman);
        assert!(names::SURNAMES.contains(&man) || man == "Троицкий");
    }
    let cases = [
        ("Иванович", "Ивановна"),
        ("Андреевич", "Андреевна"),
        ("Анатольевич", "Анатольевна"),
        ("Ильич", "Ильинична"),
        ("Никитич", "Никитична"),
        ("", ""),
    ];
    for (man, woman) in cases {
        assert_eq!(names::patronymic_of_woman(man), woman);
    }
    let distinct: HashSet<&&str> = names::SURNAMES.iter().collect();
    assert_eq!(distinct.len(), names::SURNAMES.len());
}
