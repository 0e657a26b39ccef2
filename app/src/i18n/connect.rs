//! The words of the connection of a service.

use domain::{AddressFault, FieldProblem, LineError, ServiceAddress};

use super::texts::texts;
use super::{Lang, Words, number};

texts! {
    ConnectTexts, RU, EN:
    title: "Подключение сервиса", "Connecting the service";
    steps: "Шаги подключения", "Steps of the connection";
    step_name: "Название и адрес", "Name and address";
    step_responsible: "Ответственный", "Responsible";
    step_people: "Список людей", "List of people";
    step_summary: "Проверка", "Check";
    next: "Далее", "Next";
    back: "Назад", "Back";
    skip: "Пропустить", "Skip";

    name_lead: "Как называется сервис Вашей организации и где его искать. Название видно всем, кто в нём работает.", "How the service of your organisation is called, and where it is found. Whoever works in it sees the name.";
    name: "Название", "Name";
    address: "Адрес", "Address";
    address_hint: "Только латинские буквы, цифры и дефис, от 3 до 40 знаков.", "Latin letters, digits and hyphens only, 3 to 40 characters.";
    free: "Свободен адрес", "This address is free:";
    taken: "Этот адрес уже занят.", "This address is taken.";

    responsible_lead: "Администратор сервиса: приглашает остальных, настраивает доступ и видит переданный список людей.", "The administrator of the service: invites the others, sets up access, and sees the list of people that is handed over.";
    who: "Кто отвечает за сервис", "Who answers for the service";
    own: "Я сам(а)", "Myself";
    from_people: "Из справочника", "From the directory";
    new: "Новый человек", "Somebody new";
    own_lead: "Приглашение не нужно: Вы уже вошли. Проверьте почту и мобильный номер, на который придут коды.", "No invitation is needed: you are signed in. Check the e-mail, and the mobile number to which codes are sent.";
    other_lead: "Проверьте почту и мобильный номер: на почту придёт ссылка, на номер — SMS с кодом. Нужны оба.", "Check the e-mail and the mobile number: a link goes to the one, and a code by SMS to the other. Both are needed.";
    full_name: "Фамилия, имя и отчество", "Full name";
    email: "E-mail", "E-mail";
    phone: "Мобильный телефон", "Mobile phone";
    find: "Имя или e-mail", "Name or e-mail";
    search: "Найти", "Find";
    choose: "Выбрать", "Choose";
    nobody: "Никого не нашлось. Измените запрос или добавьте нового человека.", "Nobody was found. Change the query, or add somebody new.";
    more: "Показаны первые 20. Уточните запрос.", "The first 20 are shown. Say more.";
    other_person: "Выбрать другого", "Choose somebody else";
    email_fixed: "С этим адресом Вы входите. Сменить его можно в «Администрировании».", "You sign in by this address. It is changed under Administration.";
    beyond: "Назначить администратора может только администратор.", "Only an administrator can make an administrator.";

    people_lead: "Необязательно. Список увидит только ответственный: он добавит людей в справочник. Без списка учётная запись будет только у него.", "Optional. Only the responsible sees the list, and adds the people to the directory. Without it, the responsible alone has an account.";
    people: "Люди, по одному в строке", "People, one a line";
    people_hint: "ФИО; e-mail; тип занятости. Можно вставить столбцы из таблицы. Тип занятости: Сотрудник, Кандидат, Уволенный, Физлицо, Самозанятый или ИП; без него — Сотрудник.", "Full name; e-mail; employment. Columns of a spreadsheet can be pasted. Employment: Employee, Candidate, Dismissed, Individual, Self-employed or Sole proprietor; without it, Employee.";
    people_wrong: "Исправьте эти строки:", "Put these lines right:";

    summary_lead: "Проверьте, что всё верно. Название и адрес потом можно изменить.", "Check that all is right. Name and address can be changed later.";
    change: "Изменить", "Change";
    trial: "Пробный период", "Trial";
    trial_until: "Пробный период до", "Trial until";
    no_trial: "Пробного периода нет: его уже использовали, или его не предлагают.", "There is no trial: it was used, or none is offered.";
    unseen: "Вы не сможете его увидеть: нет права изменять пользователей. Уберите список или выберите другого ответственного.", "You could not see it, for you may not edit users. Leave the list out, or choose somebody else.";
    no_list: "Без списка", "No list";
    connect: "Подключить", "Connect";
    stale: "Заявка изменилась в другом окне. Проверьте её ещё раз.", "The application was changed in another window. Check it once more.";
    not_ready: "Так подключить нельзя: исправьте отмеченное.", "It cannot be connected so: put right what is marked.";

    done: "Сервис подключён", "The service is connected";
    until: "Пробный период — до", "The trial runs until";
    invited: "Приглашение отправлено", "The invitation was sent to";
    link_to: "Ссылка — на", "The link goes to";
    code_to: "код — по SMS на", "the code by SMS to";
    invited_until: "Приглашение работает 7 дней.", "The invitation works for 7 days.";
    open_list: "Открыть список", "Open the list";
    what_next: "Что дальше", "What next";
    to_people: "К пользователям", "To the users";
    to_licences: "К лицензиям", "To the licences";

    about: "О сервисе", "About the service";
    responsible: "Ответственный", "Responsible";
    since: "Подключён", "Connected";
    city: "Город", "City";
    work: "Место работы", "Place of work";
    former: "Прежние адреса", "Former addresses";
    former_hint: "ведут сюда же", "lead here";
    no_address: "Не задан", "None yet";
    waits: "приглашение ещё не принято", "has not accepted the invitation yet";
    change_title: "Название и адрес сервиса", "Name and address of the service";
    change_lead: "Прежний адрес продолжит вести сюда и никому другому не достанется.", "The former address goes on leading here, and is nobody else's.";
    save: "Сохранить", "Save";
    saved: "Сохранено.", "Saved.";
    dropped: "Список удалён.", "The list was deleted.";

    list: "Переданный список", "Handed list";
    list_lead: "Его передали Вам при подключении сервиса. Кроме Вас, его никто не видит.", "It was handed over to you when the service was connected. Nobody but you sees it.";
    person: "Человек", "Person";
    employment: "Тип занятости", "Employment";
    in_directory: "Справочник", "Directory";
    known: "уже есть", "is there";
    stranger: "нет", "not there";
    add: "Добавить в справочник", "Add to the directory";
    nobody_new: "Все из списка уже в справочнике: список можно удалить.", "Everybody is in the directory: the list can be deleted.";
    drop: "Удалить список", "Delete the list";
    keep: "Не удалять", "Keep it";

    notice_open: "Сервис ещё не подключён: выберите название, адрес и ответственного, и начнётся пробный период.", "The service is not connected yet: choose name, address and who is responsible, and the trial begins.";
    notice_others: "Сервис ещё не подключён. Это сделает администратор Вашей организации.", "The service is not connected yet. An administrator of your organisation will do it.";
    notice_list: "Вам передан список людей.", "A list of people was handed over to you.";
    notice: "Подключение", "Connection";

    at_none: "Такого сервиса нет", "There is no such service";
    at_none_hint: "Проверьте адрес: возможно, в нём опечатка. Войти можно и без него.", "Check the address for a slip. One can sign in without it.";
    at_sign_in: "Войти", "Sign in";
}

