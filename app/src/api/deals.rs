#![expect(clippy::too_many_arguments, reason = "the form of an application has a field for each")]

use domain::{ApplicationId, ContractId};
use leptos::prelude::*;

use crate::error::ApiError;

/// Rows of owners of signatures, as the form of an application has them: names and e-mails go in pairs, and a role is
/// told with the row that it stands in, `1:signing`.
#[cfg(feature = "ssr")]
fn owners(names: Vec<String>, emails: Vec<String>, roles: &[String]) -> Vec<domain::OwnerForm> {
    let mut emails = emails.into_iter();
    let row = |(name, place): (String, usize)| {
        let own = roles.iter().filter_map(|role| role.split_once(':'));
        let own = own.filter(|(row, _)| row.parse() == Ok(place));
        let roles = own.map(|(_, code)| code.to_owned()).collect();
        domain::OwnerForm { name, email: emails.next().unwrap_or_default(), roles }
    };
    names.into_iter().zip(1..).map(row).collect()
}

/// Sends an application to a partner. With `more`, one more row of owners is shown instead.
#[server(name = SendApplicationCall, prefix = "/api", endpoint = "send_application")]
pub async fn send_application(
    extension: String,
    #[server(default)] purpose: String,
    #[server(default)] partner: Option<domain::OrganizationId>,
    #[server(default)] on: bool,
    #[server(default)] size: String,
    #[server(default)] name: Vec<String>,
    #[server(default)] email: Vec<String>,
    #[server(default)] roles: Vec<String>,
    #[server(default)] comment: String,
    #[server(default)] promotion: String,
    #[server(default)] more: bool,
) -> Result<Option<ApplicationId>, ApiError> {
    use crate::ssr;
    use service::FormOf;
    let purpose = match purpose.as_str() {
        "" => domain::Purpose::Connect,
        code => domain::Purpose::from_code(code).ok_or(ApiError(domain::DeskError::Malformed))?,
    };
    let owners = owners(name, email, &roles);
    let mut form = domain::ApplicationForm { partner, extension, purpose, on, size, owners, comment, promotion };
    let (desk, actor) = (ssr::desk()?, ssr::actor()?);
    if more {
        form.owners.push(domain::OwnerForm::default());
        form.owners.truncate(domain::MAX_OWNERS);
        desk.keep_form(&actor, &FormOf::NewApplication, &form).await?;
        if ssr::from_plain_form() {
            let (extension, purpose) = (ssr::encoded(&form.extension), form.purpose.code());
            let there = format!("/applications/new?extension={extension}&purpose={purpose}&typed#owners");
            leptos_axum::redirect(&there);
        }
        return Ok(None);
    }
    let sent = desk.send_application(&actor, &form).await;
    if sent.is_err() && ssr::from_plain_form() {
        desk.keep_form(&actor, &FormOf::NewApplication, &form).await?;
    }
    let id = sent?;
    if ssr::from_plain_form() {
        leptos_axum::redirect(&format!("/applications/{id}?sent"));
    }
    Ok(Some(id))
}

/// Takes an application back that nobody has settled.
#[server(name = WithdrawApplicationCall, prefix = "/api", endpoint = "withdraw_application")]
pub async fn withdraw_application(application: ApplicationId) -> Result<(), ApiError> {
    use crate::ssr;
    ssr::desk()?.withdraw_application(&ssr::actor()?, application).await?;
    if ssr::from_plain_form() {
        leptos_axum::redirect(&format!("/applications/{application}?withdrawn"));
    }
    Ok(())
}

