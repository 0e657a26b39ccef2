//! An operation's report as CSV, for the spreadsheet of a Russian office: UTF-8 with a mark, semicolons.

use app::i18n::{Lang, Words};
use app::ssr::{Preferences, Visitor};
use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use domain::{DeskError, Kind, OperationId, Outcome, ReportRow};
use futures_util::{StreamExt, stream};
use service::{Actor, Desk};

use super::{Hall, errors};

/// `GET /operations/12/report.csv`: everybody of the report, the rejected first.
pub(super) async fn report(
    State(hall): State<Hall>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<i64>,
    headers: HeaderMap,
) -> Response {
    match prepare(hall.desk, visitor, OperationId(id), Preferences::of(&headers).lang).await {
        Ok(response) => response,
        Err(error) => errors::page(&headers, &error),
    }
}

async fn prepare(desk: Desk, visitor: Visitor, id: OperationId, lang: Lang) -> Result<Response, DeskError> {
    let actor = visitor.actor?;
    let kind = desk.report(&actor, id, 1).await?.summary.kind;
    let first = desk.export(&actor, id, 0).await?;
    let head = ["\u{feff}".to_owned(), line(&heading(lang))].concat();
    let start = Some((head + &lines(lang, kind, &first.rows), first.next));
    let parts = stream::unfold(start, move |part| {
        let (desk, actor) = (desk.clone(), actor.clone());
        async move {
            let (text, next) = part?;
            let following = match next {
                Some(from) => follow(&desk, &actor, id, from, lang, kind).await,
                None => None,
            };
            Some((Ok::<_, std::convert::Infallible>(text), following))
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

async fn follow(
    desk: &Desk,
    actor: &Actor,
    id: OperationId,
    from: usize,
    lang: Lang,
    kind: Kind,
) -> Option<(String, Option<usize>)> {
    let part = desk.export(actor, id, from).await.ok()?;
    Some((lines(lang, kind, &part.rows), part.next))
}

fn heading(lang: Lang) -> [&'static str; 4] {
    let t = lang.texts();
    [t.col_user, t.email, t.state, t.remedy]
}

fn lines(lang: Lang, kind: Kind, rows: &[ReportRow]) -> String {
    let text = |row: &ReportRow| {
        let remedy = match row.outcome {
            Outcome::Rejected(reason) => lang.remedy(reason),
            Outcome::Accepted => "",
        };
        line(&[&row.name, &row.email, lang.outcome(row.outcome, kind), remedy])
    };
    rows.iter().map(text).collect()
}

/// A line of fields. What a spreadsheet would take for a formula is shown as text (OWASP, CSV injection).
fn line(fields: &[&str]) -> String {
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
