//! What the desk is sent by those who do not read its pages: each is refused in its own words, and changes nothing.

use domain::{Deed, DeskError, IdSet, MAX_FILTERS, OperationState, PoolId, Preview, Selection};
use serde_json::json;

use crate::support::{Answer, ROMASHKA, TestApp, User, of, on_both, refusal};

on_both!(
    people_who_are_not_there,
    selections_of_nobody_and_of_too_many,
    confirmations_that_do_not_fit,
    confirmed_twice_it_happens_once,
    a_preview_waits_half_an_hour,
    only_its_author_confirms_a_preview,
    what_is_no_json_and_no_form,
    content_of_another_type,
    addresses_and_methods_that_do_not_exist,
    bodies_over_the_limit,
    changes_from_elsewhere,
    answers_never_repeat_what_was_sent,
    refusals_are_a_code_with_its_data,
);

/// Does something with one preview at hand, and sees to it that nothing changes.
async fn with_preview(app: &TestApp, act: impl AsyncFnOnce(&User, &Preview, PoolId)) {
    let admin = app.romashka().await;
    let pool = admin.pool("hR7_kQ2z").await.id;
    let preview = admin.preview_of(Deed::Issue, &admin.issuable(3).await).await;
    let before = app.dump().await;
    act(&admin, &preview, pool).await;
    before.assert_same(&app.dump().await, "a bad request");
    // What was refused was not the preview itself.
    assert_eq!(admin.confirm(&preview, Some(pool)).await.unwrap().accepted, 3);
}

async fn people_who_are_not_there(app: TestApp) {
    let foreign = app.sever().await.pick(2, |_| true).await;
    with_preview(&app, async |admin, _, _| {
        let own = admin.issuable(2).await;
        let cases = [
            (vec![1_000_000], 1),
            (vec![own[0], 1_000_000, 1_000_001], 2),
            (foreign.clone(), 2),
            (vec![own[0], own[1], foreign[0]], 1),
            (vec![i64::MAX], 1),
        ];
        for (ids, count) in cases {
            let unknown = Err(DeskError::UnknownMembers { count });
            assert_eq!(admin.preview(Deed::Issue, &of(&ids)).await.map(drop), unknown, "{ids:?}");
            assert_eq!(admin.preview(Deed::Revoke, &of(&ids)).await.map(drop), unknown, "{ids:?}");
            assert_eq!(admin.delete(&ids).await.map(drop), unknown, "{ids:?}");
            let ticked: Vec<(&str, String)> = ids.iter().map(|id| ("member[]", id.to_string())).collect();
            assert_eq!(admin.call("start_issue", &ticked).await.map(drop), unknown, "{ids:?}");
            assert_eq!(admin.call("start_revoke", &ticked).await.map(drop), unknown, "{ids:?}");
        }
    })
    .await;
}

