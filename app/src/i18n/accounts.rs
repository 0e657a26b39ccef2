//! The words of accounts: the sign-in, one's own account and «Администрирование», pages that the server alone renders.

use domain::{AccountState, DeskError, FieldError, FieldProblem, LinkFault};
use service::ports::Purpose;

use super::texts::texts;
use super::{AccessWords, EntryWords, Lang, Words, date_time, number};

texts! {
    AccountTexts, RU, EN:
    admin: "Администрирование", "Administration";
    users: "Пользователи", "Users";
    levels: "Уровни доступа", "Levels of access";
    sessions: "Сеансы", "Sessions";
    connections: "История подключений", "History of connections";
    account: "Учётная запись", "Account";

    name: "ФИО", "Full name";
    email: "E-mail (для входа)", "E-mail (to sign in by)";
    phone: "Мобильный телефон", "Mobile phone";
    if_any: "(необязательно)", "(optional)";
    level: "Уровень доступа", "Level of access";
    own_level: "Свой уровень", "Own level";
    no_level: "Нет", "None";
    state: "Состояние", "State";
    last_seen: "Последний вход", "Last seen";
    now_in: "Сеансов", "Sessions";
    find: "Найти", "Find";
    find_hint: "ФИО, e-mail или телефон", "Name, e-mail or phone";
    any_state: "Состояние: любое", "State: any";
    any_level: "Уровень: любой", "Level: any";
    nobody_found: "Никого не нашли", "Nobody found";
    nobody_found_hint: "Проверьте, как написано, или измените отбор.", "Check the spelling, or change the filters.";
    show_all: "Показать всех", "Show everybody";
    never: "—", "—";
    you: "Вы", "You";

    add: "Добавить пользователя", "Add a user";
    add_hint: "Проверьте контакты: на e-mail придёт ссылка, на телефон — SMS с кодом. Приглашение работает 7 дней.", "Check the contacts: a link goes to the e-mail, and a code by SMS to the phone. The invitation works for 7 days.";
    invite: "Отправить приглашение", "Send the invitation";
    invite_again: "Отправить приглашение ещё раз", "Send the invitation again";
    withdraw: "Отозвать приглашение", "Withdraw the invitation";
    invited: "Приглашение отправлено.", "The invitation was sent.";
    withdrawn: "Приглашение отозвано.", "The invitation was withdrawn.";
    save: "Сохранить", "Save";
    saved: "Сохранено.", "Saved.";
    to_list: "К списку", "To the list";
    own_level_fixed: "Свой уровень доступа менять нельзя: попросите другого администратора.", "You cannot change your own level of access: ask another administrator.";
    owner_fixed: "Данные владельца меняет только он сам.", "Only the owner can change these.";
    beyond: "У этого пользователя прав больше, чем у Вас: изменить его данные нельзя.", "This user has more rights than you: you cannot change these.";
    send_recovery: "Выслать ссылку на новый пароль", "Send a link to a new password";
    recovery_sent: "Ссылка отправлена. Она работает 30 минут.", "The link was sent. It works for 30 minutes.";
    delete: "Удалить", "Delete";
    delete_account: "Удалить учётную запись", "Delete the account";
    delete_effect: "Войти по ней больше будет нельзя, её сеансы завершатся сразу. Сделанное ею останется в журнале.", "Nobody will sign in with it any more, its sessions end at once. What it has done stays in the log.";
    send_code: "Отправить код", "Send the code";
    send_code_again: "Отправить новый код", "Send a new code";
    code_goes_to: "Код для удаления придёт на Ваш e-mail", "The code for deleting is sent to your e-mail";
    code_sent: "Код отправлен на Ваш e-mail. Он работает 15 минут.", "The code was sent to your e-mail. It works for 15 minutes.";
    code: "Код", "Code";
    deleted: "Учётная запись удалена.", "The account was deleted.";
    hand_over: "Передать владение", "Hand over";
    hand_over_title: "Передать организацию", "Hand over the organisation";
    hand_over_effect: "Владельцем станет этот пользователь, а Вы — администратором. Вернуть владение сможет только он.", "This user becomes the owner, and you an administrator. Only they can hand it back.";
    handed_over: "Владение передано.", "Handed over.";
    keep: "Не менять", "Leave it";
    proof: "Ваш пароль", "Your password";
    proof_hint: "(для опасных действий его спрашивают снова)", "(asked again before dangerous deeds)";

    matrix: "Что может каждый уровень", "What each level allows";
    capability: "Возможность", "Capability";
    new_level: "Добавить уровень", "Add a level";
    edit_level: "Изменить уровень", "Change the level";
    level_name: "Название", "Name";
    rights: "Права", "Rights";
    rights_hint: "С правом даётся и то, без чего им нельзя пользоваться: с выдачей — просмотр пользователей и лицензий.", "With a right goes what it cannot be used without: with issuing, seeing users and licences.";
    whom: "Кого касается", "Whom it concerns";
    whom_all: "Всех пользователей", "All users";
    whom_groups: "Только пользователей групп", "Only users of groups";
    whom_hint: "Остальных такой уровень не видит: ни в таблице, ни в задачах, ни в отчётах.", "Whoever has such a level does not see the others: not in the table, nor in tasks, nor in reports.";
    no_groups: "Групп пока нет: уровень касается всех.", "There are no groups yet: the level concerns everybody.";
    whom_everybody: "все", "everybody";
    level_deleted: "Уровень удалён.", "The level was deleted.";
    delete_level: "Удалить уровень", "Delete the level";
    level_used: "Этот уровень есть у пользователей: сначала смените его им.", "Users have this level: give them another first.";
    level_beyond: "У этого уровня прав больше, чем у Вас: изменить или удалить его нельзя.", "This level has more rights than you: you cannot change or delete it.";
    yes: "да", "yes";
    no: "нет", "no";

    who: "Кто", "Who";
    device: "Устройство", "Device";
    address: "Адрес", "Address";
    since: "С", "Since";
    seen: "Активность", "Last seen";
    unknown: "Неизвестно", "Unknown";
    this_one: "этот сеанс", "this session";
    end: "Завершить", "End";
    end_all: "Завершить все сеансы", "End all sessions";
    end_all_effect: "Все, кто сейчас работает, выйдут сразу. Несохранённое в формах пропадёт, операции не пострадают.", "Everybody who works now is signed out at once. What is typed and not saved is lost; operations are not harmed.";
    own_too: "И мой сеанс", "My session too";
    end_others_all: "Все, кроме моего", "All but mine";
    none_other: "Других сеансов нет.", "There are no other sessions.";
    end_others: "Завершить остальные мои сеансы", "End my other sessions";

    approvals: "Согласования", "Approvals";
    approvals_lead: "Операция, которая затрагивает больше пользователей, чем указано, ждёт второго человека. Считается каждая операция отдельно. Пустое поле — согласование не нужно; ноль — нужно всегда. Смягчить эти правила может только владелец.", "An operation that touches more users than this waits for a second person; each operation counts by itself. Empty: no approval is needed; zero: always. Only the owner can loosen these rules.";
    approve_issue: "Выдача: согласовать, если пользователей больше", "Issue: approve if there are more users than";
    approve_revoke: "Отзыв: согласовать, если пользователей больше", "Revocation: approve if there are more users than";
    approve: "Согласовать", "Approve";
    decline: "Отклонить", "Decline";
    reason: "Причина отказа", "Reason for declining";
    declined_because: "Причина", "Reason";
    waits_for: "Операцию подтвердил автор. Она будет выполнена, когда её согласует другой сотрудник.", "The author has confirmed this. It is carried out when somebody else approves.";
    withdraw_asked: "Отозвать с согласования", "Withdraw";
    may_agree: "Согласовать могут", "It can be approved by";
    may_agree_later: "Позже согласовать смогут те, кого недавно пригласил или изменил автор", "Those whom the author has lately invited or changed can do so later";
    not_before: "после", "after";
    nobody_agrees: "Согласовать некому: ни у кого, кроме автора, нет нужных прав. Дайте их ещё кому-то в «Администрировании», иначе через неделю операция отменится.", "Nobody can approve this: only its author may do it. Give somebody else the right under “Administration”, or it lapses in a week.";
    has_moved: "С тех пор данные изменились: выполнено было бы не то, что подтвердил автор. Такую операцию можно только отклонить.", "Data has changed since: something else would happen than the author confirmed. This can only be declined.";
    free_now: "сейчас на остатке", "free now:";
    free_then: "после останется", "left afterwards:";
    will_touch: "Кого затронет", "Will touch";
    approved_by: "Согласовано", "Approved by";
    declined_by: "Отклонено", "Declined by";

    own_password: "Сменить пароль", "Change the password";
    former: "Текущий пароль", "Current password";
    new_password: "Новый пароль", "New password";
    again: "Новый пароль ещё раз", "The new password again";
    password_hint: "(не короче 15 символов: подойдёт фраза из нескольких слов)", "(15 characters or more: a phrase of several words will do)";
    password_hint_factor: "(не короче 8 символов: у Вас подключён второй фактор)", "(8 characters or more: you have a second factor)";
    password_kept: "Пароль изменён, остальные сеансы завершены.", "The password was changed, other sessions have ended.";
    own_notifications: "Настройки уведомлений", "Notifications";
    own_notifications_lead: "Какие письма присылать Вам.", "Which letters are sent to you.";
    own_sessions: "Мои сеансы", "My sessions";
    organization: "Организация", "Organisation";

    forgot: "Забыли пароль?", "Forgot your password?";
    recovery: "Восстановление пароля", "A new password";
    recovery_lead: "Укажите e-mail, по которому входите. Мы отправим на него ссылку, она работает 30 минут.", "Enter the e-mail by which you sign in. We send a link there, which works for 30 minutes.";
    send_link: "Выслать ссылку", "Send the link";
    link_sent: "Если такой адрес есть, письмо уже в пути", "If there is such an account, the letter is on its way";
    link_sent_hint: "Проверьте почту, и папку «Спам» тоже. Ссылка работает 30 минут и только один раз; если писем несколько, подойдёт любая. Если Вас только пригласили, в письме сказано, что делать.", "Look into your mailbox, and into its spam folder too. The link works for 30 minutes, and once; of several letters, any will do. If you have only been invited, the letter says what to do.";
    back: "Ко входу", "To the sign-in";
    set_password: "Задать пароль", "Set the password";
    all_end: "После этого все Ваши сеансы завершатся: войдите с новым паролем.", "All your sessions end with it: sign in with the new password.";
    password_set: "Пароль изменён. Войдите с новым.", "The password was changed. Sign in with the new one.";
    join: "Приглашение в кабинет", "Invitation to the desk";
    joins: "Вас приглашает", "You are invited by";
    sms_code: "Код из SMS", "Code of the SMS";
    go_on: "Продолжить", "Continue";
    works_until: "Приглашение работает до", "The invitation works until";
    blocked_hint: "Ждать не обязательно: восстановите пароль по e-mail.", "You need not wait: set a new password by e-mail.";
    trouble: "Не получается войти?", "Trouble signing in?";
    trouble_layout: "Проверьте раскладку клавиатуры и Caps Lock.", "Check the keyboard layout and Caps Lock.";
    trouble_copy: "Если вставляете пароль, скопируйте его без пробелов по краям.", "If you paste the password, copy it without spaces around it.";
    trouble_browser: "Обновите браузер или попробуйте другой.", "Update the browser, or try another.";
    password: "Пароль", "Password";

    link: "Привязать", "Link";
    unlink: "Отвязать", "Unlink";
    is_linked: "Привязан: в эту учётную запись можно войти и так.", "Linked: one may sign in to this account by it.";
    not_linked: "Не привязан. Привяжите, чтобы входить без пароля, даже если e-mail там другой.", "Not linked. Link it to sign in without a password, even if the e-mail there is another.";
    linked: "Вход привязан.", "Linked.";
    unlinked: "Вход отвязан.", "Unlinked.";
}

