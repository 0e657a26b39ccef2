//! The words of «Журнал».

use domain::ActGroup;

use super::Lang;
use super::texts::texts;

texts! {
    JournalTexts, RU, EN:
    filters: "Отбор записей", "Filters of entries";
    any_group: "Что: всё", "What: everything";
    any_author: "Кто: все", "Who: everybody";
    group: "Что", "What";
    author: "Кто", "Who";
    address: "Откуда", "From where";
    from: "С", "From";
    to: "По", "To";
    show: "Показать", "Show";
    place: "№", "No.";
    object: "Предмет", "Object";
    details: "Подробности", "Details";
    download: "Скачать CSV", "Download CSV";
    day: "ДД.ММ.ГГГГ", "DD.MM.YYYY";
    no_day: "Такой даты нет: ДД.ММ.ГГГГ", "No such day: DD.MM.YYYY";
    none_yet: "Здесь будет видно, кто, когда и что сделал.", "It will tell who did what, and when.";
    none: "Записей нет", "No entries";
    none_hint: "За эти дни ничего такого не было. Измените отбор.", "Nothing of the kind happened in these days. Change the filters.";
    show_all: "Показать все записи", "Show all entries";
    done: "сделано", "done";
    asked: "пользователей", "people";
    left_out: "не сделано", "not done";
    needs: "не хватило права", "missing right";
    seats: "мест", "seats";
    sessions: "сеансов", "sessions";
    somebody: "Не вошёл", "Not signed in";
    sum: "сумма", "sum";
    by_link: "По ссылке из письма", "By the link of a letter";
    approve_issue: "выдача без согласия", "issued without approval";
    approve_revoke: "отзыв без согласия", "revoked without approval";
    muted: "не присылать", "not sent";
    service: "адрес сервиса", "address of the service";
    russian: "русский", "Russian";
    english: "английский", "English";
}

/// What a [`Lang`] can say of the log.
pub trait JournalWords {
    fn journaling(self) -> &'static JournalTexts;
    fn act_group(self, group: ActGroup) -> &'static str;
    /// An act by its code; one that is not known by the code itself.
    fn act(self, code: &str) -> String;
    /// A kind of object by its code.
    fn object(self, code: &str) -> Option<&'static str>;
}

