//! Levels that are for the people of some groups only: the others are as if they were not there.

use domain::{
    Capability, Deed, DeskError, FieldError, FieldProblem, Filter, GroupId, Level, Outcome, Reason, Rights, Role,
    Selection, Tab,
};
use service::ports::Store;

use crate::organizations::{Ids, send, table};
use crate::support::{ROMASHKA, TestApp, User, of, on_both};

on_both!(
    whoever_is_in_other_groups_is_not_there,
    nothing_is_done_to_whoever_is_in_other_groups,
    no_page_and_no_function_shows_whoever_is_in_other_groups,
    what_is_added_is_added_to_ones_own_groups,
    reports_of_others_are_not_there,
    a_second_person_agrees_to_what_they_may_see,
    a_level_for_groups_is_checked,
    a_level_of_every_organisation_may_be_for_groups,
    the_coverage_that_changes_changes_at_once,
    ones_own_operations_close_with_ones_groups,
    others_operations_leave_no_empty_page,
    rights_are_looked_at_again_when_it_is_done,
);

fn wrong(field: &str, problem: FieldProblem) -> DeskError {
    DeskError::InvalidForm { fields: vec![FieldError { field: field.to_owned(), problem }] }
}

fn every_right() -> Rights {
    Rights::all().iter().filter(|capability| !capability.over_everybody()).collect()
}

/// Gives an account a level of its own that is for these groups only.
async fn limit(app: &TestApp, email: &str, rights: Rights, groups: &[GroupId]) {
    let ids = groups.iter().map(GroupId::to_string).collect::<Vec<_>>().join(",");
    app.sql(&format!(
        "INSERT INTO roles (organization_id, name, capabilities, coverage) \
         VALUES (1, 'Филиал {email} {ids}', '{}', '{ids}'); \
         UPDATE account_levels SET role = 'own', role_id = (SELECT MAX(id) FROM roles) \
         WHERE account_id = (SELECT id FROM accounts WHERE email = '{email}')",
        rights.to_codes()
    ))
    .await;
}

/// The owner; the one who is limited to a group, and may do everything in it; the group.
async fn two(app: &TestApp) -> (User, User, GroupId) {
    let owner = app.romashka().await;
    let group = owner.frame().await.unwrap().groups[0].id;
    let limited = app.with_role(Role::Administrator).await;
    limit(app, "hr@romashka.example", every_right(), &[group]).await;
    (owner, limited, group)
}

/// To whom a licence can be issued: in the group, or not.
async fn issuable(owner: &User, group: GroupId, within: bool, count: usize) -> Vec<i64> {
    let free = |row: &domain::MemberRow| row.held.is_empty() && row.employment.may_receive();
    owner.pick(count, |row| free(row) && row.groups.contains(&group) == within).await
}

async fn whoever_is_in_other_groups_is_not_there(app: TestApp) {
    let (owner, limited, group) = two(&app).await;
    let all = owner.everybody().await;
    let within: Vec<i64> = all.values().filter(|row| row.groups.contains(&group)).map(|row| row.id.0).collect();
    assert!(!within.is_empty() && within.len() < all.len());
    let seen = limited.everybody().await;
    assert_eq!(seen.keys().copied().collect::<Vec<_>>(), within);
    let frame = limited.frame().await.unwrap();
    assert_eq!(frame.groups.iter().map(|group| group.id).collect::<Vec<_>>(), [group]);
    let groups = frame.tabs.iter().filter(|(tab, _)| matches!(tab, Tab::Group(_))).count();
    assert_eq!((groups, frame.tabs[0]), (1, (Tab::All, within.len() as u64)));
    let other = owner.frame().await.unwrap().groups[1].id;
    let of_other = limited.find(&Filter { tab: Tab::Group(other), ..Filter::default() }).await;
    assert!(of_other.iter().all(|row| row.groups.contains(&group)), "asked for by its number too");
    let outsider = all.values().find(|row| !row.groups.contains(&group)).unwrap();
    let search = Filter { search: outsider.email.clone(), ..Filter::default() };
    assert!(limited.find(&search).await.iter().all(|row| row.groups.contains(&group)));
    assert!(owner.find(&search).await.iter().any(|row| row.id == outsider.id));
    let counts = limited.selected(&of(&[outsider.id.0])).await.unwrap();
    assert_eq!(counts.total, 0);
    let everybody = Selection::by_filter(Filter::default());
    assert_eq!(limited.selected(&everybody).await.unwrap().total, within.len() as u64);
    let only = limited.directory(&domain::View::default(), Some(&of(&[outsider.id.0, within[0]]))).await.unwrap();
    assert_eq!(only.rows.iter().map(|row| row.id.0).collect::<Vec<_>>(), [within[0]]);
    // Whoever is limited to groups that are none sees nobody, not everybody.
    limit(&app, "user@romashka.example", every_right(), &[]).await;
    assert!(app.with_role(Role::User).await.everybody().await.is_empty());
}