/// What a [`Lang`] can say of accounts.
pub trait AccountWords {
    fn accounting(self) -> &'static AccountTexts;
    fn account_state(self, state: AccountState) -> &'static str;
    /// A field of an account by its code in the log.
    fn account_field(self, code: &str) -> &'static str;
    /// Why something was refused, by its code in the log.
    fn why(self, code: &str) -> String;
    /// By what somebody has signed in, or gone, by its code in the log.
    fn signed_in_by(self, code: &str) -> &'static str;
    /// Why a link does not work, and what to do.
    /// Of a link of this kind: a heading, and what to do.
    fn door_fault(self, fault: LinkFault, purpose: Purpose) -> (&'static str, &'static str);
    /// «Завершить 5 сеансов»
    fn sessions_to_end(self, count: u64) -> String;
    /// «Завершено сеансов: 5.»
    fn sessions_ended(self, count: u64) -> String;
    /// «Код пришёл на номер, который заканчивается на 4567»
    fn code_to(self, last: &str) -> String;
}

impl AccountWords for Lang {
    fn accounting(self) -> &'static AccountTexts {
        match self {
            Self::Ru => &RU,
            Self::En => &EN,
        }
    }

    fn account_state(self, state: AccountState) -> &'static str {
        match (self, state) {
            (Self::Ru, AccountState::Invited) => "Приглашение отправлено",
            (Self::Ru, AccountState::Active) => "Работает",
            (Self::Ru, AccountState::Removed) => "Удалена",
            (Self::En, AccountState::Invited) => "Invited",
            (Self::En, AccountState::Active) => "Active",
            (Self::En, AccountState::Removed) => "Deleted",
        }
    }

    fn account_field(self, code: &str) -> &'static str {
        let t = self.accounting();
        match code {
            "name" => t.name,
            "email" => t.email,
            "phone" => t.phone,
            _ => "",
        }
    }

    fn why(self, code: &str) -> String {
        let ru = self == Self::Ru;
        let (russian, english) = match code {
            "beyond_own" => ("прав больше своих", "rights beyond their own"),
            "not_granted" => ("организация не давала доступа", "the organisation has granted no access"),
            "wrong_code" => ("неверный код", "wrong code"),
            "wrong_password" => ("неверный пароль", "wrong password"),
            "session_over" => ("сеанс уже завершён", "the session has ended"),
            "taken_elsewhere" => ("e-mail занят в другой организации", "the e-mail is another organisation's"),
            "owner_loosens" => ("смягчить правила может только владелец", "only the owner loosens the rules"),
            "approver_too_new" => {
                ("автор недавно менял эту учётную запись", "the author has lately changed this account")
            }
            "author_may_not" => ("у автора больше нет прав", "its author may not do it any more"),
            "forged_email" => ("e-mail из чужих букв или строк", "an e-mail of other letters or lines"),
            "approval_needed" => ("нужно согласие второго", "a second person has to agree"),
            "owners_own" => ("это дело владельца", "the owner's own matter"),
            "last_administrator" => ("последний администратор", "the last administrator"),
            "expired" => ("срок ссылки закончился", "the link is too old"),
            "used" => ("ссылка уже использована", "the link has been used"),
            "over" => ("ссылка отозвана", "the link was withdrawn"),
            "not_asked" => ("ключ не запрашивали, или ответ опоздал", "not asked for, or too late"),
            "garbled" => ("это не ответ ключа", "no answer of a passkey"),
            "wrong_challenge" => ("ответ на другой запрос", "an answer to something else"),
            "wrong_origin" | "wrong_site" => ("ответ с другого сайта", "from another site"),
            "not_verified" => ("устройство не проверило владельца", "the device has not verified its owner"),
            "counter_went_back" => {
                ("счётчик ключа пошёл назад: возможна копия", "the counter went back: perhaps a copy")
            }
            "foreign_passkey" => ("чужой ключ", "somebody else's passkey"),
            "taken" => ("ключ уже у другой учётной записи", "the passkey is an account's already"),
            "unknown" => ("такой ссылки нет", "there is no such link"),
            "not_active" => ("учётная запись не работает", "the account is not active"),
            "email_taken" => ("e-mail уже занят", "the e-mail was taken"),
            "question_over" => ("вопрос устарел", "the question is too old"),
            "wrong_answer" => ("неверный ответ на вопрос", "a wrong answer to the question"),
            "answered_twice" => ("на вопрос уже отвечали", "the question was answered before"),
            "bound_already" => ("место уже привязано", "the seat is bound already"),
            "not_bound" => ("место ни к кому не привязано", "the seat is nobody's"),
            "unknown_pool" => ("такой лицензии нет", "there is no such licence"),
            "pool_exhausted" => ("свободных мест нет", "no seats are left"),
            "pool_not_yet_valid" => ("срок лицензии ещё не начался", "the term of the licence has not begun"),
            "pool_expired" => ("срок лицензии закончился", "the term of the licence is over"),
            "nobody_fits" => ("никто не подходит", "nobody fits"),
            "plan_changed" => ("данные изменились", "something has changed"),
            "authoritys_step" => ("это делает удостоверяющий центр", "the authority does this"),
            "unknown_task" => ("такой задачи нет", "there is no such task"),
            "wrong_key" => ("номер или PIN-код не подошёл", "the number or the PIN does not fit"),
            "key_check_over" => ("проверка номера закончилась", "the check of the number is over"),
            "no_invoice" => ("такого счёта нет", "there is no such invoice"),
            "several" => ("названо несколько счетов", "several invoices are named"),
            "amount" => ("сумма другая", "the amount is another one"),
            "paid" => ("заказ уже оплачен", "the order is paid already"),
            "cancelled" => ("заказ отменён", "the order was cancelled"),
            code if let Some(reason) = domain::Reason::from_code(code) => return self.reason(reason).to_owned(),
            code if let Some(why) = self.entry_why(code) => return why.to_owned(),
            _ => match code.strip_prefix("lacks:").and_then(domain::Capability::from_code) {
                Some(needs) if ru => return format!("не хватило права: {}", self.capability(needs)),
                Some(needs) => return format!("missing right: {}", self.capability(needs)),
                None => ("", ""),
            },
        };
        if ru { russian } else { english }.to_owned()
    }

    fn signed_in_by(self, code: &str) -> &'static str {
        let (russian, english) = match code {
            "password" => ("по паролю", "by password"),
            "registration" => ("после регистрации", "after registering"),
            "password+totp" => ("по паролю и коду", "by password and code"),
            "password+passkey" => ("по паролю и ключу доступа", "by password and passkey"),
            "passkey" => ("по ключу доступа", "by passkey"),
            "password+recovery_code" => ("по паролю и коду восстановления", "by password and recovery code"),
            "invitation" => ("по приглашению", "by invitation"),
            "oidc+passkey" => ("через другую систему и по ключу доступа", "by another system and passkey"),
            "oidc+totp" => ("через другую систему и по коду", "by another system and code"),
            "oidc+recovery_code" => {
                ("через другую систему и по коду восстановления", "by another system and recovery code")
            }
            "oidc" => ("через другую систему", "by another system"),
            "email" => ("по подтверждённому e-mail", "by a verified e-mail"),
            "recovery" => ("по ссылке из письма", "by a link"),
            "own" => ("владельцем учётной записи", "by its owner"),
            "sign_out" => ("выход", "signed out"),
            _ => ("", ""),
        };
        if self == Self::Ru { russian } else { english }
    }

    fn door_fault(self, fault: LinkFault, purpose: Purpose) -> (&'static str, &'static str) {
        let title = match (self, fault) {
            (Self::Ru, LinkFault::Unknown) => "Ссылка не действует",
            (Self::Ru, LinkFault::Used) => "Ссылка уже использована",
            (Self::Ru, LinkFault::Expired) => "Срок ссылки истёк",
            (Self::Ru, LinkFault::Over) => "Ссылка больше не действует",
            (Self::En, LinkFault::Unknown) => "This link does not work",
            (Self::En, LinkFault::Used) => "This link has been used",
            (Self::En, LinkFault::Expired) => "This link has expired",
            (Self::En, LinkFault::Over) => "This link works no more",
        };
        let (russian, english) = match (fault, purpose) {
            (LinkFault::Unknown, _) => (
                "Возможно, она скопирована не целиком или Вам прислали более новую. Откройте последнее письмо.",
                "Perhaps it was not copied in full, or a newer one was sent to you. Open the latest letter.",
            ),
            (LinkFault::Used, Purpose::Registration | Purpose::Invitation) => (
                "Она работает один раз. Войдите; если пароль забыт, восстановите его.",
                "It works once. Sign in; if the password is forgotten, recover it.",
            ),
            (LinkFault::Used, _) => {
                ("Она работает один раз. Войдите или запросите новую.", "It works once. Sign in, or ask for a new one.")
            }
            (LinkFault::Expired, Purpose::Registration) => (
                "Она работает сутки. Зарегистрируйтесь ещё раз: придёт новая ссылка.",
                "It works for a day. Register again: a new link is sent to you.",
            ),
            (LinkFault::Expired, Purpose::Invitation) => (
                "Приглашение действует неделю. Попросите администратора прислать его ещё раз.",
                "An invitation works for a week. Ask the administrator to send it again.",
            ),
            (LinkFault::Expired, _) => {
                ("Она работает 30 минут. Запросите новую.", "It works for 30 minutes. Ask for a new one.")
            }
            (LinkFault::Over, Purpose::Registration) => (
                "С этим адресом уже входят, или регистрация отменена. Войдите; если пароль забыт, восстановите его.",
                "Somebody signs in by this address already, or the registration was cancelled. Sign in; if the password is forgotten, recover it.",
            ),
            (LinkFault::Over, Purpose::Invitation) => (
                "Приглашение заменили новым, отозвали, или код введён неверно слишком много раз. Откройте последнее письмо или попросите администратора прислать приглашение ещё раз.",
                "The invitation was replaced by a newer one or withdrawn, or the code was wrong too often. Open the latest letter, or ask the administrator to send the invitation again.",
            ),
            (LinkFault::Over, _) => (
                "Пароль уже сменили по другой ссылке, или учётная запись изменилась. Войдите или запросите новую ссылку.",
                "The password was set by another link, or the account has changed. Sign in, or ask for a new link.",
            ),
        };
        (title, if self == Self::Ru { russian } else { english })
    }

    fn sessions_to_end(self, count: u64) -> String {
        match self {
            Self::Ru => {
                format!("Завершить {} {}", number(count), self.plural(count, "сеанс", "сеанса", "сеансов"))
            }
            Self::En => format!("End {} {}", number(count), self.plural(count, "session", "sessions", "sessions")),
        }
    }

    fn sessions_ended(self, count: u64) -> String {
        match self {
            Self::Ru => format!("Завершено сеансов: {}.", number(count)),
            Self::En => format!("Sessions ended: {}.", number(count)),
        }
    }

    fn code_to(self, last: &str) -> String {
        match self {
            Self::Ru => format!("Код отправлен в SMS на номер, который заканчивается на {last}."),
            Self::En => format!("The code was sent by SMS to the number that ends with {last}."),
        }
    }
}