/// What a [`Lang`] can say of it.
pub trait ConnectWords {
    fn connecting(self) -> &'static ConnectTexts;
    /// «Шаг 2 из 4»
    fn step_of(self, step: u8) -> String;
    fn address_fault(self, fault: AddressFault) -> String;
    /// «Строка 3, e-mail: …»
    fn line_error(self, error: &LineError) -> String;
    /// «Строк с ошибками: 12, показаны первые 20»
    fn more_lines(self, count: u64) -> String;
    /// «Добавлено: 3. Уже были в справочнике: 2.»
    fn added(self, added: u64, known: u64) -> String;
    /// «Добавить в справочник (3)»
    fn add_so_many(self, count: u64) -> String;
    /// «В списке 3 человека. Вернуть его будет нельзя.»
    fn drop_effect(self, people: u64) -> String;
    fn drop_strangers(self, people: u64) -> String;
    fn trial_of(self, title: &str, seats: u64, days: u64) -> String;
}

impl ConnectWords for Lang {
    fn connecting(self) -> &'static ConnectTexts {
        match self {
            Self::Ru => &RU,
            Self::En => &EN,
        }
    }

    fn step_of(self, step: u8) -> String {
        match self {
            Self::Ru => format!("Шаг {step} из {}", domain::CONNECT_STEPS),
            Self::En => format!("Step {step} of {}", domain::CONNECT_STEPS),
        }
    }

    fn address_fault(self, fault: AddressFault) -> String {
        let (least, most) = (ServiceAddress::LEAST, ServiceAddress::MOST);
        match (self, fault) {
            (Self::Ru, AddressFault::Empty) => "Заполните это поле".into(),
            (Self::En, AddressFault::Empty) => "Fill in this field".into(),
            (Self::Ru, AddressFault::TooShort) => format!("Не меньше {least} знаков"),
            (Self::En, AddressFault::TooShort) => format!("At least {least} characters"),
            (Self::Ru, AddressFault::TooLong) => format!("Не больше {most} знаков"),
            (Self::En, AddressFault::TooLong) => format!("At most {most} characters"),
            (Self::Ru, AddressFault::Letter(letter)) => {
                format!("Нельзя {}: только латинские буквы, цифры и дефис", shown(self, letter))
            }
            (Self::En, AddressFault::Letter(letter)) => {
                format!("Not {}: Latin letters, digits and hyphens only", shown(self, letter))
            }
            (Self::Ru, AddressFault::Hyphens) => "Дефис не может стоять в начале, в конце или подряд".into(),
            (Self::En, AddressFault::Hyphens) => "No hyphen at the beginning or the end, nor two together".into(),
            (Self::Ru, AddressFault::Reserved) => "Этот адрес занять нельзя: он служебный".into(),
            (Self::En, AddressFault::Reserved) => "This address is kept back".into(),
        }
    }

    fn line_error(self, error: &LineError) -> String {
        let field = match (self, error.field) {
            (Self::Ru, "name") => "ФИО",
            (Self::En, "name") => "full name",
            (Self::Ru, "employment") => "тип занятости",
            (Self::En, "employment") => "employment",
            (_, "email") => "e-mail",
            (_, field) => field,
        };
        let problem = match (self, &error.problem) {
            (Self::Ru, FieldProblem::TooMany { most }) => {
                format!("больше {} человек за раз нельзя", number(*most as u64))
            }
            (Self::En, FieldProblem::TooMany { most }) => format!("at most {} people at once", number(*most as u64)),
            (Self::Ru, FieldProblem::Taken) => "такой адрес уже есть в списке выше".into(),
            (Self::En, FieldProblem::Taken) => "this address stands in the list above".into(),
            (Self::Ru, FieldProblem::Unknown) => "такого типа нет".into(),
            (Self::En, FieldProblem::Unknown) => "there is no such employment".into(),
            (Self::Ru, FieldProblem::Required) => "не указан".into(),
            (Self::En, FieldProblem::Required) => "is missing".into(),
            (_, problem) => self.field(problem),
        };
        match self {
            Self::Ru => format!("Строка {}, {field}: {problem}", error.line),
            Self::En => format!("Line {}, {field}: {problem}", error.line),
        }
    }

    fn more_lines(self, count: u64) -> String {
        match self {
            Self::Ru => format!("И ещё {}", number(count)),
            Self::En => format!("And {} more", number(count)),
        }
    }

    fn added(self, added: u64, known: u64) -> String {
        match self {
            Self::Ru => format!("Добавлено: {}. Уже были в справочнике: {}.", number(added), number(known)),
            Self::En => format!("Added: {}. Were in the directory already: {}.", number(added), number(known)),
        }
    }

    fn add_so_many(self, count: u64) -> String {
        format!("{} ({})", self.connecting().add, number(count))
    }

    fn drop_effect(self, people: u64) -> String {
        match self {
            Self::Ru => format!("В списке {}. Вернуть его будет нельзя.", self.people(people)),
            Self::En => format!("{} are on the list. It does not come back.", self.people(people)),
        }
    }

    fn drop_strangers(self, people: u64) -> String {
        match self {
            Self::Ru => format!("Ещё не в справочнике: {}.", self.people(people)),
            Self::En => format!("Not in the directory yet: {}.", self.people(people)),
        }
    }

    fn trial_of(self, title: &str, seats: u64, days: u64) -> String {
        let days = match self {
            Self::Ru => format!("{}\u{a0}{}", number(days), self.plural(days, "день", "дня", "дней")),
            Self::En => format!("{}\u{a0}{}", number(days), self.plural(days, "day", "days", "days")),
        };
        format!("{title}: {}, {days}", self.licences(seats))
    }
}

/// A letter that is not allowed, so that it is found also where it cannot be seen.
fn shown(lang: Lang, letter: char) -> String {
    let alphabet = match letter {
        '\u{400}'..='\u{52f}' => Some(("русская буква", "a Russian letter")),
        letter if letter.is_whitespace() => return if lang == Lang::Ru { "пробел" } else { "a blank" }.to_owned(),
        letter if letter.is_control() || ('\u{200b}'..='\u{206f}').contains(&letter) => {
            return match lang {
                Lang::Ru => format!("невидимый знак U+{:04X}", u32::from(letter)),
                Lang::En => format!("the invisible character U+{:04X}", u32::from(letter)),
            };
        }
        _ => None,
    };
    match (lang, alphabet) {
        (Lang::Ru, Some((russian, _))) => format!("«{letter}» ({russian})"),
        (Lang::En, Some((_, english))) => format!("“{letter}” ({english})"),
        (Lang::Ru, None) => format!("«{letter}»"),
        (Lang::En, None) => format!("“{letter}”"),
    }
}
