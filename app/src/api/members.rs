use domain::{Deletion, GroupId, MemberId, PoolId, Selection};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use crate::error::ApiError;

/// «Добавить пользователя». From a form it leads to the table, or to the seats of the pool to which he is to be bound.
#[server(name = AddMemberCall, prefix = "/api", endpoint = "add_member")]
pub async fn add_member(
    surname: String,
    first: String,
    #[server(default)] patronymic: String,
    #[server(default)] email: String,
    #[server(default)] employment: String,
    #[server(default)] groups: Vec<GroupId>,
    #[server(default)] pool: Option<PoolId>,
) -> Result<MemberId, ApiError> {
    use crate::ssr;
    let form = domain::NewMemberForm { surname, first, patronymic, email, employment, groups };
    let added = ssr::desk()?.add_member(&ssr::actor()?, &form).await;
    if added.is_err() && ssr::from_plain_form() {
        ssr::keep_typed_member(&form)?;
    }
    let id = added?;
    if ssr::from_plain_form() {
        match pool {
            Some(pool) => {
                ssr::keep_typed_seat(&domain::SeatForm { seat: 0, email: form.email })?;
                leptos_axum::redirect(&format!("/licenses/{pool}?show=free&added"));
            }
            None => leptos_axum::redirect("/users"),
        }
    }
    Ok(id)
}

/// Whom «Удалить пользователя» would delete.
#[server(name = DeletionCall, prefix = "/api", endpoint = "deletion", input = Json)]
pub async fn deletion(selection: Selection) -> Result<Deletion, ApiError> {
    use crate::ssr;
    Ok(ssr::desk()?.deletion(&ssr::actor()?, &selection).await?)
}

/// «Удалить пользователя» for everybody selected; `digest` is that of [`deletion`], `size` the number that was typed.
#[server(name = DeleteMembersCall, prefix = "/api", endpoint = "delete_members", input = Json)]
pub async fn delete_members(
    selection: Selection,
    digest: String,
    #[server(default)] size: Option<u64>,
    #[server(default)] proof: Option<String>,
) -> Result<u64, ApiError> {
    use crate::ssr;
    Ok(ssr::desk()?.delete_members(&ssr::actor()?, &selection, &digest, size, proof).await?)
}

/// The ticked boxes of a plain form; leads to the page where deleting is confirmed.
#[server(name = StartDeleteCall, prefix = "/api", endpoint = "start_delete")]
pub async fn start_delete(#[server(default)] member: Vec<i64>) -> Result<(), ApiError> {
    use crate::ssr;
    ssr::desk()?.allow(&ssr::actor()?, domain::Capability::EditPeople).await?;
    let ids: domain::IdSet = member.into_iter().filter(|id| *id > 0).collect();
    if ids.is_empty() {
        return Err(domain::DeskError::EmptySelection.into());
    }
    leptos_axum::redirect(&format!("/users/delete?ids={ids}"));
    Ok(())
}

/// The confirmation of that page.
#[server(name = DeleteListedCall, prefix = "/api", endpoint = "delete_listed")]
pub async fn delete_listed(
    ids: domain::IdSet,
    digest: String,
    #[server(default)] size: String,
    #[server(default)] proof: String,
) -> Result<u64, ApiError> {
    use crate::ssr;
    let selection = Selection::of_ids(ids);
    let size = super::typed_number(&size);
    let deleted = ssr::desk()?.delete_members(&ssr::actor()?, &selection, &digest, size, Some(proof)).await;
    if deleted.is_ok() {
        leptos_axum::redirect("/users");
    }
    ssr::for_forms(deleted.map_err(ApiError))
}