async fn nothing_is_done_to_whoever_is_in_other_groups(app: TestApp) {
    let (owner, limited, group) = two(&app).await;
    let (own, others) = (issuable(&owner, group, true, 2).await, issuable(&owner, group, false, 2).await);
    let pool = owner.pool("hR7_kQ2z").await;
    let unknown = |count| Err(DeskError::UnknownMembers { count });
    let mixed = [own.clone(), others.clone()].concat();
    for deed in [Deed::Issue, Deed::Revoke] {
        assert_eq!(limited.preview(deed, &of(&mixed)).await.map(drop), unknown(2), "{deed:?}");
    }
    // A filter finds one's own alone.
    let everybody = limited.preview(Deed::Issue, &Selection::by_filter(Filter::default())).await.unwrap();
    let found = owner.everybody().await;
    let fit = found.values().filter(|row| row.groups.contains(&group));
    let fit = fit.filter(|row| row.held.is_empty() && row.employment.may_receive()).count() as u64;
    assert_eq!(everybody.accepted, fit);
    // By e-mail, nobody has it.
    let email = found[&others[0]].email.clone();
    let bind = async |who: &User, email: &str| {
        let form = [("pool", pool.id.to_string()), ("email", email.to_owned())];
        who.post("bind").form(&form).call::<domain::OperationSummary>().await
    };
    let nobody = wrong("email", FieldProblem::LeftOut(Reason::NotRegistered));
    assert_eq!(bind(&limited, &email).await.map(drop), Err(nobody));
    assert_eq!(bind(&limited, &found[&own[0]].email).await.map(|done| done.accepted), Ok(1));
    bind(&owner, &email).await.unwrap();
    let list = [("pool", pool.id.to_string()), ("emails", format!("{email}\n{}", found[&own[1]].email))];
    let listed: domain::OperationId = limited.post("bind_list").form(&list).call().await.unwrap();
    let report = limited.report(listed, 1).await.unwrap();
    let not_registered = |row: &&domain::ReportRow| row.outcome == Outcome::Rejected(Reason::NotRegistered);
    assert_eq!(report.rows.iter().find(not_registered).map(|row| row.email.as_str()), Some(email.as_str()));
    assert_eq!(report.rows.len(), 2);
    // Nor is anything taken from them.
    let unbind = [("pool", pool.id.to_string()), ("member", others[0].to_string())];
    assert_eq!(limited.call("unbind", &unbind).await.map(drop), Err(DeskError::NotBound));
    assert_eq!(limited.deletion(&of(&others[1..])).await.map(drop), unknown(1));
    assert_eq!(limited.delete(&others[1..]).await.map(drop), unknown(1));
    // Twins: to one's own it is done, and done again it is done already.
    let deletion = limited.deletion(&of(&own[1..])).await.unwrap();
    let delete = async || limited.ask_delete(&of(&own[1..]), &deletion.digest, None).call::<u64>().await;
    assert_eq!((delete().await, delete().await), (Ok(1), Ok(1)));
    limited.revoke(&own[..1]).await;
    crate::support::check_invariants(&app).await;
}

