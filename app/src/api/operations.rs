use domain::{Deed, OperationId, OperationSummary, Operations, PoolId, Preview, Report, Selection};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use crate::error::ApiError;

/// Plans a deed and freezes the people.
#[server(name = PreviewCall, prefix = "/api", endpoint = "preview", input = Json)]
pub async fn preview(deed: Deed, selection: Selection) -> Result<Preview, ApiError> {
    use crate::ssr;
    Ok(ssr::desk()?.preview(&ssr::actor()?, deed, &selection).await?)
}

/// The same for a plain form with its ticked boxes; leads to the operation's page, where it is confirmed.
#[server(name = StartIssueCall, prefix = "/api", endpoint = "start_issue")]
pub async fn start_issue(#[server(default)] member: Vec<i64>) -> Result<(), ApiError> {
    start(Deed::Issue, member).await
}

#[server(name = StartRevokeCall, prefix = "/api", endpoint = "start_revoke")]
pub async fn start_revoke(#[server(default)] member: Vec<i64>) -> Result<(), ApiError> {
    start(Deed::Revoke, member).await
}

#[cfg(feature = "ssr")]
async fn start(deed: Deed, member: Vec<i64>) -> Result<(), ApiError> {
    use crate::ssr;
    let selection = Selection::of_ids(member.into_iter().collect());
    let preview = ssr::desk()?.preview(&ssr::actor()?, deed, &selection).await?;
    leptos_axum::redirect(&format!("/operations/{}", preview.operation));
    Ok(())
}

/// Carries out a preview. From a form it leads to the report.
#[server(name = ConfirmCall, prefix = "/api", endpoint = "confirm")]
pub async fn confirm(
    operation: OperationId,
    digest: String,
    #[server(default)] pool: Option<PoolId>,
    #[server(default)] size: String,
    #[server(default)] proof: String,
) -> Result<OperationSummary, ApiError> {
    use crate::ssr;
    let confirmation = domain::Confirmation { operation, digest, pool, size: super::typed_number(&size) };
    let confirmed = ssr::desk()?.confirm(&ssr::actor()?, &confirmation, Some(proof)).await.map_err(ApiError);
    lead_to_report(confirmed)
}

/// Gives up a preview. From a form it leads back to where it began, `from`.
#[server(name = CancelCall, prefix = "/api", endpoint = "cancel")]
pub async fn cancel(operation: OperationId, #[server(default)] from: String) -> Result<(), ApiError> {
    use crate::ssr;
    let kind = ssr::desk()?.cancel(&ssr::actor()?, operation).await?;
    if ssr::from_plain_form() {
        let usual = if kind.task_step().is_some() { "/tasks" } else { "/users" };
        leptos_axum::redirect(ssr::own_path(&from).unwrap_or(usual));
    }
    Ok(())
}

/// Agrees to what somebody else has confirmed. From a form it leads to the report.
#[server(name = ApproveCall, prefix = "/api", endpoint = "approve")]
pub async fn approve(
    operation: OperationId,
    digest: String,
    #[server(default)] proof: String,
) -> Result<OperationSummary, ApiError> {
    use crate::ssr;
    let approved = ssr::desk()?.approve(&ssr::actor()?, operation, &digest, Some(proof)).await.map_err(ApiError);
    lead_to_report(approved)
}

/// Does not agree, with a reason.
#[server(name = DeclineCall, prefix = "/api", endpoint = "decline")]
pub async fn decline(
    operation: OperationId,
    digest: String,
    #[server(default)] reason: String,
) -> Result<(), ApiError> {
    use crate::ssr;
    ssr::desk()?.decline(&ssr::actor()?, operation, &digest, &reason).await?;
    if ssr::from_plain_form() {
        leptos_axum::redirect(&format!("/operations/{operation}"));
    }
    Ok(())
}

/// «Вернуть как было». From a form it leads to the report of the undo.
#[server(name = UndoCall, prefix = "/api", endpoint = "undo")]
pub async fn undo(operation: OperationId) -> Result<OperationSummary, ApiError> {
    use crate::ssr;
    let undone = ssr::desk()?.undo(&ssr::actor()?, operation).await.map_err(ApiError);
    lead_to_report(undone)
}

#[cfg(feature = "ssr")]
fn lead_to_report(result: Result<OperationSummary, ApiError>) -> Result<OperationSummary, ApiError> {
    use crate::ssr;
    if let Ok(summary) = &result
        && ssr::from_plain_form()
    {
        leptos_axum::redirect(&format!("/operations/{}", summary.id));
    }
    ssr::for_forms(result)
}

#[server(name = OperationsCall, prefix = "/api", endpoint = "operations")]
pub async fn operations(#[server(default)] before: Option<OperationId>) -> Result<Operations, ApiError> {
    use crate::ssr;
    Ok(ssr::desk()?.operations(&ssr::actor()?, before).await?)
}

#[server(name = ReportCall, prefix = "/api", endpoint = "report")]
pub async fn report(operation: OperationId, #[server(default)] page: u32) -> Result<Report, ApiError> {
    use crate::ssr;
    Ok(ssr::desk()?.report(&ssr::actor()?, operation, page).await?)
}
