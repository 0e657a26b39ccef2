//! The invoice as a PDF file: A4, on as many pages as it takes, its text to be searched and copied.

mod face;
mod sheet;

use domain::{Date, InvoiceText};
use krilla::Document;
use krilla::metadata::{DateTime, Metadata};

use face::Faces;
use sheet::{BOLD, BREADTH, HEADING, LEFT, Look, PAD, PALE, PLAIN, SMALL, Sheet};

/// Writes it; `day` is the invoice's. The same invoice gives the same bytes.
///
/// # Errors
/// For the log: the fonts inside of the binary cannot be read, or embedded.
pub fn pdf(text: &InvoiceText, day: Date) -> Result<Vec<u8>, String> {
    let sheet = lay_out(text).ok_or("the fonts cannot be read")?;
    let mut document = Document::new();
    let (year, month, of_month) = day.parts();
    let made = DateTime::new(u16::try_from(year).unwrap_or_default()).month(month).day(of_month);
    document.set_metadata(Metadata::new().title(text.heading.clone()).language("ru".to_owned()).creation_date(made));
    sheet.draw(&mut document, &text.heading);
    document.finish().map_err(|error| format!("{error:?}"))
}

fn lay_out(text: &InvoiceText) -> Option<Sheet> {
    let mut sheet = Sheet::new(Faces::new()?);
    if let Some(settled) = &text.settled {
        stamp(&mut sheet, settled);
    }
    bank(&mut sheet, text);
    sheet.y += 20.0;
    let heading = sheet.wrap(HEADING, &text.heading, BREADTH);
    sheet.y = sheet.lines(LEFT, sheet.y, HEADING, heading) + 4.0;
    sheet.rule(LEFT, sheet.y, BREADTH);
    sheet.y += 10.0;
    parties(&mut sheet, text);
    sheet.y += 8.0;
    goods(&mut sheet, text);
    sheet.y += 10.0;
    end(&mut sheet, text);
    Some(sheet)
}

/// What is read before anything is paid.
fn stamp(sheet: &mut Sheet, text: &str) {
    let pad = 2.0 * PAD;
    let lines = sheet.wrap(HEADING, text, BREADTH - 2.0 * pad);
    let below = sheet.lines(LEFT + pad, sheet.y + pad, HEADING, lines) + pad;
    sheet.frame(LEFT, sheet.y, BREADTH, below - sheet.y);
    sheet.y = below + 14.0;
}

/// The block from which a payment order is filled in.
fn bank(sheet: &mut Sheet, text: &InvoiceText) {
    let bank = &text.bank;
    // Left half: the bank, ИНН and КПП, who is paid; then the labels, then what they are of.
    let (left, label) = (BREADTH * 0.56, 44.0);
    let (labels, values) = (LEFT + left, LEFT + left + label);
    let row = PLAIN.leading() + 2.0 * PAD;
    let (name, value) = (left - 2.0 * PAD, BREADTH - left - label - 2.0 * PAD);
    let of_bank = sheet.wrap(PLAIN, &bank.bank, name);
    let of_name = sheet.wrap(PLAIN, &bank.name, name);
    let height = |lines: &[String]| lines.len() as f32 * PLAIN.leading() + SMALL.leading() + 2.0 * PAD;
    let first = height(&of_bank).max(2.0 * row);
    let last = height(&of_name);
    let top = sheet.y;

    let below = sheet.lines(LEFT + PAD, top + PAD, PLAIN, of_bank);
    sheet.line(LEFT + PAD, below, SMALL, InvoiceText::BANK.to_owned());
    sheet.frame(LEFT, top, left, first);
    let right = |sheet: &mut Sheet, y: f32, name: &str, text: &str, height: f32| {
        sheet.line(labels + PAD, y + PAD, PALE, name.to_owned());
        let lines = sheet.wrap(PLAIN, text, value);
        sheet.lines(values + PAD, y + PAD, PLAIN, lines);
        sheet.frame(labels, y, label, height);
        sheet.frame(values, y, value + 2.0 * PAD, height);
    };
    // In the order in which it is read: who copies the text gets it so.
    right(sheet, top, InvoiceText::BIC, &bank.bic, row);
    right(sheet, top + row, InvoiceText::ACCOUNT, &bank.correspondent_account, first - row);
    let middle = top + first;
    for (x, text) in [(LEFT, &bank.inn), (LEFT + left / 2.0, &bank.kpp)] {
        sheet.line(x + PAD, middle + PAD, PLAIN, text.clone());
        sheet.frame(x, middle, left / 2.0, row);
    }
    right(sheet, middle, InvoiceText::ACCOUNT, &bank.account, row + last);
    let below = sheet.lines(LEFT + PAD, middle + row + PAD, PLAIN, of_name);
    sheet.line(LEFT + PAD, below, SMALL, InvoiceText::RECIPIENT.to_owned());
    sheet.frame(LEFT, middle + row, left, last);
    sheet.y = middle + row + last;
}

