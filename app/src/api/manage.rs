use domain::OperationId;
use leptos::prelude::*;

use crate::error::ApiError;

/// Freezes the selected people for «Управление лицензиями», and leads there: `selection` is what the table's app knows,
/// without it the ticked boxes count. The order is that of the table from which one comes.
#[server(name = StartManageCall, prefix = "/api", endpoint = "start_manage")]
pub async fn start_manage(
    #[server(default)] member: Vec<i64>,
    #[server(default)] selection: String,
) -> Result<(), ApiError> {
    use crate::ssr;
    use domain::{DeskError, Selection};
    let selection = match selection.is_empty() {
        true => Selection::of_ids(member.into_iter().filter(|id| *id > 0).collect()),
        false => serde_json::from_str(&selection).map_err(|_| DeskError::Malformed)?,
    };
    let sort = ssr::former_query()?.map(|query| crate::parse_address(&query).sort).unwrap_or_default();
    let id = ssr::desk()?.start_managing(&ssr::actor()?, &selection, sort).await?;
    leptos_axum::redirect(&format!("/users/manage/{id}"));
    Ok(())
}

/// «Повторить неудавшиеся»: those who were left out, with the same boxes ticked.
#[server(name = ManageAgainCall, prefix = "/api", endpoint = "manage_again")]
pub async fn manage_again(operation: OperationId) -> Result<(), ApiError> {
    use crate::ssr;
    let id = ssr::desk()?.manage_again(&ssr::actor()?, operation).await?;
    leptos_axum::redirect(&format!("/users/manage/{id}"));
    Ok(())
}

/// Says where all of the selected people are; leads back to them. An empty region is the organisation's.
#[server(name = KeepRegionCall, prefix = "/api", endpoint = "keep_region")]
pub async fn keep_region(operation: OperationId, #[server(default)] region: String) -> Result<(), ApiError> {
    use crate::ssr;
    use domain::{DeskError, Region};
    let region = match region.as_str() {
        "" => None,
        code => Some(Region::parse(code).ok_or(DeskError::Malformed)?),
    };
    ssr::desk()?.keep_region(&ssr::actor()?, operation, region).await?;
    leptos_axum::redirect(&format!("/users/manage/{operation}"));
    Ok(())
}
