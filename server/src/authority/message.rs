//! What goes over the wire, in either direction.

use domain::{Instant, Way};
use serde::{Deserialize, Serialize};
use service::ports::{CertificateRequest, Identify, RequestState};

const MICROS: i64 = 1_000_000;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Asked {
    pub organization: String,
    pub surname: String,
    pub first_name: String,
    #[serde(default)]
    pub patronymic: String,
    pub email: String,
    pub signature: String,
    pub identification: Option<Identification>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Identification {
    pub way: Way,
    pub done: bool,
}

impl From<&CertificateRequest> for Asked {
    fn from(request: &CertificateRequest) -> Self {
        Self {
            organization: request.organization.clone(),
            surname: request.name.surname.clone(),
            first_name: request.name.first.clone(),
            patronymic: request.name.patronymic.clone(),
            email: request.email.clone(),
            signature: request.signature.code().to_owned(),
            identification: match request.identification {
                Identify::Nobody => None,
                Identify::By(way) => Some(Identification { way, done: false }),
                Identify::Done(way) => Some(Identification { way, done: true }),
            },
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(super) enum Answered {
    Pending,
    Identified {
        way: Way,
    },
    Issued {
        serial: String,
        /// Seconds since 1970.
        valid_until: i64,
    },
    Rejected {
        reason: String,
    },
    Revoked,
}

impl Answered {
    pub(super) fn issued(serial: String, valid_until: Instant) -> Self {
        Self::Issued { serial, valid_until: valid_until.0.div_euclid(MICROS) }
    }

    /// `None` for a moment that no clock shows.
    pub(super) fn state(self) -> Option<RequestState> {
        Some(match self {
            Self::Pending => RequestState::Pending,
            Self::Identified { way } => RequestState::Identified(way),
            Self::Issued { serial, valid_until } => {
                RequestState::Issued { serial, valid_until: Instant(valid_until.checked_mul(MICROS)?) }
            }
            Self::Rejected { reason } => RequestState::Rejected { reason },
            Self::Revoked => RequestState::Revoked,
        })
    }
}
