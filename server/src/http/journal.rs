//! «Журнал» and its file.

use app::i18n::{JournalWords, Lang, date_time};
use app::pages::{Page, author, parse_journal, wrong_days};
use app::ssr::{Preferences, Visitor};
use axum::Extension;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Uri, header};
use axum::response::{IntoResponse, Response};
use domain::{DeskError, Journal, JournalFilter};
use futures_util::{StreamExt, stream};
use service::{Actor, Desk};

use super::pages::{asked, show};
use super::{Hall, csv, errors};

pub(super) async fn list(State(hall): State<Hall>, mut request: Request) -> Response {
    let (actor, query) = asked(&mut request).await;
    let page = async {
        let actor = actor?;
        let (filter, before) = parse_journal(&query);
        let journal = hall.desk.journal(&actor, &filter, before).await?;
        let authors = hall.desk.journal_authors(&actor).await?;
        Ok(Page::Journal {
            frame: hall.desk.frame(&actor).await?,
            path: "/log",
            journal,
            authors,
            filter,
            wrong: wrong_days(&query),
            later: before.is_some(),
        })
    };
    let page = page.await;
    show(hall, request, page).await
}

/// Every entry that the filter finds, newest first, with all its details.
pub(super) async fn file(
    State(hall): State<Hall>,
    Extension(visitor): Extension<Visitor>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let lang = Preferences::of(&headers).lang;
    let (filter, _) = parse_journal(uri.query().unwrap_or_default());
    match prepare(hall.desk, visitor, filter, lang).await {
        Ok(response) => response,
        Err(error) => errors::page(&headers, &error),
    }
}

async fn prepare(desk: Desk, visitor: Visitor, filter: JournalFilter, lang: Lang) -> Result<Response, DeskError> {
    let actor = visitor.actor?;
    let first = desk.export_journal(&actor, &filter, None).await?;
    let (t, j) = (lang.texts(), lang.journaling());
    let heading = [j.place, t.when, j.author, j.address, j.group, j.object, j.details, "SHA-256"];
    let start = Some(Ok((["\u{feff}".to_owned(), csv::line(&heading)].concat() + &lines(lang, &first), first.next)));
    let parts = stream::unfold(start, move |part: Option<Result<(String, Option<i64>), ()>>| {
        let (desk, actor) = (desk.clone(), actor.clone());
        async move {
            match part? {
                Ok((text, None)) => Some((Ok(text), None)),
                Ok((text, Some(before))) => Some((Ok(text), Some(follow(&desk, &actor, &filter, before, lang).await))),
                // The connection breaks off: nobody takes a part for the whole.
                Err(()) => Some((Err(std::io::Error::other("the log could not be read to its end")), None)),
            }
        }
    });
    // Compression asks once more after the end.
    let body = Body::from_stream(parts.fuse());
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"licentia-log.csv\""),
    ];
    Ok((headers, body).into_response())
}

async fn follow(
    desk: &Desk,
    actor: &Actor,
    filter: &JournalFilter,
    before: i64,
    lang: Lang,
) -> Result<(String, Option<i64>), ()> {
    let actor = desk.again(actor).await.map_err(drop)?;
    let next = desk.export_journal(&actor, filter, Some(before)).await.map_err(drop)?;
    Ok((lines(lang, &next), next.next))
}

fn lines(lang: Lang, journal: &Journal) -> String {
    let line = |row: &domain::JournalRow| {
        let author = author(lang, row);
        let address = row.address.as_deref().unwrap_or_default();
        let (seq, at, act) = (row.seq.to_string(), date_time(row.at), lang.act(&row.act));
        csv::line(&[&seq, &at, &author, address, &act, &row.object, &row.details, &row.hash])
    };
    journal.rows.iter().map(line).collect()
}
