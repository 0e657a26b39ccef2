//! The words of «Лицензии»: pages that the server alone renders, so that no browser downloads them as code.

use domain::{Date, Instant, MonthSeats, Pool, PoolStatus, SeatFilter, Trial};

use super::texts::texts;
use super::{Lang, last_day, number};

texts! {
    StockTexts, RU, EN:
    renew: "Продлить", "Renew";
    renew_lead: "Сами лицензии не продлеваются: закажите новые, и когда оплата будет зафиксирована, переведите на них разом всех, у кого заканчивается срок. Перерыва не будет.", "Nothing renews by itself: order new licences, and when the payment is recorded move everybody whose term ends to them at once. There is no gap.";
    all_at_once: "все сразу", "all at once";
    renew_choose: "Выбрать для заказа", "Choose for the order";
    held_by: "Выдано", "Issued";
    renew_to: "Куда перевести", "Move to";
    renew_from: "Освободятся", "Set free";
    renew_text: "Прежние лицензии заканчиваются, новые начинаются в тот же момент. Задачи на сертификаты продолжаются.", "The former licences end and the new ones begin at the same moment. Certificate tasks go on.";
    order_as_many: "Заказать столько же", "Order as many";
    order_as_many_hint: "По одной на каждого, кроме уволенных: количество можно будет изменить.", "One for each but dismissed people: the number can be changed.";
    nothing_ends: "Продлевать нечего", "Nothing to renew";
    nothing_ends_hint: "Ни у одной выданной лицензии срок не заканчивается.", "No licence that is issued has a term that ends.";
    nothing_chosen: "Ничего не выбрано. Отметьте лицензии, которые нужно заказать на новый срок.", "Nothing is chosen. Tick the licences to be ordered for a new term.";
    nobody_to_renew: "Некого: выданы только уволенным", "Nobody: only dismissed people hold them";
    not_sold: "Этот продукт не продаётся", "This product is not sold";
    nowhere_to_renew: "Пока некуда: закажите", "Nowhere yet: order";
    by_product: "По продуктам", "By product";
    product: "Продукт", "Product";
    products: "Продукты", "Products";
    any_product: "Все продукты", "All products";
    code: "Код", "Code";
    bought: "Куплено", "Bought";
    issued: "Выдано", "Issued";
    left: "Остаток", "Left";
    from: "Начало срока", "Term begins";
    until: "Окончание срока", "Term ends";
    endless: "Бессрочно", "No end";
    lasts: "Хватит до", "Lasts until";
    lasts_hint: "Если выдавать так же, как последние четыре недели.", "If licences go on being issued as in the last four weeks.";
    to_the_end: "До конца срока", "The end of the term";
    unused: "Не расходуется", "Not in use";
    issue_again: "Выдать им снова", "Issue to them again";
    for_years: "Больше 3 лет", "More than 3 years";
    renew_short: "Мест хватит не всем. Первыми переводят тех, у кого срок закончится раньше; на прежней лицензии останутся:", "There are not seats enough. Those whose term ends first are moved first; on their former licence stay:";
    order: "Заказ", "Order";
    status: "Статус", "Status";
    any_status: "Все", "All";
    months: "Места по месяцам", "Seats by month";
    month: "Месяц", "Month";
    expiring: "Закончится", "Expiring";
    as_table: "Показать таблицей", "Show as a table";
    none_yet: "Лицензий пока нет", "No licences yet";
    none_yet_hint: "Здесь появится то, что куплено, и сколько из этого выдано.", "What is bought appears here, and how much of it is issued.";
    none_such: "Таких лицензий нет", "No such licences";
    none_such_hint: "Выберите другой статус или другой продукт.", "Choose another status or another product.";
    show_all: "Показать все лицензии", "Show all licences";
    term: "Срок", "Term";
    seats: "Места", "Seats";
    all_seats: "Все", "All";
    free_seats: "Свободные", "Free";
    held_seats: "Привязанные", "Bound";
    seat: "Место", "Seat";
    bound_to: "Привязана к пользователю с E-mail", "Bound to the user with the e-mail";
    user: "Пользователь", "User";
    since: "С", "Since";
    deed: "Действие", "Action";
    bind: "Привязать", "Bind";
    unbind: "Отвязать", "Unbind";
    held_by_others: "Занята: не из ваших групп", "Held: not of your groups";
    bind_many: "Привязать списком", "Bind a list";
    bind_many_label: "Адреса e-mail, под которыми пользователи зарегистрированы", "E-mails under which the users are registered";
    bind_many_hint: "По одному в строке, через запятую или прямо из таблицы. Перед выдачей будет показано, кто получит лицензию, а кто нет.", "One a line, with commas, or straight from a spreadsheet. Before anything is issued you will see who gets a licence and who does not.";
    go_on: "Продолжить", "Continue";
    bound: "Лицензия привязана", "Licence bound";
    unbound: "Лицензия отвязана", "Licence unbound";
    vacant: "Свободно", "Free";
    user_added: "Пользователь добавлен. Осталось нажать «Привязать».", "The user is added. What is left is to press “Bind”.";
    no_free_seats: "Свободных мест нет. Отвяжите лицензию от кого-нибудь или выберите другую.", "There are no free seats. Unbind somebody or choose another licence.";
    to_licences: "К лицензиям", "To the licences";
    register: "Зарегистрировать программный продукт", "Register a product";
    register_hint: "Номер и PIN-код указаны в документах на продукт. Они работают один раз.", "The number and the PIN are in the papers of the product. They work once.";
    first_step: "Шаг 1 из 2: номер и PIN-код.", "Step 1 of 2: the number and the PIN.";
    second_step: "Шаг 2 из 2: владелец. На заполнение есть 15 минут.", "Step 2 of 2: the owner. There are 15 minutes to fill it in.";
    must_hint: "Поля со звёздочкой обязательны.", "Fields with an asterisk are required.";
    other_key: "Другой номер", "Another number";
    key: "Продукт", "Product";
    key_number: "Регистрационный номер", "Registration number";
    key_pin: "PIN-код", "PIN";
    owner: "Владелец", "Owner";
    registration: "Регистрация", "Registration";
    registered_at: "Зарегистрирована", "Registered";
    registered_by: "Кто зарегистрировал", "Registered by";
    owner_organisation: "Владелец (организация)", "Owner (organisation)";
    owner_person: "Владелец (физическое лицо)", "Owner (private person)";
    private: "Владелец — физическое лицо", "The owner is a private person";
    owner_name: "Наименование организации или ФИО", "Name of the organisation, or full name";
    inn: "ИНН", "INN";
    head: "Руководитель", "Head";
    activity: "Тип основной деятельности", "Main activity";
    phone: "Номер телефона", "Phone number";
    email: "Адрес электронной почты", "E-mail address";
    country: "Страна", "Country";
    country_usual: "Россия", "Russia";
    place: "Место покупки", "Place of purchase";
    bought_on: "Дата приобретения", "Date of purchase";
    bought_hint: "(ДД.ММ.ГГГГ, если известна)", "(DD.MM.YYYY, if known)";
    workplaces: "Число рабочих мест", "Number of workplaces";
    responsible: "Ответственный сотрудник", "Person responsible";
    if_organisation: "(для организации)", "(for an organisation)";
    trials: "Попробовать без оплаты", "Try without payment";
    not_now: "Не сейчас", "Not now";
    trial_once: "Пробный период продукта бывает один раз: начните его, когда будете готовы пробовать.", "There is one trial of a product: start it when you are ready to try.";
    trial_ends: "Лицензии доступны сразу и без оплаты, и закончатся сами вместе со сроком. Остановить его или начать заново нельзя.", "The licences are there at once and without payment, and end by themselves with their term. It cannot be stopped or begun anew.";
    trials_hint: "Один раз для каждого продукта. Лицензии доступны сразу и закончатся сами.", "Once for each product. The licences are there at once and end by themselves.";
}

