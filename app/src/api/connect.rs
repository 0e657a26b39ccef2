use leptos::prelude::*;

use crate::error::ApiError;

/// Where a step leads that was taken: on, or to what has been connected meanwhile.
#[cfg(feature = "ssr")]
fn lead_on(open: bool, step: u8) {
    if crate::ssr::from_plain_form() {
        let there = if open { format!("/connect?step={step}") } else { "/connect".to_owned() };
        leptos_axum::redirect(&there);
    }
}

/// The first step of the connection: how the service is called, and where it is.
#[server(name = ConnectNameCall, prefix = "/api", endpoint = "connect_name")]
pub async fn connect_name(name: String, address: String) -> Result<(), ApiError> {
    use crate::ssr;
    let form = domain::ServiceForm { name, address };
    let done = ssr::desk()?.keep_service(&ssr::actor()?, &form).await;
    if done.is_err() && ssr::from_plain_form() {
        ssr::keep_typed_service(&form)?;
    }
    lead_on(done?, 2);
    Ok(())
}

/// The second step: who is responsible. `who` is `own`, `member` or `new`.
#[server(name = ConnectResponsibleCall, prefix = "/api", endpoint = "connect_responsible")]
pub async fn connect_responsible(
    who: String,
    #[server(default)] member: Option<domain::MemberId>,
    #[server(default)] name: String,
    #[server(default)] email: String,
    #[server(default)] phone: String,
) -> Result<(), ApiError> {
    use crate::ssr;
    use domain::Responsible;
    let who = match (who.as_str(), member) {
        ("own", _) => Responsible::Own,
        ("member", Some(member)) => Responsible::Member(member),
        ("new", _) => Responsible::New,
        _ => return Err(ApiError(domain::DeskError::Malformed)),
    };
    let form = domain::ResponsibleForm { who, name, email, phone };
    let done = ssr::desk()?.keep_responsible(&ssr::actor()?, &form).await;
    if done.is_err() && ssr::from_plain_form() {
        ssr::keep_typed_responsible(&form)?;
    }
    lead_on(done?, 3);
    Ok(())
}

/// The third step: a list of people; skipped, or empty, there is none.
#[server(name = ConnectPeopleCall, prefix = "/api", endpoint = "connect_people")]
pub async fn connect_people(people: String, #[server(default)] skip: bool) -> Result<(), ApiError> {
    use crate::ssr;
    let people = if skip { String::new() } else { people };
    lead_on(ssr::desk()?.keep_people(&ssr::actor()?, &people).await?, 4);
    Ok(())
}

/// «Подключить»
#[server(name = ConnectServiceCall, prefix = "/api", endpoint = "connect_service")]
pub async fn connect_service(digest: String, #[server(default)] proof: String) -> Result<(), ApiError> {
    use crate::ssr;
    ssr::desk()?.connect_service(&ssr::actor()?, &digest, Some(proof)).await?;
    if ssr::from_plain_form() {
        leptos_axum::redirect("/connect?done");
    }
    Ok(())
}

/// Changes name and address of a service that is connected.
#[server(name = ChangeServiceCall, prefix = "/api", endpoint = "change_service")]
pub async fn change_service(name: String, address: String, #[server(default)] proof: String) -> Result<(), ApiError> {
    use crate::ssr;
    let form = domain::ServiceForm { name, address };
    let done = ssr::desk()?.change_service(&ssr::actor()?, &form, Some(proof)).await;
    if done.is_err() && ssr::from_plain_form() {
        ssr::keep_typed_service(&form)?;
    }
    done?;
    if ssr::from_plain_form() {
        leptos_axum::redirect("/connect?saved");
    }
    Ok(())
}

/// «Добавить в справочник»: the people of one's own list; how many were added, and how many were there already.
#[server(name = AddListedCall, prefix = "/api", endpoint = "add_listed")]
pub async fn add_listed() -> Result<(u64, u64), ApiError> {
    use crate::ssr;
    let (added, known) = ssr::desk()?.add_handed(&ssr::actor()?).await?;
    if ssr::from_plain_form() {
        leptos_axum::redirect(&format!("/connect/people?added={added}&known={known}"));
    }
    Ok((added, known))
}

/// «Удалить список»: one's own.
#[server(name = DropListedCall, prefix = "/api", endpoint = "drop_listed")]
pub async fn drop_listed() -> Result<(), ApiError> {
    use crate::ssr;
    ssr::desk()?.drop_handed(&ssr::actor()?).await?;
    if ssr::from_plain_form() {
        leptos_axum::redirect("/connect?dropped");
    }
    Ok(())
}
