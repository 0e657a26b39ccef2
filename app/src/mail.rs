//! Letters in words: subject, plain text and HTML, all three from the same parts.

use domain::{AccessLetter, Instant, Letter, OURSELVES, PoolNamed, paragraphs};

use crate::i18n::{Lang, LetterWords, date_time, last_day, number};

/// A letter as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    pub subject: String,
    pub text: String,
    /// A whole document, without scripts and without anything from elsewhere.
    pub html: String,
}

enum Part {
    Text(String),
    List(Vec<String>),
    /// What one can do, and where.
    Link(&'static str, String),
}

/// Puts a letter to somebody of `organization` into words; its links begin with `base`, «https://licences.example».
#[must_use]
pub fn mail(lang: Lang, letter: &Letter, organization: &str, base: &str) -> Mail {
    let ru = lang == Lang::Ru;
    let subject = subject(lang, letter);
    let either = |russian: &'static str, english: &'static str| if ru { russian } else { english };
    let link = |text: &'static str, path: &str| Part::Link(text, format!("{base}{path}"));
    let mut parts = match letter {
        Letter::OrderPaid { order, pools, renews } => {
            let said = Part::Text(if ru {
                format!(
                    "Оплата заказа {} зафиксирована, лицензии доступны. Их срок уже идёт: выдайте их.",
                    order.number()
                )
            } else {
                format!(
                    "The payment of the order {} is recorded, the licences are there. Their term runs: issue them.",
                    order.number()
                )
            });
            let mut parts = vec![said, Part::List(pools.iter().map(|pool| bought(lang, pool)).collect())];
            let text = "Перевести на них тех, у кого заканчивается срок";
            let moved = link(either(text, "Move those whose term ends to them"), "/licenses/renew");
            parts.extend(renews.then_some(moved));
            parts.push(link(either("Выдать лицензии", "Issue the licences"), "/users?licence=none"));
            parts.push(link(either("Заказ", "The order"), &format!("/orders/{order}")));
            parts
        }
        Letter::TermEnds { until, pools, .. } => {
            let last = last_day(*until);
            vec![
                Part::Text(if ru {
                    format!(
                        "Последний день срока лицензий: {last}. Сами они не продлеваются: закажите новые, и всех, у кого они выданы, можно будет перевести на них разом."
                    )
                } else {
                    format!(
                        "The last day of the term of these licences: {last}. Nothing renews by itself: order new ones, and everybody who holds these can be moved to them at once."
                    )
                }),
                Part::List(pools.iter().map(|pool| held(lang, pool)).collect()),
                link(either("Продлить", "Renew"), "/licenses/renew"),
            ]
        }
        Letter::TermEnded { operation, pool, people } => vec![
            Part::Text(if ru {
                format!("Срок закончился, лицензии больше нет у {}. Кто это, показывает отчёт.", lang.people(*people))
            } else {
                format!(
                    "The term has ended, and with it the licences of {}. The report tells who they are.",
                    lang.people(*people)
                )
            }),
            Part::List(vec![format!("{}, {}", pool.title, pool.code)]),
            link(either("Отчёт", "The report"), &format!("/operations/{operation}")),
        ],
        Letter::StockLow { title, left, threshold, .. } => vec![
            Part::Text(if ru {
                format!(
                    "{title}: остаток {}. Напоминание приходит, когда он меньше {}.",
                    number(*left),
                    number(*threshold)
                )
            } else {
                format!("{title}: {} left. You are reminded when fewer than {} are.", number(*left), number(*threshold))
            }),
            link(either("Заказать", "Order"), "/orders/new"),
        ],
        Letter::StockLasts { title, left, until, .. } => vec![
            Part::Text(if ru {
                format!(
                    "{title}: остаток {}. Если выдавать так же, как последние четыре недели, его хватит до {until}.",
                    number(*left)
                )
            } else {
                format!(
                    "{title}: {} left. If licences go on being issued as in the last four weeks, that lasts until {until}.",
                    number(*left)
                )
            }),
            link(either("Заказать", "Order"), "/orders/new"),
        ],
        Letter::Invitation { name, product, token, until, .. } => {
            let last = until.date();
            let go = if token.is_empty() {
                Part::Text(lang.lettering().hidden.to_owned())
            } else {
                link(either("Проверить данные", "Check the data"), &format!("/invitation/{token}"))
            };
            vec![
                Part::Text(if ru { format!("Здравствуйте, {name}!") } else { format!("Dear {name},") }),
                Part::Text(if ru {
                    format!(
                        "{organization} приглашает Вас получить электронную подпись: {product}. Проверьте свои данные по ссылке. Она работает один раз, до {last}."
                    )
                } else {
                    format!(
                        "{organization} invites you to obtain an electronic signature: {product}. Check your data by the link. It works once, until {last}."
                    )
                }),
                go,
            ]
        }
        Letter::News { text, .. } => {
            let mut parts: Vec<Part> = paragraphs(text).map(|paragraph| Part::Text(paragraph.to_owned())).collect();
            parts.push(link(either("Все новости", "All news"), "/news"));
            parts
        }
        Letter::Access { what, name, secret, until, whom, .. } => {
            access(lang, organization, base, (*what, name, secret, whom), *until)
        }
    };
    parts.push(match letter {
        Letter::News { secret, .. } if secret.is_empty() => Part::Text(lang.lettering().hidden.to_owned()),
        Letter::News { secret, .. } => {
            Part::Link(either("Отписаться от новостей", "Unsubscribe from the news"), unsubscribe_link(base, secret))
        }
        Letter::Invitation { .. } | Letter::Access { .. } => Part::Text(if ru {
            "Если Вы не ждали этого письма, ничего не делайте.".to_owned()
        } else {
            "If you did not expect this letter, do nothing.".to_owned()
        }),
        _ => link(either("Какие письма приходят", "Which letters are sent"), "/notifications"),
    });
    let foot = if organization == OURSELVES { OURSELVES.to_owned() } else { format!("{organization} · {OURSELVES}") };
    Mail { text: plain(&parts, &foot), html: html(lang, &subject, &parts, &foot), subject }
}

/// Where a subscription to the news ends.
#[must_use]
pub fn unsubscribe_link(base: &str, secret: &str) -> String {
    format!("{base}/news/unsubscribe/{secret}")
}

/// What is sent so that somebody gets in, or knows who did.
fn access(
    lang: Lang,
    organization: &str,
    base: &str,
    (what, name, secret, whom): (AccessLetter, &str, &str, &str),
    until: Instant,
) -> Vec<Part> {
    let ru = lang == Lang::Ru;
    let either = |russian: &'static str, english: &'static str| if ru { russian } else { english };
    let text = |russian: String, english: String| Part::Text(if ru { russian } else { english });
    let until = date_time(until);
    let link = |label: &'static str, path: &str| {
        if secret.is_empty() {
            Part::Text(lang.lettering().hidden.to_owned())
        } else {
            Part::Link(label, format!("{base}{path}/{secret}"))
        }
    };
    let code = if secret.is_empty() { lang.lettering().hidden_code } else { secret };
    let own_account = || Part::Link(either("Учётная запись", "Account"), format!("{base}/account"));
    // Of whoever subscribes to the news, nobody knows the name.
    let mut parts = match name {
        "" => vec![text("Здравствуйте!".to_owned(), "Good day,".to_owned())],
        name => vec![text(format!("Здравствуйте, {name}!"), format!("Dear {name},"))],
    };
    parts.extend(match what {
        AccessLetter::Invitation => vec![
            text(
                format!("{whom} приглашает Вас в кабинет лицензий: {organization}. Перейдите по ссылке, введите код из SMS и придумайте пароль. Ссылка работает до {until} и только один раз."),
                format!("{whom} invites you to the licence desk: {organization}. Follow the link, enter the code of the SMS, and choose a password. The link works until {until}, and once."),
            ),
            link(either("Принять приглашение", "Accept the invitation"), "/join"),
        ],
        AccessLetter::InvitationCode => vec![text(
            format!("Код для входа в кабинет {organization}: {code}. Ссылка — в письме."),
            format!("Your code for the desk of {organization}: {code}. The link is in the letter."),
        )],
        AccessLetter::Recovery => vec![
            text(
                format!("По этой ссылке можно задать новый пароль. Она работает до {until} и только один раз; все сеансы после этого завершатся."),
                format!("By this link you can set a new password. It works until {until}, and once; all sessions end with it."),
            ),
            link(either("Задать новый пароль", "Set a new password"), "/recovery"),
        ],
        AccessLetter::DeletionCode => vec![text(
            format!("Код для удаления учётной записи «{whom}»: {code}. Он работает до {until}."),
            format!("The code for deleting the account of {whom}: {code}. It works until {until}."),
        )],
        AccessLetter::PasswordChanged => vec![
            text(
                "Пароль Вашей учётной записи изменён, остальные сеансы завершены. Если это сделали не Вы, восстановите пароль и сообщите администратору.".to_owned(),
                "The password of your account has been changed, other sessions have ended. If it was not you, set a new one and tell your administrator.".to_owned(),
            ),
            Part::Link(either("Восстановление пароля", "A new password"), format!("{base}/recovery")),
        ],
        AccessLetter::ApprovalAsked => vec![
            text(
                format!("{whom} просит согласовать операцию. Без Вас она не будет выполнена; она ждёт до {until}."),
                format!("{whom} asks you to approve an operation. Without you it is not carried out; it waits until {until}."),
            ),
            Part::Link(either("Операции", "Operations"), format!("{base}/operations")),
        ],
        AccessLetter::Registration => vec![
            text(
                format!("Вы регистрируете организацию в кабинете лицензий. Подтвердите, что этот адрес Ваш. Ссылка работает до {until} и только один раз."),
                format!("You are registering an organisation at the licence desk. Confirm that this address is yours. The link works until {until}, and once."),
            ),
            link(either("Подтвердить адрес", "Confirm the address"), "/register"),
        ],
        AccessLetter::RegisteredAlready => vec![
            text(
                "С этим адресом только что регистрировали организацию, но учётная запись с ним уже есть. Войдите со своим паролем; если не помните его, задайте новый.".to_owned(),
                "Somebody has just been registering an organisation with this address, but there is an account with it already. Sign in with your password; if you do not remember it, set a new one.".to_owned(),
            ),
            Part::Link(either("Войти", "Sign in"), format!("{base}/sign-in")),
            Part::Link(either("Восстановление пароля", "A new password"), format!("{base}/recovery")),
        ],
        AccessLetter::InvitedAlready => {
            let by = if whom.is_empty() { organization.to_owned() } else { format!("{whom} ({organization})") };
            vec![text(
                format!("С этим адресом только что регистрировали организацию или просили новый пароль, но Вас пока только пригласили в кабинет лицензий: {by}. Откройте письмо с приглашением и примите его. Если письма нет или ссылка уже не работает, попросите отправить приглашение ещё раз."),
                format!("Somebody has just been registering an organisation with this address, or asking for a new password, but you have only been invited to a licence desk: {by}. Open the letter with the invitation, and accept it. If there is no letter, or its link works no more, ask them to send the invitation again."),
            )]
        }
        AccessLetter::Restored => vec![text(
            "Оператор кабинета отключил второй фактор Вашей учётной записи, завершил её сеансы и выдал ссылку для нового пароля. Если Вы об этом не просили, сразу сообщите оператору и администратору организации.".to_owned(),
            "The operator of the desk has switched off the second factor of your account, ended its sessions and made a link to a new password. If you did not ask for this, tell the operator and your organisation's administrator at once.".to_owned(),
        )],
        AccessLetter::NewsConfirmation => vec![
            text(
                format!("Вы подписываетесь на новости Licentia. Подтвердите, что этот адрес Ваш. Ссылка работает до {until} и только один раз."),
                format!("You are subscribing to the news of Licentia. Confirm that this address is yours. The link works until {until}, and once."),
            ),
            link(either("Подтвердить подписку", "Confirm the subscription"), "/news/confirm"),
        ],
        AccessLetter::NewsAlready => vec![
            text(
                "Этот адрес уже подписан на новости Licentia, делать ничего не нужно. Если новости больше не нужны, отпишитесь.".to_owned(),
                "This address has subscribed to the news of Licentia already, there is nothing to do. If you do not want them any more, unsubscribe.".to_owned(),
            ),
            link(either("Отписаться от новостей", "Unsubscribe from the news"), "/news/unsubscribe"),
        ],
        AccessLetter::ApplicationProcessed => vec![
            text(
                format!("Партнёр обработал заявление {whom}. Что подключено, видно на его странице."),
                format!("The partner has processed your application {whom}. Its page tells what is connected."),
            ),
            Part::Link(either("Заявления", "Applications"), format!("{base}/applications")),
        ],
        AccessLetter::ApplicationDeclined => vec![
            text(
                format!("Партнёр отклонил заявление {whom}. Причина — на его странице; можно отправить новое."),
                format!("The partner has declined your application {whom}. Its page tells why; you can send another one."),
            ),
            Part::Link(either("Заявления", "Applications"), format!("{base}/applications")),
        ],
        AccessLetter::EmailChanged => vec![text(
            format!("{whom} указал для Вашей учётной записи другой адрес: входить теперь надо по нему. Если Вы этого не ждали, сообщите администратору."),
            format!("{whom} has given your account another e-mail, by which you sign in from now on. If you did not expect this, tell your administrator."),
        )],
        AccessLetter::ApprovalsChanged => vec![
            text(
                format!("{whom} изменил правила: при скольких пользователях выдачу и отзыв лицензий согласует второй сотрудник. Если Вы об этом не договаривались, проверьте правила и журнал."),
                format!("{whom} has changed for how many people a second person has to agree when licences are issued or revoked. If this was not agreed on, look at the rules and at the log."),
            ),
            link(either("Правила согласования", "The rules of approval"), "/admin/approvals"),
        ],
        AccessLetter::IdentityLinked => vec![text(
            "К Вашей учётной записи добавлен вход через внешний сервис (например, госуслуги): с ним можно войти без пароля. Если это сделали не Вы, отвяжите его на странице «Учётная запись», смените пароль и сообщите администратору.".to_owned(),
            "Signing in through an outside service has been added to your account: it works without the password. If it was not you, unlink it under “Account”, change your password and tell your administrator.".to_owned(),
        ), own_account()],
        AccessLetter::FactorRemoved => vec![text(
            format!("Второй фактор Вашей учётной записи отключён ({whom}): для входа достаточно пароля, коды восстановления больше не действуют. Подключите его снова. Если Вы этого не ждали, смените пароль и сообщите администратору."),
            format!("The second factor of your account has been switched off ({whom}): the password alone signs you in, the recovery codes work no more. Connect one again. If you did not expect this, change your password and tell your administrator."),
        )],
        AccessLetter::PasskeyAdded => vec![text(
            "К Вашей учётной записи добавлен ключ доступа: с ним можно войти без пароля. Если это сделали не Вы, удалите его на странице «Учётная запись», смените пароль и сообщите администратору.".to_owned(),
            "A passkey has been added to your account: it signs in without the password. If it was not you, remove it under “Account”, change your password and tell your administrator.".to_owned(),
        ), own_account()],
        AccessLetter::PasskeyRemoved => vec![text(
            "Из Вашей учётной записи удалён ключ доступа: с ним больше не войти. Остальные способы входа действуют. Если это сделали не Вы, смените пароль и сообщите администратору.".to_owned(),
            "A passkey has been removed from your account: it signs in no more. Your other ways to sign in go on working. If it was not you, change your password and tell your administrator.".to_owned(),
        ), own_account()],
        AccessLetter::AppRemoved => vec![text(
            "Приложение с кодами отключено от Вашей учётной записи. Вторым фактором остался ключ доступа. Если это сделали не Вы, смените пароль и сообщите администратору.".to_owned(),
            "The app with codes has been switched off for your account. A passkey stays as your second factor. If it was not you, change your password and tell your administrator.".to_owned(),
        ), own_account()],
    });
    parts
}

