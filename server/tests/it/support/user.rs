//! Somebody at the desk.

use std::collections::BTreeMap;

use domain::{
    Counts, Deed, Deletion, DeskError, Directory, Filter, Frame, IdSet, MemberId, MemberRow, OperationId,
    OperationSummary, Operations, OrganizationId, PoolId, Preview, Report, Selection, View,
};
use serde_json::{Value, json};

use super::{Answer, Ask, Client};

#[derive(Clone)]
pub struct User {
    client: Client,
    /// The value of the session cookie.
    pub session: Option<String>,
    /// Before every address: the door to a customer's desk.
    door: String,
}

impl User {
    pub fn new(client: Client) -> Self {
        Self { client, session: None, door: String::new() }
    }

    /// The same at the desk of a customer.
    pub fn at(&self, customer: OrganizationId) -> Self {
        Self { door: format!("/for/{customer}"), ..self.clone() }
    }

    pub fn client(&self) -> &Client {
        &self.client
    }

    pub fn cookie_name(&self) -> &'static str {
        if self.client.tls { "__Host-licentia" } else { "licentia" }
    }

    /// The `Cookie` line of this user.
    pub fn cookie(&self) -> Option<String> {
        self.session.as_ref().map(|session| format!("{}={session}", self.cookie_name()))
    }

    pub fn ask(&self, method: &'static str, path: &str) -> Ask {
        let ask = self.client.ask(method, &format!("{}{path}", self.door));
        match self.cookie() {
            Some(cookie) => ask.header("cookie", cookie),
            None => ask,
        }
    }

    pub fn post(&self, endpoint: &str) -> Ask {
        self.ask("POST", &format!("/api/{endpoint}"))
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path).send().await
    }

    /// Keeps the session of the answer.
    pub async fn sign_in(&mut self, email: &str, password: &str) -> Result<Answer, DeskError> {
        let answer = self.ask_sign_in(email, password).send().await;
        answer.result::<()>()?;
        let line = answer.cookie(self.cookie_name()).expect("a session");
        let value = line.split_once('=').unwrap().1.split(';').next().unwrap();
        self.session = Some(value.to_owned());
        Ok(answer)
    }

    pub fn ask_sign_in(&self, email: &str, password: &str) -> Ask {
        self.post("sign_in").form(&[("email", email.into()), ("password", password.into())])
    }

    /// Sends the form of a page as a browser without scripts does; the page that it leads to.
    pub async fn follow_form(&self, page: &str, endpoint: &str, fields: &[(&str, String)]) -> String {
        let origin = self.client().origin();
        let ask = self.post(endpoint).form(fields).plain().header("referer", format!("{origin}{}{page}", self.door));
        let answer = ask.send().await;
        let kept = answer.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap());
        let kept = kept.map(|line| line.split(';').next().unwrap().to_owned());
        let mut cookies: Vec<String> = self.cookie().into_iter().chain(kept).collect();
        // Of two of a name, a browser keeps the newer one.
        let newer = cookies.iter().rposition(|pair| pair.starts_with(&format!("{}=", self.cookie_name())));
        if newer.is_some_and(|newer| newer > 0) {
            cookies.remove(0);
        }
        let there = answer.leads_to().trim_start_matches(&origin).trim_start_matches(&self.door);
        self.ask("GET", there).header("cookie", cookies.join("; ")).send().await.text().to_owned()
    }

    /// Goes on with the token that the session got by this answer.
    pub fn renewed_by(&mut self, answer: &Answer) {
        let line = answer.cookie(self.cookie_name()).expect("another token");
        let value = line.split_once('=').unwrap().1.split(';').next().unwrap().to_owned();
        assert_ne!(self.session.replace(value.clone()), Some(value));
    }

    pub async fn frame(&self) -> Result<Frame, DeskError> {
        self.post("frame").form(&[]).call().await
    }

    /// The organisation's pool with this code.
    pub async fn pool(&self, code: &str) -> domain::Pool {
        let pools = self.frame().await.unwrap().pools;
        pools.into_iter().find(|pool| pool.code.as_str() == code).expect("a pool with this code")
    }

    pub async fn directory(&self, view: &View, only: Option<&Selection>) -> Result<Directory, DeskError> {
        self.post("directory").json(&json!({ "view": view, "only": only })).call().await
    }

    pub async fn selected(&self, selection: &Selection) -> Result<Counts, DeskError> {
        self.post("selected").json(&json!({ "selection": selection })).call().await
    }

    /// Every row that a filter finds.
    pub async fn find(&self, filter: &Filter) -> Vec<MemberRow> {
        let mut rows = Vec::new();
        for page in 1.. {
            let view = View { filter: filter.clone(), page, size: 100, ..View::default() };
            let directory = self.directory(&view, None).await.unwrap();
            rows.extend(directory.rows);
            if rows.len() as u64 >= directory.counts.total {
                break;
            }
        }
        rows
    }

    pub async fn everybody(&self) -> BTreeMap<i64, MemberRow> {
        self.find(&Filter::default()).await.into_iter().map(|row| (row.id.0, row)).collect()
    }

    /// The first people who are as asked for.
    pub async fn pick(&self, count: usize, fits: impl Fn(&MemberRow) -> bool) -> Vec<i64> {
        let everybody = self.everybody().await;
        let picked: Vec<i64> = everybody.values().filter(|row| fits(row)).take(count).map(|row| row.id.0).collect();
        assert_eq!(picked.len(), count, "there are not so many");
        picked
    }

    /// Their ids, to whom a licence can be issued.
    pub async fn issuable(&self, count: usize) -> Vec<i64> {
        self.pick(count, MemberRow::may_receive).await
    }

    pub fn ask_preview(&self, deed: Deed, selection: &Selection) -> Ask {
        self.post("preview").json(&json!({ "deed": deed, "selection": selection }))
    }

    pub async fn preview(&self, deed: Deed, selection: &Selection) -> Result<Preview, DeskError> {
        self.ask_preview(deed, selection).call().await
    }

    pub async fn preview_of(&self, deed: Deed, ids: &[i64]) -> Preview {
        self.preview(deed, &of(ids)).await.unwrap()
    }

    pub fn ask_confirm(&self, operation: OperationId, digest: &str, pool: Option<PoolId>) -> Ask {
        let mut fields = vec![("operation", operation.to_string()), ("digest", digest.to_owned())];
        fields.extend(pool.map(|pool| ("pool", pool.to_string())));
        self.post("confirm").form(&fields)
    }

    /// As somebody who types the number where he is asked to.
    pub async fn confirm(&self, preview: &Preview, pool: Option<PoolId>) -> Result<OperationSummary, DeskError> {
        self.confirm_typed(preview, pool, &preview.accepted.to_string()).await
    }

    pub async fn confirm_typed(
        &self,
        preview: &Preview,
        pool: Option<PoolId>,
        size: &str,
    ) -> Result<OperationSummary, DeskError> {
        let mut fields = vec![("operation", preview.operation.to_string()), ("digest", preview.digest.clone())];
        fields.extend(pool.map(|pool| ("pool", pool.to_string())));
        fields.push(("size", size.to_owned()));
        self.post("confirm").form(&fields).call().await
    }

    pub async fn issue(&self, ids: &[i64], pool: PoolId) -> OperationSummary {
        let preview = self.preview_of(Deed::Issue, ids).await;
        self.confirm(&preview, Some(pool)).await.unwrap()
    }

    pub async fn revoke(&self, ids: &[i64]) -> OperationSummary {
        let preview = self.preview_of(Deed::Revoke, ids).await;
        self.confirm(&preview, None).await.unwrap()
    }

    pub async fn cancel(&self, operation: OperationId) -> Result<(), DeskError> {
        self.post("cancel").form(&[("operation", operation.to_string())]).call().await
    }

    pub fn ask_undo(&self, operation: OperationId) -> Ask {
        self.post("undo").form(&[("operation", operation.to_string())])
    }

    pub async fn undo(&self, operation: OperationId) -> Result<OperationSummary, DeskError> {
        self.ask_undo(operation).call().await
    }

    pub async fn operations(&self) -> Result<Operations, DeskError> {
        self.post("operations").form(&[]).call().await
    }

    pub async fn report(&self, operation: OperationId, page: u32) -> Result<Report, DeskError> {
        self.post("report").form(&[("operation", operation.to_string()), ("page", page.to_string())]).call().await
    }

    pub async fn add_member(&self, fields: &[(&str, String)]) -> Result<MemberId, DeskError> {
        self.post("add_member").form(fields).call().await
    }

    pub fn ask_delete(&self, selection: &Selection, digest: &str, size: Option<u64>) -> Ask {
        self.post("delete_members").json(&json!({ "selection": selection, "digest": digest, "size": size }))
    }

    pub async fn deletion(&self, selection: &Selection) -> Result<Deletion, DeskError> {
        self.post("deletion").json(&json!({ "selection": selection })).call().await
    }

    /// As somebody who has seen who they are.
    pub async fn delete(&self, ids: &[i64]) -> Result<u64, DeskError> {
        let digest = self.deletion(&of(ids)).await?.digest;
        self.ask_delete(&of(ids), &digest, Some(ids.len() as u64)).call().await
    }

    pub async fn call(&self, endpoint: &str, fields: &[(&str, String)]) -> Result<Value, DeskError> {
        self.post(endpoint).form(fields).call().await
    }
}

/// These people, each by id.
pub fn of(ids: &[i64]) -> Selection {
    Selection::of_ids(ids.iter().copied().collect::<IdSet>())
}