const MONTHS_RU: [&str; 12] = ["янв", "фев", "мар", "апр", "май", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"];
const MONTHS_EN: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// What a [`Lang`] can say of stock.
pub trait StockWords {
    fn stock(self) -> &'static StockTexts;
    fn pool_status(self, status: PoolStatus) -> &'static str;
    fn pool_statuses(self, status: PoolStatus) -> &'static str;
    fn seats_shown(self, filter: SeatFilter) -> &'static str;
    /// «Начать пробный период: 5 мест на 14 дней»
    fn start_trial(self, trial: Trial) -> String;
    /// «Пробный период начат: УКЭП, 5 мест, до 06.12.2026.»
    fn trial_started(self, pool: &Pool) -> String;
    /// «Начать пробный период «УКЭП»?»
    fn start_trial_title(self, title: &str) -> String;
    fn email_for(self, seat: u64) -> String;
    /// Why nothing can be issued from a pool at `now`, if its term does not run.
    fn out_of_term(self, pool: &Pool, now: Instant) -> Option<String>;
    fn unbind_from(self, email: &str) -> String;
    fn month(self, month: Date) -> &'static str;
    fn month_seats(self, at: &MonthSeats) -> String;
    /// «из них пробных 5»
    fn of_them_tried(self, count: u64) -> String;
    /// «(из них уволены: 2)»
    fn of_them_dismissed(self, count: u64) -> String;
    /// «Zt-4mVb9, до 21.11.2027, остаток 50»
    fn renewal_target(self, code: &str, until: Option<Date>, left: u64) -> String;
    /// «Продлить (199 из 200)»
    fn renew_some(self, some: u64, wanted: u64) -> String;
}

impl StockWords for Lang {
    fn of_them_tried(self, count: u64) -> String {
        match self {
            Self::Ru => format!("из них пробных {}", number(count)),
            Self::En => format!("of them on trial {}", number(count)),
        }
    }

    fn of_them_dismissed(self, count: u64) -> String {
        match self {
            Self::Ru => format!("(из них уволены: {})", number(count)),
            Self::En => format!("(of them dismissed: {})", number(count)),
        }
    }

    fn renewal_target(self, code: &str, until: Option<Date>, left: u64) -> String {
        let left = number(left);
        match (self, until) {
            (Self::Ru, Some(until)) => format!("{code}, до {until}, остаток {left}"),
            (Self::Ru, None) => format!("{code}, бессрочно, остаток {left}"),
            (Self::En, Some(until)) => format!("{code}, until {until}, {left} left"),
            (Self::En, None) => format!("{code}, without end, {left} left"),
        }
    }

    fn renew_some(self, some: u64, wanted: u64) -> String {
        match self {
            Self::Ru => format!("Продлить ({} из {})", number(some), number(wanted)),
            Self::En => format!("Renew ({} of {})", number(some), number(wanted)),
        }
    }

    fn stock(self) -> &'static StockTexts {
        match self {
            Self::Ru => &RU,
            Self::En => &EN,
        }
    }

    /// Of one pool.
    fn pool_status(self, status: PoolStatus) -> &'static str {
        match (self, status) {
            (Self::Ru, PoolStatus::Active) => "Активна",
            (Self::Ru, PoolStatus::Upcoming) => "Срок не наступил",
            (Self::Ru, PoolStatus::Expired) => "Срок истёк",
            (Self::Ru, PoolStatus::Exhausted) => "Исчерпана",
            (Self::En, PoolStatus::Active) => "Active",
            (Self::En, PoolStatus::Upcoming) => "Not yet valid",
            (Self::En, PoolStatus::Expired) => "Expired",
            (Self::En, PoolStatus::Exhausted) => "Exhausted",
        }
    }

    /// Of several.
    fn pool_statuses(self, status: PoolStatus) -> &'static str {
        match (self, status) {
            (Self::Ru, PoolStatus::Active) => "Активные",
            (Self::Ru, PoolStatus::Exhausted) => "Исчерпанные",
            _ => self.pool_status(status),
        }
    }

    fn seats_shown(self, filter: SeatFilter) -> &'static str {
        match filter {
            SeatFilter::All => self.stock().all_seats,
            SeatFilter::Free => self.stock().free_seats,
            SeatFilter::Held => self.stock().held_seats,
        }
    }

    fn start_trial(self, trial: Trial) -> String {
        let (seats, days) = (number(trial.seats), number(trial.days.into()));
        match self {
            Self::Ru => {
                let places = self.plural(trial.seats, "место", "места", "мест");
                let days_word = self.plural(trial.days.into(), "день", "дня", "дней");
                format!("Начать пробный период: {seats}\u{a0}{places} на {days}\u{a0}{days_word}")
            }
            Self::En => {
                let places = self.plural(trial.seats, "seat", "seats", "seats");
                let days_word = self.plural(trial.days.into(), "day", "days", "days");
                format!("Start the trial: {seats}\u{a0}{places} for {days}\u{a0}{days_word}")
            }
        }
    }

    fn trial_started(self, pool: &Pool) -> String {
        let (title, seats) = (&pool.product.title, number(pool.total));
        let until = pool.valid_until.map(last_day);
        match self {
            Self::Ru => {
                let places = self.plural(pool.total, "место", "места", "мест");
                let until = until.map(|day| format!(", до {day}")).unwrap_or_default();
                format!("Пробный период начат: {title}, {seats}\u{a0}{places}{until}.")
            }
            Self::En => {
                let places = self.plural(pool.total, "seat", "seats", "seats");
                let until = until.map(|day| format!(", until {day}")).unwrap_or_default();
                format!("The trial has begun: {title}, {seats}\u{a0}{places}{until}.")
            }
        }
    }

    fn start_trial_title(self, title: &str) -> String {
        match self {
            Self::Ru => format!("Начать пробный период «{title}»?"),
            Self::En => format!("Start the trial of “{title}”?"),
        }
    }

    fn out_of_term(self, pool: &Pool, now: Instant) -> Option<String> {
        let from = pool.valid_from.date();
        Some(match (self, pool.status(now), pool.valid_until.map(last_day)) {
            (Self::Ru, PoolStatus::Expired, Some(last)) => format!("Срок истёк {last}: выдать из неё больше нельзя."),
            (Self::En, PoolStatus::Expired, Some(last)) => {
                format!("The term ended on {last}: nothing more can be issued from it.")
            }
            (Self::Ru, PoolStatus::Upcoming, _) => format!("Срок начнётся {from}: выдать из неё пока нельзя."),
            (Self::En, PoolStatus::Upcoming, _) => {
                format!("The term begins on {from}: nothing can be issued from it yet.")
            }
            _ => return None,
        })
    }

    /// The name of the field of a free seat.
    fn email_for(self, seat: u64) -> String {
        match self {
            Self::Ru => format!("E-mail для места {}", number(seat)),
            Self::En => format!("E-mail for seat {}", number(seat)),
        }
    }

    fn unbind_from(self, email: &str) -> String {
        format!("{} {email}", self.stock().unbind)
    }

    /// «ноя»
    fn month(self, month: Date) -> &'static str {
        let names = match self {
            Self::Ru => &MONTHS_RU,
            Self::En => &MONTHS_EN,
        };
        let (_, month, _) = month.parts();
        names.get(usize::from(month).saturating_sub(1)).copied().unwrap_or_default()
    }

    /// «ноя 2026: куплено 15, выдано 9, закончится 0»
    fn month_seats(self, at: &MonthSeats) -> String {
        let (year, _, _) = at.month.parts();
        let (month, t) = (self.month(at.month), self.stock());
        let part = |name: &str, seats| format!("{} {}", name.to_lowercase(), number(seats));
        let parts = [part(t.bought, at.bought), part(t.issued, at.issued), part(t.expiring, at.expiring)];
        format!("{month} {year}: {}", parts.join(", "))
    }
}
