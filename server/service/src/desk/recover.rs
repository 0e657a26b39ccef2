//! What the operator does for whoever has lost phone and codes, and whom nobody of the organisation can help.

use domain::{AccessLetter, AccountRow, DeskError, Email, FieldProblem, Instant, Level, OrganizationId};
use serde_json::json;

use super::factor::{drop_factors, void_short_password};
use super::tickets::{INVITATION_SECONDS, RECOVERY_SECONDS, sent};
use super::{Desk, fault, wrong};
use crate::audit::{self, Author, Object};
use crate::ports::{Purpose, Sessions};
use crate::secret::TicketToken;

/// Somebody who can be let in again, as the operator sees them.
#[derive(Clone, Debug)]
pub struct Recoverable {
    pub organization: String,
    pub row: AccountRow,
    /// The code of the level, or the name of an own one.
    pub level: Option<String>,
    scope: OrganizationId,
}

/// The link to a new password.
#[derive(Clone, Debug)]
pub struct Recovered {
    pub token: TicketToken,
    pub until: Instant,
}

impl Desk {
    /// Who signs in by this e-mail.
    ///
    /// # Errors
    /// [`DeskError::InvalidForm`] for what is no e-mail; [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn recoverable(&self, email: &str) -> Result<Option<Recoverable>, DeskError> {
        let email = Email::parse(email).ok_or_else(|| wrong("email", FieldProblem::NotAnEmail))?;
        let Some(record) = self.store.account_by_email(email.as_str(), None).await.map_err(fault)? else {
            return Ok(None);
        };
        let (scope, now) = (record.organization, self.now());
        let idle_since = now.plus_seconds(-super::IDLE_SECONDS);
        let rows = self.store.account_rows(scope, now, idle_since).await.map_err(fault)?;
        let Some(row) = rows.into_iter().find(|row| row.account.id == record.account.id) else { return Ok(None) };
        let level = match row.level {
            Some(Level::Role(role)) => Some(role.code().to_owned()),
            Some(Level::Own(id)) => {
                let roles = self.store.own_roles(scope).await.map_err(fault)?;
                roles.into_iter().find(|role| role.id == id).map(|role| role.name)
            }
            None => None,
        };
        let organization = self.store.organization_name(scope).await.map_err(fault)?;
        Ok(Some(Recoverable { organization, row, level, scope }))
    }

    /// Takes away the second factor, its codes and what is linked, ends the sessions, and makes a link to a new password. It is in the
    /// organisation's log as the installation's act, and the account's owner is told by letter.
    ///
    /// # Errors
    /// [`DeskError::UnknownAccount`] if nobody signs in by this e-mail; otherwise as [`Desk::recoverable`]. Nothing has
    /// changed then.
    pub async fn recover_account(&self, email: &str) -> Result<Recovered, DeskError> {
        let known = self.recoverable(email).await?.ok_or(DeskError::UnknownAccount)?;
        let (id, now) = (known.row.account.id, self.now());
        let until = now.plus_seconds(RECOVERY_SECONDS);
        let mut transaction = self.store.begin(known.scope).await.map_err(fault)?;
        // It may have been changed or deleted while we looked.
        let row = self.account_in(&mut *transaction, id).await?;
        if row.account.email != known.row.account.email || row.state != domain::AccountState::Active {
            return Err(DeskError::UnknownAccount);
        }
        let factor = drop_factors(&mut *transaction, id).await?;
        void_short_password(&mut *transaction, id).await?;
        transaction.forget_identities(id).await.map_err(fault)?;
        let sessions = transaction.end_sessions(&Sessions::Of { account: id, but: None }).await.map_err(fault)?;
        transaction.close_tickets(id, None).await.map_err(fault)?;
        // Browsers that are known try passwords apart from strangers: one of them may be lost, too.
        let devices = transaction.forget_devices(id).await.map_err(fault)?;
        let ticket = self.ticket_for(known.scope, id, Purpose::Recovery, (None, String::new()), until)?;
        transaction.add_ticket(&ticket.kept).await.map_err(fault)?;
        let told = now.plus_seconds(INVITATION_SECONDS);
        let letter = sent(AccessLetter::Restored, &row.account.name, "", told, "");
        self.send(&mut *transaction, letter, &row.account.email).await?;
        let entry = audit::Entry {
            at: now,
            author: Author::default(),
            action: "account.restored",
            object: Object::Account(id),
            details: json!({ "factor": factor, "sessions": sessions }),
        };
        audit::append(&mut *transaction, known.scope, entry).await.map_err(fault)?;
        transaction.commit().await.map_err(fault)?;
        self.forgive((id, &row.account.email), &devices).await;
        Ok(Recovered { token: ticket.token, until })
    }
}