/// Who sells, who buys, what is paid for.
fn parties(sheet: &mut Sheet, text: &InvoiceText) {
    let wide = text.parties.iter().map(|(label, _)| sheet.width(PALE, label)).fold(0.0, f32::max) + 10.0;
    for (label, text) in &text.parties {
        let lines = sheet.wrap(PLAIN, text, BREADTH - wide);
        if !sheet.fits(lines.len() as f32 * PLAIN.leading()) {
            sheet.turn();
        }
        sheet.line(LEFT, sheet.y, PALE, (*label).to_owned());
        sheet.y = sheet.lines(LEFT + wide, sheet.y, PLAIN, lines) + 4.0;
    }
}

/// Columns of the table of goods.
#[derive(Clone, Copy)]
struct Column {
    x: f32,
    width: f32,
    figures: bool,
}

/// The titles take what figures leave, which are never broken.
fn columns(sheet: &Sheet, text: &InvoiceText) -> Vec<Column> {
    let widest = |place: usize| {
        let cells = text.lines.iter().filter_map(|line| line.get(place)).map(|cell| sheet.width(PLAIN, cell));
        let head = InvoiceText::COLUMNS.get(place).map_or(0.0, |head| sheet.width(BOLD, head));
        cells.fold(head, f32::max) + 2.0 * PAD
    };
    // The total stands below the last column.
    let least = |place: usize| if place == 5 { sheet.width(BOLD, &text.total) + 2.0 * PAD } else { 0.0 };
    let titles = 1;
    let widths: Vec<f32> =
        (0..6).map(|place| if place == titles { 0.0 } else { widest(place).max(least(place)) }).collect();
    let rest = (BREADTH - widths.iter().sum::<f32>()).max(BREADTH / 4.0);
    let mut x = LEFT;
    let widths = widths.into_iter().zip(InvoiceText::FIGURES).enumerate();
    widths
        .map(|(place, (width, figures))| {
            let column = Column { x, width: if place == titles { rest } else { width }, figures };
            x += column.width;
            column
        })
        .collect()
}

fn goods(sheet: &mut Sheet, text: &InvoiceText) {
    let columns = columns(sheet, text);
    let head = |sheet: &mut Sheet| {
        Row::new(sheet, &columns, &InvoiceText::COLUMNS.map(str::to_owned), BOLD).write(sheet, &columns);
    };
    let mut fresh = true;
    for line in &text.lines {
        let row = Row::new(sheet, &columns, line, PLAIN);
        // A head is not left alone on a page.
        let needed = if fresh { row.height + PLAIN.leading() + 2.0 * PAD } else { row.height };
        if !sheet.fits(needed) {
            sheet.turn();
            fresh = true;
        }
        if std::mem::take(&mut fresh) {
            head(sheet);
        }
        row.write(sheet, &columns);
    }
    let height = PLAIN.leading() + 2.0 * PAD;
    if !sheet.fits(height) {
        sheet.turn();
        head(sheet);
    }
    if let Some(last) = columns.last() {
        sheet.line_before(last.x - PAD, sheet.y + PAD, PLAIN, InvoiceText::TOTAL.to_owned());
        sheet.line_before(last.x + last.width - PAD, sheet.y + PAD, BOLD, text.total.clone());
        sheet.frame(LEFT, sheet.y, last.x - LEFT, height);
        sheet.frame(last.x, sheet.y, last.width, height);
    }
    sheet.y += height;
}