/// A letter in as few words as an SMS has.
#[must_use]
pub fn sms(lang: Lang, letter: &Letter, organization: &str) -> String {
    let Letter::Access { secret, .. } = letter else { return subject(lang, letter) };
    let code = if secret.is_empty() { lang.lettering().hidden_code } else { secret };
    match lang {
        Lang::Ru => format!("Код для входа в кабинет {organization}: {code}. Никому его не сообщайте."),
        Lang::En => format!("Your code for the desk of {organization}: {code}. Tell it to nobody."),
    }
}

/// What the letter is of, in one line.
#[must_use]
pub fn subject(lang: Lang, letter: &Letter) -> String {
    let kind = lang.letter_kind(letter.kind());
    match letter {
        Letter::OrderPaid { order, .. } => format!("{kind}: {}", order.number()),
        Letter::TermEnds { until, .. } => format!("{kind}: {}", last_day(*until)),
        Letter::TermEnded { pool, .. } => format!("{kind}: {}", pool.title),
        Letter::StockLow { title, .. } => format!("{kind}: {title}"),
        Letter::StockLasts { title, until, .. } => match lang {
            Lang::Ru => format!("Хватит до {until}: {title}"),
            Lang::En => format!("Lasts until {until}: {title}"),
        },
        Letter::Invitation { product, .. } => format!("{kind}: {product}"),
        // As it was published: what it is of, the subject says itself.
        Letter::News { subject, .. } => subject.clone(),
        Letter::Access { .. } => kind.to_owned(),
    }
}