async fn selections_of_nobody_and_of_too_many(app: TestApp) {
    with_preview(&app, async |admin, _, _| {
        let nobody = Selection::default();
        assert_eq!(admin.preview(Deed::Issue, &nobody).await.map(drop), Err(DeskError::EmptySelection));
        assert_eq!(admin.ask_delete(&nobody, "", None).call::<u64>().await, Err(DeskError::EmptySelection));
        for endpoint in ["start_issue", "start_revoke", "start_delete"] {
            assert_eq!(admin.call(endpoint, &[]).await, Err(DeskError::EmptySelection), "{endpoint}");
        }
        assert_eq!(
            admin.call("delete_listed", &[("ids", String::new()), ("digest", String::new())]).await,
            Err(DeskError::EmptySelection)
        );
        let too_many: IdSet = (1..=318).collect();
        let too_large = DeskError::SelectionTooLarge { selected: 318, directory: 317 };
        let everybody = domain::Filter::default();
        for selection in [Selection::of_ids(too_many.clone()), Selection::all_but(everybody, too_many)] {
            assert_eq!(admin.preview(Deed::Revoke, &selection).await.map(drop), Err(too_large.clone()));
            assert_eq!(admin.ask_delete(&selection, "", None).call::<u64>().await, Err(too_large.clone()));
        }
        // More filters than one statement should have to ask.
        let mut selection = Selection::default();
        for number in 0..=MAX_FILTERS {
            selection.add_all(&domain::Filter { search: format!("а{number}"), ..domain::Filter::default() });
        }
        let most = MAX_FILTERS as u64;
        let too_many = DeskError::TooManyFilters { most };
        assert_eq!(admin.preview(Deed::Issue, &selection).await.map(drop), Err(too_many.clone()));
        assert_eq!(admin.ask_delete(&selection, "", None).call::<u64>().await, Err(too_many.clone()));
        assert_eq!(admin.selected(&selection).await, Err(too_many.clone()));
        assert_eq!(admin.directory(&domain::View::default(), Some(&selection)).await.map(drop), Err(too_many));
        selection.all.pop();
        assert_eq!(admin.selected(&selection).await.map(|counts| counts.total), Ok(0), "as many as there may be");
        // Each of them may be, but not all together.
        let part = json!({ "filter": {}, "except": "1-1900000" });
        let body = json!({ "selection": { "all": vec![part; 20] } });
        assert_eq!(admin.post("selected").json(&body).call::<domain::Counts>().await, Err(DeskError::Malformed));
        // A few bytes that would be many ids.
        for ids in ["1-9223372036854775807", "1-2000001", "5-1", "1,1", "-5", "0", "1e3", "1;2"] {
            let body = json!({ "deed": "issue", "selection": { "ids": ids } });
            assert_eq!(admin.post("preview").json(&body).call::<Preview>().await, Err(DeskError::Malformed), "{ids}");
            let listed = admin.call("delete_listed", &[("ids", ids.to_owned()), ("digest", String::new())]).await;
            assert_eq!(listed, Err(DeskError::Malformed), "{ids}");
        }
    })
    .await;
}

async fn confirmations_that_do_not_fit(app: TestApp) {
    let foreign_pool = app.sever().await.frame().await.unwrap().pools[0].id;
    let sever = app.sever().await;
    let foreign = sever.preview_of(Deed::Issue, &sever.issuable(1).await).await;
    with_preview(&app, async |admin, preview, pool| {
        let confirm =
            async |operation, digest: &str, pool| admin.ask_confirm(operation, digest, pool).call::<()>().await;
        let (operation, digest) = (preview.operation, preview.digest.as_str());
        let other = format!("{}{}", if digest.starts_with('0') { '1' } else { '0' }, &digest[1..]);
        for wrong in ["", "0", &other, &digest.to_uppercase(), &foreign.digest] {
            if wrong != digest {
                assert_eq!(confirm(operation, wrong, Some(pool)).await, Err(DeskError::DigestMismatch), "{wrong}");
            }
        }
        assert_eq!(confirm(operation, digest, None).await, Err(DeskError::PoolRequired));
        for unknown in [foreign_pool, PoolId(1_000_000), PoolId(0), PoolId(-1)] {
            assert_eq!(confirm(operation, digest, Some(unknown)).await, Err(DeskError::UnknownPool), "{unknown}");
        }
        for unknown in [foreign.operation.0, 1_000_000, 0, -1, i64::MAX] {
            let answer = confirm(domain::OperationId(unknown), &foreign.digest, Some(pool)).await;
            assert_eq!(answer, Err(DeskError::UnknownOperation), "{unknown}");
        }
    })
    .await;
}

