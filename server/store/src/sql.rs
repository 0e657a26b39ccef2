//! The one door to the database: every statement is a [`Text`] (fixed) or a [`Sql`] (put together), and only
//! [`Conn`] runs them. So all of them can be listed, and a test prepares each against both databases.

use domain::OrganizationId;
use service::ports::StoreResult;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, Arguments, AssertSqlSafe, Row as _};

use crate::dialect::{Backend, expand};
use crate::error::{broken, translate};

/// A fixed statement, in the language of [`crate::dialect`].
#[derive(Clone, Copy)]
pub(crate) struct Text(pub &'static str);

impl Text {
    /// The statement with its first argument, the organisation: nearly everything begins so.
    pub fn of(self, organization: OrganizationId) -> Sql {
        self.bind(organization.0)
    }

    pub fn bind(self, value: impl Into<Value>) -> Sql {
        self.sql().bind(value)
    }

    pub fn sql(self) -> Sql {
        Sql { text: self.0.to_owned(), arguments: Vec::new() }
    }
}

/// Declares a file's statements, and lists them for the test as `ALL`.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $text:expr;)+) => {
        $($(#[$doc])* const $name: $crate::sql::Text = $crate::sql::Text($text);)+
        pub(crate) const ALL: &[$crate::sql::Text] = &[$($name),+];
    };
}
pub(crate) use statements;

/// An argument.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Int(Option<i64>),
    Text(Option<String>),
    Blob(Option<Vec<u8>>),
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(Some(value))
    }
}
impl From<Option<i64>> for Value {
    fn from(value: Option<i64>) -> Self {
        Self::Int(value)
    }
}
impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(Some(value.to_owned()))
    }
}
impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(Some(value))
    }
}
impl From<Option<String>> for Value {
    fn from(value: Option<String>) -> Self {
        Self::Text(value)
    }
}
impl From<Option<&[u8; 32]>> for Value {
    fn from(value: Option<&[u8; 32]>) -> Self {
        Self::Blob(value.map(|bytes| bytes.to_vec()))
    }
}
impl From<&[u8; 32]> for Value {
    fn from(value: &[u8; 32]) -> Self {
        Self::Blob(Some(value.to_vec()))
    }
}

/// A statement and its arguments.
#[derive(Clone, Debug)]
pub(crate) struct Sql {
    text: String,
    arguments: Vec<Value>,
}

impl Sql {
    /// An empty text, with the organisation as `$1`.
    pub fn scoped(organization: OrganizationId) -> Self {
        Self { text: String::new(), arguments: vec![organization.0.into()] }
    }

    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.arguments.push(value.into());
        self
    }

    /// Takes an argument in, and gives its place in the text: `$2`.
    pub fn argument(&mut self, value: impl Into<Value>) -> String {
        self.arguments.push(value.into());
        format!("${}", self.arguments.len())
    }

    /// The same arguments with this text.
    pub fn with_text(mut self, text: String) -> Self {
        self.text = text;
        self
    }

    pub fn text(&self, backend: Backend) -> String {
        expand(backend, &self.text)
    }
}

/// A text argument above so many bytes is a list that deserves a plan of its own.
const LONG: usize = 4_000;

/// A connection, in a transaction or not.
pub(crate) struct Conn<'c> {
    pub backend: Backend,
    pub raw: &'c mut AnyConnection,
}

impl Conn<'_> {
    /// Runs it; how many rows it touched.
    pub async fn execute(&mut self, sql: Sql) -> StoreResult<u64> {
        let done = self.ready(sql)?.execute(&mut *self.raw).await.map_err(translate)?;
        Ok(done.rows_affected())
    }

    pub async fn rows(&mut self, sql: Sql) -> StoreResult<Vec<Row>> {
        let rows = self.ready(sql)?.fetch_all(&mut *self.raw).await.map_err(translate)?;
        Ok(rows.into_iter().map(Row).collect())
    }

    pub async fn maybe_row(&mut self, sql: Sql) -> StoreResult<Option<Row>> {
        let row = self.ready(sql)?.fetch_optional(&mut *self.raw).await.map_err(translate)?;
        Ok(row.map(Row))
    }

    pub async fn row(&mut self, sql: Sql) -> StoreResult<Row> {
        self.maybe_row(sql).await?.ok_or_else(|| broken("a row that must be there is not"))
    }

    fn ready(&self, sql: Sql) -> StoreResult<Query<'static, Any, AnyArguments>> {
        let text = sql.text(self.backend);
        let mut arguments = AnyArguments::default();
        // Else PostgreSQL would sooner or later plan for a list of a usual length.
        let long = sql.arguments.iter().any(|value| matches!(value, Value::Text(Some(text)) if text.len() > LONG));
        for value in sql.arguments {
            let added = match value {
                Value::Int(value) => arguments.add(value),
                Value::Text(value) => arguments.add(value),
                Value::Blob(value) => arguments.add(value),
            };
            added.map_err(|_| broken("an argument cannot be encoded"))?;
        }
        // Safe: texts are made of this crate's literals, integers, and places of arguments.
        Ok(sqlx::query_with(AssertSqlSafe(text), arguments).persistent(!long))
    }
}

/// A row, read by the places of its columns.
pub(crate) struct Row(AnyRow);

impl Row {
    pub fn int(&self, place: usize) -> StoreResult<i64> {
        self.0.try_get(place).map_err(translate)
    }

    /// A number that cannot be negative.
    pub fn count(&self, place: usize) -> StoreResult<u64> {
        u64::try_from(self.int(place)?).map_err(|_| broken("a negative count"))
    }

    pub fn maybe_int(&self, place: usize) -> StoreResult<Option<i64>> {
        self.0.try_get(place).map_err(translate)
    }

    pub fn text(&self, place: usize) -> StoreResult<String> {
        self.0.try_get(place).map_err(translate)
    }

    pub fn maybe_text(&self, place: usize) -> StoreResult<Option<String>> {
        self.0.try_get(place).map_err(translate)
    }

    pub fn maybe_hash(&self, place: usize) -> StoreResult<Option<[u8; 32]>> {
        let bytes: Option<Vec<u8>> = self.0.try_get(place).map_err(translate)?;
        bytes.map(|bytes| bytes.try_into().map_err(|_| broken("a hash that is not 32 bytes"))).transpose()
    }

    pub fn hash(&self, place: usize) -> StoreResult<[u8; 32]> {
        let bytes: Vec<u8> = self.0.try_get(place).map_err(translate)?;
        bytes.try_into().map_err(|_| broken("a hash that is not 32 bytes"))
    }
}
