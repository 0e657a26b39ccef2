//! An operation's report as CSV, for the spreadsheet of a Russian office: UTF-8 with a mark, semicolons.

use app::i18n::{Lang, ManageWords, Words};
use app::ssr::{Preferences, Visitor};
use axum::Extension;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use domain::{DeskError, OperationId, OperationSummary, Outcome, ReportRow, RuledProduct};
use futures_util::{StreamExt, stream};
use service::{Actor, Desk, ManagedChunk, ManagedRow};

use super::{Hall, errors};

/// `GET /operations/12/report.csv`: everybody of the report, the rejected first.
pub(super) async fn report(
    State(hall): State<Hall>,
    Extension(visitor): Extension<Visitor>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Response {
    let lang = Preferences::of(&headers).lang;
    let answer = match id.ok().and_then(|Path(id)| id.parse().ok()) {
        Some(id) => prepare(hall.desk, visitor, id, lang).await,
        None => Err(DeskError::UnknownOperation),
    };
    match answer {
        Ok(response) => response,
        Err(error) => errors::page(&headers, &error),
    }
}

async fn prepare(desk: Desk, visitor: Visitor, id: OperationId, lang: Lang) -> Result<Response, DeskError> {
    let actor = visitor.actor?;
    let operation = desk.report(&actor, id, 1).await?.summary;
    let (text, next) = part(&desk, &actor, lang, &operation, 0).await?;
    let start = Part::Read(format!("\u{feff}{text}"), next);
    let parts = stream::unfold(start, move |part| {
        let (desk, actor, operation) = (desk.clone(), actor.clone(), operation.clone());
        async move {
            match part {
                Part::Read(text, None) => Some((Ok(text), Part::Over)),
                Part::Read(text, Some(from)) => {
                    Some((Ok(text), follow(&desk, &actor, from, lang, &operation).await.unwrap_or(Part::Lost)))
                }
                // The connection breaks off: nobody takes a part for the whole.
                Part::Lost => Some((Err(std::io::Error::other("the report could not be read to its end")), Part::Over)),
                Part::Over => None,
            }
        }
    });
    // Compression asks once more after the end.
    let parts = parts.fuse();
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"licentia-{id}.csv\"")),
    ];
    Ok((headers, Body::from_stream(parts)).into_response())
}

/// What of an export comes next.
enum Part {
    /// Lines, and where those after them begin.
    Read(String, Option<usize>),
    /// The database has failed in between.
    Lost,
    Over,
}

async fn follow(
    desk: &Desk,
    actor: &Actor,
    from: usize,
    lang: Lang,
    operation: &OperationSummary,
) -> Result<Part, DeskError> {
    // What they may see may be less by now.
    let (text, next) = part(desk, &desk.again(actor).await?, lang, operation, from).await?;
    Ok(Part::Read(text, next))
}

/// Lines from a place on, the first with their heading; and where the next begin.
async fn part(
    desk: &Desk,
    actor: &Actor,
    lang: Lang,
    operation: &OperationSummary,
    from: usize,
) -> Result<(String, Option<usize>), DeskError> {
    if let Some(managed) = desk.managed_export(actor, operation.id, from).await? {
        let head = if from == 0 { line(&managed_heading(lang, &managed.products)) } else { String::new() };
        let rows = managed.rows.iter().map(|row| managed_line(lang, row, &managed));
        return Ok((head + &rows.collect::<String>(), managed.next));
    }
    let part = desk.export(actor, operation.id, from).await?;
    let head = if from == 0 { line(&heading(lang)) } else { String::new() };
    Ok((head + &lines(lang, operation, &part.rows), part.next))
}

/// Of several products: a column for each.
fn managed_heading(lang: Lang, products: &[RuledProduct]) -> Vec<&str> {
    let t = lang.texts();
    let products = products.iter().map(|known| known.product.title.as_str());
    [t.col_user, t.email, lang.managing().result, t.remedy].into_iter().chain(products).collect()
}

fn managed_line(lang: Lang, row: &ManagedRow, chunk: &ManagedChunk) -> String {
    let m = lang.managing();
    let (result, remedy) = match row.outcome {
        Outcome::LeftOut(_) => {
            let remedies = lang.mends(&row.faults, &chunk.wish, &chunk.all);
            (lang.faults(&row.faults, &chunk.all).join(" / "), remedies.join(" / "))
        }
        Outcome::Accepted if chunk.carried_out => (m.updated.to_owned(), String::new()),
        _ => (m.unchanged.to_owned(), String::new()),
    };
    let turned = |known: &RuledProduct| {
        let turn = row.turns.iter().find(|turn| turn.product == known.product.id);
        turn.map(|turn| lang.turned(&turn.turned, known)).unwrap_or_default()
    };
    let turns: Vec<String> = chunk.products.iter().map(turned).collect();
    let first = [row.name.as_str(), &row.email, &result, &remedy];
    let fields: Vec<&str> = first.into_iter().chain(turns.iter().map(String::as_str)).collect();
    line(&fields)
}

fn heading(lang: Lang) -> [&'static str; 4] {
    let t = lang.texts();
    [t.col_user, t.email, t.state, t.remedy]
}

fn lines(lang: Lang, operation: &OperationSummary, rows: &[ReportRow]) -> String {
    let text = |row: &ReportRow| {
        let remedy = match row.outcome {
            Outcome::Rejected(reason) => lang.remedy(reason),
            Outcome::Accepted | Outcome::LeftOut(_) | Outcome::Unchanged => "",
        };
        line(&[&row.name, &row.email, &lang.outcome(row.outcome, operation), remedy])
    };
    rows.iter().map(text).collect()
}

/// A line of fields. What a spreadsheet would take for a formula is shown as text (OWASP, CSV injection).
pub(super) fn line(fields: &[&str]) -> String {
    let mut writer =
        ::csv::WriterBuilder::new().delimiter(b';').terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
    let harmless = fields.iter().map(|field| {
        if field.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{field}") } else { (*field).to_owned() }
    });
    let written = writer.write_record(harmless).is_ok();
    let bytes = writer.into_inner().unwrap_or_default();
    if written { String::from_utf8(bytes).unwrap_or_default() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_shown_as_text_and_quotes_are_kept() {
        assert_eq!(line(&["=1+1", "a;b", "\"x\"", "Ворон"]), "'=1+1;\"a;b\";\"\"\"x\"\"\";Ворон\r\n");
    }
}
