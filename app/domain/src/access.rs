//! Levels of access: what an account may do. Source: the levels «Пользователь», «Бухгалтер», «Администратор» and
//! «Техподдержка» of the cabinets that the desk takes after, and their owner.

use serde::{Deserialize, Serialize};

use crate::{GroupId, fold};

/// Something that a level of access allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capability {
    /// To look at people, their certificate tasks, and operations.
    People,
    EditPeople,
    Issue,
    Revoke,
    /// To issue by lists.
    Import,
    /// To take steps of certificate tasks.
    Certificates,
    /// To look at the stock.
    Stock,
    /// Orders, invoices, registrations, trials.
    Orders,
    /// The organisation's details: how its service is called, and where it is.
    Organization,
    Notifications,
    /// The operator's tools: the outbox and its log.
    Letters,
    /// Accounts, levels of access, sessions.
    Accounts,
    Audit,
    /// Of a partner: to look at its customers, and to do for them what they allow it.
    Customers,
}

impl Capability {
    pub const ALL: [Self; 14] = [
        Self::People,
        Self::EditPeople,
        Self::Issue,
        Self::Revoke,
        Self::Import,
        Self::Certificates,
        Self::Stock,
        Self::Orders,
        Self::Organization,
        Self::Notifications,
        Self::Letters,
        Self::Accounts,
        Self::Audit,
        Self::Customers,
    ];

    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::EditPeople => "edit_people",
            Self::Issue => "issue",
            Self::Revoke => "revoke",
            Self::Import => "import",
            Self::Certificates => "certificates",
            Self::Stock => "stock",
            Self::Orders => "orders",
            Self::Organization => "organization",
            Self::Notifications => "notifications",
            Self::Letters => "letters",
            Self::Accounts => "accounts",
            Self::Audit => "audit",
            Self::Customers => "customers",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|capability| capability.code() == code)
    }

    /// Whether it concerns the organisation as a whole, and so everybody in it: nobody has it for some groups only.
    #[must_use]
    pub fn over_everybody(self) -> bool {
        matches!(
            self,
            Self::Organization | Self::Notifications | Self::Letters | Self::Accounts | Self::Audit | Self::Customers
        )
    }

    /// What one has to be allowed besides: nobody does anything to what they may not look at.
    #[must_use]
    pub fn rests_on(self) -> &'static [Self] {
        match self {
            Self::EditPeople | Self::Revoke | Self::Certificates => &[Self::People],
            Self::Issue => &[Self::People, Self::Stock],
            Self::Import => &[Self::Issue],
            Self::Orders => &[Self::Stock],
            Self::Letters => &[Self::Notifications],
            Self::People
            | Self::Stock
            | Self::Organization
            | Self::Notifications
            | Self::Accounts
            | Self::Audit
            | Self::Customers => &[],
        }
    }
}

/// What an account may do: a set of capabilities, on the wire a number with a bit for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rights(u16);

impl Rights {
    pub const NONE: Self = Self(0);

    #[must_use]
    pub fn all() -> Self {
        Capability::ALL.into_iter().collect()
    }

    #[must_use]
    pub fn may(self, capability: Capability) -> bool {
        self.0 & bit(capability) != 0
    }

    /// Whether nothing is in it that is not in `other`.
    #[must_use]
    pub fn within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    pub fn iter(self) -> impl Iterator<Item = Capability> {
        Capability::ALL.into_iter().filter(move |capability| self.may(*capability))
    }

    /// What is in both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// With what everything in it rests on.
    #[must_use]
    pub fn complete(self) -> Self {
        let mut all = self;
        // Import rests on issuing, which rests on looking.
        for _ in 0..2 {
            all = all.iter().chain(all.iter().flat_map(Capability::rests_on).copied()).collect();
        }
        all
    }

    /// Without what cannot be given to whoever is not concerned with everybody.
    #[must_use]
    pub fn over(self, coverage: &Coverage) -> Self {
        match coverage {
            Coverage::Everybody => self,
            Coverage::Groups(_) => self.iter().filter(|capability| !capability.over_everybody()).collect(),
        }
    }

    /// Codes joined by commas: how it is kept.
    #[must_use]
    pub fn to_codes(self) -> String {
        self.iter().map(Capability::code).collect::<Vec<_>>().join(",")
    }