/// Every server function and every page, with everything of somebody who is in other groups.
async fn no_page_and_no_function_shows_whoever_is_in_other_groups(app: TestApp) {
    let owner = app.romashka().await;
    let ids = Ids::of(&app, &owner).await;
    let concerned = [ids.members.clone(), ids.licensed.clone()].concat();
    let found = owner.everybody().await;
    let groups = owner.frame().await.unwrap().groups;
    let free = |group: &&domain::Group| concerned.iter().all(|id| !found[id].groups.contains(&group.id));
    let group = groups.iter().find(free).unwrap().id;
    let marks: Vec<String> =
        concerned.iter().flat_map(|id| [found[id].email.clone(), found[id].name.short()]).collect();
    limit(&app, "hr@romashka.example", every_right(), &[group]).await;
    let seats = async || {
        app.rows(&format!(
            "SELECT a.member_id, a.pool_id, t.state FROM assignments AS a \
             LEFT JOIN certificate_tasks AS t ON t.assignment_id = a.id \
             WHERE a.ended_at IS NULL AND a.member_id IN ({0}, {1}, {2}) ORDER BY a.member_id",
            concerned[0], concerned[1], concerned[2]
        ))
        .await
    };
    let before = seats().await;
    let twin = app.colleague(ROMASHKA, "twin@romashka.example").await;
    let mut shown_to_twin = 0;
    let mut limited = app.with_role(Role::Administrator).await;
    for path in server::http::paths() {
        let id = match path.split('/').nth(1) {
            Some("licenses") => ids.pool,
            Some("orders") => ids.order,
            Some("tasks") => ids.task,
            Some("admin") => ids.account,
            _ => ids.done,
        };
        let listed = if path == "/users/delete" { format!("?ids={}", ids.members[0]) } else { String::new() };
        let address = path.replace("{id}", &id.to_string()).replace("{token}", &"0".repeat(64)) + &listed;
        let (answer, of_twin) = (limited.get(&address).await, twin.get(&address).await);
        assert!(answer.status < 500, "{address}");
        if path.ends_with(".pdf") {
            continue;
        }
        for mark in &marks {
            assert!(!answer.text().contains(mark.as_str()), "{address} shows {mark}");
            shown_to_twin += usize::from(of_twin.text().contains(mark.as_str()));
        }
    }
    assert!(shown_to_twin >= 5, "whoever is not limited is shown them: {shown_to_twin}");
    for row in table(&ids) {
        if matches!(row.endpoint, "sign_in" | "sign_out" | "end_all_sessions") {
            continue;
        }
        let answer = send(&limited, &row).await;
        assert!(answer.status < 500, "{}", row.endpoint);
        for mark in &marks {
            assert!(!answer.text().contains(mark.as_str()), "{} shows {mark}: {}", row.endpoint, answer.text());
        }
        // Some of them change one's own level or session.
        if limited.frame().await.is_err() {
            limited = app.with_role(Role::Administrator).await;
        }
    }
    assert_eq!(seats().await, before, "nothing has become of them");
}

async fn what_is_added_is_added_to_ones_own_groups(app: TestApp) {
    let (owner, limited, group) = two(&app).await;
    let other = owner.frame().await.unwrap().groups[1].id;
    let form = |groups: &[GroupId]| {
        let fields = [
            ("surname", "Новая".to_owned()),
            ("first", "Вера".to_owned()),
            ("email", "vera.new@romashka.example".to_owned()),
            ("employment", "employee".to_owned()),
        ];
        let groups = groups.iter().map(|group| ("groups[]", group.to_string()));
        fields.into_iter().chain(groups).collect::<Vec<_>>()
    };
    let before = app.dump().await;
    assert_eq!(limited.add_member(&form(&[])).await, Err(wrong("groups", FieldProblem::Required)));
    assert_eq!(limited.add_member(&form(&[other])).await, Err(wrong("groups", FieldProblem::Unknown)));
    assert_eq!(limited.add_member(&form(&[group, other])).await, Err(wrong("groups", FieldProblem::Unknown)));
    before.assert_same_but_for_the_log(&app.dump().await, "to groups of others");
    let id = limited.add_member(&form(&[group])).await.unwrap();
    assert!(limited.everybody().await.contains_key(&id.0));
    let page = limited.get("/users/new").await;
    assert!(
        page.text().contains(&format!("value=\"{group}\"")) && !page.text().contains(&format!("value=\"{other}\""))
    );
}

