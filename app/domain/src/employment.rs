//! «Тип занятости».

use serde::{Deserialize, Serialize};

/// How a person is tied to the organisation. The order is that of the tabs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Employment {
    Employee,
    Candidate,
    Dismissed,
    Individual,
    SelfEmployed,
    SoleProprietor,
}

impl Employment {
    pub const ALL: [Self; 6] =
        [Self::Employee, Self::Candidate, Self::Dismissed, Self::Individual, Self::SelfEmployed, Self::SoleProprietor];

    /// The stable code, in addresses and on the wire.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Employee => "employee",
            Self::Candidate => "candidate",
            Self::Dismissed => "dismissed",
            Self::Individual => "individual",
            Self::SelfEmployed => "self_employed",
            Self::SoleProprietor => "sole_proprietor",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|employment| employment.code() == code)
    }

    /// The number the database keeps: the place among the tabs, from 1.
    #[must_use]
    pub fn number(self) -> i64 {
        match self {
            Self::Employee => 1,
            Self::Candidate => 2,
            Self::Dismissed => 3,
            Self::Individual => 4,
            Self::SelfEmployed => 5,
            Self::SoleProprietor => 6,
        }
    }

    #[must_use]
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|employment| employment.number() == number)
    }

    /// To dismissed people nothing is issued; what they hold can be revoked.
    #[must_use]
    pub fn may_receive(self) -> bool {
        self != Self::Dismissed
    }
}
