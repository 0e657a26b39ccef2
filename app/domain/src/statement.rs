//! A bank statement in the exchange format of 1C («1CClientBankExchange», versions 1.01–1.03), and which invoices it pays.

use crate::{Date, Kopecks};

/// A payment that came to the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementPayment {
    /// «Номер» and «Дата» of the payment order: with the payer's ИНН they name it.
    pub number: String,
    pub date: Date,
    pub amount: Kopecks,
    pub payer: String,
    pub payer_inn: String,
    pub payer_account: String,
    /// «НазначениеПлатежа»
    pub purpose: String,
}

/// Why a statement cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    #[error("the file does not begin with 1CClientBankExchange")]
    NotAStatement,
    #[error("line {line}: {field} is not as the format wants it")]
    Field { line: usize, field: &'static str },
    #[error("the file is cut off: it does not end with КонецФайла")]
    CutOff,
}

/// The payments received on one of the accounts of the statement.
///
/// # Errors
/// What is wrong, and in which line: nothing is taken from a statement that cannot be read to its end.
pub fn statement(text: &str) -> Result<Vec<StatementPayment>, StatementError> {
    let mut lines = text.trim_start_matches('\u{feff}').lines().map(str::trim_end).enumerate();
    if lines.next().map(|(_, line)| line) != Some("1CClientBankExchange") {
        return Err(StatementError::NotAStatement);
    }
    let mut payments = Vec::new();
    let mut accounts: Vec<String> = Vec::new();
    let mut document: Option<Document> = None;
    let mut ended = false;
    for (number, line) in lines {
        let (name, value) = line.split_once('=').unwrap_or((line, ""));
        let wrong = |field| StatementError::Field { line: number + 1, field };
        match (name, document.as_mut()) {
            ("СекцияДокумент", None) => document = Some(Document::default()),
            ("СекцияДокумент" | "КонецФайла", Some(_)) => return Err(wrong("КонецДокумента")),
            ("КонецДокумента", Some(_)) => {
                // Without it nobody can tell what came from what went.
                if accounts.is_empty() {
                    return Err(wrong("РасчСчет"));
                }
                if let Some(done) = document.take() {
                    payments.extend(done.payment(&accounts).map_err(wrong)?);
                }
            }
            ("КонецФайла", None) => ended = true,
            ("РасчСчет", None) if !value.trim().is_empty() => accounts.push(value.trim().to_owned()),
            (_, Some(open)) => open.take(name, value),
            _ => {}
        }
    }
    if ended { Ok(payments) } else { Err(StatementError::CutOff) }
}

#[derive(Default)]
struct Document {
    number: String,
    date: String,
    received: String,
    amount: String,
    payer: String,
    payer_inn: String,
    payer_account: String,
    account: String,
    purpose: String,
}

impl Document {
    fn take(&mut self, name: &str, value: &str) {
        let field = match name {
            "Номер" => &mut self.number,
            "Дата" => &mut self.date,
            "ДатаПоступило" => &mut self.received,
            "Сумма" => &mut self.amount,
            // Some banks write «Плательщик1» for the name alone.
            "Плательщик" | "Плательщик1" => &mut self.payer,
            "ПлательщикИНН" => &mut self.payer_inn,
            "ПлательщикСчет" | "ПлательщикРасчСчет" => &mut self.payer_account,
            "ПолучательСчет" | "ПолучательРасчСчет" => &mut self.account,
            "НазначениеПлатежа" => &mut self.purpose,
            _ => return,
        };
        // Of two fields that mean the same, the one that is filled in.
        if !value.trim().is_empty() {
            value.trim().clone_into(field);
        }
    }

    /// `None` for what was paid by us.
    fn payment(self, accounts: &[String]) -> Result<Option<StatementPayment>, &'static str> {
        if !accounts.contains(&self.account) {
            return Ok(None);
        }
        let date = if self.received.is_empty() { &self.date } else { &self.received };
        Ok(Some(StatementPayment {
            date: day(date).ok_or("Дата")?,
            amount: Kopecks::parse(&self.amount).ok_or("Сумма")?,
            number: self.number,
            payer: self.payer,
            payer_inn: self.payer_inn,
            payer_account: self.payer_account,
            purpose: self.purpose,
        }))
    }
}

/// ДД.ММ.ГГГГ
fn day(text: &str) -> Option<Date> {
    let mut parts = text.splitn(3, '.');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]
mod tests {
    use super::*;

    const FILE: &str = "\
1CClientBankExchange
ВерсияФормата=1.03
Кодировка=Windows
Отправитель=Банк
РасчСчет=40702810900000000001
СекцияРасчСчет
ДатаНачала=20.11.2026
РасчСчет=40702810900000000001
КонецРасчСчет
СекцияДокумент=Платежное поручение
Номер=17
Дата=20.11.2026
Сумма=12000.00
ПлательщикИНН=7707083893
Плательщик1=ООО «Ромашка»
ПолучательСчет=40702810900000000001
ДатаПоступило=21.11.2026
НазначениеПлатежа=Оплата по счету Л-000012 от 20.11.2026, НДС не облагается
КонецДокумента
СекцияДокумент=Платежное поручение
Номер=4
Дата=21.11.2026
Сумма=500.00
ПолучательСчет=40702810900000000009
НазначениеПлатежа=Аренда
КонецДокумента
КонецФайла
";

    #[test]
    fn what_was_received_is_read() {
        let payments = statement(FILE).unwrap();
        assert_eq!(payments.len(), 1, "what was paid by us is left out");
        let paid = &payments[0];
        assert_eq!((paid.number.as_str(), paid.date.to_string()), ("17", "21.11.2026".to_owned()));
        assert_eq!((paid.amount, paid.payer_inn.as_str()), (Kopecks(1_200_000), "7707083893"));
        assert_eq!(paid.payer, "ООО «Ромашка»");
        // Some banks fill in both fields of the account, or leave one empty.
        let both = FILE.replace("ДатаПоступило=21", "ПолучательРасчСчет=\nДатаПоступило=21");
        assert_eq!(statement(&both).unwrap(), payments);
        // As Windows writes it, and with a mark.
        let windows = format!("\u{feff}{}", FILE.replace('\n', "\r\n"));
        assert_eq!(statement(&windows).unwrap(), payments);
    }

    #[test]
    fn what_cannot_be_read_is_said_with_its_line() {
        assert_eq!(statement("ВерсияФормата=1.03"), Err(StatementError::NotAStatement));
        assert_eq!(statement(""), Err(StatementError::NotAStatement));
        let cut = FILE.replace("КонецФайла", "");
        assert_eq!(statement(&cut), Err(StatementError::CutOff));
        let half = FILE.rsplit_once("КонецДокумента").unwrap().0.to_owned() + "КонецФайла";
        assert!(matches!(statement(&half), Err(StatementError::Field { field: "КонецДокумента", .. })));
        let nested = FILE.replacen("КонецДокумента\n", "", 1);
        assert!(matches!(statement(&nested), Err(StatementError::Field { field: "КонецДокумента", .. })));
        let whose = FILE.replace("РасчСчет=40702810900000000001\n", "");
        assert!(matches!(statement(&whose), Err(StatementError::Field { field: "РасчСчет", .. })));
        let wrong = FILE.replace("Сумма=12000.00", "Сумма=двенадцать");
        assert_eq!(statement(&wrong), Err(StatementError::Field { line: 19, field: "Сумма" }));
        let wrong = FILE.replace("ДатаПоступило=21.11.2026", "ДатаПоступило=31.02.2026");
        assert_eq!(statement(&wrong), Err(StatementError::Field { line: 19, field: "Дата" }));
    }
}
