//! The words of «Задачи на сертификаты»: pages that the server alone renders, so that no browser downloads them as code.

use domain::{
    AuthorityFault, DeskError, FieldError, FieldProblem, Kind, LinkFault, OperationSummary, Reason, TaskAuthor,
    TaskState, TaskStep, Way,
};

use super::deals::DealWords;
use super::texts::texts;
use super::{Lang, accounts, number};

texts! {
    TaskTexts, RU, EN:
    states: "Состояния задач", "States of tasks";
    all: "Все", "All";
    person: "Пользователь", "User";
    product: "Продукт", "Product";
    any_product: "Продукт: любой", "Product: any";
    state: "Состояние", "State";
    since: "С", "Since";
    until: "Сертификат до", "Certificate until";
    steps: "Действия с задачами", "Actions on tasks";
    none_yet: "Задач пока нет", "No tasks yet";
    none_yet_hint: "Они появляются, когда пользователям выдают лицензии.", "They appear when licences are issued to users.";
    to_issue: "Выдать лицензии", "Issue licences";
    none_such: "Таких задач нет", "No such tasks";
    none_such_hint: "Проверьте написание, выберите другое состояние или другой продукт.", "Check the spelling, choose another state or another product.";
    show_all: "Показать все задачи", "Show all tasks";
    to_tasks: "К задачам", "To the tasks";
    identification: "Идентификация", "Identification";
    invitation: "Приглашение", "Invitation";
    works_until: "действует до", "works until";
    worked_until: "действовало до", "worked until";
    used: "использовано", "used";
    valid_until: "Действует до", "Valid until";
    serial: "Номер", "Number";
    by_hand: "без номера: отмечен вручную", "no number: noted by hand";
    history: "История", "History";
    what: "Что", "What";
    details: "Подробности", "Details";
    pick: "Выбрать", "Choose";
    pick_page: "Выбрать все на странице", "Select all on the page";
    not_answered: "Сервер не ответил. Выбор сохранён, повторите.", "The server did not answer. The selection is kept; try again.";
    show_all_again: "Показать все", "Show all";
    operation: "Операция", "Operation";
    asked: "Запрос ждёт ответа удостоверяющего центра. Он придёт сам.", "The request waits for the certification authority. Its answer will come by itself.";
    told: "Удостоверяющему центру будет об этом сообщено.", "The certification authority will be told of this.";
    in_person_next: "Ждём пользователя лично: проверьте паспорт и подтвердите личность.", "The user has to come in person: check the passport and confirm the identity.";
    invite_next: "Пользователь ещё не приглашён.", "The user has not been invited yet.";
    data_next: "Ждём, пока пользователь подтвердит данные по ссылке.", "The user has to confirm the data by the link.";
    by_mail: "Ссылки уйдут письмами.", "The links go by letters.";
    by_hand_links: "Почта не настроена: ссылки будут в разделе «Уведомления», «Письма», передайте их сами.", "Mail is not set up: the links will be in “Notifications”, “Letters”; pass them on yourself.";
    links_are: "Почта не настроена: ссылки для приглашённых —", "Mail is not set up: the links for the invited are in";
    again_next: "Срок ссылки истёк: пригласите пользователя снова.", "The link has expired: invite the user again.";
    invite_undone: "Отправленное не вернуть, но задачу можно отменить, а пригласить можно снова.", "What was sent cannot be taken back, but the task can be cancelled, and the user invited again.";
    hand_next: "Удостоверяющий центр не подключён: отмечайте идентификацию и выпуск здесь сами.", "No certification authority is connected: note identification and issue here by hand.";
    done: "Готово", "Done";
    link: "Ссылка для приглашения", "Link of the invitation";
    link_once: "Почта не настроена, поэтому передайте ссылку сами. Позже она есть в разделе «Уведомления», «Письма».", "Mail is not set up, so pass the link on yourself. Later it is found in “Notifications”, “Letters”.";
    reason: "Причина отказа", "Reason of the rejection";
    reason_hint: "Её увидят администраторы. До 300 символов.", "Administrators will see it. Up to 300 characters.";
    until_label: "Сертификаты действуют до (ДД.ММ.ГГГГ)", "The certificates are valid until (DD.MM.YYYY)";
    until_hint: "Последний день срока.", "The last day of the term.";
    nobody: "Среди выбранных нет задач, для которых возможен этот шаг.", "None of the selected tasks can take this step.";
    not_undone: "Вернуть это нельзя.", "This cannot be undone.";
    confirm_data: "Подтвердить данные", "Confirm the data";
    invited_title: "Приглашение получить электронную подпись", "Invitation to obtain an electronic signature";
    invites: "Вас приглашает", "You are invited by";
    name: "Фамилия, имя, отчество", "Full name";
    what_for: "Что Вы получите", "What you will get";
    check: "Проверьте данные. Если что-то неверно, не подтверждайте их и сообщите тому, кто Вас пригласил.", "Check the data. If something is wrong, do not confirm, and tell whoever invited you.";
    works_once: "Ссылка работает один раз, до", "The link works once, until";
    link_unknown: "Ссылка не действует", "This link does not work";
    link_unknown_hint: "Возможно, она скопирована не целиком или Вам прислали более новую. Откройте последнее письмо или попросите отдел кадров пригласить Вас снова.", "Perhaps it was not copied in full, or a newer one was sent to you. Open the latest letter, or ask the HR department to invite you again.";
    link_used: "Данные подтверждены", "The data are confirmed";
    link_used_hint: "Ссылка больше не нужна. Если от Вас понадобится что-то ещё, Вам сообщат.", "The link is not needed any more. If anything else is needed of you, you will be told.";
    link_expired: "Срок ссылки истёк", "This link has expired";
    link_expired_hint: "Она работала 30 дней. Попросите отдел кадров пригласить Вас снова.", "It worked for 30 days. Ask the HR department to invite you again.";
    link_over: "Приглашение отменено", "The invitation was cancelled";
    link_over_hint: "Ничего делать не нужно. Если это неожиданно, спросите отдел кадров.", "There is nothing to do. If this surprises you, ask the HR department.";
}