async fn confirmed_twice_it_happens_once(app: TestApp) {
    let admin = app.romashka().await;
    let pool = admin.pool("hR7_kQ2z").await.id;
    let preview = admin.preview_of(Deed::Issue, &admin.issuable(3).await).await;
    let first = admin.confirm(&preview, Some(pool)).await.unwrap();
    let before = app.dump().await;
    assert_eq!(admin.confirm(&preview, Some(pool)).await.unwrap(), first);
    // Whatever pool the second one names.
    let other = admin.pool("Zt-4mVb9").await.id;
    assert_eq!(admin.confirm(&preview, Some(other)).await.unwrap(), first);
    before.assert_same(&app.dump().await, "the second confirmation");
    // Nor does it happen again after it was undone.
    let undo = admin.undo(first.id).await.unwrap();
    let before = app.dump().await;
    let again = admin.confirm(&preview, Some(pool)).await.unwrap();
    assert_eq!((again.state, again.undone_by), (OperationState::Undone, Some(undo.id)));
    before.assert_same(&app.dump().await, "a confirmation after the undo");
    // A revoke likewise.
    let preview = admin.preview_of(Deed::Revoke, &admin.pick(3, |row| !row.held.is_empty()).await).await;
    let first = admin.confirm(&preview, None).await.unwrap();
    let before = app.dump().await;
    assert_eq!(admin.confirm(&preview, None).await.unwrap(), first);
    before.assert_same(&app.dump().await, "the second confirmation");
}

async fn a_preview_waits_half_an_hour(app: TestApp) {
    let admin = app.romashka().await;
    let pool = admin.pool("hR7_kQ2z").await.id;
    let ids = admin.issuable(2).await;
    let (one, other) = (admin.preview_of(Deed::Issue, &ids[..1]).await, admin.preview_of(Deed::Issue, &ids[1..]).await);
    app.pass(service::PREVIEW_SECONDS - 60);
    admin.confirm(&one, Some(pool)).await.unwrap();
    app.pass(61);
    let before = app.dump().await;
    let answer = admin.ask_confirm(other.operation, &other.digest, Some(pool)).send().await;
    assert_eq!((answer.status, answer.refusal()), (409, DeskError::OperationExpired));
    before.assert_same(&app.dump().await, "an expired preview");
    // What is done is not done again, and does not expire.
    assert_eq!(admin.confirm(&one, Some(pool)).await.unwrap().state, OperationState::Done);
}

async fn only_its_author_confirms_a_preview(app: TestApp) {
    let colleague = app.colleague(ROMASHKA, "second@romashka.example").await;
    let stranger = app.sever().await;
    with_preview(&app, async |_, preview, pool| {
        let not_yours = Err(DeskError::NotYourOperation);
        assert_eq!(colleague.confirm(preview, Some(pool)).await.map(drop), not_yours);
        assert_eq!(colleague.cancel(preview.operation).await, not_yours);
        // Whose organisation it is not, does not even learn that it exists.
        let unknown = Err(DeskError::UnknownOperation);
        assert_eq!(stranger.confirm(preview, Some(pool)).await.map(drop), unknown);
        assert_eq!(stranger.cancel(preview.operation).await, unknown);
    })
    .await;
}

const STRANGE_DEED: &[u8] = br#"{"deed":"steal","selection":{"ids":"1"},"view":{"page":-1,"size":50},"digest":-1}"#;
const JSON: [&str; 5] = ["preview", "directory", "selected", "deletion", "delete_members"];
const FORMS: [&str; 62] = [
    "change_grant",
    "send_application",
    "withdraw_application",
    "correct_application",
    "process_application",
    "decline_application",
    "confirm_reconciliation",
    "dispute_reconciliation",
    "start_manage",
    "manage_again",
    "keep_region",
    "connect_name",
    "connect_responsible",
    "connect_people",
    "connect_service",
    "change_service",
    "begin_oidc",
    "link_identity",
    "unlink_identity",
    "sign_up",
    "confirm_sign_up",
    "subscribe",
    "confirm_news",
    "keep_subscription",
    "confirm_factor",
    "enter_code",
    "require_factor",
    "reset_factor",
    "begin_passkey",
    "add_passkey",
    "remove_passkey",
    "enter_passkey",
    "sign_in_by_passkey",
    "issue_again",
    "check_key",
    "start_steps",
    "confirm_steps",
    "confirm_data",
    "renew_order",
    "start_renew",
    "keep_notifications",
    "retry_letter",
    "register_product",
    "start_trial",
    "raise_order",
    "cancel_order",
    "bind",
    "unbind",
    "bind_list",
    "confirm",
    "cancel",
    "undo",
    "report",
    "operations",
    "add_member",
    "start_issue",
    "start_revoke",
    "start_delete",
    "delete_listed",
    "sign_in",
    "set_language",
    "set_theme",
];

