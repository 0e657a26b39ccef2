//! In the browser nothing is said of certificate tasks: their words stand in `tasks.rs`.

use domain::{DeskError, FieldError, FieldProblem, Kind, OperationSummary, Reason};

use super::Lang;

pub(super) fn reason(_: Lang, _: Reason) -> &'static str {
    ""
}

pub(super) fn remedy(_: Lang, _: Reason) -> &'static str {
    ""
}

pub(super) fn kind(_: Lang, _: Kind) -> &'static str {
    ""
}

pub(super) fn accepted_title(_: Lang, _: Kind) -> &'static str {
    ""
}

pub(super) fn done(_: Lang, _: &OperationSummary) -> String {
    String::new()
}

pub(super) fn error(_: Lang, _: &DeskError) -> String {
    String::new()
}

pub(super) fn field(_: Lang, _: &FieldProblem) -> String {
    String::new()
}

pub(super) fn wrong(_: Lang, _: &FieldError) -> Option<String> {
    None
}
