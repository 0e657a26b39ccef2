//! The fragments in which the two databases differ. Statements are written once, with the fragment in braces:
//!
//! | in the statement | SQLite | PostgreSQL |
//! |---|---|---|
//! | `{picked $2}` | the ids of a comma-separated list, as table `picked (value)` | likewise |
//! | `{among id $2}` | whether `id` is in such a list | likewise, in the form that is planned for its length |
//! | `{rows $2}` | the elements of a JSON array, as table `r (value)` | likewise |
//! | `{words m.words}` | the words of a text, as table `w (value)` | likewise |
//! | `{begins m.words $2}` | whether a text contains `$2` | likewise |
//! | `{lock}` | nothing: a writer has locked all | locks the row, so that an organisation has one writer at a time |
//! | `{by members_living}`  | `INDEXED BY …` | nothing: its planner cannot be told |

/// Which database answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// A statement's text in the words of one database.
pub(crate) fn expand(backend: Backend, text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let (fragment, after) = after.split_once('}').unwrap_or((after, ""));
        let mut parts = fragment.split(' ');
        let name = parts.next().unwrap_or_default();
        let one = parts.next().unwrap_or_default();
        let two = parts.next().unwrap_or_default();
        out.push_str(&translate(backend, name, one, two));
        rest = after;
    }
    out.push_str(rest);
    out
}

fn translate(backend: Backend, name: &str, one: &str, two: &str) -> String {
    match (name, backend) {
        ("picked", Backend::Sqlite) => format!("json_each('[' || {one} || ']') AS picked"),
        ("picked", Backend::Postgres) => format!("unnest(string_to_array({one}, ',')::bigint[]) AS picked (value)"),
        ("among", Backend::Sqlite) => format!("{one} IN (SELECT value FROM json_each('[' || {two} || ']'))"),
        ("among", Backend::Postgres) => format!("{one} = ANY (string_to_array({two}, ',')::bigint[])"),
        // The binary form: as text each row would be parsed anew for each of its columns.
        ("rows", Backend::Sqlite) => format!("jsonb_each({one}) AS r"),
        ("rows", Backend::Postgres) => format!("jsonb_array_elements({one}::text::jsonb) AS r (value)"),
        // Words are letters and digits only, so that between quotation marks they are JSON.
        ("words", Backend::Sqlite) => {
            format!(r#"json_each('["' || replace(substr({one}, 2), ' ', '","') || '"]') AS w"#)
        }
        ("words", Backend::Postgres) => format!("unnest(string_to_array(substr({one}, 2), ' ')) AS w (value)"),
        ("begins", Backend::Sqlite) => format!("instr({one}, {two}) > 0"),
        ("begins", Backend::Postgres) => format!("strpos({one}, {two}) > 0"),
        // What refers to the row may go on being written.
        ("lock", Backend::Postgres) => "FOR NO KEY UPDATE".to_owned(),
        ("lock", Backend::Sqlite) => String::new(),
        ("by", Backend::Sqlite) => format!("INDEXED BY {one}"),
        ("by", Backend::Postgres) => String::new(),
        // Not a fragment: the database will refuse the statement, and the test that prepares them all will say so.
        _ => format!("{{{name}}}"),
    }
}