async fn reports_of_others_are_not_there(app: TestApp) {
    let (owner, limited, group) = two(&app).await;
    let (own, others) = (issuable(&owner, group, true, 2).await, issuable(&owner, group, false, 1).await);
    let pool = owner.pool("hR7_kQ2z").await.id;
    let of_others = owner.issue(&others, pool).await.id;
    let mixed = owner.revoke(&[others[0]]).await.id;
    owner.issue(&others, pool).await;
    let of_own = owner.issue(&own[..1], pool).await.id;
    let listed = |list: domain::Operations| list.rows.into_iter().map(|row| row.id).collect::<Vec<_>>();
    let seen = listed(limited.operations().await.unwrap());
    assert!(seen.contains(&of_own) && !seen.contains(&of_others) && !seen.contains(&mixed));
    assert!(listed(owner.operations().await.unwrap()).contains(&of_others));
    assert_eq!(limited.report(of_own, 1).await.unwrap().rows.len(), 1);
    assert_eq!(limited.report(of_others, 1).await.map(drop), Err(DeskError::UnknownOperation));
    for path in [format!("/operations/{of_others}"), format!("/operations/{of_others}/report.csv")] {
        assert_eq!((limited.get(&path).await.status, owner.get(&path).await.status), (404, 200), "{path}");
    }
    assert_eq!(limited.undo(of_others).await.map(drop), Err(DeskError::UnknownOperation));
    limited.undo(of_own).await.unwrap();
    // Nor are the others' tasks and seats.
    let task = app.task_of(others[0]).await;
    assert_eq!((limited.get(&format!("/tasks/{task}")).await.status), 404);
    assert_eq!(owner.get(&format!("/tasks/{task}")).await.status, 200);
    let step = [("step", "task_invite".to_owned()), ("task[]", task.to_string())];
    assert_eq!(limited.call("start_steps", &step).await.map(drop), Err(DeskError::UnknownTask));
    let page = limited.get(&format!("/licenses/{pool}")).await;
    assert!(page.text().contains("Занята: не из ваших групп"));
    assert!(!owner.get(&format!("/licenses/{pool}")).await.text().contains("Занята: не из ваших групп"));
}

async fn a_second_person_agrees_to_what_they_may_see(app: TestApp) {
    let (owner, limited, group) = two(&app).await;
    let rules = [("issue", "0".to_owned()), ("revoke", String::new())];
    let rules: Result<(), _> = owner.post("keep_approvals").form(&rules).call().await;
    rules.unwrap_or_else(|error| panic!("{error:?}"));
    let (own, others) = (issuable(&owner, group, true, 1).await, issuable(&owner, group, false, 1).await);
    let pool = owner.pool("hR7_kQ2z").await.id;
    let asked = async |people: &[i64]| {
        let preview = owner.preview_of(Deed::Issue, people).await;
        owner.confirm(&preview, Some(pool)).await.unwrap();
        preview
    };
    let approve = async |preview: &domain::Preview| {
        let form = [("operation", preview.operation.to_string()), ("digest", preview.digest.clone())];
        limited.call("approve", &form).await.map(drop)
    };
    let letters = async || app.number("SELECT count(*) FROM letters WHERE recipient = 'hr@romashka.example'").await;
    let before = letters().await;
    let of_others = asked(&others).await;
    assert_eq!(letters().await, before, "nobody is asked who may not see them");
    assert_eq!(approve(&of_others).await, Err(DeskError::UnknownOperation));
    let of_own = asked(&own).await;
    assert_eq!(letters().await, before + 1);
    assert_eq!(approve(&of_own).await, Ok(()));
}

