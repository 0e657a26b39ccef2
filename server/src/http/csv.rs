//! An operation's report as CSV, for the spreadsheet of a Russian office: UTF-8 with a mark, semicolons.

use app::i18n::{Lang, Words};
use app::ssr::{Preferences, Visitor};
use axum::Extension;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use domain::{DeskError, OperationId, OperationSummary, Outcome, ReportRow};
use futures_util::{StreamExt, stream};
use service::{Actor, Desk};

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
    let first = desk.export(&actor, id, 0).await?;
    let head = ["\u{feff}".to_owned(), line(&heading(lang))].concat();
    let start = Part::Read(head + &lines(lang, &operation, &first.rows), first.next);
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
    let part = desk.export(&desk.again(actor).await?, operation.id, from).await?;
    Ok(Part::Read(lines(lang, operation, &part.rows), part.next))
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
