//! SMS: codes go to phones by a gateway, and stay where there is none.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::extract::State;
use axum::http::StatusCode;
use domain::{AccountId, Channel, Delivery, Letter, LetterRow, LetterState};
use server::post::{Sms, SmsOptions};
use service::ports::{DueLetter, Post, Store};
use tokio::net::TcpListener;

use crate::support::{ROMASHKA, TestApp, on_both};

on_both!(a_code_goes_to_the_phone, a_code_stays_where_there_is_no_gateway, what_the_gateway_answers_is_told,);

/// What a gateway was sent.
type Got = Arc<Mutex<Vec<String>>>;

/// A gateway on this machine that answers with `status`.
async fn gateway(status: u16) -> (Sms, Got) {
    let got = Got::default();
    let answer = async move |State(got): State<Got>, body: String| {
        got.lock().unwrap().push(body);
        StatusCode::from_u16(status).unwrap()
    };
    let router = axum::Router::new().route("/sms", axum::routing::post(answer)).with_state(got.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/sms", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let body = r#"{"to":"{phone}","text":"{text}"}"#;
    (Sms::new(SmsOptions { url: &url, body, content_type: None, token: None }).unwrap(), got)
}

/// A mail server that takes everything.
struct Mail;

#[async_trait]
impl Post for Mail {
    fn carries(&self, channel: Channel) -> bool {
        channel == Channel::Mail
    }

    async fn send(&self, letter: &DueLetter) -> Delivery {
        assert_eq!(letter.letter.channel(), Channel::Mail);
        Delivery::Taken
    }
}

async fn invite(app: &TestApp) -> String {
    let fields =
        [("name", "Вера Новая"), ("email", "vera@romashka.example"), ("phone", "8 (916) 123-45-67"), ("level", "user")];
    let admin = app.romashka().await;
    admin.post("invite_account").form(&fields.map(|(n, v)| (n, v.to_owned()))).call::<AccountId>().await.unwrap();
    let Letter::Access { secret, .. } = kept(app, Channel::Sms).await.letter else { panic!() };
    secret
}

async fn kept(app: &TestApp, channel: Channel) -> LetterRow {
    let letters = app.store.letters(ROMASHKA, None, None, 100).await.unwrap();
    letters.into_iter().find(|row| row.letter.channel() == channel).unwrap()
}

async fn a_code_goes_to_the_phone(app: TestApp) {
    let code = invite(&app).await;
    let (sms, got) = gateway(200).await;
    let desk = app.other_desk();
    while desk.send_letters(&sms).await.unwrap() > 0 {}
    let got = got.lock().unwrap().clone();
    let [body] = got.as_slice() else { panic!("{got:?}") };
    let said: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!(said["to"], "+79161234567");
    assert_eq!(said["text"], format!("Код для входа в кабинет ООО «Ромашка»: {code}. Никому его не сообщайте."));
    let (phone, mail) = (kept(&app, Channel::Sms).await, kept(&app, Channel::Mail).await);
    assert_eq!((phone.state, mail.state), (LetterState::Sent, LetterState::Waiting), "the link is not the gateway's");
    let page = app.romashka().await.get(&format!("/letters/{}", phone.id)).await;
    assert!(page.text().contains("Принято шлюзом SMS") && page.text().contains("(код скрыт"), "{}", page.text());
    assert!(!page.text().contains(&code), "what has gone is its recipient's alone");
}

async fn a_code_stays_where_there_is_no_gateway(app: TestApp) {
    let code = invite(&app).await;
    let desk = app.other_desk();
    while desk.send_letters(&Mail).await.unwrap() > 0 {}
    let (phone, mail) = (kept(&app, Channel::Sms).await, kept(&app, Channel::Mail).await);
    assert_eq!((phone.state, phone.tries, mail.state), (LetterState::Waiting, 0, LetterState::Sent));
    let admin = app.romashka().await;
    let list = admin.get("/letters").await;
    assert!(list.text().contains("Отправка SMS не настроена"), "{}", list.text());
    let page = admin.get(&format!("/letters/{}", phone.id)).await;
    let page = page.text();
    assert!(page.contains("Отправка SMS не настроена") && page.contains(&code), "whoever invites passes it on: {page}");
    let html = format!("/letters/{}/html", phone.id);
    assert!(!page.contains(&html) && !page.contains("retry_letter"), "an SMS is text, and does not go");
    assert_eq!(admin.get(&html).await.status, 404);
    assert_eq!(admin.get(&format!("/letters/{}/html", mail.id)).await.status, 200);
    // Once there is one, what waited goes.
    let (sms, got) = gateway(200).await;
    while desk.send_letters(&sms).await.unwrap() > 0 {}
    assert_eq!(got.lock().unwrap().len(), 1);
}

async fn what_the_gateway_answers_is_told(app: TestApp) {
    invite(&app).await;
    let desk = app.other_desk();
    for (status, state, told) in [
        (503, LetterState::Waiting, "Отложено шлюзом SMS (код 503)"),
        (401, LetterState::Waiting, "Шлюз SMS нас не пускает: проверьте его настройки (код 401)"),
        (400, LetterState::Failed, "Отклонено шлюзом SMS (код 400)"),
    ] {
        let (sms, got) = gateway(status).await;
        assert_eq!(desk.send_letters(&sms).await.unwrap(), 1);
        assert_eq!(got.lock().unwrap().len(), 1);
        let letter = kept(&app, Channel::Sms).await;
        assert_eq!(letter.state, state, "{status}");
        let page = app.romashka().await.get(&format!("/letters/{}", letter.id)).await;
        assert!(page.text().contains(told), "{status}: {}", page.text());
        app.pass(3601);
    }
    let (sms, _) = gateway(200).await;
    assert_eq!(desk.send_letters(&sms).await.unwrap(), 0, "it was given up");
}