    /// What is kept; a code that no capability has (any more) allows nothing.
    #[must_use]
    pub fn from_codes(codes: &str) -> Self {
        codes.split(',').filter_map(Capability::from_code).collect()
    }
}

impl FromIterator<Capability> for Rights {
    fn from_iter<I: IntoIterator<Item = Capability>>(capabilities: I) -> Self {
        Self(capabilities.into_iter().fold(0, |bits, capability| bits | bit(capability)))
    }
}

/// Whom a level of access concerns: where it shows or does anything to people, only to these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Coverage {
    Everybody,
    /// Whoever is in one of these groups, by id; nobody, where there is none.
    Groups(Vec<GroupId>),
}

impl Coverage {
    #[must_use]
    pub fn of_groups(mut groups: Vec<GroupId>) -> Self {
        groups.sort_unstable();
        groups.dedup();
        Self::Groups(groups)
    }

    /// The groups, if not everybody is concerned.
    #[must_use]
    pub fn groups(&self) -> Option<&[GroupId]> {
        match self {
            Self::Everybody => None,
            Self::Groups(groups) => Some(groups),
        }
    }

    /// Whether a group is offered.
    #[must_use]
    pub fn has(&self, group: GroupId) -> bool {
        self.groups().is_none_or(|groups| groups.contains(&group))
    }

    /// Whether somebody of these groups is concerned.
    #[must_use]
    pub fn admits(&self, groups: &[GroupId]) -> bool {
        self.groups().is_none_or(|own| groups.iter().any(|group| own.contains(group)))
    }

    /// Ids joined by commas, `None` for everybody: how it is kept.
    #[must_use]
    pub fn to_text(&self) -> Option<String> {
        Some(self.groups()?.iter().map(GroupId::to_string).collect::<Vec<_>>().join(","))
    }

    /// What is kept; what cannot be read concerns nobody.
    #[must_use]
    pub fn from_text(text: Option<&str>) -> Self {
        match text {
            None => Self::Everybody,
            Some(ids) => Self::of_groups(ids.split(',').filter_map(|id| id.parse().ok()).collect()),
        }
    }
}

fn bit(capability: Capability) -> u16 {
    1 << (capability as u16)
}

/// A level of access that every organisation has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// «Пользователь»
    User,
    /// «Бухгалтер»
    Accountant,
    /// «Администратор»
    Administrator,
    /// «Техподдержка»
    Support,
    /// «Владелец»: one for each organisation.
    Owner,
}

impl Role {
    pub const ALL: [Self; 5] = [Self::User, Self::Accountant, Self::Administrator, Self::Support, Self::Owner];

    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Accountant => "accountant",
            Self::Administrator => "administrator",
            Self::Support => "support",
            Self::Owner => "owner",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    /// Whether an organisation may have it for people of some groups only: it shows people, and nothing that concerns
    /// everybody.
    #[must_use]
    pub fn may_be_limited(self) -> bool {
        let rights = self.rights();
        rights.may(Capability::People) && rights.over(&Coverage::Groups(Vec::new())) == rights
    }

    #[must_use]
    pub fn rights(self) -> Rights {
        use Capability::{Audit, Letters, Notifications, Orders, People, Stock};
        match self {
            Self::User => [People, Stock].into_iter().collect(),
            Self::Accountant => [Stock, Orders].into_iter().collect(),
            Self::Support => [People, Stock, Notifications, Letters, Audit].into_iter().collect(),
            Self::Administrator | Self::Owner => Rights::all(),
        }
    }
}

/// As the built-in levels are called on the screen, in either language: an own level of such a name would be taken for
/// one of them. That these are the words of the screen, a test of `app` says.
pub const BUILT_IN_NAMES: [&str; 10] = [
    "Пользователь",
    "Бухгалтер",
    "Администратор",
    "Техподдержка",
    "Владелец",
    "User",
    "Accountant",
    "Administrator",
    "Support",
    "Owner",
];

/// Whether a name reads like that of a built-in level.
pub(crate) fn looks_built_in(name: &str) -> bool {
    let look = look(name);
    BUILT_IN_NAMES.iter().any(|known| self::look(known) == look)
}