pub(super) fn error(lang: Lang, error: &DeskError) -> String {
    let ru = lang == Lang::Ru;
    let (russian, english) = match error {
        DeskError::SignInBlocked { minutes } => {
            let minutes = number(*minutes);
            return if ru {
                format!("Слишком много неверных паролей: вход закрыт. Повторите через {minutes} мин.")
            } else {
                format!("Too many wrong passwords: the sign-in is closed. Try again in {minutes} min.")
            };
        }
        DeskError::Forbidden { needs } => return lang.forbidden(*needs),
        DeskError::SessionsChanged { names } => {
            let names = if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) };
            return if ru {
                format!("Пока Вы смотрели, вошёл кто-то ещё{names}. Никто не вышел. Проверьте список и повторите.")
            } else {
                format!(
                    "Somebody signed in while you were looking{names}. Nobody was signed out. Check the list and try again."
                )
            };
        }
        DeskError::ProofRequired => ("Введите свой пароль ещё раз.", "Enter your password again."),
        DeskError::ShortPassword => (
            "Ваш пароль короче 15 символов: без второго фактора такого мало. Сначала смените пароль.",
            "Your password is shorter than 15 characters: not enough without a second factor. Change it first.",
        ),
        DeskError::ApproverTooNew { until } => {
            let until = date_time(*until);
            return if ru {
                format!(
                    "Автор операции недавно пригласил Вас или менял данные Вашей учётной записи. Согласовать её Вы сможете после {until}; раньше это может сделать другой сотрудник."
                )
            } else {
                format!(
                    "The author of the operation has recently invited you or changed your account. You can approve it after {until}; somebody else may do so before."
                )
            };
        }
        DeskError::AuthorMayNot => (
            "Автор операции больше не вправе её выполнять. Отклоните её.",
            "The author of the operation may not do this any more. Decline it.",
        ),
        DeskError::OwnerLoosens => (
            "Смягчить правила согласования может только владелец организации. Остальные могут их ужесточить.",
            "Only the owner of the organisation can loosen the rules of approval. Others can tighten them.",
        ),
        DeskError::OwnApproval => (
            "Свою операцию согласовать нельзя: это делает другой сотрудник.",
            "You cannot approve your own operation: somebody else does.",
        ),
        DeskError::ProviderAway => (
            "Сервис входа не отвечает. Попробуйте через несколько минут или войдите по паролю.",
            "The sign-in service does not answer. Try again in a few minutes, or sign in by password.",
        ),
        DeskError::UnknownAccount => (
            "Такой учётной записи нет, или она уже изменилась. Обновите страницу.",
            "There is no such account, or it has changed. Reload the page.",
        ),
        DeskError::OwnersOwn => (
            "Владельца нельзя изменить или удалить: он может только сам передать организацию.",
            "The owner cannot be changed or deleted: they can only hand the organisation over themselves.",
        ),
        DeskError::RegistrationClosed => (
            "Здесь не регистрируют организации. Обратитесь к оператору системы.",
            "Organisations are not registered here. Ask the operator of the system.",
        ),
        DeskError::LastAdministrator => (
            "Должен остаться тот, кто управляет учётными записями, и себя удалить нельзя. Сначала дайте это право другому.",
            "Somebody has to be left who manages accounts, and nobody deletes themselves. Give that right to somebody else first.",
        ),
        DeskError::FactorRequired => (
            "В организации обязателен второй фактор, и последний отключить нельзя. Подключите его, чтобы продолжить.",
            "Your organisation requires a second factor, and the last one cannot be removed. Connect one to go on.",
        ),
        DeskError::PasskeyRefused => (
            "Ключ доступа не подошёл. Попробуйте ещё раз, возьмите другой ключ или войдите иначе.",
            "The passkey does not fit. Try again, take another one, or sign in in another way.",
        ),
        DeskError::PasskeyOver => (
            "Ответ ключа опоздал, или его запросили на другой странице. Нажмите кнопку ещё раз.",
            "The passkey has answered too late, or was asked for on another page. Press the button again.",
        ),
        DeskError::PasskeyTaken => (
            "Этот ключ доступа уже принадлежит учётной записи. Создайте другой.",
            "This passkey belongs to an account already. Create another one.",
        ),
        DeskError::TooManyPasskeys => (
            "Больше 10 ключей доступа добавить нельзя. Удалите лишний.",
            "There cannot be more than 10 passkeys. Remove one first.",
        ),
        DeskError::SignInOver => {
            ("Время на ввод кода вышло. Войдите ещё раз.", "The time for entering the code is over. Sign in again.")
        }
        _ => ("", ""),
    };
    if ru { russian } else { english }.to_owned()
}

