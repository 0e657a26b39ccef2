//! The words of «Уведомления» and of letters: pages that the server alone renders, and the letters themselves.

use domain::{AccessLetter, Channel, Delivery, LetterKind, LetterState};

use super::texts::texts;
use super::{Lang, number};

texts! {
    LetterTexts, RU, EN:
    letters: "Письма", "Letters";
    letter: "Письмо", "Letter";
    sms: "SMS", "SMS";
    settings: "Настройки", "Settings";
    all: "Все", "All";
    to: "Кому", "To";
    subject: "Тема", "Subject";
    written: "Написано", "Written";
    when: "Когда", "When";
    state: "Состояние", "State";
    tries: "Попытки", "Tries";
    outcome: "Итог", "Outcome";
    goes: "Уйдёт", "Goes";
    gone: "Ушло", "Gone";
    given_up: "Прекращено", "Given up";
    log: "Журнал отправки", "Log of sending";
    not_tried: "Ещё не отправляли.", "Not tried yet.";
    as_html: "Показать, как в почте", "Show as in the mailbox";
    send_now: "Отправить сейчас", "Send now";
    send_failed: "Отправить все ещё раз", "Send all of them again";
    none_yet: "Писем пока нет", "No letters yet";
    none_yet_hint: "Они появятся, когда будет оплачен заказ, скоро закончится срок или останется мало лицензий.", "They appear when an order is paid, a term ends soon or few licences are left.";
    none_such: "Таких писем нет", "No such letters";
    no_post: "Отправка писем не настроена: письма остаются здесь. Так они выглядели бы.", "Sending is not set up: letters stay here. This is what would have gone.";
    no_gateway: "Отправка SMS не настроена: они остаются здесь. Код из SMS передайте сами, не вместе со ссылкой.", "Sending SMS is not set up: they stay here. Pass their code on yourself, and not together with the link.";
    hidden_code: "(код скрыт: он только для получателя)", "(the code is hidden: it is for the recipient only)";
    hidden: "(ссылка скрыта: она только для получателя)", "(the link is hidden: it is for the recipient only)";

    send: "Присылать", "Send";
    recipients: "Кому", "To whom";
    recipients_hint: "(через запятую; если пусто, всем, кто может выдавать лицензии)", "(separated by commas; if empty, everybody who may issue licences)";
    recipients_more: "(кроме того, кто выставил счёт)", "(besides whoever raised the invoice)";
    at: "Время отправки", "Time of sending";
    at_hint: "(по Москве, пусто — сразу)", "(Moscow time, empty: at once)";
    delay: "Отложить на, минут", "Put off by, minutes";
    quiet: "Не беспокоить", "Do not disturb";
    quiet_from: "Не беспокоить с", "Do not disturb from";
    quiet_until: "Не беспокоить до", "Do not disturb until";
    if_any: "(если нужно)", "(if any)";
    when_low: "Когда напоминать об остатке", "When to remind of stock";
    threshold: "Если лицензий продукта осталось меньше, чем", "If fewer licences of a product are left than";
    horizon: "Если остатка хватит меньше, чем на столько дней", "If what is left lasts for fewer days than";
    language: "Язык писем", "Language of letters";
    save: "Сохранить", "Save";
    saved: "Сохранено.", "Saved.";
    terms_note: "О конце срока письма приходят за 60, 30, 14, 7 и 1 день.", "Of the end of a term one is told 60, 30, 14, 7 and 1 days before.";
}

/// What a [`Lang`] can say of letters.
pub trait LetterWords {
    fn lettering(self) -> &'static LetterTexts;
    fn letter_kind(self, kind: LetterKind) -> &'static str;
    fn letter_state(self, state: LetterState) -> &'static str;
    fn delivery(self, channel: Channel, delivery: Delivery) -> String;
    /// «3 пользователя»
    fn people(self, people: u64) -> String;
    /// «Это не адрес e-mail: кадры. Исправьте или удалите.»
    fn not_emails(self, wrong: &[String]) -> String;
}

impl LetterWords for Lang {
    fn not_emails(self, wrong: &[String]) -> String {
        let wrong = wrong.join(", ");
        match self {
            Self::Ru => format!("Это не адрес e-mail: {wrong}. Исправьте или удалите."),
            Self::En => format!("Not an e-mail address: {wrong}. Correct or remove it."),
        }
    }