impl JournalWords for Lang {
    fn journaling(self) -> &'static JournalTexts {
        match self {
            Self::Ru => &RU,
            Self::En => &EN,
        }
    }

    fn act_group(self, group: ActGroup) -> &'static str {
        match (self, group) {
            (Self::Ru, ActGroup::Licences) => "Лицензии",
            (Self::Ru, ActGroup::People) => "Пользователи",
            (Self::Ru, ActGroup::Certificates) => "Сертификаты",
            (Self::Ru, ActGroup::Orders) => "Заказы и продукты",
            (Self::Ru, ActGroup::Letters) => "Уведомления",
            (Self::Ru, ActGroup::Access) => "Доступ",
            (Self::Ru, ActGroup::Connections) => "Подключения",
            (Self::En, ActGroup::Licences) => "Licences",
            (Self::En, ActGroup::People) => "Users",
            (Self::En, ActGroup::Certificates) => "Certificates",
            (Self::En, ActGroup::Orders) => "Orders and products",
            (Self::En, ActGroup::Letters) => "Notifications",
            (Self::En, ActGroup::Access) => "Access",
            (Self::En, ActGroup::Connections) => "Connections",
        }
    }

    fn act(self, code: &str) -> String {
        let (russian, english) = match code {
            "licences.issued" => ("Лицензии выданы", "Licences issued"),
            "licences.revoked" => ("Лицензии отозваны", "Licences revoked"),
            "licences.renewed" => ("Лицензии продлены", "Licences renewed"),
            "licences.managed" => ("Лицензии изменены", "Licences changed"),
            "members.region_changed" => ("Регион пользователей изменён", "Region of users changed"),
            "licences.ended" => ("Срок лицензий закончился", "The term of licences ended"),
            "operation.undone" => ("Операция возвращена", "Operation undone"),
            "operation.failed" => ("Операция не выполнена", "Operation failed"),
            "operation.submitted" => ("Отправлено на согласование", "Sent for approval"),
            "operation.declined" => ("Не согласовано", "Declined"),
            "operation.withdrawn" => ("Отозвано с согласования", "Withdrawn from approval"),
            "approval.refused" => ("Согласование своей операции отклонено", "Approval of one's own refused"),
            "approvals.changed" => ("Правила согласования изменены", "Rules of approval changed"),
            "seat.refused" => ("Привязка или отвязка отклонена", "Binding or unbinding refused"),
            "member.added" => ("Пользователь добавлен", "User added"),
            "members.deleted" => ("Пользователи удалены", "Users deleted"),
            "people.imported" => ("Пользователи добавлены списком", "Users added by a list"),
            "list.dropped" => ("Переданный список удалён", "Handed list deleted"),
            "tasks.invited" => ("Приглашены к сертификату", "Invited to a certificate"),
            "task.confirmed" => ("Данные подтверждены", "Data confirmed"),
            "task.identified" | "tasks.identified" => ("Личность подтверждена", "Identity confirmed"),
            "task.issued" | "tasks.issued" => ("Сертификат выпущен", "Certificate issued"),
            "task.rejected" | "tasks.rejected" => ("Задача отклонена", "Task rejected"),
            "tasks.revoked" => ("Сертификат отозван", "Certificate revoked"),
            "tasks.cancelled" => ("Задача отменена", "Task cancelled"),
            "tasks.expiring" => ("Сертификат истекает", "Certificate expires soon"),
            "tasks.expired" => ("Сертификат истёк", "Certificate expired"),
            "step.refused" => ("Шаг задачи отклонён", "Step of a task refused"),
            "invitation.refused" => ("Ссылка не сработала", "Link refused"),
            "authority.refused" => ("Ответ удостоверяющего центра не подошёл", "The authority's answer did not fit"),
            "order.raised" => ("Счёт выставлен", "Invoice raised"),
            "order.paid" => ("Оплата зафиксирована", "Payment recorded"),
            "order.cancelled" => ("Заказ отменён", "Order cancelled"),
            "payment.unmatched" => ("Платёж не подошёл к заказу", "Payment did not fit the order"),
            "product.registered" => ("Продукт зарегистрирован", "Product registered"),
            "key.refused" => ("Номер или PIN-код не подошёл", "Number or PIN refused"),
            "trial.started" => ("Пробный период начат", "Trial started"),
            "catalogue.changed" => ("Каталог изменён", "Catalogue changed"),
            "notifications.changed" => ("Уведомления настроены", "Notifications set up"),
            "letter.retried" | "letters.retried" => ("Письма отправлены снова", "Letters sent again"),
            "access.refused" => ("Недостаточно прав", "Not allowed"),
            "session.started" => ("Вход", "Signed in"),
            "session.refused" => ("Запрос с завершённым сеансом", "A request by an ended session"),
            "session.ended" => ("Сеанс завершён", "Session ended"),
            "sessions.ended" => ("Сеансы завершены", "Sessions ended"),
            "sign_in.refused" => ("Неверный пароль", "Wrong password"),
            "sign_in.blocked" => ("Вход заблокирован на 10 минут", "Sign-in blocked for 10 minutes"),
            "organization.registered" => ("Организация зарегистрирована", "Organisation registered"),
            "organization.connected" => ("Сервис подключён", "Service connected"),
            "organization.changed" => ("Название или адрес сервиса изменены", "Name or address of the service changed"),
            "account.invited" => ("Приглашение в кабинет отправлено", "Invited to the desk"),
            "account.changed" => ("Учётная запись изменена", "Account changed"),
            "account.restored" => ("Оператор восстановил доступ", "Access restored by the operator"),
            "password.shown" => ("Пароль подтверждён", "Password shown again"),
            "account.joined" => ("Приглашение принято", "Invitation accepted"),
            "account.removed" => ("Учётная запись удалена", "Account deleted"),
            "account.refused" => ("Изменение учётной записи отклонено", "Change of an account refused"),
            "account.notified" => ("Свои уведомления настроены", "Own notifications set up"),
            "password.changed" => ("Пароль изменён", "Password changed"),
            "password.reset_sent" => ("Ссылка на новый пароль отправлена", "Link to a new password sent"),
            "partner.granted" => ("Партнёру дан доступ", "Access granted to a partner"),
            "partner.revoked" => ("Доступ партнёра отозван", "A partner's access revoked"),
            "partner.came" => ("Сотрудник партнёра вошёл впервые", "Somebody of a partner's came for the first time"),
            "partner.renamed" => ("Имя сотрудника партнёра изменено", "Somebody of a partner's was renamed"),
            "partner.made" => ("Организация стала партнёром", "The organisation became a partner"),
            "role.kept" => ("Уровень доступа сохранён", "Level of access kept"),
            "role.deleted" => ("Уровень доступа удалён", "Level of access deleted"),
            "owner.changed" => ("Владелец сменился", "The owner changed"),
            "identity.linked" => ("Вход через другую систему привязан", "Identity linked"),
            "identity.unlinked" => ("Вход через другую систему отвязан", "Identity unlinked"),
            "identity.refused" => ("Вход через другую систему отклонён", "Identity refused"),
            "factor.connected" => ("Второй фактор подключён", "Second factor connected"),
            "factor.removed" => ("Второй фактор отключён", "Second factor switched off"),
            "factor.codes" => ("Новые коды восстановления", "New recovery codes"),
            "factor.required" => ("Обязательность второго фактора изменена", "Requirement of a second factor changed"),
            "factor.reset" => ("Второй фактор сброшен", "Second factor reset"),
            "passkey.added" => ("Ключ доступа добавлен", "Passkey added"),
            "passkey.removed" => ("Ключ доступа удалён", "Passkey removed"),
            "passkey.refused" => ("Ключ доступа не принят", "Passkey refused"),
            "code.refused" => ("Неверный код второго фактора", "Wrong code of the second factor"),
            "recovery_code.used" => ("Вход по коду восстановления", "Signed in by a recovery code"),
            "deletion.code_sent" => ("Код для удаления отправлен", "Code for deleting sent"),
            "factor.begun" => ("Подключение второго фактора начато", "Connecting a second factor begun"),
            "journal.exported" => ("Журнал скачан", "Log downloaded"),
            "report.exported" => ("Отчёт скачан", "Report downloaded"),
            "ticket.refused" => ("Ссылка или код не сработали", "Link or code refused"),
            "application.sent" => ("Заявление отправлено", "Application sent"),
            "application.withdrawn" => ("Заявление отозвано", "Application withdrawn"),
            "application.corrected" => ("Заявление исправлено партнёром", "Application corrected by the partner"),
            "application.processed" => ("Заявление обработано", "Application processed"),
            "application.declined" => ("Заявление отклонено", "Application declined"),
            "contract.changed" => ("Договор изменён", "Contract changed"),
            "reconciliation.confirmed" => ("Сверка подтверждена", "Reconciliation confirmed"),
            "reconciliation.disputed" => ("Разногласие по сверке", "Disagreement about a reconciliation"),
            "reconciliation.agreed" => ("Сверка согласована", "Reconciliation agreed on"),
            code => return code.to_owned(),
        };
        if self == Self::Ru { russian } else { english }.to_owned()
    }

    fn object(self, code: &str) -> Option<&'static str> {
        let (russian, english) = match code {
            "operation" => ("Операция", "Operation"),
            "member" | "members" => ("Пользователи", "Users"),
            "order" => ("Заказ", "Order"),
            "pool" => ("Лицензия", "Licence"),
            "keys" => ("Регистрация", "Registration"),
            "task" | "tasks" => ("Задачи", "Tasks"),
            "letter" => ("Письмо", "Letter"),
            "notifications" => ("Уведомления", "Notifications"),
            "account" | "accounts" => ("Учётная запись", "Account"),
            "role" => ("Уровень доступа", "Level of access"),
            "session" | "sessions" => ("Сеансы", "Sessions"),
            "application" => ("Заявление", "Application"),
            "contract" => ("Договор", "Contract"),
            "catalogue" => ("Каталог", "Catalogue"),
            "journal" => ("Журнал", "Audit log"),
            "partner" => ("Партнёр", "Partner"),
            "report" => ("Отчёт операции", "Report of operation"),
            _ => return None,
        };
        Some(if self == Self::Ru { russian } else { english })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_has_its_words() {
        for act in ActGroup::ALL.into_iter().flat_map(ActGroup::acts) {
            for lang in [Lang::Ru, Lang::En] {
                assert_ne!(lang.act(act), *act, "{lang:?}");
            }
        }
        assert_eq!(Lang::Ru.act("nothing.known"), "nothing.known");
    }
}