fn bought(lang: Lang, pool: &PoolNamed) -> String {
    let until = match (lang, pool.until) {
        (Lang::Ru, Some(until)) => format!("до {}", last_day(until)),
        (Lang::En, Some(until)) => format!("until {}", last_day(until)),
        (Lang::Ru, None) => "бессрочно".to_owned(),
        (Lang::En, None) => "without end".to_owned(),
    };
    format!("{}: {}, {until}, {}", pool.title, number(pool.total), pool.code)
}

fn held(lang: Lang, pool: &PoolNamed) -> String {
    let (issued, total) = (number(pool.issued), number(pool.total));
    match lang {
        Lang::Ru => format!("{}, {}: выдано {issued} из {total}", pool.title, pool.code),
        Lang::En => format!("{}, {}: {issued} of {total} issued", pool.title, pool.code),
    }
}

fn plain(parts: &[Part], foot: &str) -> String {
    let part = |part: &Part| match part {
        Part::Text(text) => text.clone(),
        Part::List(lines) => lines.iter().map(|line| format!("— {line}")).collect::<Vec<_>>().join("\n"),
        Part::Link(text, address) => format!("{text}:\n{address}"),
    };
    let parts: Vec<String> = parts.iter().map(part).collect();
    format!("{}\n\n-- \n{foot}\n", parts.join("\n\n"))
}

