//! The words of «Заявления» and «Сверки»: pages that the server alone renders.

use domain::{
    ApplicationState, Contract, DealFault, Month, MovedLines, PromotionUse, Purpose, ReconciliationState, Side,
};

use super::orders::OrderWords;
use super::texts::texts;
use super::{Lang, number};

texts! {
    DealTexts, RU, EN:
    applications: "Заявления", "Applications";
    reconciliations: "Сверки", "Reconciliations";
    reconciliation: "Сверка", "Reconciliation";
    dashboard: "Информационная панель", "Dashboard";
    customers: "Клиенты", "Customers";
    sections: "Разделы партнёра", "Partner's sections";
    new_application: "Новое заявление", "New application";
    application: "Заявление", "Application";
    number: "Номер", "Number";
    sent_at: "Отправлено", "Sent";
    what: "Что", "What";
    partner: "Партнёр", "Partner";
    choose_partner: "Выберите партнёра", "Choose a partner";
    customer: "Клиент", "Customer";
    any_customer: "Клиент: любой", "Customer: any";
    any_state: "Состояние: любое", "State: any";
    state: "Состояние", "State";
    show: "Показать", "Show";
    show_all: "Показать все заявления", "Show all applications";
    filters: "Отбор заявлений", "Filters of applications";
    none_yet: "Заявлений пока нет", "No applications yet";
    none_yet_hint: "В заявлении можно попросить партнёра подключить расширение.", "In an application you ask your partner to connect an extension.";
    none_to_partner: "Они появятся, когда клиент попросит подключить расширение.", "They appear when a customer asks for an extension.";
    none_such: "Таких заявлений нет", "No such applications";
    none_such_hint: "Выберите другое состояние или другого клиента.", "Choose another state or another customer.";
    no_partner: "Заявление отправить некому", "There is nobody to send an application to";
    no_partner_hint: "Сначала владелец или администратор даёт партнёру права в разделе «Администрирование».", "First the owner or an administrator lets a partner in, in “Administration”.";
    nothing_offered: "Расширений пока нет", "There are no extensions yet";
    nothing_offered_hint: "Их перечень ведёт оператор системы.", "The operator of the system keeps their list.";
    connect_it: "Подключить", "Connect";
    grow_it: "Увеличить", "Extend";
    largest: "Подключён самый большой вид.", "The largest size is connected.";
    to_list: "К заявлениям", "To the applications";
    on: "Включен", "On";
    off: "Выключен", "Off";
    on_meaning: "Клиент при отправке указал, что режим нужен.", "When sending it, the customer said that the mode is wanted.";
    off_meaning: "Клиент при отправке указал, что режим не нужен.", "When sending it, the customer said that the mode is not wanted.";
    size: "Вид расширения", "Size";
    size_now: "Сейчас", "Now";
    price_year: "цена", "price";
    owners: "Владельцы КЭП", "Owners of signatures";
    owners_hint: "Кто подписывает, шифрует и администрирует. Пустые строки не учитываются.", "Who signs, encrypts and administers. Empty rows do not count.";
    owner: "Владелец", "Owner";
    owner_name: "Фамилия, имя, отчество", "Full name";
    email_optional: "(необязательно)", "(optional)";
    roles: "Роли", "Roles";
    one_more: "Ещё строку", "One more row";
    owners_required: "Укажите хотя бы одного владельца КЭП", "Give one owner of a signature at least";
    owners_many: "Не больше 50 владельцев", "At most 50 owners";
    roles_required: "Отметьте хотя бы одну роль", "Tick one role at least";
    size_required: "Выберите вид расширения", "Choose a size";
    no_owners: "Владельцы КЭП не указаны.", "No owners of signatures are given.";
    not_added: "Список владельцев составляет клиент: изменить его здесь нельзя.", "The customer gives this list: it cannot be changed here.";
    comment: "Прочие сведения", "Other details";
    comment_hint: "(до 2 000 символов)", "(up to 2,000 characters)";
    promotion: "Акция", "Promotion";
    no_promotion: "Без акции", "None";
    promotion_gone: "Этой акции больше нет", "This promotion is over";
    excluded: "не действует на расширение", "does not apply to the extension";
    out_of_days: "не действует в этот день", "does not apply on this day";
    send: "Отправить заявление", "Send the application";
    withdraw: "Отозвать заявление", "Withdraw the application";
    withdraw_note: "Пока партнёр не обработал заявление, его можно отозвать и отправить новое.", "As long as the partner has not processed it, it can be withdrawn and sent anew.";
    waits_note: "Заявление у партнёра. О решении придёт письмо.", "The partner has it. A letter will tell what was decided.";
    in_vain: "Партнёр больше не имеет доступа и заявление не увидит. Отзовите его и отправьте другому партнёру.", "The partner has no access any more and will not see it. Withdraw it and send it to another partner.";
    off_processed: "Обработано без подключения: режим не включён.", "Processed, and nothing connected: the mode is off.";
    declined_because: "Причина отказа", "Reason";
    sent: "Заявление отправлено", "The application is sent";
    withdrawn: "Заявление отозвано.", "The application is withdrawn.";
    author: "Кто отправил", "Sent by";
    settled: "Решение", "Decision";
    asked: "В заявлении", "As asked";
    corrected: "Исправлено партнёром", "Corrected by the partner";
    price: "Цена", "Price";
    discount: "Скидка по договору", "Discount of the contract";
    amount: "К оплате партнёром", "To be paid by the partner";
    amount_low: "к оплате партнёром", "to be paid by the partner";
    discount_short: "Скидка", "Discount";
    amount_short: "К оплате", "To be paid";
    more_to_pay: "доплата", "to be added";
    waiting: "Заявление ждёт партнёра", "An application waits for the partner";
    decision: "Параметры подключения", "Parameters";
    option: "Режим", "Option";
    decision_hint: "Исправьте, если клиент ошибся при подготовке заявления. Если режим не отмечен, заявление обрабатывается без подключения.", "Correct it if the customer erred. With the mode not ticked, the application is processed and nothing is connected.";
    save: "Сохранить исправления", "Save the corrections";
    process: "Обработать", "Process";
    decline: "Отклонить", "Decline";
    decline_hint: "Причину увидит клиент. До 1 000 символов.", "The customer will see the reason. Up to 1,000 characters.";
    saved: "Исправления сохранены, заявление ещё не обработано.", "The corrections are saved, the application is not processed yet.";
    done: "Заявление обработано", "The application is processed";
    declined: "Заявление отклонено", "The application is declined";
    typed_kept: "То, что Вы ввели, осталось в форме ниже. Проверьте и повторите.", "What you typed is still in the form below. Check it and try again.";
    typed_reason: "Вы написали", "You wrote";
    is_now: "Сейчас в заявлении", "The application says now";
    stock_now: "Что подключено", "What is connected";
    not_connected: "Не подключён", "Not connected";
    enabled: "включён с", "on since";
    grown: "увеличен", "extended on";
    held: "Занято", "Held";
    held_low: "занято", "held";
    unlimited: "без ограничения", "unlimited";
    extensions: "Расширения", "Extensions";
    to_card: "Карточка клиента", "The customer's card";
    contract: "Договор", "Contract";
    month: "Месяц", "Month";
    lines: "Подключения", "Connections";
    count: "Строк", "Lines";
    total: "Итого", "Total";
    day: "Дата", "Date";
    vendor: "Правообладатель", "Vendor";
    no_contracts: "Договоров пока нет", "No contracts yet";
    no_contracts_hint: "Договоры партнёров вносит оператор системы.", "The operator of the system keeps the contracts of partners.";
    nothing_charged: "Сверять пока нечего", "Nothing to reconcile yet";
    nothing_charged_hint: "Сверка появляется в начале месяца, если за прошлый что-то подключили.", "A reconciliation appears when a month is over in which something was connected.";
    confirm: "Подтвердить сверку", "Confirm";
    dispute: "Разногласие", "Disagree";
    dispute_press: "Сообщить о разногласии", "Send the disagreement";
    remark: "Что не так", "What is wrong";
    remark_hint: "Другая сторона увидит это замечание. Подтверждение снимается.", "The other side will see it. It takes a confirmation back.";
    confirm_note: "Когда подтвердят обе стороны, партнёру будет выставлен счёт.", "When both sides have confirmed, the invoice is raised to the partner.";
    agreed_note: "Обе стороны подтвердили сверку.", "Both sides have confirmed.";
    agreed_free: "Платить не за что, счёта нет.", "There is nothing to be paid and no invoice.";
    invoice: "Счёт", "Invoice";
    of_partner: "Счёт выставлен партнёру", "The invoice is raised to the partner";
    own_side: "Ваша сторона", "Your side";
    said_nothing: "Ещё не отвечали", "No answer yet";
    said_yes: "Подтверждено", "Confirmed";
    said_other: "Подтверждены другие строки: нужно подтвердить снова", "Other lines were confirmed: confirm again";
    said_no: "Разногласие", "Disagreement";
    own_confirmed: "Вы подтвердили. Ждём другую сторону.", "You have confirmed. The other side has not yet.";
    download: "Скачать CSV", "Download CSV";
    moved: "Строки изменились, пока Вы их смотрели. Подтвердите их снова.", "The lines have changed since you saw them. Confirm them again.";
    moved_added: "добавлено", "added";
    moved_gone: "пропало", "gone";
    moved_changed: "было", "was";
    reconciled_order: "Счёт по сверке. Расширения уже подключены: при оплате новых лицензий не будет.", "The invoice of a reconciliation. The extensions are connected already: its payment makes no licences.";
    to_reconciliation: "К сверке", "To the reconciliation";
}