pub(super) fn field(lang: Lang, problem: &FieldProblem) -> String {
    let ru = lang == Lang::Ru;
    let (russian, english) = match problem {
        FieldProblem::TooShort { least } => {
            return if ru {
                format!("Не короче {least} символов. Подойдёт фраза из нескольких слов")
            } else {
                format!("{least} characters or more. A phrase of several words will do")
            };
        }
        FieldProblem::LeadsAway => {
            ("В названии и имени не может быть адреса сайта", "A name cannot hold the address of a site")
        }
        FieldProblem::Landline => (
            "На городской номер SMS не придёт. Укажите мобильный: +7 916 123-45-67",
            "No SMS reaches a landline. Give a mobile number: +7 916 123-45-67",
        ),
        FieldProblem::NotAServiceAddress => (
            "Такой адрес не подходит: только латинские буквы, цифры и дефис",
            "This address will not do: Latin letters, digits and hyphens only",
        ),
        FieldProblem::NotAList => ("В списке есть строки с ошибками", "There are wrong lines in the list"),
        FieldProblem::CommonPassword => (
            "Такой пароль подбирают первым. Придумайте фразу, которую не угадать",
            "This password is guessed first. Think of a phrase that nobody guesses",
        ),
        FieldProblem::WrongCode => (
            "Код не подходит или больше не действует. Проверьте его или запросите новый",
            "The code does not fit, or works no more. Check it, or ask for a new one",
        ),
        FieldProblem::WrongAppCode => (
            "Код не подходит или уже использован. Дождитесь следующего и проверьте время на телефоне",
            "The code does not fit, or was used. Wait for the next one, and check the clock of the phone",
        ),
        FieldProblem::WrongPassword => (
            "Неверный пароль. Проверьте раскладку клавиатуры и Caps Lock",
            "Wrong password. Check the keyboard layout and Caps Lock",
        ),
        FieldProblem::NotTheSame => {
            ("Пароли не совпадают. Введите одинаковые", "These are not the same. Enter the same password twice")
        }
        FieldProblem::WrongAnswer => (
            "Ответ неверный, или вопрос устарел. Ответьте на новый: цифрами",
            "The answer is wrong, or the question too old. Answer the new one, in digits",
        ),
        FieldProblem::NotAgreed => {
            ("Без согласия с условиями зарегистрироваться нельзя", "One cannot register without agreeing to the terms")
        }
        FieldProblem::BeyondOwn => (
            "Нельзя дать прав больше своих или изменить собственные",
            "You cannot give more rights than you have, or change your own",
        ),
        FieldProblem::OverEverybody => (
            "Сведения об организации, уведомления, письма, учётные записи и журнал касаются всех: снимите эти права или \
             выберите всех пользователей",
            "The organisation's details, notifications, letters, accounts and the log concern everybody: take these rights \
             away, or choose all users",
        ),
        _ => ("", ""),
    };
    if ru { russian } else { english }.to_owned()
}