async fn what_is_no_json_and_no_form(app: TestApp) {
    with_preview(&app, async |admin, _, _| {
        let deep = "[".repeat(100_000);
        let bodies: [&[u8]; 12] = [
            b"",
            b"{",
            b"null",
            b"[]",
            b"{}",
            STRANGE_DEED,
            br#"{"deed":"issue","selection":{"ids":[1,2]},"view":[],"digest":""}"#,
            br#"{"deed":"issue","selection":{"all":[{"filter":{"tab":"nowhere"}}]},"view":{"filter":{"tab":"nowhere"}},"digest":""}"#,
            // A misspelt condition must not mean everybody.
            br#"{"deed":"issue","selection":{"all":[{"filter":{"license":"none"}}]},"view":{"filter":{"license":"none"},"page":1,"size":50},"digest":""}"#,
            b"\xff\xfe{}",
            b"{\"deed\":\"issue\",\"selection\":{\"ids\":\"1\xc3\x28\"},\"view\":{},\"digest\":\"\"}",
            deep.as_bytes(),
        ];
        for endpoint in JSON {
            // These ask for nothing but a selection, and that one is sound.
            for body in bodies.into_iter().filter(|body| !matches!(endpoint, "selected" | "deletion") || *body != STRANGE_DEED) {
                let answer = admin.post(endpoint).bytes("application/json", body).send().await;
                let shown = String::from_utf8_lossy(&body[..body.len().min(80)]);
                assert_eq!((answer.status, answer.refusal()), (400, DeskError::Malformed), "{endpoint} {shown}");
            }
        }
        let forms: [&[u8]; 8] = [
            b"operation=abc&before=abc&member[]=abc&ids=abc&language=xx&theme=xx",
            b"operation=1&operation=2&before[]=1&member=&ids[]=1&language[]=ru&theme[]=dark",
            b"operation[a][b]=1&before[a]=1&member[a]=1&ids[a]=1&language[a]=ru&theme[a]=dark",
            b"operation=99999999999999999999&before=99999999999999999999&member[]=99999999999999999999&ids=99999999999999999999&language=&theme=",
            b"operation=1.5&before=1.5&member[]=1.5&ids=1.5&language=RU&theme=Dark",
            b"operation=%&before=%&member[]=%&ids=%&language=%ff&theme=%ff",
            b"operation=%00&before=%00&member[]=%00&ids=%00&language=%00&theme=%00",
            b"\xff\xfe=\xff",
        ];
        for endpoint in FORMS {
            for form in forms {
                let answer = admin.post(endpoint).bytes("application/x-www-form-urlencoded", form).send().await;
                let shown = format!("{endpoint} {}: {}", String::from_utf8_lossy(form), answer.text());
                assert!((400..500).contains(&answer.status), "{shown}");
                let error = answer.refusal();
                assert!(matches!(error, DeskError::Malformed | DeskError::EmptySelection), "{shown}");
            }
        }
    })
    .await;
}

/// A browser asks first before it lets another site send JSON; a form it lets through.
async fn content_of_another_type(app: TestApp) {
    with_preview(&app, async |admin, preview, pool| {
        let own = admin.issuable(1).await;
        let wanted = json!({ "deed": "issue", "selection": of(&own) }).to_string();
        let form = format!("operation={}&digest={}&pool={pool}", preview.operation, preview.digest);
        let (json, urlencoded) = ("application/json", "application/x-www-form-urlencoded");
        let cases = [
            ("preview", json, form.clone()),
            ("confirm", urlencoded, wanted.clone()),
            ("preview", urlencoded, wanted.clone()),
            ("preview", "text/plain", wanted.clone()),
            ("preview", "multipart/form-data; boundary=x", wanted),
            ("confirm", json, form.clone()),
            ("confirm", "text/plain", form),
        ];
        let mut taken = Vec::new();
        for (endpoint, kind, body) in cases {
            let answer = admin.post(endpoint).bytes(kind, body.clone()).send().await;
            if answer.status == 200 || answer.refusal() != DeskError::Malformed {
                taken.push((endpoint, kind, body, answer.status));
            }
        }
        assert!(taken.is_empty(), "{taken:#?}");
    })
    .await;
}