/// What a [`Lang`] can say of applications and reconciliations.
pub trait DealWords {
    fn dealing(self) -> &'static DealTexts;
    fn application_state(self, state: ApplicationState) -> &'static str;
    fn purpose(self, purpose: Purpose) -> &'static str;
    fn promotion_use(self, fate: PromotionUse, percent: u8) -> String;
    fn deal_fault(self, fault: DealFault) -> &'static str;
    fn side(self, side: Side) -> &'static str;
    fn reconciliation_state(self, state: ReconciliationState) -> &'static str;
    /// «№ 15-П от 21.01.2026»
    fn contract_named(self, contract: &Contract) -> String;
    /// «октябрь 2026»
    fn month_name(self, month: Month) -> String;
    /// «3 из 9», «3, без ограничения»
    fn held_of(self, held: u64, seats: u64) -> String;
    /// How many seats there are: a number, unless there is no limit.
    fn seats(self, seats: u64) -> String;
    /// What has become of the lines.
    fn moved_lines(self, moved: &MovedLines) -> String;
    /// «Вы просите подключить …»
    fn application_title(self, purpose: Purpose, extension: &str) -> String;
}

impl DealWords for Lang {
    fn dealing(self) -> &'static DealTexts {
        match self {
            Self::Ru => &RU,
            Self::En => &EN,
        }
    }

    fn application_state(self, state: ApplicationState) -> &'static str {
        match (self, state) {
            (Self::Ru, ApplicationState::Sent) => "Отправлено",
            (Self::Ru, ApplicationState::Processed) => "Обработано",
            (Self::Ru, ApplicationState::Declined) => "Отклонено",
            (Self::Ru, ApplicationState::Withdrawn) => "Отозвано",
            (Self::En, ApplicationState::Sent) => "Sent",
            (Self::En, ApplicationState::Processed) => "Processed",
            (Self::En, ApplicationState::Declined) => "Declined",
            (Self::En, ApplicationState::Withdrawn) => "Withdrawn",
        }
    }

    fn purpose(self, purpose: Purpose) -> &'static str {
        match (self, purpose) {
            (Self::Ru, Purpose::Connect) => "подключение",
            (Self::Ru, Purpose::Grow) => "увеличение",
            (Self::En, Purpose::Connect) => "connection",
            (Self::En, Purpose::Grow) => "extension",
        }
    }

    fn promotion_use(self, fate: PromotionUse, percent: u8) -> String {
        let t = self.dealing();
        match fate {
            PromotionUse::Applied => format!("−{percent}\u{a0}%"),
            PromotionUse::Excluded => t.excluded.to_owned(),
            PromotionUse::OutOfDays => t.out_of_days.to_owned(),
        }
    }

    fn deal_fault(self, fault: DealFault) -> &'static str {
        let (russian, english) = match fault {
            DealFault::UnknownApplication => {
                ("Такого заявления нет, или оно Вам недоступно.", "There is no such application, or it is not yours.")
            }
            DealFault::UnknownReconciliation => {
                ("Такой сверки нет, или она Вам недоступна.", "There is no such reconciliation, or it is not yours.")
            }
            DealFault::NoPartner => {
                ("Вашу организацию не обслуживает ни один партнёр.", "No partner serves your organisation.")
            }
            DealFault::NothingOffered => ("Такого расширения нет.", "There is no such extension."),
            DealFault::Waiting => (
                "Заявление на это расширение уже отправлено и ждёт партнёра. Отзовите его, если нужно новое.",
                "An application for this extension waits for the partner already. Withdraw it to send another one.",
            ),
            DealFault::Changed => {
                ("Заявление изменилось, пока Вы его смотрели.", "The application has changed since you saw it.")
            }
            DealFault::Settled => (
                "Заявление уже обработано, отклонено или отозвано.",
                "The application is processed, declined or withdrawn already.",
            ),
            DealFault::AlreadyOn => (
                "Расширение уже подключено. Чтобы его увеличить, нужно отдельное заявление.",
                "The extension is connected already. To extend it, send an application of its own.",
            ),
            DealFault::NotOn => {
                ("Расширение не подключено: увеличить его нельзя.", "The extension is not connected, and cannot grow.")
            }
            DealFault::NotLarger => (
                "Увеличить можно только до большего вида, чем подключён.",
                "It can only grow to a larger size than is connected.",
            ),
            DealFault::NoContract => (
                "Это расширение не продаётся ни по одному Вашему договору. Обратитесь к правообладателю.",
                "None of your contracts sells this extension. Ask the vendor.",
            ),
            DealFault::MonthRuns => ("Месяц ещё не закончился.", "The month is not over yet."),
            DealFault::LinesChanged => (
                "Строки сверки изменились, пока Вы их смотрели. Проверьте и подтвердите снова.",
                "The lines have changed since you saw them. Check them and confirm again.",
            ),
            DealFault::NoLines => {
                ("За этот месяц ничего не подключено: сверять нечего.", "Nothing was connected in this month.")
            }
            DealFault::Agreed => ("Обе стороны уже подтвердили эту сверку.", "Both sides have confirmed already."),
        };
        if self == Self::Ru { russian } else { english }
    }

    fn side(self, side: Side) -> &'static str {
        let t = self.dealing();
        match side {
            Side::Partner => t.partner,
            Side::Vendor => t.vendor,
        }
    }

    fn reconciliation_state(self, state: ReconciliationState) -> &'static str {
        match (self, state) {
            (Self::Ru, ReconciliationState::Open) => "Ждёт обе стороны",
            (Self::Ru, ReconciliationState::ConfirmedBy(Side::Partner)) => "Ждёт правообладателя",
            (Self::Ru, ReconciliationState::ConfirmedBy(Side::Vendor)) => "Ждёт партнёра",
            (Self::Ru, ReconciliationState::Disputed) => "Разногласие",
            (Self::Ru, ReconciliationState::Agreed) => "Подтверждена",
            (Self::En, ReconciliationState::Open) => "Awaits both sides",
            (Self::En, ReconciliationState::ConfirmedBy(Side::Partner)) => "Awaits the vendor",
            (Self::En, ReconciliationState::ConfirmedBy(Side::Vendor)) => "Awaits the partner",
            (Self::En, ReconciliationState::Disputed) => "Disagreement",
            (Self::En, ReconciliationState::Agreed) => "Confirmed",
        }
    }

    fn contract_named(self, contract: &Contract) -> String {
        match self {
            Self::Ru => format!("№ {} от {}", contract.number, contract.signed),
            Self::En => format!("No. {} of {}", contract.number, contract.signed),
        }
    }

    fn month_name(self, month: Month) -> String {
        let names = match self {
            Self::Ru => [
                "январь",
                "февраль",
                "март",
                "апрель",
                "май",
                "июнь",
                "июль",
                "август",
                "сентябрь",
                "октябрь",
                "ноябрь",
                "декабрь",
            ],
            Self::En => [
                "January",
                "February",
                "March",
                "April",
                "May",
                "June",
                "July",
                "August",
                "September",
                "October",
                "November",
                "December",
            ],
        };
        let (year, number) = month.parts();
        let name = usize::from(number).checked_sub(1).and_then(|place| names.get(place)).copied().unwrap_or_default();
        format!("{name} {year}")
    }

    fn held_of(self, held: u64, seats: u64) -> String {
        let (held, most) = (number(held), self.seats(seats));
        match self {
            _ if seats >= domain::UNLIMITED_SEATS => format!("{held}, {most}"),
            Self::Ru => format!("{held} из {most}"),
            Self::En => format!("{held} of {most}"),
        }
    }

    fn seats(self, seats: u64) -> String {
        // What is left of what has no limit has none either: nobody holds as many as half of it.
        if seats >= domain::UNLIMITED_SEATS / 2 { self.dealing().unlimited.to_owned() } else { number(seats) }
    }

    fn moved_lines(self, moved: &MovedLines) -> String {
        let t = self.dealing();
        let added = moved.added.iter().map(|id| format!("{} — {}", id.number(), t.moved_added));
        let gone = moved.gone.iter().map(|id| format!("{} — {}", id.number(), t.moved_gone));
        let changed = moved
            .changed
            .iter()
            .map(|(id, was)| format!("{} — {} {}", id.number(), t.moved_changed, self.roubles(*was)));
        added.chain(gone).chain(changed).collect::<Vec<_>>().join("; ")
    }

    fn application_title(self, purpose: Purpose, extension: &str) -> String {
        format!("{extension}: {}", self.purpose(purpose))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_limit_shows_no_number() {
        assert_eq!(Lang::Ru.held_of(3, 9), "3 из 9");
        assert_eq!(Lang::Ru.held_of(1_200, domain::UNLIMITED_SEATS), "1\u{a0}200, без ограничения");
        assert_eq!(Lang::En.seats(domain::UNLIMITED_SEATS - 5), "unlimited", "what is left");
        assert_eq!(Month::parse("2026-10").map(|month| Lang::Ru.month_name(month)).as_deref(), Some("октябрь 2026"));
    }

    #[test]
    fn every_fault_has_its_words() {
        for fault in DealFault::ALL {
            assert_ne!(Lang::Ru.deal_fault(fault), Lang::En.deal_fault(fault));
        }
    }
}