/// What a [`Lang`] can say of certificate tasks.
pub trait TaskWords {
    fn tasking(self) -> &'static TaskTexts;
    fn task_state(self, state: TaskState) -> &'static str;
    fn way(self, way: Way) -> &'static str;
    fn step(self, step: TaskStep, state: Option<TaskState>, one: bool) -> &'static str;
    /// For a bar of many buttons.
    fn step_short(self, step: TaskStep) -> &'static str;
    fn step_text(self, step: TaskStep) -> &'static str;
    fn task_author(self, author: &TaskAuthor) -> String;
    /// With `#` for the number of selected.
    fn picked_of(self, all: u64) -> String;
    fn all_found(self, count: u64, filtered: bool) -> String;
    fn authority_fault(self, fault: AuthorityFault) -> &'static str;
    fn link_fault(self, fault: LinkFault) -> (&'static str, &'static str);
}

impl TaskWords for Lang {
    fn tasking(self) -> &'static TaskTexts {
        match self {
            Self::Ru => &RU,
            Self::En => &EN,
        }
    }

    fn task_state(self, state: TaskState) -> &'static str {
        match (self, state) {
            (Self::Ru, TaskState::Created) => "Создана",
            (Self::Ru, TaskState::Invited) => "Приглашён",
            (Self::Ru, TaskState::Confirmed) => "Данные подтверждены",
            (Self::Ru, TaskState::Identified) => "Личность подтверждена",
            (Self::Ru, TaskState::Issued) => "Выпущен",
            (Self::Ru, TaskState::Expiring) => "Истекает",
            (Self::Ru, TaskState::Expired) => "Истёк",
            (Self::Ru, TaskState::Rejected) => "Отклонён",
            (Self::Ru, TaskState::Revoked) => "Отозван",
            (Self::Ru, TaskState::Cancelled) => "Отменён",
            (Self::En, TaskState::Created) => "Created",
            (Self::En, TaskState::Invited) => "Invited",
            (Self::En, TaskState::Confirmed) => "Data confirmed",
            (Self::En, TaskState::Identified) => "Identified",
            (Self::En, TaskState::Issued) => "Issued",
            (Self::En, TaskState::Expiring) => "Expiring",
            (Self::En, TaskState::Expired) => "Expired",
            (Self::En, TaskState::Rejected) => "Rejected",
            (Self::En, TaskState::Revoked) => "Revoked",
            (Self::En, TaskState::Cancelled) => "Cancelled",
        }
    }

    fn way(self, way: Way) -> &'static str {
        match (self, way) {
            (Self::Ru, Way::InPerson) => "очно",
            (Self::Ru, Way::Gosuslugi) => "Госуслуги",
            (Self::Ru, Way::Goskey) => "Госключ",
            (Self::En, Way::InPerson) => "in person",
            (Self::En, Way::Gosuslugi) => "Gosuslugi",
            (Self::En, Way::Goskey) => "Goskey",
        }
    }

    /// What a button says; `state` is the one that all of the tasks have, if it is known.
    fn step(self, step: TaskStep, state: Option<TaskState>, one: bool) -> &'static str {
        let again = state == Some(TaskState::Invited);
        match (self, step) {
            (Self::Ru, TaskStep::Invite) if again => "Пригласить снова",
            (Self::Ru, TaskStep::Invite) => "Пригласить",
            (Self::Ru, TaskStep::Identify(Way::InPerson)) => "Подтвердить личность очно",
            (Self::Ru, TaskStep::Identify(Way::Gosuslugi)) => "Отметить Госуслуги",
            (Self::Ru, TaskStep::Identify(Way::Goskey)) => "Отметить Госключ",
            (Self::Ru, TaskStep::Issue) => "Отметить выпуск",
            (Self::Ru, TaskStep::Reject) => "Отклонить",
            (Self::Ru, TaskStep::Revoke) if one => "Отозвать сертификат",
            (Self::Ru, TaskStep::Revoke) => "Отозвать сертификаты",
            (Self::Ru, TaskStep::Cancel) if one => "Отменить задачу",
            (Self::Ru, TaskStep::Cancel) => "Отменить задачи",
            (Self::En, TaskStep::Invite) if again => "Invite again",
            (Self::En, TaskStep::Invite) => "Invite",
            (Self::En, TaskStep::Identify(Way::InPerson)) => "Confirm identity in person",
            (Self::En, TaskStep::Identify(Way::Gosuslugi)) => "Note Gosuslugi",
            (Self::En, TaskStep::Identify(Way::Goskey)) => "Note Goskey",
            (Self::En, TaskStep::Issue) => "Note the issue",
            (Self::En, TaskStep::Reject) => "Reject",
            (Self::En, TaskStep::Revoke) if one => "Revoke the certificate",
            (Self::En, TaskStep::Revoke) => "Revoke the certificates",
            (Self::En, TaskStep::Cancel) if one => "Cancel the task",
            (Self::En, TaskStep::Cancel) => "Cancel the tasks",
            // Nobody presses for these.
            (_, TaskStep::ConfirmData | TaskStep::Expiring | TaskStep::Expire) => "",
        }
    }

    /// What a step changes, before it is taken.
    fn step_short(self, step: TaskStep) -> &'static str {
        match (self, step) {
            (Self::Ru, TaskStep::Identify(Way::InPerson)) => "Подтвердить очно",
            (Self::Ru, TaskStep::Revoke) => "Отозвать",
            (Self::En, TaskStep::Identify(Way::InPerson)) => "Confirm in person",
            (Self::En, TaskStep::Revoke) => "Revoke",
            _ => self.step(step, None, false),
        }
    }

    fn step_text(self, step: TaskStep) -> &'static str {
        match (self, step) {
            (Self::Ru, TaskStep::Invite) => {
                "Каждый получит ссылку, по которой проверит и подтвердит свои данные. Ссылка работает один раз, 30 дней; присланная раньше перестанет работать."
            }
            (Self::Ru, TaskStep::Identify(Way::InPerson)) => {
                "Вы подтверждаете, что каждый пришёл лично и Вы сверили его паспорт."
            }
            (Self::Ru, TaskStep::Identify(_)) => "Вы отмечаете, что каждый подтвердил личность этим способом.",
            (Self::Ru, TaskStep::Issue) => {
                "Вы отмечаете, что сертификаты выпущены. За 30 дней до конца срока они станут «Истекает»."
            }
            (Self::Ru, TaskStep::Reject) => {
                "Задачи закроются с этой причиной, сертификаты выпущены не будут. Лицензии останутся у пользователей."
            }
            (Self::Ru, TaskStep::Revoke) => {
                "Сертификаты перестанут действовать. Если удостоверяющий центр подключён, ему будет об этом сообщено. Лицензии останутся у пользователей."
            }
            (Self::Ru, TaskStep::Cancel) => {
                "Задачи закроются, сертификаты выпущены не будут. Лицензии останутся у пользователей."
            }
            (Self::En, TaskStep::Invite) => {
                "Everybody gets a link by which they check and confirm their data: by letter, or from you if mail is not set up. It works once, for 30 days; a link sent before stops working."
            }
            (Self::En, TaskStep::Identify(Way::InPerson)) => {
                "You confirm that each of them came in person and that you have checked the passport."
            }
            (Self::En, TaskStep::Identify(_)) => "You note that each of them has confirmed their identity in this way.",
            (Self::En, TaskStep::Issue) => {
                "You note that the certificates are issued. 30 days before their end they become “Expiring”."
            }
            (Self::En, TaskStep::Reject) => {
                "The tasks are closed for this reason, no certificates are issued. The users keep their licences."
            }
            (Self::En, TaskStep::Revoke) => {
                "The certificates stop being valid. The certification authority is told, if one is connected. The users keep their licences."
            }
            (Self::En, TaskStep::Cancel) => {
                "The tasks are closed, no certificates are issued. The users keep their licences."
            }
            (_, TaskStep::ConfirmData | TaskStep::Expiring | TaskStep::Expire) => "",
        }
    }

    fn task_author(self, author: &TaskAuthor) -> String {
        match (self, author) {
            (_, TaskAuthor::Account(name)) => name.clone(),
            (Self::Ru, TaskAuthor::Person) => "Пользователь".into(),
            (Self::Ru, TaskAuthor::Authority) => "Удостоверяющий центр".into(),
            (Self::En, TaskAuthor::Person) => "The user".into(),
            (Self::En, TaskAuthor::Authority) => "Certification authority".into(),
            (_, TaskAuthor::Installation) => self.texts().system.into(),
        }
    }

    fn picked_of(self, all: u64) -> String {
        match self {
            Self::Ru => format!("Выбрано # из {}", number(all)),
            Self::En => format!("# of {} selected", number(all)),
        }
    }

    fn all_found(self, count: u64, filtered: bool) -> String {
        match (self, filtered) {
            (Self::Ru, true) => format!("Выбрать все {} по фильтру", number(count)),
            (Self::Ru, false) => format!("Выбрать все {}", number(count)),
            (Self::En, true) => format!("Select all {} found", number(count)),
            (Self::En, false) => format!("Select all {}", number(count)),
        }
    }

    fn authority_fault(self, fault: AuthorityFault) -> &'static str {
        match (self, fault) {
            (Self::Ru, AuthorityFault::Refused) => {
                "Удостоверяющий центр не принимает этот запрос. Возможно, данные пользователя изменились после первого \
                 запроса. Отзовите лицензию и выдайте её снова: запрос будет новым."
            }
            (Self::Ru, AuthorityFault::Garbled | AuthorityFault::Unfit) => {
                "Удостоверяющий центр ответил то, чего быть не может. Запрос повторится сам; если ответ не изменится, \
                 обратитесь к администратору установки."
            }
            (Self::En, AuthorityFault::Refused) => {
                "The certification authority does not take this request. Perhaps the user's data have changed since the \
                 first one. Revoke the licence and issue it again: the request will be a new one."
            }
            (Self::En, AuthorityFault::Garbled | AuthorityFault::Unfit) => {
                "The certification authority gave an answer that cannot be. The request will be repeated by itself; if \
                 the answer stays, ask the administrator of the installation."
            }
        }
    }

    fn link_fault(self, fault: LinkFault) -> (&'static str, &'static str) {
        let t = self.tasking();
        match fault {
            LinkFault::Unknown => (t.link_unknown, t.link_unknown_hint),
            LinkFault::Used => (t.link_used, t.link_used_hint),
            LinkFault::Expired => (t.link_expired, t.link_expired_hint),
            LinkFault::Over => (t.link_over, t.link_over_hint),
        }
    }
}

