//! The words of «Заказы»: pages that the server alone renders.

use domain::{Kopecks, OrderState};

use super::Lang;
use super::texts::texts;

texts! {
    OrderTexts, RU, EN:
    order: "Заказ", "Order";
    new_order: "Новый заказ", "New order";
    raise: "Выставить счёт", "Raise the invoice";
    number: "Номер", "Number";
    created: "Выставлен", "Raised";
    author: "Кто выставил", "Raised by";
    what: "Что", "What";
    seats: "Количество", "Quantity";
    none_typed: "Укажите количество хотя бы у одного продукта", "Give the quantity of one product at least";
    price: "Цена", "Price";
    sum: "Сумма", "Sum";
    total: "Итого", "Total";
    state: "Состояние", "State";
    paid: "Оплачен", "Paid";
    cancelled: "Отменён", "Cancelled";
    term: "Срок", "Term";
    endless: "Бессрочно", "No end";
    product: "Продукт", "Product";
    products: "Лицензии", "Licences";
    buyer: "Плательщик", "Buyer";
    inn: "ИНН", "INN";
    kpp: "КПП", "KPP";
    kpp_hint: "(кроме ИП)", "(not for sole proprietors)";
    address: "Адрес", "Address";
    invoice: "Счёт", "Invoice";
    as_pdf: "Скачать PDF", "Download PDF";
    print: "Печать: Ctrl+P", "Print: Ctrl+P";
    cancel_order: "Отменить заказ", "Cancel the order";
    keep_order: "Не отменять", "Keep the order";
    cancel_final: "Вернуть заказ будет нельзя. Если лицензии всё же понадобятся, оформите новый.", "The order cannot be brought back. If the licences are needed after all, raise a new one.";
    cancel_paid_later: "Если его счёт потом оплатят, лицензий по нему не будет: платёж останется нераспознанным, и им займётся поставщик.", "If its invoice is paid later, there will be no licences for it: the payment stays unmatched, and the supplier has to look into it.";
    cancelled_note: "Заказ отменён. Если лицензии нужны, оформите новый заказ.", "The order is cancelled. If the licences are needed, raise a new one.";
    none_yet: "Заказов пока нет", "No orders yet";
    none_yet_hint: "Закажите лицензии: счёт будет готов сразу.", "Order licences: the invoice is ready at once.";
    term_note: "Срок лицензий начинается в момент, когда зафиксирована оплата, а не при выдаче. Сами лицензии не продлеваются.", "The term of the licences begins at the moment when the payment is recorded, not when they are issued. Nothing renews by itself.";
    waits_note: "Лицензии появятся, как только будет зафиксирована оплата на точную сумму с номером счёта в назначении платежа.", "The licences appear as soon as the payment is recorded: of exactly this sum, with the number of the invoice in its purpose.";
    stock_note: "Лицензии доступны.", "The licences are there.";
    issue_now: "Выдать лицензии", "Issue the licences";
    renew_now: "Перевести на них тех, у кого заканчивается срок", "Move those whose term ends to them";
    to_order: "К заказу", "To the order";
    unheld: "Срок идёт, а выданы не все лицензии. Не выдано:", "The term runs, and not all licences are issued. Left:";
}

/// What a [`Lang`] can say of orders.
pub trait OrderWords {
    fn ordering(self) -> &'static OrderTexts;
    fn order_state(self, state: OrderState) -> &'static str;
    /// «Отменить заказ Л-000012?»
    fn cancel_order_title(self, number: &str) -> String;
    fn months(self, months: u16) -> String;
    fn roubles(self, amount: Kopecks) -> String;
}

impl OrderWords for Lang {
    fn ordering(self) -> &'static OrderTexts {
        match self {
            Self::Ru => &RU,
            Self::En => &EN,
        }
    }

    fn order_state(self, state: OrderState) -> &'static str {
        match (self, state) {
            (Self::Ru, OrderState::Raised) => "Ждёт оплаты",
            (Self::Ru, OrderState::Paid) => "Оплачен",
            (Self::Ru, OrderState::Cancelled) => "Отменён",
            (Self::En, OrderState::Raised) => "Awaits payment",
            (Self::En, OrderState::Paid) => "Paid",
            (Self::En, OrderState::Cancelled) => "Cancelled",
        }
    }

    fn cancel_order_title(self, number: &str) -> String {
        format!("{} {number}?", self.ordering().cancel_order)
    }

    fn months(self, months: u16) -> String {
        let noun = match self {
            Self::Ru => self.plural(months.into(), "месяц", "месяца", "месяцев"),
            Self::En => self.plural(months.into(), "month", "months", "months"),
        };
        format!("{months}\u{a0}{noun}")
    }

    fn roubles(self, amount: Kopecks) -> String {
        format!("{amount}\u{a0}₽")
    }
}
