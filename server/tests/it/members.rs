//! «Добавить пользователя» and «Удалить пользователя».

use domain::{Deed, DeskError, Employment, FieldError, FieldProblem, Filter, OperationSummary, Selection, Tab};

use crate::support::{ROMASHKA, TestApp, of, on_both};

on_both!(
    somebody_is_added,
    every_wrong_field_is_named,
    an_email_is_taken_once,
    a_group_must_be_known,
    somebody_is_deleted,
    who_holds_a_licence_is_not_deleted,
    those_are_deleted_who_were_shown,
    a_large_deed_is_confirmed_by_its_number,
    before_a_large_deed_one_shows_who_one_is,
    the_log_knows_everybody_who_was_deleted,
    a_plain_form_adds_and_deletes,
);

type Form = Vec<(&'static str, String)>;

fn form() -> Form {
    [
        ("surname", " Ёлкин "),
        ("first", "Пётр"),
        ("patronymic", "Ильич"),
        ("email", "Elkin@Romashka.example"),
        ("employment", "individual"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .into()
}

fn with(field: &'static str, value: &str) -> Form {
    let mut form = form();
    form.retain(|(name, _)| *name != field);
    form.push((field, value.to_owned()));
    form
}

async fn somebody_is_added(app: TestApp) {
    let admin = app.romashka().await;
    let frame = admin.frame().await.unwrap();
    let groups = [frame.groups[4].id, frame.groups[0].id];
    let mut form = form();
    form.extend(groups.iter().map(|group| ("groups[]", group.to_string())));
    let id = admin.add_member(&form).await.unwrap();
    let everybody = admin.everybody().await;
    let row = &everybody[&id.0];
    assert_eq!(everybody.len(), 318);
    assert_eq!((row.name.surname.as_str(), row.email.as_str()), ("Ёлкин", "elkin@romashka.example"));
    assert_eq!((row.employment, &row.groups), (Employment::Individual, &vec![groups[1], groups[0]]));
    assert!(row.held.is_empty());
    let after = admin.frame().await.unwrap();
    for tab in [Tab::All, Tab::Employment(Employment::Individual), Tab::Group(groups[0]), Tab::Group(groups[1])] {
        assert_eq!(after.count(tab), frame.count(tab) + 1, "{tab:?}");
    }
    let found = admin.find(&Filter { search: "елкин пет".into(), ..Filter::default() }).await;
    assert_eq!(found.iter().map(|row| row.id).collect::<Vec<_>>(), [id]);
    assert_eq!(app.audit(ROMASHKA).await, [format!("member.added member:{id}")]);
    // Only what is required.
    let least = [("surname", "Ли"), ("first", "Мэй"), ("email", "li@mail.example"), ("employment", "candidate")];
    admin.add_member(&least.map(|(name, value)| (name, value.to_owned()))).await.unwrap();
}

async fn every_wrong_field_is_named(app: TestApp) {
    use FieldProblem::{NotAName, NotAnEmail, Required, TooLong};
    let admin = app.romashka().await;
    let before = app.dump().await;
    let long = "ы".repeat(101);
    let cases = [
        ("surname", "", Required),
        ("surname", " \t ", Required),
        ("surname", &long, TooLong { most: 100 }),
        ("surname", "<b>Ёлкин</b>", NotAName),
        ("surname", "Ёл\u{0}кин", NotAName),
        ("surname", "Ёлкин7", NotAName),
        ("first", "", Required),
        ("first", &long, TooLong { most: 100 }),
        ("first", "'; DROP TABLE members; --", NotAName),
        ("patronymic", &long, TooLong { most: 100 }),
        ("patronymic", "@", NotAName),
        ("email", "", Required),
        ("email", "elkin", NotAnEmail),
        ("email", "elkin@romashka", NotAnEmail),
        ("email", "a b@romashka.example", NotAnEmail),
        ("email", "elkin@romashka.example\r\nBcc: all@romashka.example", NotAnEmail),
        ("employment", "", Required),
        ("employment", "director", Required),
    ];
    for (field, value, problem) in cases {
        let answer = admin.post("add_member").form(&with(field, value)).send().await;
        assert_eq!(answer.status, 422, "{field} {value:?}");
        let DeskError::InvalidForm { fields } = answer.refusal() else { panic!("{answer:?}") };
        let named: Vec<_> = fields.iter().map(|error| (error.field.as_str(), error.problem.clone())).collect();
        assert_eq!(named, [(field, problem)], "{value:?}");
        assert!(value.is_empty() || value.trim().is_empty() || !answer.text().contains(value), "{value:?} comes back");
    }
    let all = [("surname", ""), ("first", "1"), ("email", "x"), ("employment", "x")];
    let answer = admin.add_member(&all.map(|(name, value)| (name, value.to_owned()))).await.unwrap_err();
    let DeskError::InvalidForm { fields } = answer else { panic!("{answer:?}") };
    let named: Vec<&str> = fields.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(named, ["surname", "first", "email", "employment"]);
    // A form without its fields is no form.
    assert_eq!(admin.add_member(&[]).await, Err(DeskError::Malformed));
    before.assert_same(&app.dump().await, "a wrong form");
}

async fn an_email_is_taken_once(app: TestApp) {
    let admin = app.romashka().await;
    let id = admin.add_member(&form()).await.unwrap();
    let before = app.dump().await;
    for email in ["elkin@romashka.example", "ELKIN@ROMASHKA.EXAMPLE", " elkin@romashka.example "] {
        let DeskError::InvalidForm { fields } = admin.add_member(&with("email", email)).await.unwrap_err() else {
            panic!("{email}")
        };
        assert_eq!((fields[0].field.as_str(), &fields[0].problem), ("email", &FieldProblem::Taken), "{email}");
    }
    before.assert_same(&app.dump().await, "a taken e-mail");
    // Another organisation knows nothing of it, and once he is deleted it is free.
    app.sever().await.add_member(&form()).await.unwrap();
    admin.delete(&[id.0]).await.unwrap();
    admin.add_member(&form()).await.unwrap();
}

async fn a_group_must_be_known(app: TestApp) {
    let admin = app.romashka().await;
    let foreign = app.sever().await.frame().await.unwrap().groups[0].id;
    let before = app.dump().await;
    for group in [foreign.0, 1_000_000, 0, -1] {
        let mut form = form();
        form.push(("groups[]", group.to_string()));
        let answer = admin.add_member(&form).await;
        let Err(DeskError::InvalidForm { fields }) = answer else { panic!("{group}: {answer:?}") };
        assert_eq!((fields[0].field.as_str(), &fields[0].problem), ("groups", &FieldProblem::Unknown), "{group}");
    }
    let mut form = form();
    form.push(("groups[]", "first".into()));
    assert_eq!(admin.add_member(&form).await, Err(DeskError::Malformed));
    before.assert_same(&app.dump().await, "an unknown group");
}

async fn somebody_is_deleted(app: TestApp) {
    let admin = app.romashka().await;
    let ids = admin.issuable(3).await;
    let frame = admin.frame().await.unwrap();
    let rows = admin.everybody().await;
    assert_eq!(admin.delete(&ids).await, Ok(3));
    let everybody = admin.everybody().await;
    assert_eq!(everybody.len(), 314);
    assert!(ids.iter().all(|id| !everybody.contains_key(id)));
    let after = admin.frame().await.unwrap();
    assert_eq!(after.count(Tab::All), frame.count(Tab::All) - 3);
    let email = rows[&ids[0]].email.clone();
    assert!(admin.find(&Filter { search: email, ..Filter::default() }).await.is_empty());
    assert_eq!(app.audit(ROMASHKA).await.len(), 1);
    // Asked again, as after a lost answer, it is done already.
    let before = app.dump().await;
    let digest = domain::IdSet::from_iter(ids.iter().copied()).digest();
    assert_eq!(admin.ask_delete(&of(&ids), &digest, None).call::<u64>().await, Ok(3));
    assert_eq!(admin.deletion(&of(&ids)).await.unwrap().count, 0);
    assert_eq!(admin.delete(&ids).await, Err(DeskError::SelectionChanged { now: 0 }), "nobody was shown");
    before.assert_same(&app.dump().await, "deleting twice");
}

async fn who_holds_a_licence_is_not_deleted(app: TestApp) {
    let admin = app.romashka().await;
    let licensed = admin.pick(2, |row| !row.held.is_empty()).await;
    let ids = [admin.issuable(2).await, licensed.clone()].concat();
    let before = app.dump().await;
    let Err(DeskError::MembersHoldLicences { count, names }) = admin.delete(&ids).await else { panic!("deleted") };
    assert_eq!((count, names.len()), (2, 2));
    before.assert_same(&app.dump().await, "deleting who holds a licence");
    admin.revoke(&licensed).await;
    assert_eq!(admin.delete(&ids).await, Ok(4));
}

async fn those_are_deleted_who_were_shown(app: TestApp) {
    let admin = app.romashka().await;
    let ids = admin.issuable(3).await;
    let shown = admin.deletion(&of(&ids)).await.unwrap();
    assert_eq!((shown.count, shown.names.len(), shown.holders), (3, 3, 0));
    let other = admin.deletion(&of(&ids[..2])).await.unwrap();
    let before = app.dump().await;
    for digest in ["", "0", &other.digest] {
        let answer = admin.ask_delete(&of(&ids), digest, Some(3)).call::<u64>().await;
        assert_eq!(answer, Err(DeskError::SelectionChanged { now: 3 }), "{digest}");
    }
    before.assert_same(&app.dump().await, "people who were not shown");
    // By a filter: as many are found as were shown, but not the same.
    let first = admin.add_member(&form()).await.unwrap();
    let filter = Filter { search: "elkin".into(), ..Filter::default() };
    let selection = Selection::by_filter(filter);
    let shown = admin.deletion(&selection).await.unwrap();
    admin.add_member(&with("email", "elkin.other@romashka.example")).await.unwrap();
    app.sql(&format!("UPDATE members SET surname = 'Ёлкин' WHERE id = {first}")).await;
    assert_eq!(admin.delete(&[first.0]).await, Ok(1));
    let before = app.dump().await;
    let answer = admin.ask_delete(&selection, &shown.digest, None).call::<u64>().await;
    assert_eq!(answer, Err(DeskError::SelectionChanged { now: shown.count }));
    before.assert_same(&app.dump().await, "a filter that finds others");
    let shown = admin.deletion(&selection).await.unwrap();
    assert_eq!(admin.ask_delete(&selection, &shown.digest, None).call::<u64>().await, Ok(shown.count));
    // The answer was lost, and it is asked for again: it is done already.
    let before = app.dump().await;
    assert_eq!(admin.ask_delete(&selection, &shown.digest, None).call::<u64>().await, Ok(shown.count));
    before.assert_same(&app.dump().await, "deleting by a filter twice");
}

async fn a_large_deed_is_confirmed_by_its_number(app: TestApp) {
    app.sql("UPDATE organizations SET large_deed = 3").await;
    let admin = app.romashka().await;
    let held = admin.pick(3, |row| !row.held.is_empty()).await;
    let preview = admin.preview_of(Deed::Revoke, &held).await;
    let before = app.dump().await;
    for size in ["", "2", "30", "x"] {
        let answer = admin.confirm_typed(&preview, None, size).await;
        assert_eq!(answer, Err(DeskError::SizeRequired { size: 3 }), "{size}");
    }
    before.assert_same(&app.dump().await, "a number that was not typed");
    assert_eq!(admin.confirm_typed(&preview, None, " 3 ").await.unwrap().accepted, 3);
    // Two are not many.
    let two = admin.pick(2, |row| !row.held.is_empty()).await;
    let preview = admin.preview_of(Deed::Revoke, &two).await;
    assert_eq!(admin.confirm_typed(&preview, None, "").await.unwrap().accepted, 2);
    // Deleting likewise.
    let shown = admin.deletion(&of(&held)).await.unwrap();
    for size in [None, Some(2)] {
        let answer = admin.ask_delete(&of(&held), &shown.digest, size).call::<u64>().await;
        assert_eq!(answer, Err(DeskError::SizeRequired { size: 3 }));
    }
    assert_eq!(admin.ask_delete(&of(&held), &shown.digest, Some(3)).call::<u64>().await, Ok(3));
}

async fn before_a_large_deed_one_shows_who_one_is(app: TestApp) {
    app.sql("UPDATE organizations SET large_deed = 3").await;
    let mut admin = app.romashka().await;
    let held = admin.pick(4, |row| !row.held.is_empty()).await;
    app.pass(15 * 60);
    let preview = admin.preview_of(Deed::Revoke, &held[..3]).await;
    let form = |proof: &str| {
        let of = [("operation", preview.operation.to_string()), ("digest", preview.digest.clone())];
        let more = [("size", "3".to_owned()), ("proof", proof.to_owned())];
        of.into_iter().chain(more).collect::<Vec<_>>()
    };
    let wrong = FieldError { field: "proof".into(), problem: FieldProblem::WrongPassword };
    let confirm = async |proof: &str| admin.post("confirm").form(&form(proof)).call::<OperationSummary>().await;
    assert_eq!(confirm("").await, Err(DeskError::ProofRequired));
    assert_eq!(confirm("another").await, Err(DeskError::InvalidForm { fields: vec![wrong] }));
    assert_eq!(admin.pick(4, |row| !row.held.is_empty()).await, held, "nothing is done");
    // Twin: few are taken from whom they are by whoever is signed in.
    let one = admin.preview_of(Deed::Revoke, &held[3..]).await;
    assert_eq!(admin.confirm_typed(&one, None, "").await.unwrap().accepted, 1);
    // Where scripts are off, the page asks for it.
    let path = format!("/operations/{}", preview.operation);
    let said =
        admin.post("confirm").form(&form("")).plain().header("referer", format!("{}{path}", admin.client().origin()));
    let said = said.send().await;
    let page = admin.get(said.leads_to().trim_start_matches(&admin.client().origin())).await;
    let hidden = "<div hidden class=\"field\">";
    assert!(admin.get(&path).await.text().contains(hidden), "not before it is asked for");
    assert!(page.text().contains("Подтвердите, что это Вы") && !page.text().contains(hidden), "{}", page.text());
    let answer = admin.post("confirm").form(&form(server::demo::PASSWORD)).send().await;
    admin.renewed_by(&answer);
    assert_eq!(answer.result::<OperationSummary>().unwrap().accepted, 3);
    // Deleting likewise, and not again for a while.
    let people = admin.pick(3, |row| row.held.is_empty()).await;
    let shown = admin.deletion(&of(&people)).await.unwrap();
    assert_eq!(admin.ask_delete(&of(&people), &shown.digest, Some(3)).call::<u64>().await, Ok(3));
    app.pass(15 * 60);
    let people = admin.pick(3, |row| row.held.is_empty()).await;
    let shown = admin.deletion(&of(&people)).await.unwrap();
    let refused = admin.ask_delete(&of(&people), &shown.digest, Some(3)).call::<u64>().await;
    assert_eq!(refused, Err(DeskError::ProofRequired));
}

/// However many they were, the log tells who.
async fn the_log_knows_everybody_who_was_deleted(app: TestApp) {
    let admin = app.romashka().await;
    let many: Vec<i64> = admin.pick(103, |row| row.held.is_empty()).await;
    assert_eq!(admin.delete(&many).await, Ok(103));
    let few = admin.pick(2, |row| row.held.is_empty()).await;
    assert_eq!(admin.delete(&few).await, Ok(2));
    let told = app.told(ROMASHKA, "members.deleted").await;
    let ids = |place: usize| told[place]["ids"].as_str().unwrap().parse::<domain::IdSet>().unwrap();
    assert_eq!((ids(0), ids(1)), (many.iter().copied().collect(), few.iter().copied().collect()));
    assert_eq!(app.audit(ROMASHKA).await[0], "members.deleted members:many");
    // The page tells how many; the file has them all.
    let page = admin.get("/log?what=people").await;
    assert!(page.text().contains("Пользователи: 103") && page.text().contains("Пользователи: 2"), "{}", page.text());
    let ranges = told[0]["ids"].as_str().unwrap();
    assert!(!page.text().contains(ranges), "{}", page.text());
    assert!(admin.get("/log.csv?what=people").await.text().contains(ranges));
}

async fn a_plain_form_adds_and_deletes(app: TestApp) {
    let admin = app.romashka().await;
    let added = admin.post("add_member").form(&form()).plain().send().await;
    assert_eq!(added.leads_to(), "/users");
    let ids = admin.issuable(3).await;
    let ticked: Vec<(&str, String)> = ids.iter().map(|id| ("member[]", id.to_string())).collect();
    let started = admin.post("start_delete").form(&ticked).plain().send().await;
    let list = domain::IdSet::from_iter(ids.iter().copied()).to_string();
    assert_eq!(started.leads_to(), format!("/users/delete?ids={list}"));
    assert_eq!(admin.everybody().await.len(), 318, "nobody is deleted yet");
    let page = admin.get(started.leads_to()).await;
    let digest = domain::IdSet::from_iter(ids.iter().copied()).digest();
    assert!(page.text().contains(&digest), "the page confirms exactly these");
    let deleted = admin.post("delete_listed").form(&[("ids", list), ("digest", digest)]).plain().send().await;
    assert_eq!(deleted.leads_to(), "/users");
    assert_eq!(admin.everybody().await.len(), 315);
    // Who holds a licence: back with the code, and without names.
    let licensed = admin.pick(1, |row| !row.held.is_empty()).await;
    let surname = admin.everybody().await[&licensed[0]].name.surname.clone();
    let page = format!("{}/users/delete?ids={}", admin.client().origin(), licensed[0]);
    let refused = admin
        .post("delete_listed")
        .form(&[("ids", licensed[0].to_string()), ("digest", String::new())])
        .plain()
        .header("referer", &page)
        .send()
        .await;
    assert!(refused.leads_to().starts_with(&page), "{}", refused.leads_to());
    let address = refused.leads_to().to_owned();
    let escaped: String = surname.bytes().map(|byte| format!("%{byte:02X}")).collect();
    assert!(!address.contains(&escaped) && !address.contains(&surname));
    assert!(admin.everybody().await.contains_key(&licensed[0]));
}