pub(super) fn reason(lang: Lang, reason: Reason) -> &'static str {
    match (lang, reason) {
        (Lang::Ru, Reason::TaskEarly) => "Задача ещё не дошла до этого шага",
        (Lang::Ru, Reason::TaskFurther) => "Этот шаг уже пройден",
        (Lang::Ru, Reason::HasCertificate) => "Сертификат уже выпущен",
        (Lang::Ru, Reason::TaskOver) => "Задача закрыта",
        (Lang::Ru, Reason::OtherWay) => "Этот способ не подходит к продукту",
        (Lang::En, Reason::TaskEarly) => "The task has not come to this step yet",
        (Lang::En, Reason::TaskFurther) => "The task has passed this step",
        (Lang::En, Reason::HasCertificate) => "The certificate is issued already",
        (Lang::En, Reason::TaskOver) => "The task is closed",
        (Lang::En, Reason::OtherWay) => "The product does not allow this way",
        _ => "",
    }
}

pub(super) fn remedy(lang: Lang, reason: Reason) -> &'static str {
    match (lang, reason) {
        (Lang::Ru, Reason::TaskEarly) => "Сначала пройдите предыдущие шаги",
        (Lang::Ru, Reason::TaskFurther) => "Ничего делать не нужно",
        (Lang::Ru, Reason::HasCertificate) => "Отзовите сертификат, если он не нужен",
        (Lang::Ru, Reason::TaskOver) => "Отзовите и снова выдайте лицензию: появится новая задача",
        (Lang::Ru, Reason::OtherWay) => "Выберите способ, который допускает продукт",
        (Lang::En, Reason::TaskEarly) => "Take the steps before it first",
        (Lang::En, Reason::TaskFurther) => "There is nothing to do",
        (Lang::En, Reason::HasCertificate) => "Revoke the certificate if it is not needed",
        (Lang::En, Reason::TaskOver) => "Revoke the licence and issue it again: there will be a new task",
        (Lang::En, Reason::OtherWay) => "Choose a way that the product allows",
        _ => "",
    }
}