fn html(lang: Lang, subject: &str, parts: &[Part], foot: &str) -> String {
    let part = |part: &Part| match part {
        Part::Text(text) => format!("<p>{}</p>", escaped(text).replace('\n', "<br>")),
        Part::List(lines) => {
            let lines: String = lines.iter().map(|line| format!("<li>{}</li>", escaped(line))).collect();
            format!("<ul>{lines}</ul>")
        }
        Part::Link(text, address) => {
            format!("<p><a style=\"color:#3b5bdb\" href=\"{}\">{}</a></p>", escaped(address), escaped(text))
        }
    };
    let parts: String = parts.iter().map(part).collect();
    format!(
        "<!DOCTYPE html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{}</title></head><body style=\"margin:0;padding:24px;\
         background:#fff;color:#1c1e21;font:15px/22px system-ui,sans-serif\"><div style=\"max-width:560px\">\
         {parts}<p style=\"color:#5c6370;font-size:13px\">{}</p></div></body></html>",
        lang.code(),
        escaped(subject),
        escaped(foot)
    )
}

/// Text as HTML.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ProductId;

    #[test]
    fn what_others_named_is_text_and_no_mark_up() {
        let letter = Letter::Invitation {
            name: "<script>alert(1)</script>".into(),
            product: "\"ПЭП\" & <b>".into(),
            token: "abc".into(),
            until: Instant(0),
            task: 1,
            number: 1,
        };
        let mail = mail(Lang::Ru, &letter, "ООО «<i>»", "https://licences.example");
        for mark in ["<script", "<b>", "<i>"] {
            assert!(!mail.html.contains(mark), "{mark}");
        }
        assert!(mail.text.contains("<script>") && mail.text.contains("https://licences.example/invitation/abc"));
        assert!(mail.html.contains("href=\"https://licences.example/invitation/abc\""));
    }

    #[test]
    fn no_russian_in_an_english_letter() {
        let letter = Letter::StockLow { product: ProductId(1), title: "PEP".into(), left: 1, threshold: 5 };
        let mail = mail(Lang::En, &letter, "Daisy", "http://x");
        let cyrillic =
            |text: &str| text.chars().any(|char| ('а'..='я').contains(&char.to_lowercase().next().unwrap_or(char)));
        assert!(!cyrillic(&mail.subject) && !cyrillic(&mail.text) && !cyrillic(&mail.html), "{mail:?}");
        assert_eq!(mail.subject, "Few licences left: PEP");
    }

    #[test]
    fn what_was_secret_is_said_to_be_hidden() {
        let letter = Letter::Invitation {
            name: "Ворон".into(),
            product: "ПЭП".into(),
            token: String::new(),
            until: Instant(0),
            task: 1,
            number: 1,
        };
        let mail = mail(Lang::Ru, &letter, "ООО", "http://x");
        assert!(!mail.text.contains("/invitation/") && mail.text.contains("ссылка скрыта"));
    }
}
