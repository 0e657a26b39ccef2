//! Keys as the database makes them: positive 64-bit integers, one type per noun.

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

ids! {
    /// The tenant: a legal entity (ЮЛ) or sole proprietor (ИП).
    OrganizationId,
    /// Who works at the desk.
    AccountId,
    /// A person in the directory.
    MemberId,
    /// A named set of members.
    GroupId,
    /// What a licence grants.
    ProductId,
    /// Purchased stock of a product.
    PoolId,
    /// One seat of a pool, held by one member.
    AssignmentId,
    /// One bulk change; also its idempotency key.
    OperationId,
    /// What is bought at once, and its invoice.
    OrderId,
    /// One person's way to a certificate.
    TaskId,
    /// A level of access that an organisation has made for itself.
    RoleId,
    /// Somebody who is signed in, in one browser.
    SessionId,
    /// A letter that has gone, or is to go.
    LetterId,
    /// A key of an account, in a device of its owner.
    PasskeyId,
    /// What a customer asks its partner for.
    ApplicationId,
    /// Of a partner and whoever owns the rights to what it sells.
    ContractId,
}