async fn a_level_for_groups_is_checked(app: TestApp) {
    let (owner, limited, group) = two(&app).await;
    let foreign = app.sever().await.frame().await.unwrap().groups[0].id;
    let form = |name: &str, rights: &[&str], whom: &str, groups: &[GroupId]| {
        let fields = [("name", name.to_owned()), ("whom", whom.to_owned())];
        let rights = rights.iter().map(|right| ("rights[]", (*right).to_owned()));
        let groups = groups.iter().map(|group| ("groups[]", group.to_string()));
        fields.into_iter().chain(rights).chain(groups).collect::<Vec<_>>()
    };
    let keep =
        async |who: &User, form: &[(&str, String)]| who.post("keep_role").form(form).call::<domain::RoleId>().await;
    let before = app.dump().await;
    let refused = |field, problem| Err::<domain::RoleId, _>(wrong(field, problem));
    assert_eq!(keep(&owner, &form("А", &["people"], "groups", &[])).await, refused("groups", FieldProblem::Required));
    let strange = form("А", &["people"], "groups", &[foreign]);
    assert_eq!(keep(&owner, &strange).await, refused("groups", FieldProblem::Unknown), "another organisation's");
    let over = form("А", &["letters"], "groups", &[group]);
    assert_eq!(keep(&owner, &over).await, refused("rights", FieldProblem::OverEverybody));
    for right in ["organization", "notifications", "accounts", "audit"] {
        let over = form("А", &["people", right], "groups", &[group]);
        assert_eq!(keep(&owner, &over).await, refused("rights", FieldProblem::OverEverybody), "{right}");
    }
    before.assert_same_but_for_the_log(&app.dump().await, "levels that may not be");
    // Twin. Whoever has it manages nothing, whatever the database says.
    let role = keep(&owner, &form("Филиал", &["people"], "groups", &[group])).await.unwrap();
    app.sql(&format!("UPDATE roles SET capabilities = 'people,accounts,letters' WHERE id = {role}")).await;
    app.sql(&format!("UPDATE account_levels SET role_id = {role} WHERE role = 'own'")).await;
    assert_eq!(limited.frame().await.unwrap().rights.to_codes(), "people");
    assert_eq!(limited.get("/admin").await.status, 403);
    let told = app.told(ROMASHKA, "role.kept").await;
    assert_eq!(told[0]["groups"].as_str(), Some(group.to_string().as_str()));
    let (page, level) = (owner.get("/admin/levels").await, owner.get(&format!("/admin/levels/{role}")).await);
    let name = owner.frame().await.unwrap().groups[0].name.clone();
    assert!(page.text().contains(&name) && level.text().contains("Только пользователей групп"));
    // A slip in the form keeps what was typed.
    let slip = form("Мой филиал", &["people"], "groups", &[]);
    let page = owner.follow_form("/admin/levels/new", "keep_role", &slip).await;
    assert!(page.contains("Мой филиал") && page.contains("groups-error"), "{page}");
}