/// What is wrong with fields of which the general words would be untrue.
pub(super) fn wrong(lang: Lang, error: &FieldError) -> Option<String> {
    let (russian, english) = match (error.field.as_str(), &error.problem) {
        // Of a level; built-in ones have names, too.
        ("name", FieldProblem::Taken) => (
            "Уровень с таким названием уже есть. Назовите иначе".to_owned(),
            "There is a level of this name. Choose another".to_owned(),
        ),
        ("name", FieldProblem::TooMany { most }) => (
            format!("Своих уровней может быть не больше {}", number(*most as u64)),
            format!("There can be no more than {} own levels", number(*most as u64)),
        ),
        ("role", FieldProblem::Taken) => {
            let text = |lang: Lang| lang.accounting().level_used.to_owned();
            (text(Lang::Ru), text(Lang::En))
        }
        ("level", FieldProblem::Unknown) => (
            "Такого уровня доступа больше нет. Выберите другой".to_owned(),
            "This level of access is gone. Choose another".to_owned(),
        ),
        ("email", FieldProblem::TooMany { most }) => (
            format!("В организации может быть не больше {} учётных записей", number(*most as u64)),
            format!("An organisation can have no more than {} accounts", number(*most as u64)),
        ),
        ("who", FieldProblem::Unknown) => (
            "Такого пользователя больше нет. Выберите другого".to_owned(),
            "This user is gone. Choose another".to_owned(),
        ),
        ("address", FieldProblem::TooMany { most }) => (
            format!("Не больше {} адресов сервиса, прежние тоже считаются", number(*most as u64)),
            format!("No more than {} addresses of the service, former ones among them", number(*most as u64)),
        ),
        // The recipients of letters of a kind.
        (to, FieldProblem::TooMany { most }) if to.ends_with("-to") => (
            format!("Не больше {} получателей", number(*most as u64)),
            format!("At most {} recipients", number(*most as u64)),
        ),
        _ => return None,
    };
    Some(if lang == Lang::Ru { russian } else { english })
}