pub(super) fn kind(lang: Lang, kind: Kind) -> &'static str {
    match (lang, kind) {
        (Lang::Ru, Kind::TaskInvite) => "Приглашение к получению сертификата",
        (Lang::Ru, Kind::TaskInPerson) => "Идентификация очно",
        (Lang::Ru, Kind::TaskGosuslugi) => "Идентификация через Госуслуги",
        (Lang::Ru, Kind::TaskGoskey) => "Идентификация через Госключ",
        (Lang::Ru, Kind::TaskIssue) => "Выпуск сертификатов",
        (Lang::Ru, Kind::TaskReject) => "Отказ в сертификатах",
        (Lang::Ru, Kind::TaskRevoke) => "Отзыв сертификатов",
        (Lang::Ru, Kind::TaskCancel) => "Отмена задач на сертификаты",
        (Lang::En, Kind::TaskInvite) => "Invitation to obtain certificates",
        (Lang::En, Kind::TaskInPerson) => "Identification in person",
        (Lang::En, Kind::TaskGosuslugi) => "Identification by Gosuslugi",
        (Lang::En, Kind::TaskGoskey) => "Identification by Goskey",
        (Lang::En, Kind::TaskIssue) => "Issue of certificates",
        (Lang::En, Kind::TaskReject) => "Rejection of certificates",
        (Lang::En, Kind::TaskRevoke) => "Revocation of certificates",
        (Lang::En, Kind::TaskCancel) => "Cancellation of certificate tasks",
        (lang, kind) => super::manage::kind(lang, kind),
    }
}

