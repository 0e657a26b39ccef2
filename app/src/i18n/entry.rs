//! The words of «Вход через …»: why nobody came in by the identity provider, and what to do.

use service::EntryFault;
use service::ports::IdentityError;

use super::Lang;

/// What a [`Lang`] can say of the identity provider.
pub trait EntryWords {
    /// What the button says where the operator has not said it.
    fn provider(self) -> &'static str;
    /// What happened, and what to do.
    fn entry_fault(self, fault: EntryFault) -> (&'static str, &'static str);
    /// The same in the log, by its code.
    fn entry_why(self, code: &str) -> Option<&'static str>;
}

impl EntryWords for Lang {
    fn provider(self) -> &'static str {
        match self {
            Self::Ru => "Вход через госуслуги",
            Self::En => "Sign in with Gosuslugi",
        }
    }

    fn entry_fault(self, fault: EntryFault) -> (&'static str, &'static str) {
        let ((russian, what_to_do), (english, to_do)) = match fault {
            EntryFault::NotBegun => (
                (
                    "Этот вход уже завершён или начат в другом браузере",
                    "Начните вход ещё раз и закончите его в том же браузере.",
                ),
                (
                    "This sign-in is over, or was begun in another browser",
                    "Begin again, and finish in the same browser.",
                ),
            ),
            EntryFault::Late => (
                ("Время на вход закончилось", "На него даётся 10 минут. Начните вход ещё раз."),
                ("The time to sign in is over", "You have 10 minutes. Begin again."),
            ),
            EntryFault::Denied => (
                ("Вход отменён", "Вы не разрешили передать свои данные. Начните вход ещё раз или войдите по паролю."),
                (
                    "The sign-in was cancelled",
                    "You did not allow your data to be passed on. Begin again, or sign in by password.",
                ),
            ),
            EntryFault::Declined => (
                ("Сервис входа отказал", "Начните вход ещё раз или войдите по паролю."),
                ("The sign-in service has refused", "Begin again, or sign in by password."),
            ),
            EntryFault::Provider(IdentityError::Away) => (
                ("Сервис входа не отвечает", "Попробуйте через несколько минут или войдите по паролю."),
                ("The sign-in service does not answer", "Try again in a few minutes, or sign in by password."),
            ),
            EntryFault::OtherProvider | EntryFault::Provider(_) => (
                (
                    "Ответ сервиса входа не прошёл проверку",
                    "Начните вход ещё раз. Если повторится, войдите по паролю и сообщите тем, кто обслуживает систему.",
                ),
                (
                    "The answer of the sign-in service did not pass the checks",
                    "Begin again. If it happens again, sign in by password and tell those who run the system.",
                ),
            ),
            EntryFault::NoAccount => (
                (
                    "Для этого адреса нет учётной записи",
                    "Попросите администратора организации пригласить Вас. Если учётная запись есть, но с другим e-mail, войдите по паролю и привяжите этот вход в своей учётной записи.",
                ),
                (
                    "There is no account for this e-mail",
                    "Ask an administrator of your organisation to invite you. If your account has another e-mail, sign in by password and link this sign-in in your account.",
                ),
            ),
            EntryFault::Unverified => (
                (
                    "Ваш e-mail не подтверждён",
                    "Подтвердите его в сервисе входа. Или войдите по паролю и привяжите этот вход в своей учётной записи.",
                ),
                (
                    "Your e-mail is not verified",
                    "Verify it at the sign-in service. Or sign in by password and link this sign-in in your account.",
                ),
            ),
            EntryFault::LinkedOtherwise => (
                (
                    "К учётной записи привязан другой вход",
                    "Войдите по паролю, отвяжите прежний вход в своей учётной записи и привяжите новый.",
                ),
                (
                    "The account is linked with another sign-in",
                    "Sign in by password, unlink the former one in your account, and link the new one.",
                ),
            ),
            EntryFault::Taken => (
                (
                    "Этот вход привязан к другой учётной записи",
                    "Войдите в неё и отвяжите его или выберите в сервисе входа другого пользователя.",
                ),
                (
                    "This sign-in is linked with another account",
                    "Sign in there and unlink it, or choose another user at the sign-in service.",
                ),
            ),
            EntryFault::SessionOver => (
                ("Сеанс, в котором Вы начали привязку, закончился", "Войдите и начните привязку ещё раз."),
                ("The session in which you began to link is over", "Sign in and begin again."),
            ),
        };
        if self == Self::Ru { (russian, what_to_do) } else { (english, to_do) }
    }

    fn entry_why(self, code: &str) -> Option<&'static str> {
        let (russian, english) = match code {
            "not_begun" => ("вход не начинали в этом браузере", "not begun in this browser"),
            "too_late" => ("прошло больше 10 минут", "more than 10 minutes"),
            "other_provider" | "wrong_issuer" => ("ответил другой сервис", "another service answered"),
            "denied" => ("пользователь отказался", "the user declined"),
            "declined" => ("сервис входа отказал", "the service refused"),
            "provider_away" => ("сервис входа не отвечает", "the service does not answer"),
            "provider_garbled" | "no_token" => ("ответ не прочитан", "the answer could not be read"),
            "code_refused" => ("код не подошёл или использован", "the code did not fit, or was used"),
            "wrong_audience" => ("ответ для другой системы", "the answer is for another system"),
            "wrong_nonce" => ("ответ на другой запрос", "the answer is to another request"),
            "token_expired" | "token_time" => ("срок ответа закончился", "the answer is too old"),
            "wrong_algorithm" | "wrong_signature" | "unknown_key" => ("подпись ответа неверна", "wrong signature"),
            "no_account" => ("нет учётной записи", "no account"),
            "email_not_verified" => ("e-mail не подтверждён", "the e-mail is not verified"),
            "linked_otherwise" => ("привязан другой вход", "linked with another sign-in"),
            "linked_to_another" => ("привязан к другой учётной записи", "linked with another account"),
            "session_over" => ("сеанс закончился", "the session is over"),
            _ => return None,
        };
        Some(if self == Self::Ru { russian } else { english })
    }
}