async fn a_level_of_every_organisation_may_be_for_groups(app: TestApp) {
    let (owner, user) = (app.romashka().await, app.with_role(Role::User).await);
    let group = owner.frame().await.unwrap().groups[0].id;
    let all = user.everybody().await;
    let limit = async |level: &str, whom: &str, groups: &[GroupId]| {
        let fields = [("level", level.to_owned()), ("whom", whom.to_owned())];
        let groups = groups.iter().map(|group| ("groups[]", group.to_string()));
        owner.post("limit_role").form(&fields.into_iter().chain(groups).collect::<Vec<_>>()).call::<()>().await
    };
    let foreign = app.sever().await.frame().await.unwrap().groups[0].id;
    for level in ["accountant", "administrator", "support", "owner"] {
        assert_eq!(
            limit(level, "groups", &[group]).await,
            Err(DeskError::UnknownAccount),
            "{level} concerns everybody"
        );
    }
    assert!(limit("emperor", "groups", &[group]).await.is_err());
    assert_eq!(limit("user", "groups", &[]).await, Err(wrong("groups", FieldProblem::Required)));
    assert_eq!(limit("user", "groups", &[foreign]).await, Err(wrong("groups", FieldProblem::Unknown)));
    assert_eq!(user.everybody().await.len(), all.len(), "nothing is kept of these");
    limit("user", "groups", &[group]).await.unwrap();
    let seen = user.everybody().await;
    assert!(seen.len() < all.len() && seen.values().all(|row| row.groups.contains(&group)), "at once");
    assert_eq!(app.with_role(Role::User).await.everybody().await.len(), seen.len(), "and in a session that begins");
    let name = owner.frame().await.unwrap().groups[0].name.clone();
    let (matrix, page) = (owner.get("/admin/levels").await, owner.get("/admin/levels/user").await);
    assert!(matrix.text().contains(&name) && matrix.text().contains("href=\"/admin/levels/user\""));
    assert!(page.text().contains("checked") && page.text().contains("action=\"/api/limit_role\""));
    assert_eq!(owner.get("/admin/levels/support").await.status, 404);
    // Of another organisation it is nothing; and it ends.
    let there = app.sever().await.get("/admin/levels").await;
    assert!(!there.text().contains(&name));
    limit("user", "all", &[]).await.unwrap();
    assert_eq!(user.everybody().await.len(), all.len());
    let told = app.told(ROMASHKA, "role.kept").await;
    let first = serde_json::json!({
        "level": "user", "groups_before": null, "groups": group.to_string(), "whom_before": null, "whom": name,
    });
    assert_eq!(told[0], first);
    assert!(owner.get("/log").await.text().contains(&format!("Кого касается: {name} → все")));
    assert_eq!(told[1]["groups_before"], group.to_string());
}

async fn the_coverage_that_changes_changes_at_once(app: TestApp) {
    let (owner, limited, group) = two(&app).await;
    let own = issuable(&owner, group, true, 2).await;
    let preview = limited.preview_of(Deed::Issue, &own).await;
    let pool = owner.pool("hR7_kQ2z").await.id;
    let other = owner.frame().await.unwrap().groups[1].id;
    // As «keep_role» does it: with its entry in the log.
    let role = app.number("SELECT MAX(id) FROM roles").await;
    let rights = every_right();
    let rights: Vec<&str> = rights.iter().map(Capability::code).collect();
    let change = async |group: GroupId| {
        let fields = [("role", role.to_string()), ("name", "Филиал".to_owned()), ("groups[]", group.to_string())];
        let rights = rights.iter().map(|right| ("rights[]", (*right).to_owned()));
        owner.call("keep_role", &fields.into_iter().chain(rights).collect::<Vec<_>>()).await.unwrap();
    };
    change(other).await;
    assert!(limited.everybody().await.values().all(|row| row.groups.contains(&other)), "in the session that is open");
    let all = owner.everybody().await;
    let gone = own.iter().filter(|id| !all[id].groups.contains(&other)).count() as u64;
    assert!(gone > 0);
    assert_eq!(limited.confirm(&preview, Some(pool)).await, Err(DeskError::UnknownMembers { count: gone }));
    change(group).await;
    assert_eq!(limited.confirm(&preview, Some(pool)).await.unwrap().accepted, 2);
}