#[cfg(test)]
mod tests {
    use domain::Role;

    use super::*;

    #[test]
    fn the_names_that_nobody_gives_are_those_of_the_screen() {
        let names = [Lang::Ru, Lang::En].into_iter().flat_map(|lang| Role::ALL.map(|role| lang.role(role)));
        assert!(names.eq(domain::BUILT_IN_NAMES));
    }

    #[test]
    fn what_is_wrong_is_said_of_its_field() {
        let said = |field: &str, problem: FieldProblem| {
            let error = FieldError { field: field.into(), problem };
            [Lang::Ru, Lang::En].map(|lang| lang.wrong(&error))
        };
        let most = || FieldProblem::TooMany { most: 1_000 };
        // Of each, a field whose words are its own, and one of which the general ones are true.
        for (problem, own, general) in [
            (FieldProblem::Taken, &["name", "role"][..], "email"),
            (FieldProblem::Unknown, &["level", "who"], "groups"),
            (most(), &["name", "email", "address", "order_paid-to"], "emails"),
        ] {
            for field in own {
                for (own, general) in said(field, problem.clone()).iter().zip(said(general, problem.clone())) {
                    assert!(!own.is_empty() && *own != general, "{field}: {own}");
                }
            }
            assert_eq!(said(general, problem.clone()), [Lang::Ru, Lang::En].map(|lang| lang.field(&problem)));
        }
        assert_eq!(said("email", most())[0], "В организации может быть не больше 1\u{a0}000 учётных записей");
        assert_eq!(said("emails", most())[0], "Не больше 1\u{a0}000 адресов за раз");
        assert_eq!(said("name", FieldProblem::Required)[0], "Заполните это поле");
    }