#[cfg(feature = "ssr")]
async fn decide(id: ApplicationId, decided: service::Decided, form: service::DecisionForm) -> Result<(), ApiError> {
    use crate::ssr;
    use service::{Decided, FormOf};
    let (desk, actor) = (ssr::desk()?, ssr::actor()?);
    let done = desk.decide_application(&actor, id, decided, &form).await;
    if done.is_err() && ssr::from_plain_form() {
        desk.keep_form(&actor, &FormOf::Decision(id), &form).await?;
    }
    done?;
    if ssr::from_plain_form() {
        let said = match decided {
            Decided::Correct => "saved",
            Decided::Process => "done",
            Decided::Decline => "declined",
        };
        leptos_axum::redirect(&format!("/partner/applications/{id}?{said}"));
    }
    Ok(())
}

/// Keeps what the partner has corrected in an application that stands in this version.
#[server(name = CorrectApplicationCall, prefix = "/api", endpoint = "correct_application")]
pub async fn correct_application(
    application: ApplicationId,
    version: u64,
    #[server(default)] on: bool,
    #[server(default)] size: String,
) -> Result<(), ApiError> {
    let form = service::DecisionForm { version, on, size, reason: String::new() };
    decide(application, service::Decided::Correct, form).await
}

/// Processes it, with what is corrected.
#[server(name = ProcessApplicationCall, prefix = "/api", endpoint = "process_application")]
pub async fn process_application(
    application: ApplicationId,
    version: u64,
    #[server(default)] on: bool,
    #[server(default)] size: String,
) -> Result<(), ApiError> {
    let form = service::DecisionForm { version, on, size, reason: String::new() };
    decide(application, service::Decided::Process, form).await
}

/// Declines it.
#[server(name = DeclineApplicationCall, prefix = "/api", endpoint = "decline_application")]
pub async fn decline_application(
    application: ApplicationId,
    version: u64,
    #[server(default)] reason: String,
) -> Result<(), ApiError> {
    let form = service::DecisionForm { version, on: false, size: String::new(), reason };
    decide(application, service::Decided::Decline, form).await
}

#[cfg(feature = "ssr")]
fn month_of(text: &str) -> Result<domain::Month, ApiError> {
    domain::Month::parse(text).ok_or(ApiError(domain::DeskError::Malformed))
}

/// Says that the lines of this digest are right; `seen` are those that were shown, for what is said if they are others by
/// now.
#[server(name = ConfirmReconciliationCall, prefix = "/api", endpoint = "confirm_reconciliation")]
pub async fn confirm_reconciliation(
    contract: ContractId,
    month: String,
    digest: String,
    #[server(default)] seen: String,
) -> Result<(), ApiError> {
    use crate::ssr;
    let month = month_of(&month)?;
    let (desk, actor) = (ssr::desk()?, ssr::actor()?);
    let done = desk.confirm_reconciliation(&actor, contract, month, &digest).await;
    if done.is_err() && ssr::from_plain_form() {
        let form = service::ReconciliationForm { seen, remark: String::new() };
        desk.keep_form(&actor, &service::FormOf::Reconciliation(contract, month), &form).await?;
    }
    done?;
    if ssr::from_plain_form() {
        leptos_axum::redirect(&format!("/reconciliations/{contract}/{month}?confirmed"));
    }
    Ok(())
}

/// Says what is wrong with the lines.
#[server(name = DisputeReconciliationCall, prefix = "/api", endpoint = "dispute_reconciliation")]
pub async fn dispute_reconciliation(
    contract: ContractId,
    month: String,
    #[server(default)] remark: String,
) -> Result<(), ApiError> {
    use crate::ssr;
    let month = month_of(&month)?;
    let (desk, actor) = (ssr::desk()?, ssr::actor()?);
    let done = desk.dispute_reconciliation(&actor, contract, month, &remark).await;
    if done.is_err() && ssr::from_plain_form() {
        let form = service::ReconciliationForm { seen: String::new(), remark };
        desk.keep_form(&actor, &service::FormOf::Reconciliation(contract, month), &form).await?;
    }
    done?;
    if ssr::from_plain_form() {
        leptos_axum::redirect(&format!("/reconciliations/{contract}/{month}?disputed"));
    }
    Ok(())
}