/// Whoever could see everybody sees no more of what they did then.
async fn ones_own_operations_close_with_ones_groups(app: TestApp) {
    let (owner, hr) = (app.romashka().await, app.with_role(Role::Administrator).await);
    let group = owner.frame().await.unwrap().groups[0].id;
    let pool = owner.pool("hR7_kQ2z").await.id;
    let (own, others) = (issuable(&owner, group, true, 2).await, issuable(&owner, group, false, 2).await);
    let (of_own, of_others) = (hr.issue(&own[..1], pool).await.id, hr.issue(&others[..1], pool).await.id);
    let waiting = hr.preview_of(Deed::Issue, &others[1..]).await.operation;
    let step = [("step", "task_invite".to_owned()), ("task[]", app.task_of(others[0]).await.to_string())];
    let steps: domain::OperationId = hr.post("start_steps").form(&step).call().await.unwrap();
    limit(&app, "hr@romashka.example", every_right(), &[group]).await;
    for id in [of_others, waiting, steps] {
        assert_eq!(hr.report(id, 1).await.map(drop), Err(DeskError::UnknownOperation), "{id}");
        assert_eq!(hr.get(&format!("/operations/{id}")).await.status, 404);
        assert_eq!(hr.get(&format!("/operations/{id}/report.csv")).await.status, 404);
    }
    assert_eq!(hr.report(of_own, 1).await.unwrap().rows.len(), 1);
    // Somebody deleted meanwhile was seen.
    hr.undo(of_own).await.unwrap();
    owner.delete(&own[..1]).await.unwrap();
    assert_eq!(hr.report(of_own, 1).await.unwrap().rows.len(), 1);
}

async fn others_operations_leave_no_empty_page(app: TestApp) {
    let (owner, limited, group) = two(&app).await;
    let pool = owner.pool("hR7_kQ2z").await.id;
    let (own, others) = (issuable(&owner, group, true, 1).await, issuable(&owner, group, false, 1).await);
    let seen = owner.issue(&own, pool).await.id;
    for _ in 0..30 {
        owner.issue(&others, pool).await;
        owner.revoke(&others).await;
    }
    let listed = limited.operations().await.unwrap();
    assert!(listed.rows.iter().any(|row| row.id == seen), "sixty of others are in between");
}

/// Their request has come, and waits for others: meanwhile they lose what it needs.
async fn rights_are_looked_at_again_when_it_is_done(app: TestApp) {
    let (owner, hr) = (app.romashka().await, app.with_role(Role::Administrator).await);
    let account = domain::AccountId(app.number("SELECT id FROM accounts WHERE email = 'hr@romashka.example'").await);
    let pool = owner.pool("hR7_kQ2z").await.id;
    let people = owner.issuable(1).await;
    let preview = hr.preview_of(Deed::Issue, &people).await;
    let before = app.standing().await;
    let race = async |level: Option<Level>| {
        let mut held = app.store.begin(ROMASHKA).await.unwrap();
        let asked = hr.ask_confirm(preview.operation, &preview.digest, Some(pool));
        let asked = tokio::spawn(async move { asked.call::<domain::OperationSummary>().await });
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        match level {
            Some(level) => held.set_level(account, level).await.unwrap(),
            None => drop(held.end_sessions(&service::ports::Sessions::Of { account, but: None }).await.unwrap()),
        }
        held.commit().await.unwrap();
        asked.await.unwrap().map(|done| done.accepted)
    };
    assert_eq!(race(Some(Level::Role(Role::User))).await, Err(DeskError::Forbidden { needs: Capability::Issue }));
    app.sql("UPDATE account_levels SET role = 'administrator' WHERE role = 'user' AND account_id = (SELECT id FROM accounts WHERE email = 'hr@romashka.example')").await;
    assert_eq!(race(None).await, Err(DeskError::NotSignedIn));
    assert_eq!(app.standing().await, before, "nothing was done");
    let told = app.told(ROMASHKA, "access.refused").await;
    let why: Vec<_> = told.iter().map(|details| (details["needs"].as_str(), details["why"].as_str())).collect();
    assert_eq!(why, [(Some("issue"), None), (None, Some("session_over"))]);
    let hr = app.with_role(Role::Administrator).await;
    assert_eq!(hr.confirm(&preview, Some(pool)).await.map(|done| done.accepted), Ok(1));
}
