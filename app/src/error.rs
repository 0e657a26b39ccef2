//! [`ApiError`] is what a server function answers with: a [`DeskError`] in JSON, with the HTTP status that belongs to
//! it. Faults of the transport become the nearest `DeskError`; their own text goes nowhere.

use domain::{DeskError, Refusal};
use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// A refusal on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(transparent)]
#[error("{0}")]
pub struct ApiError(pub DeskError);

impl ApiError {
    /// The HTTP status that goes with it.
    #[must_use]
    pub fn status_code(&self) -> u16 {
        self.0.status()
    }

    /// Without names: for the address of a page, which ends up in histories and logs.
    #[must_use]
    pub fn without_names(self) -> Self {
        Self(match self.0 {
            DeskError::MembersHoldLicences { count, .. } => DeskError::MembersHoldLicences { count, names: Vec::new() },
            DeskError::SessionsChanged { .. } => DeskError::SessionsChanged { names: Vec::new() },
            // Nor the ids: there may be thousands.
            DeskError::PlanChanged { moved } => {
                let lost = moved.lost.iter().map(|(_, members)| members.len() as u64).sum();
                Refusal::PlanChanged { lost, gained: moved.gained.len() as u64 }.into()
            }
            other => other,
        })
    }
}

impl From<DeskError> for ApiError {
    fn from(error: DeskError) -> Self {
        Self(error)
    }
}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self(match error {
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_)
            | ServerFnErrorErr::UnsupportedRequestMethod(_) => DeskError::Malformed,
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => DeskError::OutcomeUnknown,
            _ => DeskError::Internal { incident: "—".to_owned() },
        })
    }
}