async fn addresses_and_methods_that_do_not_exist(app: TestApp) {
    with_preview(&app, async |admin, preview, pool| {
        let addresses = [
            "/api/nothing",
            "/api/confirm/",
            "/api/Confirm",
            "/api/confirm1234567890",
            "/api//confirm",
            "/api/../api/nothing",
            "/api/%63onfirm%00",
        ];
        let form = [
            ("operation", preview.operation.to_string()),
            ("digest", preview.digest.clone()),
            ("pool", pool.to_string()),
        ];
        for address in addresses {
            let answer = admin.ask("POST", address).form(&form).send().await;
            assert_eq!(answer.refusal(), DeskError::Malformed, "{address}");
        }
        let query = format!("/api/confirm?operation={}&digest={}&pool={pool}", preview.operation, preview.digest);
        for address in ["/api/confirm", "/api/frame", "/api/nothing", &query] {
            assert_eq!(admin.get(address).await.refusal(), DeskError::Malformed, "{address}");
        }
        for method in ["PUT", "PATCH"] {
            let answer = admin.ask(method, "/api/confirm").form(&form).send().await;
            assert_eq!(answer.refusal(), DeskError::Malformed, "{method}");
        }
        assert_eq!(admin.ask("DELETE", "/api/confirm").send().await.refusal(), DeskError::Malformed);
        let head = admin.ask("HEAD", "/api/confirm").send().await;
        assert!((400..500).contains(&head.status) && head.body.is_empty());
    })
    .await;
}

const LIMIT: usize = 4 * 1024 * 1024;

async fn bodies_over_the_limit(app: TestApp) {
    with_preview(&app, async |admin, _, _| {
        let head = |length: &str| {
            format!(
                "POST /api/preview HTTP/1.1\r\nHost: desk\r\nCookie: {}\r\nContent-Type: application/json\r\n\
                 Connection: close\r\n{length}\r\n\r\n",
                admin.cookie().unwrap()
            )
        };
        let check = |(head, body): (String, String)| {
            assert!(head.starts_with("HTTP/1.1 413 "), "{head}");
            assert_eq!(refusal(body_of(&body)), DeskError::TooLarge);
        };
        // Said at once, without waiting for the body.
        let announced = head(&format!("Content-Length: {}", LIMIT + 1));
        check(admin.client().raw(announced.as_bytes()).await);
        // Not announced: found while reading.
        let mut chunked = head("Transfer-Encoding: chunked").into_bytes();
        let chunk = [b"10000\r\n".to_vec(), vec![b' '; 0x10000], b"\r\n".to_vec()].concat();
        for _ in 0..=LIMIT / 0x10000 {
            chunked.extend_from_slice(&chunk);
        }
        chunked.extend_from_slice(b"0\r\n\r\n");
        check(admin.client().raw(&chunked).await);
        // Just below, it is read, and is what it is.
        let spaces = vec![b' '; LIMIT];
        let answer = admin.post("preview").bytes("application/json", spaces).send().await;
        assert_eq!(answer.refusal(), DeskError::Malformed);
    })
    .await;
}

/// The body of a raw answer, whether it came in chunks or not.
fn body_of(raw: &str) -> &str {
    match (raw.find('{'), raw.rfind('}')) {
        (Some(from), Some(to)) => &raw[from..=to],
        _ => raw,
    }
}

