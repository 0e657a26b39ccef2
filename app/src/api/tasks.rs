use domain::{IdSet, OperationId, OperationSummary, ProductId};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::ApiError;

/// Which tasks are found, as forms send it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct SentFilter {
    #[serde(default)]
    pub state: String,
    #[serde(default)]
    pub product: Option<ProductId>,
    #[serde(default)]
    pub q: String,
}

#[cfg(feature = "ssr")]
impl SentFilter {
    /// A misspelt state must not mean every state, nor a search that no page can show everybody.
    fn exact(self) -> Result<domain::TaskFilter, domain::DeskError> {
        let state = domain::TaskState::from_code(&self.state);
        if state.is_none() && !self.state.is_empty() || self.q.chars().count() > domain::MAX_SEARCH_CHARS {
            return Err(domain::DeskError::Malformed);
        }
        Ok(domain::TaskFilter { state, product: self.product, search: self.q })
    }
}

/// The tasks that state, product and search find, those together that the same steps fit: the classes of
/// [`crate::pages::task_class`] with their ids.
#[server(name = FoundTasksCall, prefix = "/api", endpoint = "found_tasks")]
pub async fn found_tasks(#[server(default)] filter: SentFilter) -> Result<Vec<(String, IdSet)>, ApiError> {
    use crate::ssr;
    let found = ssr::desk()?.found_tasks(&ssr::actor()?, &filter.exact()?).await?;
    let class = |found: domain::TaskClass| (crate::pages::task_class(found.state, found.identification), found.tasks);
    Ok(found.into_iter().map(class).collect())
}

/// Plans a step for the ticked tasks (`tasks`, as ranges), for those whose boxes are ticked, or for all that state,
/// product and search find. From a form it leads to the operation's page, where it is confirmed.
#[server(name = StartStepsCall, prefix = "/api", endpoint = "start_steps")]
pub async fn start_steps(
    /// The code of a kind of operation: `task_invite`.
    step: String,
    #[server(default)] tasks: IdSet,
    #[server(default)] task: Vec<i64>,
    #[server(default)] all: String,
    #[server(default)] filter: SentFilter,
    /// The page of tasks where it begins: whoever gives up comes back to it.
    #[server(default)]
    from: String,
) -> Result<OperationId, ApiError> {
    use crate::ssr;
    let actor = ssr::actor()?;
    let kind = domain::Kind::from_code(&step).ok_or(domain::DeskError::Malformed)?;
    let selected = if all.is_empty() {
        service::SelectedTasks::Listed(tasks.iter().chain(task).collect())
    } else {
        service::SelectedTasks::Found(filter.exact()?)
    };
    let operation = ssr::desk()?.preview_steps(&actor, kind, selected).await?;
    if ssr::from_plain_form() {
        let from = ssr::own_path(&from).filter(|from| from.starts_with("/tasks?"));
        let from = from.map(|from| format!("?from={}", ssr::encoded(from))).unwrap_or_default();
        leptos_axum::redirect(&format!("/operations/{operation}{from}"));
    }
    Ok(operation)
}

/// Takes the steps that were previewed. From a form it leads to the report; if there was one task only, to that.
#[server(name = ConfirmStepsCall, prefix = "/api", endpoint = "confirm_steps")]
pub async fn confirm_steps(
    operation: OperationId,
    digest: String,
    #[server(default)] size: String,
    #[server(default)] reason: String,
    #[server(default)] until: String,
    #[server(default)] proof: String,
) -> Result<OperationSummary, ApiError> {
    use crate::ssr;
    let confirmation = domain::TaskConfirmation { size: super::typed_number(&size), reason, until };
    let done = ssr::desk()?.confirm_steps(&ssr::actor()?, operation, &digest, &confirmation, Some(proof)).await;
    if done.is_err() && ssr::from_plain_form() {
        ssr::keep_typed_steps(&confirmation)?;
    }
    let done = ssr::for_forms(done.map_err(ApiError))?;
    if ssr::from_plain_form() {
        // Who has no mail server passes the link on by hand.
        if let (Some(task), Some(link), false) = (done.task, &done.link, ssr::site()?.sends_mail) {
            ssr::keep_link(task, link.secret())?;
        }
        leptos_axum::redirect(&match done.task {
            Some(task) => format!("/tasks/{task}?operation={operation}"),
            None => format!("/operations/{operation}"),
        });
    }
    Ok(done.operation)
}

/// «Подтвердить данные»: by whoever has the link of an invitation. From a form it leads back to it.
#[server(name = ConfirmDataCall, prefix = "/api", endpoint = "confirm_data")]
pub async fn confirm_data(token: String) -> Result<(), ApiError> {
    use crate::ssr;
    ssr::desk()?.confirm_data(&token, &ssr::visitor()?.origin).await?;
    if ssr::from_plain_form() {
        leptos_axum::redirect(&format!("/invitation/{token}"));
    }
    Ok(())
}
