//! «Счёт на оплату» in words: what its page and its file both show, so that they cannot differ. An invoice is a Russian
//! document in any language of the desk.

use crate::money::{form, grouped};
use crate::{Order, OrderState};

/// The words of an invoice, made once from its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvoiceText {
    /// «Л-000012»
    pub number: String,
    /// «Счёт на оплату № Л-000012 от 21.11.2026»
    pub heading: String,
    /// Why it is not to be paid (any more): «Оплачен 24.11.2026».
    pub settled: Option<String>,
    pub bank: BankText,
    /// Who sells, who buys, what is paid for: a label and its text.
    pub parties: [(&'static str, String); 3],
    pub lines: Vec<[String; 6]>,
    pub total: String,
    /// «Всего наименований 2, на сумму …»
    pub count: String,
    /// The total in words.
    pub words: String,
    /// Who signs.
    pub director: String,
}

/// The block from which a payment order is filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankText {
    pub bank: String,
    pub bic: String,
    pub correspondent_account: String,
    /// «ИНН 7707083893»
    pub inn: String,
    /// «КПП 773601001»
    pub kpp: String,
    pub account: String,
    pub name: String,
}

impl InvoiceText {
    pub const BANK: &'static str = "Банк получателя";
    pub const BIC: &'static str = "БИК";
    pub const ACCOUNT: &'static str = "Сч. №";
    pub const RECIPIENT: &'static str = "Получатель";
    pub const COLUMNS: [&'static str; 6] = ["№", "Товары (работы, услуги)", "Кол-во", "Ед.", "Цена", "Сумма"];
    /// Which of them are figures.
    pub const FIGURES: [bool; 6] = [true, false, true, false, true, true];
    pub const TOTAL: &'static str = "Итого к оплате:";
    pub const DIRECTOR: &'static str = "Руководитель";

    #[must_use]
    pub fn of(order: &Order) -> Self {
        let (seller, buyer) = (&order.seller, &order.buyer);
        let (number, day, total) = (order.number(), order.created_at.date(), order.total());
        let party = |name: &str, inn: &str, kpp: &str, address: &str| {
            let kpp = if kpp.is_empty() { String::new() } else { format!(", КПП {kpp}") };
            format!("{name}, ИНН {inn}{kpp}, {address}")
        };
        let line = |(line, place): (&crate::OrderLine, usize)| {
            let term = line.term_months.map_or("бессрочно".to_owned(), |months| {
                format!("на {months}\u{a0}{}", form(months.into(), ["месяц", "месяца", "месяцев"]))
            });
            [
                place.to_string(),
                format!("Лицензия «{}», {term}", line.title),
                grouped(line.seats),
                "шт.".to_owned(),
                line.price.to_string(),
                line.sum().to_string(),
            ]
        };
        Self {
            heading: format!("Счёт на оплату № {number} от {day}"),
            settled: match order.state {
                OrderState::Raised => None,
                OrderState::Paid => {
                    Some(order.settled_at.map_or("Оплачен".to_owned(), |at| format!("Оплачен {}", at.date())))
                }
                OrderState::Cancelled => Some("Заказ отменён. Не оплачивайте этот счёт.".to_owned()),
            },
            bank: BankText {
                bank: seller.bank.clone(),
                bic: seller.bic.clone(),
                correspondent_account: seller.correspondent_account.clone(),
                inn: format!("ИНН {}", seller.inn),
                kpp: format!("КПП {}", seller.kpp),
                account: seller.account.clone(),
                name: seller.name.clone(),
            },
            parties: [
                ("Поставщик:", party(&seller.name, &seller.inn, &seller.kpp, &seller.address)),
                ("Покупатель:", party(&buyer.name, buyer.inn.as_str(), &buyer.kpp, &buyer.address)),
                ("Назначение платежа:", format!("Оплата по счёту № {number} от {day}. {}", seller.vat)),
            ],
            lines: order.lines.iter().zip(1..).map(line).collect(),
            total: total.to_string(),
            count: format!("Всего наименований {}, на сумму {total} руб. {}", order.lines.len(), seller.vat),
            words: total.in_words(),
            director: seller.director.clone(),
            number,
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]
mod tests {
    use super::*;
    use crate::{Buyer, Date, Inn, Kopecks, OrderId, OrderLine, ProductId, Seller};

    #[test]
    fn an_invoice_says_what_its_order_holds() {
        let line = |title: &str, seats, price, term_months| OrderLine {
            product: ProductId(1),
            title: title.into(),
            seats,
            price: Kopecks(price),
            term_months,
            pool: None,
        };
        let mut order = Order {
            id: OrderId(12),
            state: OrderState::Raised,
            author: "Анна".into(),
            author_email: "anna@lotus.example".into(),
            created_at: Date::new(2026, 11, 21).unwrap().start(),
            settled_at: None,
            seller: Seller {
                name: "ООО «Лицентия»".into(), inn: "7736050003".into(), ..Seller::default()
            },
            buyer: Buyer {
                name: "ИП Гусева".into(),
                inn: Inn::parse("500100732259").unwrap(),
                kpp: String::new(),
                address: "Тверь".into(),
            },
            lines: vec![line("ПЭП", 1200, 30_000, Some(22)), line("УНЭП", 2, 90_050, None)],
        };
        let text = InvoiceText::of(&order);
        assert_eq!(text.heading, "Счёт на оплату № Л-000012 от 21.11.2026");
        assert_eq!(text.parties[1].1, "ИП Гусева, ИНН 500100732259, Тверь", "a sole proprietor has no КПП");
        let first = ["1", "Лицензия «ПЭП», на 22\u{a0}месяца", "1\u{a0}200", "шт.", "300,00", "360\u{a0}000,00"];
        assert_eq!(text.lines[0], first);
        assert_eq!(text.lines[1][1], "Лицензия «УНЭП», бессрочно");
        assert_eq!(
            (text.total.as_str(), text.words.as_str()),
            ("361\u{a0}801,00", "Триста шестьдесят одна тысяча восемьсот один рубль 00 копеек")
        );
        assert!(text.count.starts_with("Всего наименований 2, на сумму 361\u{a0}801,00 руб."));
        assert_eq!(text.settled, None);
        order.settled_at = Some(Date::new(2026, 11, 24).unwrap().start());
        order.state = OrderState::Paid;
        assert_eq!(InvoiceText::of(&order).settled.unwrap(), "Оплачен 24.11.2026");
        order.state = OrderState::Cancelled;
        assert_eq!(InvoiceText::of(&order).settled.unwrap(), "Заказ отменён. Не оплачивайте этот счёт.");
    }
}