    /// Every code that is written as `why` or `fault`; what a test of the server writes into a log is held against these
    /// words too, by its invariants.
    #[test]
    fn whatever_is_refused_has_words() {
        let reasons = domain::Reason::ALL.map(domain::Reason::code);
        let links = [LinkFault::Unknown, LinkFault::Used, LinkFault::Expired, LinkFault::Over].map(LinkFault::code);
        let payments = domain::Mismatch::ALL.map(domain::Mismatch::code);
        let others = [
            // Of accounts, links, codes and questions.
            "beyond_own",
            "taken_elsewhere",
            "owner_loosens",
            "approver_too_new",
            "author_may_not",
            "wrong_password",
            "wrong_code",
            "session_over",
            "forged_email",
            "owners_own",
            "last_administrator",
            "email_taken",
            "question_over",
            "wrong_answer",
            "answered_twice",
            "lacks:accounts",
            // Of seats, tasks and keys.
            "bound_already",
            "not_bound",
            "unknown_pool",
            "approval_needed",
            "pool_exhausted",
            "pool_not_yet_valid",
            "pool_expired",
            "nobody_fits",
            "plan_changed",
            "authoritys_step",
            "unknown_task",
            "wrong_key",
            "key_check_over",
            // Of passkeys.
            "not_asked",
            "taken",
            "not_active",
            "garbled",
            "wrong_challenge",
            "wrong_origin",
            "wrong_site",
            "not_verified",
            "counter_went_back",
            "wrong_signature",
            "wrong_algorithm",
            "foreign_passkey",
            // Of identity providers.
            "not_begun",
            "too_late",
            "other_provider",
            "denied",
            "declined",
            "no_account",
            "email_not_verified",
            "linked_otherwise",
            "linked_to_another",
            "provider_away",
            "provider_garbled",
            "code_refused",
            "no_token",
            "wrong_issuer",
            "wrong_audience",
            "wrong_nonce",
            "token_expired",
            "token_time",
            "unknown_key",
        ];
        for code in reasons.iter().chain(&links).chain(&payments).chain(&others) {
            for lang in [Lang::Ru, Lang::En] {
                assert_ne!(lang.why(code), "", "{lang:?} {code}");
            }
        }
        assert_eq!(Lang::Ru.why("nothing.known"), "");
    }
}