pub(super) fn accepted_title(lang: Lang, kind: Kind) -> &'static str {
    match (lang, kind) {
        (Lang::Ru, Kind::TaskInvite) => "Приглашены",
        (Lang::Ru, Kind::TaskInPerson | Kind::TaskGosuslugi | Kind::TaskGoskey) => "Личность подтверждена",
        (Lang::Ru, Kind::TaskIssue) => "Сертификат выпущен",
        (Lang::Ru, Kind::TaskReject) => "В сертификате отказано",
        (Lang::Ru, Kind::TaskRevoke) => "Сертификат отозван",
        (Lang::Ru, Kind::TaskCancel) => "Задача отменена",
        (Lang::En, Kind::TaskInvite) => "Invited",
        (Lang::En, Kind::TaskInPerson | Kind::TaskGosuslugi | Kind::TaskGoskey) => "Identity confirmed",
        (Lang::En, Kind::TaskIssue) => "Certificate issued",
        (Lang::En, Kind::TaskReject) => "Certificate rejected",
        (Lang::En, Kind::TaskRevoke) => "Certificate revoked",
        (Lang::En, Kind::TaskCancel) => "Task cancelled",
        (lang, kind) => super::manage::accepted_title(lang, kind),
    }
}

/// «Приглашены: 12. Без изменений: 1»
pub(super) fn done(lang: Lang, done: &OperationSummary) -> String {
    let rejected = match (lang, done.rejected) {
        (_, 0) => String::new(),
        (Lang::Ru, rejected) => format!(". Без изменений: {}", number(rejected)),
        (Lang::En, rejected) => format!(". Unchanged: {}", number(rejected)),
    };
    format!("{}: {}{rejected}", accepted_title(lang, done.kind), number(done.accepted))
}