/// A row whose titles are broken into lines.
struct Row {
    cells: Vec<Vec<String>>,
    look: Look,
    height: f32,
}

impl Row {
    fn new(sheet: &Sheet, columns: &[Column], cells: &[String; 6], look: Look) -> Self {
        let broken = |(column, cell): (&Column, &String)| {
            if column.figures { vec![cell.clone()] } else { sheet.wrap(look, cell, column.width - 2.0 * PAD) }
        };
        let cells: Vec<Vec<String>> = columns.iter().zip(cells).map(broken).collect();
        let lines = cells.iter().map(Vec::len).max().unwrap_or_default();
        Self { cells, look, height: lines as f32 * look.leading() + 2.0 * PAD }
    }

    fn write(self, sheet: &mut Sheet, columns: &[Column]) {
        for (column, lines) in columns.iter().zip(self.cells) {
            let y = sheet.y + PAD;
            if column.figures {
                sheet.line_before(column.x + column.width - PAD, y, self.look, lines.concat());
            } else {
                sheet.lines(column.x + PAD, y, self.look, lines);
            }
            sheet.frame(column.x, sheet.y, column.width, self.height);
        }
        sheet.y += self.height;
    }
}

/// What it comes to, and who signs: together on one page.
fn end(sheet: &mut Sheet, text: &InvoiceText) {
    let count = sheet.wrap(PLAIN, &text.count, BREADTH);
    let words = sheet.wrap(BOLD, &text.words, BREADTH);
    let label = sheet.width(PLAIN, InvoiceText::DIRECTOR);
    let (line, gap, above) = (150.0, 8.0, 34.0);
    let name = LEFT + label + line + 2.0 * gap;
    let director = sheet.wrap(PLAIN, &text.director, LEFT + BREADTH - name);
    let height = (count.len() + words.len() + director.len()) as f32 * PLAIN.leading() + above;
    if !sheet.fits(height) {
        sheet.turn();
    }
    let below = sheet.lines(LEFT, sheet.y, PLAIN, count);
    let below = sheet.lines(LEFT, below, BOLD, words) + above;
    sheet.line(LEFT, below, PLAIN, InvoiceText::DIRECTOR.to_owned());
    sheet.rule(LEFT + label + gap, below + PLAIN.leading(), line);
    sheet.y = sheet.lines(name, below, PLAIN, director);
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use super::*;
    use domain::BankText;

    fn text(lines: usize, title: &str) -> InvoiceText {
        let line =
            |place: usize| [&place.to_string(), title, "10", "шт.", "300,00", "3\u{a0}000,00"].map(str::to_owned);
        InvoiceText {
            number: "Л-000012".into(),
            heading: "Счёт на оплату № Л-000012 от 21.11.2026".into(),
            settled: None,
            bank: BankText {
                bank: "АО «Банк»".into(),
                bic: "044525225".into(),
                correspondent_account: "30101810400000000225".into(),
                inn: "ИНН 7707083893".into(),
                kpp: "КПП 773601001".into(),
                account: "40702810000000000001".into(),
                name: "ООО «Лицентия»".into(),
            },
            parties: ["Поставщик:", "Покупатель:", "Назначение платежа:"].map(|label| (label, title.to_owned())),
            lines: (1..=lines).map(line).collect(),
            total: "7\u{a0}800,00".into(),
            count: format!("Всего наименований {lines}"),
            words: "Семь тысяч восемьсот рублей 00 копеек".into(),
            director: "Иванов И. И.".into(),
        }
    }

    /// Above the lower margin, with half a hair of the last frame.
    const LOWEST: f32 = 841.89 - 48.0 + 0.5;

    fn day() -> Date {
        Date::new(2026, 11, 21).unwrap()
    }

    #[test]
    fn pages_are_as_many_as_it_takes() {
        let pages = |lines| lay_out(&text(lines, "Лицензия «ПЭП», на 12 месяцев")).unwrap().count();
        assert_eq!((pages(1), pages(20), pages(200)), (1, 1, 7));
        let long = "Общество с ограниченной ответственностью «Ромашка» ".repeat(6);
        assert!(lay_out(&text(200, &long)).unwrap().count() > pages(200));
        // Whatever it has to say, it comes to an end, and nothing is below the margin.
        for lines in 0..60 {
            let sheet = lay_out(&text(lines, "ПЭП")).unwrap();
            assert!(sheet.lowest() <= LOWEST, "{lines}");
        }
        // One that never turns the page is found out.
        let mut sheet = lay_out(&text(60, "ПЭП")).unwrap();
        bank(&mut sheet, &text(1, "ПЭП"));
        goods(&mut sheet, &text(1, "ПЭП"));
        sheet.y += 600.0;
        bank(&mut sheet, &text(1, "ПЭП"));
        assert!(sheet.lowest() > LOWEST);
    }

    #[test]
    fn what_is_not_to_be_paid_says_so_on_top() {
        let plain = text(1, "ПЭП");
        let settled = InvoiceText { settled: Some("Оплачен 24.11.2026".into()), ..plain.clone() };
        assert_eq!(lay_out(&plain).unwrap().first(), Some("АО «Банк»"));
        let sheet = lay_out(&settled).unwrap();
        assert_eq!(sheet.first(), Some("Оплачен 24.11.2026"));
        assert!(sheet.lowest() > lay_out(&plain).unwrap().lowest(), "the rest is below it");
    }

    #[test]
    fn lines_are_broken_between_words_and_nothing_is_lost() {
        let face = Faces::new().unwrap().regular;
        let text = "117997, г.\u{a0}Москва, ул. Вавилова, д. 19, помещение 1201, этаж 12, комната 15";
        let lines = face.wrap(text, 9.5, 120.0);
        assert!(lines.len() > 2 && lines.iter().all(|line| face.width(line, 9.5) <= 120.0), "{lines:?}");
        assert_eq!(lines.join(" "), text);
        let word = "ж".repeat(300);
        let lines = face.wrap(&word, 9.5, 120.0);
        assert!(lines.iter().all(|line| face.width(line, 9.5) <= 120.5), "{lines:?}");
        assert_eq!(lines.concat(), word);
        assert_eq!(face.wrap(" \n ", 9.5, 120.0), [""]);
    }

    #[test]
    fn the_fonts_have_what_invoices_need() {
        let faces = Faces::new().unwrap();
        let letters: String =
            ('А'..='я').chain("ЁёABCXYZabcxyz0123456789 \u{a0}«»„“—–-№₽.,:;()%/+*\"'&@".chars()).collect();
        for face in [&faces.regular, &faces.bold] {
            for letter in letters.chars() {
                let glyphs = face.shape(&letter.to_string());
                assert!(glyphs.iter().all(|glyph| glyph.glyph_id.to_u32() != 0), "{letter}");
            }
            // What it has not is a box, not a fault.
            assert_eq!(face.shape("漢").len(), 1);
        }
    }

    #[test]
    fn the_same_invoice_is_the_same_file() {
        let text = text(3, "ПЭП ₽");
        let file = pdf(&text, day()).unwrap();
        assert!(file.starts_with(b"%PDF-") && file.len() < 100_000, "{}", file.len());
        assert_eq!(file, pdf(&text, day()).unwrap());
        let strange = InvoiceText { words: "a\0b\u{202e}\u{1f600}é\u{301} שלום 漢字".into(), ..text };
        pdf(&strange, day()).unwrap();
    }
}
