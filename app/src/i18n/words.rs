//! Texts with numbers and names in them, and the words for the codes of `domain`.

use domain::{
    Deed, DeskError, Employment, FieldError, FieldProblem, Kind, OperationState, OperationSummary, Outcome, Reach,
    Reason, Refusal,
};

use super::{Lang, last_day, number, tasks};

/// What a [`Lang`] can say of the things of the desk.
pub trait Words {
    fn employment(self, employment: Employment) -> &'static str;
    fn employment_tab(self, employment: Employment) -> &'static str;
    fn people(self, count: u64) -> String;
    fn licences(self, count: u64) -> String;
    fn selected(self, count: u64) -> String;
    fn reason(self, reason: Reason) -> &'static str;
    fn remedy(self, reason: Reason) -> &'static str;
    fn refusal(self, refusal: Refusal) -> String;
    fn error(self, error: &DeskError) -> String;
    fn undo_error(self, error: &DeskError) -> String;
    fn field(self, problem: &FieldProblem) -> String;
    /// What is wrong with a field: of some fields the same problem is said in words of their own.
    fn wrong(self, error: &FieldError) -> String;
    fn kind(self, kind: Kind) -> &'static str;
    fn operation_state(self, state: OperationState) -> &'static str;
    fn accepted_title(self, kind: Kind) -> &'static str;
    fn done(self, done: &OperationSummary) -> String;
    fn reach(self, reach: Reach) -> (String, String, String);
    fn outcome(self, outcome: Outcome, operation: &OperationSummary) -> String;
    fn not_done(self) -> &'static str;
    fn left_out_title(self, deed: Deed, count: u64) -> String;
}