pub(super) fn error(lang: Lang, error: &DeskError) -> String {
    match (lang, error) {
        (Lang::Ru, DeskError::UnknownTask) => "Такой задачи нет. Обновите страницу и выберите снова.".into(),
        (Lang::En, DeskError::UnknownTask) => "There is no such task. Reload the page and select again.".into(),
        (Lang::Ru, DeskError::AuthoritysStep) => {
            "Этот шаг делает удостоверяющий центр, отметить его вручную нельзя.".into()
        }
        (Lang::En, DeskError::AuthoritysStep) => {
            "The certification authority takes this step, it cannot be noted by hand.".into()
        }
        (lang, DeskError::LinkRefused { fault }) => {
            let (title, hint) = lang.link_fault(*fault);
            format!("{title}. {hint}")
        }
        (lang, DeskError::Deal { fault }) => lang.deal_fault(*fault).to_owned(),
        _ => accounts::error(lang, error),
    }
}

pub(super) fn field(lang: Lang, problem: &FieldProblem) -> String {
    match (lang, problem) {
        (Lang::Ru, FieldProblem::NotAhead) => "Такой даты нет, или она уже прошла, или до неё больше 10 лет".into(),
        (Lang::En, FieldProblem::NotAhead) => "There is no such day, or it is past, or more than 10 years ahead".into(),
        _ => accounts::field(lang, problem),
    }
}

/// Where the general words for a problem would be untrue: a name that is taken is no address.
pub(super) fn wrong(lang: Lang, error: &FieldError) -> Option<String> {
    let d = lang.dealing();
    let owners = match (error.field.as_str(), &error.problem) {
        ("owners", FieldProblem::TooMany { .. }) => Some(d.owners_many),
        ("owners", _) => Some(d.owners_required),
        ("size", FieldProblem::Required) => Some(d.size_required),
        ("partner", FieldProblem::Required) => Some(d.choose_partner),
        ("promotion", FieldProblem::Required) => Some(d.promotion_gone),
        (field, FieldProblem::Required) if field.starts_with("owner-") && field.ends_with("-roles") => {
            Some(d.roles_required)
        }
        _ => None,
    };
    owners.map(str::to_owned).or_else(|| accounts::wrong(lang, error))
}