async fn changes_from_elsewhere(app: TestApp) {
    with_preview(&app, async |admin, preview, pool| {
        let foreign: [&[(&'static str, &str)]; 9] = [
            &[("origin", "https://evil.example")],
            &[("origin", "null")],
            &[("origin", "")],
            &[("origin", "evil")],
            &[("origin", "http://127.0.0.1")],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "cross-site"), ("origin", "null")],
            &[("sec-fetch-site", "")],
        ];
        for headers in foreign {
            let with = |mut ask: crate::support::Ask| {
                for (name, value) in headers {
                    ask = ask.header(name, value);
                }
                ask
            };
            let confirm = with(admin.ask_confirm(preview.operation, &preview.digest, Some(pool)));
            check_foreign(&confirm.send().await, headers);
            check_foreign(&with(admin.ask_undo(preview.operation)).send().await, headers);
            check_foreign(&with(admin.post("sign_out").form(&[])).send().await, headers);
            check_foreign(
                &with(admin.ask_sign_in("admin@sever.example", server::demo::PASSWORD)).send().await,
                headers,
            );
            let page = with(admin.ask("POST", "/users").form(&[])).send().await;
            assert_eq!(page.status, 403, "{headers:?}");
            // To look is harmless, and links from elsewhere lead here.
            assert_eq!(with(admin.ask("GET", "/operations")).send().await.status, 200, "{headers:?}");
        }
        let origin = admin.client().origin();
        let own: [&[(&'static str, &str)]; 4] =
            [&[], &[("origin", &origin)], &[("sec-fetch-site", "same-origin")], &[("sec-fetch-site", "none")]];
        for headers in own {
            let mut ask = admin.post("frame").form(&[]);
            for (name, value) in headers {
                ask = ask.header(name, value);
            }
            ask.call::<domain::Frame>().await.unwrap();
        }
    })
    .await;
}

fn check_foreign(answer: &Answer, headers: &[(&str, &str)]) {
    assert_eq!((answer.status, answer.refusal()), (403, DeskError::ForeignOrigin), "{headers:?}");
    assert!(answer.headers.get("set-cookie").is_none(), "{headers:?}");
    assert!(answer.headers.get("access-control-allow-origin").is_none(), "{headers:?}");
}

async fn answers_never_repeat_what_was_sent(app: TestApp) {
    const MARK: &str = "zzMARKzz";
    let (admin, visitor) = (app.romashka().await, app.visitor());
    let bodies = [
        format!("{{\"deed\":\"{MARK}\",\"selection\":{{}}}}"),
        format!("operation={MARK}&digest={MARK}&email={MARK}&password={MARK}&language={MARK}&theme={MARK}&ids={MARK}"),
        format!("surname={MARK}1&first=&email={MARK}&employment={MARK}&groups[]={MARK}"),
        MARK.to_owned(),
    ];
    let endpoints = JSON.iter().chain(&FORMS).chain(&["frame", "sign_out", MARK]);
    for endpoint in endpoints {
        for body in &bodies {
            for user in [&admin, &visitor] {
                // Signing out for once would end the test.
                if *endpoint == "sign_out" && user.session.is_some() {
                    continue;
                }
                let answer = user.post(endpoint).bytes("application/json", body.clone()).send().await;
                assert!(!answer.text().contains(MARK), "{endpoint}: {}", answer.text());
                if answer.status != 200 {
                    answer.refusal();
                }
            }
        }
    }
}

/// What programs of others rely on, to the letter.
async fn refusals_are_a_code_with_its_data(app: TestApp) {
    let admin = app.romashka().await;
    let preview = admin.preview_of(Deed::Issue, &admin.issuable(3).await).await;
    let short = admin.pool("ea9ENYf6").await.id;
    let cases = [
        (app.visitor().post("frame").form(&[]), json!("not_signed_in")),
        (admin.post("nothing").form(&[]), json!("malformed")),
        (admin.ask_preview(Deed::Issue, &of(&[1_000_000])), json!({ "unknown_members": { "count": 1 } })),
        (
            admin.post("undo").form(&[("operation", preview.operation.to_string())]),
            json!({ "not_undoable": { "state": "preview" } }),
        ),
        (
            admin.ask_confirm(preview.operation, &preview.digest, Some(short)),
            json!({ "refused": { "refusal": { "pool_exhausted": { "left": 1, "wanted": 3 } } } }),
        ),
    ];
    for (ask, wanted) in cases {
        let answer = ask.send().await;
        let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(body, wanted, "{}", answer.status);
    }
}