    fn lettering(self) -> &'static LetterTexts {
        match self {
            Self::Ru => &RU,
            Self::En => &EN,
        }
    }

    fn letter_kind(self, kind: LetterKind) -> &'static str {
        match (self, kind) {
            (Self::Ru, LetterKind::OrderPaid) => "Оплата зафиксирована",
            (Self::Ru, LetterKind::TermEnds) => "Скоро закончится срок",
            (Self::Ru, LetterKind::TermEnded) => "Срок закончился",
            (Self::Ru, LetterKind::StockLow) => "Осталось мало лицензий",
            (Self::Ru, LetterKind::StockLasts) => "Остатка хватит ненадолго",
            (Self::Ru, LetterKind::Invitation) => "Приглашение",
            (Self::Ru, LetterKind::News) => "Новости",
            (Self::Ru, LetterKind::Access(what)) => match what {
                AccessLetter::Invitation => "Приглашение в кабинет",
                AccessLetter::InvitationCode => "SMS с кодом приглашения",
                AccessLetter::Recovery => "Восстановление пароля",
                AccessLetter::DeletionCode => "Код для удаления учётной записи",
                AccessLetter::PasswordChanged => "Пароль изменён",
                AccessLetter::EmailChanged => "Адрес для входа изменён",
                AccessLetter::ApprovalAsked => "Операция ждёт согласования",
                AccessLetter::ApprovalsChanged => "Правила согласования изменены",
                AccessLetter::IdentityLinked => "Добавлен вход через внешний сервис",
                AccessLetter::Registration => "Подтвердите регистрацию",
                AccessLetter::RegisteredAlready => "Вы уже зарегистрированы",
                AccessLetter::FactorRemoved => "Второй фактор отключён",
                AccessLetter::PasskeyAdded => "Добавлен ключ доступа",
                AccessLetter::PasskeyRemoved => "Ключ доступа удалён",
                AccessLetter::AppRemoved => "Приложение с кодами отключено",
                AccessLetter::InvitedAlready => "Вас уже пригласили",
                AccessLetter::Restored => "Доступ к учётной записи восстанавливается",
                AccessLetter::NewsConfirmation => "Подтвердите подписку на новости",
                AccessLetter::NewsAlready => "Вы уже подписаны на новости",
                AccessLetter::ApplicationProcessed => "Заявление обработано",
                AccessLetter::ApplicationDeclined => "Заявление отклонено",
            },
            (Self::En, LetterKind::OrderPaid) => "Payment recorded",
            (Self::En, LetterKind::TermEnds) => "A term ends soon",
            (Self::En, LetterKind::TermEnded) => "A term has ended",
            (Self::En, LetterKind::StockLow) => "Few licences left",
            (Self::En, LetterKind::StockLasts) => "Stock will not last long",
            (Self::En, LetterKind::Invitation) => "Invitation",
            (Self::En, LetterKind::News) => "News",
            (Self::En, LetterKind::Access(what)) => match what {
                AccessLetter::Invitation => "Invitation to the desk",
                AccessLetter::InvitationCode => "SMS with the code of an invitation",
                AccessLetter::Recovery => "A new password",
                AccessLetter::DeletionCode => "Code for deleting an account",
                AccessLetter::PasswordChanged => "Password changed",
                AccessLetter::EmailChanged => "Another e-mail to sign in by",
                AccessLetter::ApprovalAsked => "An operation awaits approval",
                AccessLetter::ApprovalsChanged => "The rules of approval have changed",
                AccessLetter::IdentityLinked => "Another way to sign in was added",
                AccessLetter::Registration => "Confirm your registration",
                AccessLetter::RegisteredAlready => "You are registered already",
                AccessLetter::FactorRemoved => "Second factor switched off",
                AccessLetter::PasskeyAdded => "A passkey was added",
                AccessLetter::PasskeyRemoved => "A passkey was removed",
                AccessLetter::AppRemoved => "App with codes switched off",
                AccessLetter::InvitedAlready => "You have been invited already",
                AccessLetter::Restored => "Access to your account is being restored",
                AccessLetter::NewsConfirmation => "Confirm your subscription to the news",
                AccessLetter::NewsAlready => "You have subscribed to the news already",
                AccessLetter::ApplicationProcessed => "Your application is processed",
                AccessLetter::ApplicationDeclined => "Your application is declined",
            },
        }
    }

    fn letter_state(self, state: LetterState) -> &'static str {
        match (self, state) {
            (Self::Ru, LetterState::Waiting) => "Ждёт отправки",
            (Self::Ru, LetterState::Sent) => "Отправлено",
            (Self::Ru, LetterState::Failed) => "Не отправлено",
            (Self::En, LetterState::Waiting) => "Waits",
            (Self::En, LetterState::Sent) => "Sent",
            (Self::En, LetterState::Failed) => "Not sent",
        }
    }

    fn delivery(self, channel: Channel, delivery: Delivery) -> String {
        let reply = delivery.reply().map(|code| match self {
            Self::Ru => format!(" (код {code})"),
            Self::En => format!(" (code {code})"),
        });
        let said = match (self, channel, delivery) {
            (Self::Ru, _, Delivery::Stale) => "Не отправлено: устарело",
            (Self::Ru, Channel::Mail, Delivery::Taken) => "Принято почтовым сервером",
            (Self::Ru, Channel::Mail, Delivery::Later { .. }) => "Отложено почтовым сервером",
            (Self::Ru, Channel::Mail, Delivery::Refused { code: None }) => "На этот адрес письмо не отправить",
            (Self::Ru, Channel::Mail, Delivery::Refused { .. }) => "Отклонено почтовым сервером",
            (Self::Ru, Channel::Mail, Delivery::Barred { .. }) => {
                "Почтовый сервер нас не пускает: проверьте его настройки"
            }
            (Self::Ru, Channel::Mail, Delivery::Unreachable) => "Почтовый сервер недоступен",
            (Self::Ru, Channel::Sms, Delivery::Taken) => "Принято шлюзом SMS",
            (Self::Ru, Channel::Sms, Delivery::Later { .. }) => "Отложено шлюзом SMS",
            (Self::Ru, Channel::Sms, Delivery::Refused { code: None }) => "На этот номер SMS не отправить",
            (Self::Ru, Channel::Sms, Delivery::Refused { .. }) => "Отклонено шлюзом SMS",
            (Self::Ru, Channel::Sms, Delivery::Barred { .. }) => "Шлюз SMS нас не пускает: проверьте его настройки",
            (Self::Ru, Channel::Sms, Delivery::Unreachable) => "Шлюз SMS недоступен",
            (Self::En, _, Delivery::Stale) => "Not sent: out of date",
            (Self::En, Channel::Mail, Delivery::Taken) => "Taken by the mail server",
            (Self::En, Channel::Mail, Delivery::Later { .. }) => "Put off by the mail server",
            (Self::En, Channel::Mail, Delivery::Refused { code: None }) => "No letter can be sent to this address",
            (Self::En, Channel::Mail, Delivery::Refused { .. }) => "Refused by the mail server",
            (Self::En, Channel::Mail, Delivery::Barred { .. }) => {
                "The mail server does not let us in: check what is set"
            }
            (Self::En, Channel::Mail, Delivery::Unreachable) => "The mail server cannot be reached",
            (Self::En, Channel::Sms, Delivery::Taken) => "Taken by the SMS gateway",
            (Self::En, Channel::Sms, Delivery::Later { .. }) => "Put off by the SMS gateway",
            (Self::En, Channel::Sms, Delivery::Refused { code: None }) => "No SMS can be sent to this number",
            (Self::En, Channel::Sms, Delivery::Refused { .. }) => "Refused by the SMS gateway",
            (Self::En, Channel::Sms, Delivery::Barred { .. }) => {
                "The SMS gateway does not let us in: check what is set"
            }
            (Self::En, Channel::Sms, Delivery::Unreachable) => "The SMS gateway cannot be reached",
        };
        format!("{said}{}", reply.unwrap_or_default())
    }

    fn people(self, people: u64) -> String {
        let noun = match self {
            Self::Ru => self.plural(people, "пользователя", "пользователей", "пользователей"),
            Self::En => self.plural(people, "user", "users", "users"),
        };
        format!("{}\u{a0}{noun}", number(people))
    }
}

impl From<domain::Language> for Lang {
    fn from(language: domain::Language) -> Self {
        match language {
            domain::Language::Ru => Self::Ru,
            domain::Language::En => Self::En,
        }
    }
}