impl Words for Lang {
    fn employment(self, employment: Employment) -> &'static str {
        match (self, employment) {
            (Self::Ru, Employment::Employee) => "Сотрудник",
            (Self::Ru, Employment::Candidate) => "Кандидат",
            (Self::Ru, Employment::Dismissed) => "Уволенный",
            (Self::Ru, Employment::Individual) => "Физлицо",
            (Self::Ru, Employment::SelfEmployed) => "Самозанятый",
            (Self::Ru, Employment::SoleProprietor) => "ИП",
            (Self::En, Employment::Employee) => "Employee",
            (Self::En, Employment::Candidate) => "Candidate",
            (Self::En, Employment::Dismissed) => "Dismissed",
            (Self::En, Employment::Individual) => "Individual",
            (Self::En, Employment::SelfEmployed) => "Self-employed",
            (Self::En, Employment::SoleProprietor) => "Sole proprietor",
        }
    }

    fn employment_tab(self, employment: Employment) -> &'static str {
        match (self, employment) {
            (Self::Ru, Employment::Employee) => "Сотрудники",
            (Self::Ru, Employment::Candidate) => "Кандидаты",
            (Self::Ru, Employment::Dismissed) => "Уволенные",
            (Self::Ru, Employment::Individual) => "Физлица",
            (Self::Ru, Employment::SelfEmployed) => "Самозанятые",
            (Self::Ru, Employment::SoleProprietor) => "ИП",
            (Self::En, Employment::Employee) => "Employees",
            (Self::En, Employment::Candidate) => "Candidates",
            (Self::En, Employment::Dismissed) => "Dismissed",
            (Self::En, Employment::Individual) => "Individuals",
            (Self::En, Employment::SelfEmployed) => "Self-employed",
            (Self::En, Employment::SoleProprietor) => "Sole proprietors",
        }
    }

    fn people(self, count: u64) -> String {
        let noun = match self {
            Self::Ru => self.plural(count, "человек", "человека", "человек"),
            Self::En => self.plural(count, "person", "people", "people"),
        };
        format!("{}\u{a0}{noun}", number(count))
    }

    fn licences(self, count: u64) -> String {
        let noun = match self {
            Self::Ru => self.plural(count, "лицензия", "лицензии", "лицензий"),
            Self::En => self.plural(count, "licence", "licences", "licences"),
        };
        format!("{}\u{a0}{noun}", number(count))
    }

    fn selected(self, count: u64) -> String {
        match self {
            Self::Ru => format!("Выбрано {}", number(count)),
            Self::En => format!("{} selected", number(count)),
        }
    }

    fn reason(self, reason: Reason) -> &'static str {
        match (self, reason) {
            (Self::Ru, Reason::NotAnEmail) => "Это не адрес e-mail",
            (Self::Ru, Reason::NotRegistered) => "Нет пользователя с таким e-mail",
            (Self::Ru, Reason::Deleted) => "Удалён из справочника",
            (Self::Ru, Reason::Dismissed) => "Уволен",
            (Self::Ru, Reason::AlreadyLicensed) => "Уже есть лицензия",
            (Self::Ru, Reason::NoLicence) => "Нет лицензии",
            (Self::En, Reason::NotAnEmail) => "Not an e-mail address",
            (Self::En, Reason::NotRegistered) => "Nobody has this e-mail",
            (Self::En, Reason::Deleted) => "Deleted from the directory",
            (Self::En, Reason::Dismissed) => "Dismissed",
            (Self::En, Reason::AlreadyLicensed) => "Already holds a licence",
            (Self::En, Reason::NoLicence) => "Holds no licence",
            _ => tasks::reason(self, reason),
        }
    }

    fn remedy(self, reason: Reason) -> &'static str {
        match (self, reason) {
            (Self::Ru, Reason::NotAnEmail) => "Исправьте адрес",
            (Self::Ru, Reason::NotRegistered) => "Проверьте адрес или добавьте пользователя",
            (Self::Ru, Reason::Deleted) => "Добавьте пользователя заново",
            (Self::Ru, Reason::Dismissed) => "Уволенным лицензии не выдаются",
            (Self::Ru, Reason::AlreadyLicensed) => "Отзовите её и выдайте новую",
            (Self::Ru, Reason::NoLicence) => "Отзывать нечего",
            (Self::En, Reason::NotAnEmail) => "Correct the address",
            (Self::En, Reason::NotRegistered) => "Check the address or add the user",
            (Self::En, Reason::Deleted) => "Add the user again",
            (Self::En, Reason::Dismissed) => "Nothing is issued to dismissed people",
            (Self::En, Reason::AlreadyLicensed) => "Revoke it and issue a new one",
            (Self::En, Reason::NoLicence) => "There is nothing to revoke",
            _ => tasks::remedy(self, reason),
        }
    }

    fn refusal(self, refusal: Refusal) -> String {
        match (self, refusal) {
            (_, Refusal::PoolExhausted { .. }) => self.texts().shortage.to_owned(),
            // How many there are, is not told to everybody who reads of it.
            #[cfg(not(target_arch = "wasm32"))]
            (Self::Ru, Refusal::ProductExhausted { .. }) => "Лицензий не хватает.".to_owned(),
            #[cfg(not(target_arch = "wasm32"))]
            (Self::En, Refusal::ProductExhausted { .. }) => "There are too few licences.".to_owned(),
            (Self::Ru, Refusal::PoolNotYetValid { from }) => {
                format!("Срок этой лицензии начинается {}. Выберите другую.", from.date())
            }
            (Self::Ru, Refusal::PoolExpired { until }) => {
                format!("Срок этой лицензии закончился {}. Выберите другую.", last_day(until))
            }
            (Self::Ru, Refusal::NobodyFits) => {
                "Среди выбранных не осталось никого, к кому это применимо. Измените выбор.".to_owned()
            }
            (Self::Ru, Refusal::PlanChanged { lost, gained }) => {
                moved("Пока Вы смотрели, данные изменились", ("больше не подходят", lost), ("теперь подходят", gained))
            }
            (Self::En, Refusal::PoolNotYetValid { from }) => {
                format!("The term of this licence begins on {}. Choose another.", from.date())
            }
            (Self::En, Refusal::PoolExpired { until }) => {
                format!("The term of this licence ended on {}. Choose another.", last_day(until))
            }
            (Self::En, Refusal::NobodyFits) => {
                "There is nobody left among the selected whom this fits. Change the selection.".to_owned()
            }
            (Self::En, Refusal::PlanChanged { lost, gained }) => {
                moved("Data changed while you were looking", ("no longer fit", lost), ("fit now", gained))
            }
        }
    }

    fn error(self, error: &DeskError) -> String {
        let names = |names: &[String]| {
            if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) }
        };
        match self {
            Self::Ru => match error {
                DeskError::NotSignedIn => "Сеанс закончился. Войдите снова.".into(),
                DeskError::WrongCredentials => {
                    "Неверный e-mail или пароль. Проверьте раскладку клавиатуры и Caps Lock.".into()
                }
                DeskError::EmptySelection => "Никто не выбран. Отметьте пользователей в таблице.".into(),
                DeskError::SelectionTooLarge { selected, directory } => format!(
                    "Выбрано {}, а в справочнике всего {}. Обновите страницу и выберите снова.",
                    number(*selected),
                    number(*directory)
                ),
                DeskError::TooManyFilters { most } => format!(
                    "«Выбрать все по фильтру» нажато слишком много раз: больше {}. Снимите выделение и выберите снова.",
                    number(*most)
                ),
                DeskError::UnknownMembers { count } => format!(
                    "Среди выбранных есть неизвестные пользователи ({}). Обновите страницу и выберите снова.",
                    number(*count)
                ),
                DeskError::UnknownPool => "Такой лицензии нет. Обновите страницу и выберите другую.".into(),
                DeskError::PoolRequired => "Выберите тип электронной подписи.".into(),
                DeskError::NotBound => "Эта лицензия уже отвязана. Обновите страницу.".into(),
                DeskError::UnknownCustomer => "Клиент больше не даёт доступа.".into(),
                DeskError::UnknownOperation => "Такой операции нет.".into(),
                DeskError::UnknownOrder => "Такого заказа нет.".into(),
                DeskError::UnknownLetter => "Такого письма нет.".into(),
                DeskError::LetterSent => "Письмо уже отправлено.".into(),
                DeskError::OrderNotOpen => "Заказ уже оплачен или отменён. Обновите страницу.".into(),
                DeskError::TooManyTries { minutes } => {
                    format!("Слишком много попыток. Повторите через {} мин.", number(*minutes))
                }
                DeskError::KeyCheckOver => "Введите номер и PIN-код ещё раз.".into(),
                DeskError::ApprovalNeeded { people } => format!(
                    "Нужно согласие второго сотрудника ({}). Выберите их в таблице: операция будет ждать согласования.",
                    number(*people)
                ),
                DeskError::TrialUsed => "Пробный период этого продукта уже был. Закажите лицензии.".into(),
                DeskError::NothingSold => "Продажа не настроена. Обратитесь к оператору системы.".into(),
                DeskError::NotYourOperation => {
                    "Эту операцию начал другой администратор. Подтвердить её может только он.".into()
                }
                DeskError::OperationExpired => "Предпросмотр устарел. Выберите пользователей и начните снова.".into(),
                DeskError::OperationNotOpen { .. } => "Операция уже завершена. Откройте её отчёт.".into(),
                DeskError::DigestMismatch => {
                    "Подтверждение не подходит к предпросмотру. Начните операцию снова.".into()
                }
                DeskError::PlanChanged { moved } => {
                    let lost: u64 = moved.lost.iter().map(|(_, members)| members.len() as u64).sum();
                    let refusal = Refusal::PlanChanged { lost, gained: moved.gained.len() as u64 };
                    format!("{} Проверьте и отправьте снова{}.", self.refusal(refusal), names(&moved.names))
                }
                DeskError::Refused { refusal } => self.refusal(*refusal),
                DeskError::NotUndoable { .. } => "Эту операцию нельзя вернуть.".into(),
                DeskError::InvalidForm { .. } => "Исправьте отмеченные поля.".into(),
                DeskError::MembersHoldLicences { count, names: known } => format!(
                    "У выбранных есть лицензии ({}{}). Сначала отзовите их, потом удалите.",
                    number(*count),
                    names(known)
                ),
                DeskError::SelectionChanged { now } => {
                    format!("Выбор изменился: теперь в нём {}. Проверьте и повторите.", self.people(*now))
                }
                DeskError::SizeRequired { size } => format!("Чтобы подтвердить, введите число: {}.", number(*size)),
                DeskError::Malformed => "Запрос не удалось прочитать. Обновите страницу.".into(),
                DeskError::TooLarge => "Запрос слишком велик. Выберите пользователей по фильтру.".into(),
                DeskError::ForeignOrigin => "Запрос пришёл с чужого сайта и отклонён.".into(),
                DeskError::Forbidden { .. } => {
                    "Недостаточно прав. Уровень доступа меняет администратор организации.".into()
                }
                DeskError::Busy => "База данных занята. Ничего не изменилось, повторите через минуту.".into(),
                DeskError::Unavailable => "Нет связи с базой данных. Ничего не изменилось, повторите.".into(),
                DeskError::OutcomeUnknown => {
                    "Нет ответа от сервера. Повторите: что уже сделано, второй раз не сделается.".into()
                }
                DeskError::Internal { incident } => {
                    format!("Ошибка на нашей стороне, номер {incident}. Повторите или сообщите номер поддержке.")
                }
                other => tasks::error(self, other),
            },
            Self::En => match error {
                DeskError::NotSignedIn => "Your session has ended. Sign in again.".into(),
                DeskError::WrongCredentials => {
                    "Wrong e-mail or password. Check the keyboard layout and Caps Lock.".into()
                }
                DeskError::EmptySelection => "Nobody is selected. Tick people in the table.".into(),
                DeskError::SelectionTooLarge { selected, directory } => format!(
                    "{} are selected, but the directory has only {}. Reload the page and select again.",
                    number(*selected),
                    number(*directory)
                ),
                DeskError::TooManyFilters { most } => format!(
                    "“Select all” was pressed for too many filters: more than {}. Clear the selection and select again.",
                    number(*most)
                ),
                DeskError::UnknownMembers { count } => {
                    format!("The selection holds unknown users ({}). Reload the page and select again.", number(*count))
                }
                DeskError::UnknownPool => "There is no such licence. Reload the page and choose another.".into(),
                DeskError::PoolRequired => "Choose a type of electronic signature.".into(),
                DeskError::NotBound => "This licence is not bound any more. Reload the page.".into(),
                DeskError::UnknownCustomer => "The customer gives no access any more.".into(),
                DeskError::UnknownOperation => "There is no such operation.".into(),
                DeskError::UnknownOrder => "There is no such order.".into(),
                DeskError::UnknownLetter => "There is no such letter.".into(),
                DeskError::LetterSent => "The letter has gone already.".into(),
                DeskError::OrderNotOpen => "The order is paid or cancelled already. Reload the page.".into(),
                DeskError::TooManyTries { minutes } => {
                    format!("Too many tries. Try again in {} min.", number(*minutes))
                }
                DeskError::KeyCheckOver => "Enter the number and the PIN once more.".into(),
                DeskError::ApprovalNeeded { people } => format!(
                    "A second person has to agree ({}). Select them in the table: the operation will wait for approval.",
                    number(*people)
                ),
                DeskError::TrialUsed => "There was a trial of this product already. Order licences.".into(),
                DeskError::NothingSold => "Nothing is sold here yet. Ask the operator of the system.".into(),
                DeskError::NotYourOperation => {
                    "Another administrator began this operation. Only they can confirm it.".into()
                }
                DeskError::OperationExpired => "The preview is out of date. Select people and begin again.".into(),
                DeskError::OperationNotOpen { .. } => "The operation has ended already. Open its report.".into(),
                DeskError::DigestMismatch => {
                    "The confirmation does not fit the preview. Begin the operation again.".into()
                }
                DeskError::PlanChanged { moved } => {
                    let lost: u64 = moved.lost.iter().map(|(_, members)| members.len() as u64).sum();
                    let refusal = Refusal::PlanChanged { lost, gained: moved.gained.len() as u64 };
                    format!("{} Check and send again{}.", self.refusal(refusal), names(&moved.names))
                }
                DeskError::Refused { refusal } => self.refusal(*refusal),
                DeskError::NotUndoable { .. } => "This operation cannot be undone.".into(),
                DeskError::InvalidForm { .. } => "Correct the marked fields.".into(),
                DeskError::MembersHoldLicences { count, names: known } => format!(
                    "Some of the selected hold licences ({}{}). Revoke them first, then delete.",
                    number(*count),
                    names(known)
                ),
                DeskError::SelectionChanged { now } => {
                    format!("The selection changed: it holds {} now. Check and try again.", self.people(*now))
                }
                DeskError::SizeRequired { size } => format!("To confirm, type the number: {}.", number(*size)),
                DeskError::Malformed => "The request could not be read. Reload the page.".into(),
                DeskError::TooLarge => "The request is too large. Select people by a filter.".into(),
                DeskError::ForeignOrigin => "The request came from a foreign site and was refused.".into(),
                DeskError::Forbidden { .. } => {
                    "Your level of access does not allow this. An administrator of the organisation sets it.".into()
                }
                DeskError::Busy => "The database is busy. Nothing was changed, try again in a minute.".into(),
                DeskError::Unavailable => "The database cannot be reached. Nothing was changed, try again.".into(),
                DeskError::OutcomeUnknown => {
                    "No answer from the server. Try again: what is done already is not done twice.".into()
                }
                DeskError::Internal { incident } => {
                    format!("A fault on our side, number {incident}. Try again or tell support the number.")
                }
                other => tasks::error(self, other),
            },
        }
    }

    /// Why an undo is refused: nobody has selected anything then.
    fn undo_error(self, error: &DeskError) -> String {
        let DeskError::Refused { refusal } = error else { return self.error(error) };
        match (self, *refusal) {
            (Self::Ru, Refusal::PoolExhausted { left, wanted }) => {
                format!("Вернуть нельзя: нужно мест {}, а на остатке {}.", number(wanted), number(left))
            }
            (Self::Ru, Refusal::PoolExpired { until }) => {
                format!("Вернуть нельзя: срок этих лицензий закончился {}.", last_day(until))
            }
            (Self::Ru, Refusal::NobodyFits) => {
                "Возвращать некому: с тех пор лицензии этих пользователей изменились.".to_owned()
            }
            (Self::En, Refusal::PoolExhausted { left, wanted }) => {
                format!("Cannot be undone: {} seats are needed and {} are left.", number(wanted), number(left))
            }
            (Self::En, Refusal::PoolExpired { until }) => {
                format!("Cannot be undone: the term of these licences ended on {}.", last_day(until))
            }
            (Self::En, Refusal::NobodyFits) => {
                "There is nobody to restore: the licences of these users have changed since.".to_owned()
            }
            (_, refusal) => self.refusal(refusal),
        }
    }

    fn field(self, problem: &FieldProblem) -> String {
        match (self, problem) {
            (Self::Ru, FieldProblem::Required) => "Заполните это поле".into(),
            (Self::Ru, FieldProblem::TooLong { most }) => format!("Не больше {} символов", number(*most as u64)),
            (Self::Ru, FieldProblem::NotAName) => "Только буквы, дефис и апостроф; начните с буквы".into(),
            (Self::Ru, FieldProblem::NotAnEmail) => "Это не адрес e-mail. Пример: voron@romashka.ru".into(),
            (Self::Ru, FieldProblem::Taken) => "Такой адрес уже есть у другого пользователя".into(),
            (_, FieldProblem::LeftOut(reason)) => format!("{}. {}", self.reason(*reason), self.remedy(*reason)),
            (Self::Ru, FieldProblem::BoundAlready) => "Эта лицензия уже привязана к этому пользователю".into(),
            (Self::En, FieldProblem::BoundAlready) => "This licence is bound to this user already".into(),
            (Self::Ru, FieldProblem::NotAnInn) => {
                "ИНН не сходится с контрольными цифрами: 10 цифр у организации, 12 у ИП".into()
            }
            (Self::En, FieldProblem::NotAnInn) => {
                "The check digits of the INN do not fit: 10 digits for a company, 12 for a sole proprietor".into()
            }
            #[cfg(feature = "ssr")]
            (Self::Ru, FieldProblem::NotAPersonsInn) => "Нужны 12 цифр: ИНН физического лица".into(),
            #[cfg(feature = "ssr")]
            (Self::En, FieldProblem::NotAPersonsInn) => "12 digits are needed: the INN of a private person".into(),
            #[cfg(feature = "ssr")]
            (Self::Ru, FieldProblem::NotAFullName) => {
                "Укажите полностью: фамилию, имя и отчество, если оно есть".into()
            }
            #[cfg(feature = "ssr")]
            (Self::En, FieldProblem::NotAFullName) => "Give the full name: surname and first name at least".into(),
            (Self::Ru, FieldProblem::NotAKpp) => "КПП: 9 знаков у организации, у ИП его нет".into(),
            (Self::En, FieldProblem::NotAKpp) => "KPP: 9 characters for a company, none for a sole proprietor".into(),
            (Self::Ru, FieldProblem::NotACount { most }) => format!("Целое число от 1 до {}", number(*most)),
            (Self::En, FieldProblem::NotACount { most }) => format!("A whole number from 1 to {}", number(*most)),
            (Self::Ru, FieldProblem::NotANumber { least, most }) => {
                format!("Целое число от {} до {}", number(*least), number(*most))
            }
            (Self::En, FieldProblem::NotANumber { least, most }) => {
                format!("A whole number from {} to {}", number(*least), number(*most))
            }
            (Self::Ru, FieldProblem::NotATime) => "Это не время. Пример: 09:00".into(),
            (Self::En, FieldProblem::NotATime) => "Not a time of day. Example: 09:00".into(),
            (Self::Ru, FieldProblem::InQuietHours) => "В это время письма не отправляются: выберите другое".into(),
            (Self::En, FieldProblem::InQuietHours) => "No letters go at that time: choose another".into(),
            (Self::Ru, FieldProblem::NotAPhone) => "Это не номер телефона. Пример: +7 916 123-45-67".into(),
            (Self::En, FieldProblem::NotAPhone) => "Not a phone number. Example: +7 916 123-45-67".into(),
            (Self::Ru, FieldProblem::NotADay) => "Такой даты нет, или она ещё не наступила".into(),
            (Self::En, FieldProblem::NotADay) => "There is no such day, or it is still to come".into(),
            (Self::Ru, FieldProblem::NotAPartnerCode) => "Партнёра с таким кодом нет".into(),
            (Self::En, FieldProblem::NotAPartnerCode) => "There is no partner with this code".into(),
            (Self::Ru, FieldProblem::WrongKey) => "Номер и PIN-код не подходят или уже использованы".into(),
            (Self::En, FieldProblem::WrongKey) => "Number and PIN do not fit, or have been used".into(),
            (Self::Ru, FieldProblem::NotSold) => "Этот продукт больше не продаётся. Обновите страницу".into(),
            (Self::En, FieldProblem::NotSold) => "This product is not sold any more. Reload the page".into(),
            (Self::Ru, FieldProblem::TooMany { most }) => {
                format!("Не больше {} адресов за раз", number(*most as u64))
            }
            (Self::En, FieldProblem::TooMany { most }) => format!("At most {} addresses at once", number(*most as u64)),
            (Self::Ru, FieldProblem::Unknown) => "Такой группы больше нет. Обновите страницу".into(),
            (Self::En, FieldProblem::Required) => "Fill in this field".into(),
            (Self::En, FieldProblem::TooLong { most }) => format!("At most {} characters", number(*most as u64)),
            (Self::En, FieldProblem::NotAName) => "Letters, hyphen and apostrophe only; begin with a letter".into(),
            (Self::En, FieldProblem::NotAnEmail) => "Not an e-mail address. Example: voron@romashka.ru".into(),
            (Self::En, FieldProblem::Taken) => "Another user has this address".into(),
            (Self::En, FieldProblem::Unknown) => "This group is gone. Reload the page".into(),
            _ => tasks::field(self, problem),
        }
    }

    fn wrong(self, error: &FieldError) -> String {
        tasks::wrong(self, error).unwrap_or_else(|| self.field(&error.problem))
    }

    fn kind(self, kind: Kind) -> &'static str {
        match (self, kind) {
            (Self::Ru, Kind::Issue) => "Выдача лицензий",
            (Self::Ru, Kind::Revoke) => "Отзыв лицензий",
            (Self::Ru, Kind::UndoIssue) => "Возврат выдачи",
            (Self::Ru, Kind::UndoRevoke) => "Возврат отзыва",
            (Self::Ru, Kind::Renew) => "Продление лицензий",
            (Self::Ru, Kind::UndoRenew) => "Возврат продления",
            (Self::Ru, Kind::EndTerm) => "Окончание срока",
            (Self::En, Kind::Issue) => "Issue of licences",
            (Self::En, Kind::Revoke) => "Revocation of licences",
            (Self::En, Kind::UndoIssue) => "Undo of an issue",
            (Self::En, Kind::UndoRevoke) => "Undo of a revocation",
            (Self::En, Kind::Renew) => "Renewal of licences",
            (Self::En, Kind::UndoRenew) => "Undo of a renewal",
            (Self::En, Kind::EndTerm) => "End of term",
            _ => tasks::kind(self, kind),
        }
    }

    fn operation_state(self, state: OperationState) -> &'static str {
        match (self, state) {
            (Self::Ru, OperationState::Preview) => "Ждёт подтверждения",
            (Self::Ru, OperationState::Waiting) => "Ждёт согласования",
            (Self::Ru, OperationState::Declined) => "Не согласована",
            (Self::Ru, OperationState::Done) => "Выполнена",
            (Self::Ru, OperationState::Undone) => "Возвращена",
            (Self::Ru, OperationState::Failed) => "Не выполнена",
            (Self::Ru, OperationState::Expired) => "Устарела",
            (Self::Ru, OperationState::Cancelled) => "Отменена",
            (Self::En, OperationState::Preview) => "Awaits confirmation",
            (Self::En, OperationState::Waiting) => "Awaits approval",
            (Self::En, OperationState::Declined) => "Declined",
            (Self::En, OperationState::Done) => "Done",
            (Self::En, OperationState::Undone) => "Undone",
            (Self::En, OperationState::Failed) => "Failed",
            (Self::En, OperationState::Expired) => "Expired",
            (Self::En, OperationState::Cancelled) => "Cancelled",
        }
    }

    fn accepted_title(self, kind: Kind) -> &'static str {
        match (self, kind) {
            (Self::Ru, Kind::Issue) => "Получили лицензию",
            (Self::Ru, Kind::Revoke | Kind::UndoIssue) => "Лицензия отозвана",
            (Self::Ru, Kind::UndoRevoke) => "Лицензия возвращена",
            (Self::Ru, Kind::Renew) => "Лицензия продлена",
            (Self::Ru, Kind::UndoRenew) => "Прежняя лицензия возвращена",
            (Self::Ru, Kind::EndTerm) => "Срок лицензии закончился",
            (Self::En, Kind::Issue) => "Licence issued",
            (Self::En, Kind::Revoke | Kind::UndoIssue) => "Licence revoked",
            (Self::En, Kind::UndoRevoke) => "Licence given back",
            (Self::En, Kind::Renew) => "Licence renewed",
            (Self::En, Kind::UndoRenew) => "Former licence given back",
            (Self::En, Kind::EndTerm) => "The term of the licence has ended",
            _ => tasks::accepted_title(self, kind),
        }
    }

    /// «Лицензии выданы: 12. Не получили: 1»
    fn done(self, done: &OperationSummary) -> String {
        if done.state == OperationState::Waiting {
            return format!("{}: {}", self.operation_state(done.state), number(done.accepted));
        }
        let text = match (self, done.kind) {
            (Self::Ru, Kind::Issue) => "Лицензии выданы",
            (Self::Ru, Kind::Revoke) => "Лицензии отозваны",
            (Self::Ru, Kind::UndoIssue) => "Выдача возвращена",
            (Self::Ru, Kind::UndoRevoke) => "Лицензии возвращены",
            (Self::Ru, Kind::Renew) => "Лицензии продлены",
            (Self::Ru, Kind::UndoRenew) => "Прежние лицензии возвращены",
            (Self::Ru, Kind::EndTerm) => "Лицензии закончились",
            (Self::En, Kind::Issue) => "Licences issued",
            (Self::En, Kind::Revoke) => "Licences revoked",
            (Self::En, Kind::UndoIssue) => "Issue undone",
            (Self::En, Kind::UndoRevoke) => "Licences given back",
            (Self::En, Kind::Renew) => "Licences renewed",
            (Self::En, Kind::UndoRenew) => "Former licences given back",
            (Self::En, Kind::EndTerm) => "Licences ended",
            _ => return tasks::done(self, done),
        };
        let rejected = match (self, done.kind) {
            (Self::Ru, Kind::Issue) => "Не получили",
            (Self::Ru, Kind::UndoRevoke) => "Не вернулись",
            (Self::Ru, _) => "Без изменений",
            (Self::En, Kind::Issue) => "Left out",
            (Self::En, Kind::UndoRevoke) => "Not given back",
            (Self::En, _) => "Unchanged",
        };
        let rejected =
            if done.rejected == 0 { String::new() } else { format!(". {rejected}: {}", number(done.rejected)) };
        format!("{text}: {}{rejected}", number(done.accepted))
    }

    fn reach(self, reach: Reach) -> (String, String, String) {
        match (self, reach) {
            (Self::Ru, Reach::Leaves(left)) => ("останется ".into(), number(left), String::new()),
            (Self::Ru, Reach::Short { left, wanted }) => {
                ("хватит ".into(), number(left), format!(" из {}", number(wanted)))
            }
            (Self::En, Reach::Leaves(left)) => ("leaves ".into(), number(left), String::new()),
            (Self::En, Reach::Short { left, wanted }) => {
                ("enough for ".into(), number(left), format!(" of {}", number(wanted)))
            }
        }
    }

    /// What became of somebody: what was planned for him only if it was carried out.
    fn outcome(self, outcome: Outcome, operation: &OperationSummary) -> String {
        match (outcome, operation.failure) {
            (Outcome::Rejected(reason), _) => self.reason(reason).to_owned(),
            // What they are, the report of several products says.
            (Outcome::LeftOut(_) | Outcome::Unchanged, _) => self.not_done().to_owned(),
            (Outcome::Accepted, _) if operation.state.carried_out() => self.accepted_title(operation.kind).to_owned(),
            (Outcome::Accepted, Some(refusal)) => format!("{}: {}", self.not_done(), self.refusal(refusal)),
            (Outcome::Accepted, None) => format!("{}: {}", self.not_done(), self.operation_state(operation.state)),
        }
    }

    fn not_done(self) -> &'static str {
        match self {
            Self::Ru => "Ничего не изменилось",
            Self::En => "Nothing was changed",
        }
    }

    fn left_out_title(self, deed: Deed, count: u64) -> String {
        let text = match (self, deed) {
            (Self::Ru, Deed::Issue) => "Не получат",
            (Self::Ru, Deed::Revoke | Deed::Renew) => "Останутся без изменений",
            (Self::En, Deed::Issue) => "Will not get one",
            (Self::En, Deed::Revoke | Deed::Renew) => "Unchanged",
        };
        format!("{text}: {}", number(count))
    }
}

/// «…: больше не подходят — 1, теперь подходят — 2.»; what did not happen is not said.
fn moved(text: &str, lost: (&str, u64), gained: (&str, u64)) -> String {
    let parts: Vec<String> = [lost, gained]
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(what, count)| format!("{what} — {}", number(count)))
        .collect();
    if parts.is_empty() { format!("{text}.") } else { format!("{text}: {}.", parts.join(", ")) }
}