/// How a name looks: letters of the Latin, Greek and Cyrillic alphabets, and digits, that are taken for each other are
/// one (Unicode Technical Standard 39, section 4), and what is no letter and no digit is nothing.
fn look(name: &str) -> String {
    // Of full width (U+FF01–FF5E) they are those of ASCII.
    let narrow = |letter: char| match u32::from(letter) {
        wide @ 0xff01..=0xff5e => char::from_u32(wide - 0xfee0).unwrap_or(letter),
        _ => letter,
    };
    let letters = name.chars().map(narrow).collect::<String>();
    let letters = fold(&letters);
    let alike = |letter: char| match letter {
        'a' | 'α' => 'а',
        'b' | 'β' => 'в',
        'c' | 'ϲ' => 'с',
        'd' | 'ԁ' => 'd',
        'e' | 'ε' | 'є' => 'е',
        'h' | 'η' | 'һ' => 'н',
        'i' | 'l' | '1' | 'ι' | 'і' | 'ї' | 'ӏ' | 'ı' => 'і',
        'k' | 'κ' => 'к',
        'm' | 'μ' => 'м',
        'n' | 'ν' => 'п',
        'o' | '0' | 'ο' => 'о',
        'p' | 'ρ' => 'р',
        'r' => 'г',
        's' | 'ѕ' => 's',
        't' | 'τ' => 'т',
        'u' | 'υ' | 'й' => 'и',
        'w' | 'ω' | 'ѡ' | 'ԝ' => 'ш',
        'x' | 'χ' => 'х',
        'y' | 'γ' | 'ү' => 'у',
        '3' => 'з',
        '4' => 'ч',
        '6' => 'б',
        other => other,
    };
    letters.chars().filter(|letter| letter.is_alphanumeric()).map(alike).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_role_may_what_its_capabilities_rest_on() {
        for role in Role::ALL {
            assert_eq!(role.rights().complete(), role.rights(), "{role:?}");
            assert_eq!(Role::from_code(role.code()), Some(role));
            assert!(role.rights().within(Role::Owner.rights()));
        }
        assert!(!Role::Owner.rights().within(Role::Support.rights()));
        assert!(!Role::User.rights().may(Capability::Issue));
        assert_eq!(Role::ALL.into_iter().filter(|role| role.may_be_limited()).collect::<Vec<_>>(), [Role::User]);
        let import: Rights = [Capability::Import].into_iter().collect();
        assert_eq!(import.complete().to_codes(), "people,issue,import,stock");
        assert_eq!(Capability::from_code("everything"), None);
    }

    #[test]
    fn a_coverage_is_read_as_it_is_written() {
        let of = |ids: &[i64]| Coverage::of_groups(ids.iter().copied().map(GroupId).collect());
        let people = [vec![], vec![GroupId(1)], vec![GroupId(2)], vec![GroupId(1), GroupId(2)], vec![GroupId(3)]];
        let admitted = |coverage: &Coverage| people.iter().map(|groups| coverage.admits(groups)).collect::<Vec<_>>();
        for (one, admits) in [
            (Coverage::Everybody, [true; 5]),
            (of(&[]), [false; 5]),
            (of(&[1]), [false, true, false, true, false]),
            (of(&[2, 1, 1]), [false, true, true, true, false]),
        ] {
            assert_eq!(Coverage::from_text(one.to_text().as_deref()), one);
            assert_eq!(admitted(&one), admits, "{one:?}");
        }
        assert_eq!(Coverage::from_text(Some("x,,7")), of(&[7]));
        assert!(!of(&[]).admits(&[GroupId(1)]), "no groups are nobody, not everybody");
        assert!(Rights::all().over(&Coverage::Everybody).may(Capability::Letters));
        let some = Rights::all().over(&of(&[1]));
        assert!(some.may(Capability::Revoke) && !some.may(Capability::Letters) && !some.may(Capability::Accounts));
    }

    proptest! {
        #[test]
        fn what_is_kept_is_what_was_given(some in proptest::sample::subsequence(&Capability::ALL[..], 0..=14)) {
            let rights: Rights = some.iter().copied().collect();
            prop_assert_eq!(Rights::from_codes(&rights.to_codes()), rights);
            prop_assert_eq!(rights.iter().collect::<Vec<_>>(), some.clone());
            for capability in Capability::ALL {
                prop_assert_eq!(rights.may(capability), some.contains(&capability));
            }
            prop_assert!(rights.within(rights.complete()));
            prop_assert_eq!(rights.complete().complete(), rights.complete());
        }
    }
}
