//! «Администрирование»: accounts and levels of access.

use domain::{
    AccessLetter, AccountData, AccountForm, AccountId, AccountRow, AccountState, Capability, Coverage, DeskError,
    FieldProblem, Group, Instant, Level, OwnRole, Rights, Role, RoleForm, RoleId, is_forged,
};
use serde_json::{Value, json};

use super::sign_in::IDLE_SECONDS;
use super::tickets::{CODE_SECONDS, INVITATION_SECONDS, RECOVERY_SECONDS, sent};
use super::{Desk, fault, incident, wrong};
use crate::access::Permit;
use crate::actor::Actor;
use crate::audit::{self, Object};
use crate::ports::{Purpose, Sessions, StoreError, Transaction};
use crate::secret::{code, typed_code};

/// The accounts of an organisation, and the levels that they can have.
#[derive(Clone, Debug, Default)]
pub struct AccountList {
    pub rows: Vec<AccountRow>,
    pub roles: Vec<OwnRole>,
    /// Whom the other levels concern, where that is not everybody.
    pub limits: Vec<(Role, Coverage)>,
    /// Those that a level may be limited to.
    pub groups: Vec<Group>,
    /// Whether a second factor is required.
    pub factor_required: bool,
}

/// Own levels of an organisation: more are no help to anybody.
const MOST_ROLES: usize = 50;
/// Accounts of an organisation: whoever needs more has taken people for accounts.
const MOST_ACCOUNTS: usize = 1_000;

impl AccountList {
    /// Whom a level that every organisation has concerns in this one.
    #[must_use]
    pub fn limit_of(&self, role: Role) -> Coverage {
        let limit = self.limits.iter().find(|(known, _)| *known == role);
        limit.map_or(Coverage::Everybody, |(_, coverage)| coverage.clone())
    }
}

/// The names of a coverage's groups; `None` for everybody.
fn named(coverage: &Coverage, groups: &[Group]) -> Option<String> {
    let name =
        |id: &domain::GroupId| groups.iter().find(|group| group.id == *id).map_or("—", |group| group.name.as_str());
    Some(coverage.groups()?.iter().map(name).collect::<Vec<_>>().join(", "))
}

/// What a level allows; nothing for one that the organisation does not have.
fn rights_of(level: Level, roles: &[OwnRole]) -> Option<Rights> {
    match level {
        Level::Role(role) => Some(role.rights()),
        Level::Own(id) => roles.iter().find(|role| role.id == id).map(|role| role.rights),
    }
}

/// What an account was before and is now, as the log tells it: of name, e-mail and phone, those that changed.
pub(super) fn change_of(row: &AccountRow, data: &AccountData) -> Value {
    let fields = [
        ("name", row.account.name.as_str(), data.name.as_str()),
        ("email", row.account.email.as_str(), data.email.as_str()),
        ("phone", row.phone.as_str(), data.phone.as_str()),
    ];
    let changed = || fields.into_iter().filter(|(_, was, is)| was != is);
    let level = |level: Option<Level>| level.map(|level| level.to_string());
    json!({
        "changed": changed().map(|(field, ..)| field).collect::<Vec<_>>(),
        "was": changed().map(|(field, was, _)| (field.to_owned(), json!(was))).collect::<serde_json::Map<_, _>>(),
        "is": changed().map(|(field, _, is)| (field.to_owned(), json!(is))).collect::<serde_json::Map<_, _>>(),
        "before": level(row.level),
        "after": level(Some(data.level)),
    })
}

/// Nobody touches the account of whoever may do more than they may: with the e-mail goes the account.
pub(super) fn may_touch(permit: &Permit<'_>, row: &AccountRow) -> Result<(), DeskError> {
    if row.is_owner() && row.account.id != permit.account().id {
        return Err(DeskError::OwnersOwn);
    }
    match row.rights.iter().find(|capability| !permit.may(*capability)) {
        Some(needs) => Err(DeskError::Forbidden { needs }),
        None => Ok(()),
    }
}

impl Desk {
    /// # Errors
    /// [`DeskError::Forbidden`]; [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn accounts(&self, actor: &Actor) -> Result<AccountList, DeskError> {
        let permit = self.permit(actor, Capability::Accounts).await?;
        let (now, scope) = (self.now(), permit.scope());
        let idle_since = now.plus_seconds(-IDLE_SECONDS);
        let rows = self.store.account_rows(scope, now, idle_since).await.map_err(fault)?;
        let roles = self.store.own_roles(scope).await.map_err(fault)?;
        let factor_required = self.store.factor_required(scope).await.map_err(fault)?;
        let groups = self.store.groups(scope).await.map_err(fault)?;
        let limits = self.store.role_limits(scope).await.map_err(fault)?;
        Ok(AccountList { rows, roles, limits, groups, factor_required })
    }

    pub(super) async fn account_in(
        &self,
        transaction: &mut dyn Transaction,
        id: AccountId,
    ) -> Result<AccountRow, DeskError> {
        transaction.account_row(id).await.map_err(fault)?.ok_or(DeskError::UnknownAccount)
    }

    /// A level that this account may give: none beyond its own rights, and never the owner's.
    async fn given(
        &self,
        transaction: &mut dyn Transaction,
        permit: &Permit<'_>,
        level: Level,
    ) -> Result<Rights, DeskError> {
        let roles = transaction.own_roles().await.map_err(fault)?;
        let rights = rights_of(level, &roles).ok_or_else(|| wrong("level", FieldProblem::Unknown))?;
        let beyond = level == Level::Role(Role::Owner) || !rights.within(permit.actor().rights());
        if beyond { Err(wrong("level", FieldProblem::BeyondOwn)) } else { Ok(rights) }
    }

    /// Writes down what was refused of accounts: somebody may try what they may not.
    pub(super) async fn noted<T>(
        &self,
        permit: &Permit<'_>,
        id: Option<AccountId>,
        done: Result<T, DeskError>,
    ) -> Result<T, DeskError> {
        let why = match &done {
            Err(DeskError::InvalidForm { fields }) if fields.iter().any(|f| f.problem == FieldProblem::BeyondOwn) => {
                Some("beyond_own".to_owned())
            }
            Err(DeskError::InvalidForm { fields }) if fields.iter().any(|f| f.problem == FieldProblem::WrongCode) => {
                Some("wrong_code".to_owned())
            }
            Err(error @ (DeskError::OwnersOwn | DeskError::LastAdministrator)) => Some(error.code()),
            Err(DeskError::Forbidden { needs }) => Some(format!("lacks:{}", needs.code())),
            _ => None,
        };
        if let Some(why) = why {
            let object = Object::Account(id.unwrap_or(permit.account().id));
            self.note_refused(permit, "account.refused", object, json!({ "why": why })).await;
        }
        done
    }

    /// An account that can be. What is typed to look like somebody's e-mail, or to go on behind it, is in the log.
    async fn checked(
        &self,
        permit: &Permit<'_>,
        id: Option<AccountId>,
        form: &AccountForm,
        needs_phone: bool,
    ) -> Result<AccountData, DeskError> {
        let checked = form.check(needs_phone);
        if checked.is_err() && is_forged(&form.email) {
            let object = Object::Account(id.unwrap_or(permit.account().id));
            self.note_refused(permit, "account.refused", object, json!({ "why": "forged_email" })).await;
        }
        checked.map_err(|fields| DeskError::InvalidForm { fields })
    }

    /// «Отправить приглашение»: a link by e-mail and a code by SMS. Sent again, the former ones work no more.
    ///
    /// # Errors
    /// [`DeskError::InvalidForm`] with every wrong field; [`DeskError::ProofRequired`]; [`DeskError::TooManyTries`].
    pub async fn invite_account(
        &self,
        actor: &Actor,
        form: &AccountForm,
        password: Option<String>,
    ) -> Result<AccountId, DeskError> {
        let permit = self.permit(actor, Capability::Accounts).await?;
        let data = self.checked(&permit, None, form, true).await?;
        self.prove(actor, password).await?;
        self.may_look_elsewhere(&permit).await?;
        let done = async {
            let mut transaction = self.begin(&permit).await?;
            let id = self.invite_in(&mut *transaction, &permit, &data).await?;
            transaction.commit().await.map_err(fault)?;
            Ok(id)
        };
        let done = self.note_elsewhere(&permit, data.email.as_str(), done.await).await;
        self.noted(&permit, None, done).await
    }

    /// As [`Desk::invite_account`], in a transaction.
    pub(super) async fn invite_in(
        &self,
        transaction: &mut dyn Transaction,
        permit: &Permit<'_>,
        data: &AccountData,
    ) -> Result<AccountId, DeskError> {
        self.given(transaction, permit, data.level).await?;
        if transaction.count_accounts().await.map_err(fault)? >= MOST_ACCOUNTS as u64 {
            return Err(wrong("email", FieldProblem::TooMany { most: MOST_ACCOUNTS }));
        }
        let id = transaction.add_account(data, self.now()).await.map_err(taken)?;
        self.send_invitation(transaction, permit, id, &data.name, (data.email.as_str(), &data.phone)).await?;
        let details = json!({
            "level": data.level.to_string(), "name": data.name, "email": data.email.as_str(), "phone": data.phone,
        });
        self.tell(transaction, permit, "account.invited", Object::Account(id), details).await?;
        Ok(id)
    }

    async fn send_invitation(
        &self,
        transaction: &mut dyn Transaction,
        permit: &Permit<'_>,
        id: AccountId,
        name: &str,
        (email, phone): (&str, &str),
    ) -> Result<(), DeskError> {
        self.count_behest(transaction, permit, &[email, phone]).await?;
        transaction.note_hand(id, permit.account().id, self.now()).await.map_err(fault)?;
        let code = code().map_err(|_| incident("no randomness for a code"))?;
        let until = self.now().plus_seconds(INVITATION_SECONDS);
        let whom = permit.account().name.clone();
        let by = permit.account().id.to_string();
        let ticket = self.ticket_for(permit.scope(), id, Purpose::Invitation, (Some(&code), by), until)?;
        transaction.add_ticket(&ticket.kept).await.map_err(fault)?;
        let link = sent(AccessLetter::Invitation, name, ticket.token.secret(), until, &whom);
        self.send(transaction, link, email).await?;
        let by_sms = sent(AccessLetter::InvitationCode, name, &code, until, &whom);
        self.send(transaction, by_sms, phone).await
    }

    /// Sends the invitation again, with a new link and a new code.
    ///
    /// # Errors
    /// [`DeskError::UnknownAccount`] for one that is there already, or not at all; [`DeskError::TooManyTries`].
    pub async fn invite_again(&self, actor: &Actor, id: AccountId) -> Result<(), DeskError> {
        let permit = self.permit(actor, Capability::Accounts).await?;
        let done = async {
            let mut transaction = self.begin(&permit).await?;
            let row = self.account_in(&mut *transaction, id).await?;
            if row.state != AccountState::Invited {
                return Err(DeskError::UnknownAccount);
            }
            may_touch(&permit, &row)?;
            let to = (row.account.email.as_str(), row.phone.as_str());
            self.send_invitation(&mut *transaction, &permit, id, &row.account.name, to).await?;
            let account = &row.account;
            let details = json!({ "again": true, "name": account.name, "email": account.email, "phone": row.phone });
            self.tell(&mut *transaction, &permit, "account.invited", Object::Account(id), details).await?;
            transaction.commit().await.map_err(fault)
        };
        let done = done.await;
        self.noted(&permit, Some(id), done).await
    }

    /// Withdraws an invitation: its link works no more.
    ///
    /// # Errors
    /// As [`Desk::invite_again`].
    pub async fn withdraw_invitation(&self, actor: &Actor, id: AccountId) -> Result<(), DeskError> {
        let permit = self.permit(actor, Capability::Accounts).await?;
        let done = async {
            let mut transaction = self.begin(&permit).await?;
            let row = self.account_in(&mut *transaction, id).await?;
            if row.state != AccountState::Invited {
                return Err(DeskError::UnknownAccount);
            }
            may_touch(&permit, &row)?;
            self.remove_in(&mut *transaction, &permit, &row, json!({ "invited": true })).await?;
            transaction.commit().await.map_err(fault)
        };
        let done = done.await;
        self.noted(&permit, Some(id), done).await
    }

    /// Changes name, e-mail, phone and level. Whose e-mail is another one signs in anew.
    ///
    /// # Errors
    /// [`DeskError::InvalidForm`] with every wrong field, with [`FieldProblem::BeyondOwn`] for a level that one may not
    /// give, one's own among them; [`DeskError::OwnersOwn`]; [`DeskError::LastAdministrator`];
    /// [`DeskError::ProofRequired`].
    pub async fn change_account(
        &self,
        actor: &Actor,
        id: AccountId,
        form: &AccountForm,
        password: Option<String>,
    ) -> Result<(), DeskError> {
        let permit = self.permit(actor, Capability::Accounts).await?;
        let data = self.checked(&permit, Some(id), form, false).await?;
        self.prove(actor, password).await?;
        let now = self.now();
        let known = self.store.account_rows(permit.scope(), now, now).await.map_err(fault)?;
        if known.iter().any(|row| row.account.id == id && row.account.email != data.email.as_str()) {
            self.may_look_elsewhere(&permit).await?;
        }
        let done = async {
            let mut transaction = self.begin(&permit).await?;
            let row = self.account_in(&mut *transaction, id).await?;
            may_touch(&permit, &row)?;
            let own = id == permit.account().id;
            if row.level != Some(data.level) {
                if own {
                    return Err(wrong("level", FieldProblem::BeyondOwn));
                }
                let rights = self.given(&mut *transaction, &permit, data.level).await?;
                let manages = rights.may(Capability::Accounts);
                if row.manages() && !manages && transaction.other_managers(id).await.map_err(fault)? == 0 {
                    return Err(DeskError::LastAdministrator);
                }
                transaction.set_level(id, data.level).await.map_err(fault)?;
            }
            transaction.change_account(id, &data).await.map_err(taken)?;
            let email_changed = row.account.email != data.email.as_str();
            if !own && (email_changed || row.phone != data.phone || row.level != Some(data.level)) {
                transaction.note_hand(id, permit.account().id, now).await.map_err(fault)?;
            }
            if email_changed {
                let but = own.then(|| actor.session());
                transaction.end_sessions(&Sessions::Of { account: id, but }).await.map_err(fault)?;
                transaction.close_tickets(id, None).await.map_err(fault)?;
                self.count_behest(&mut *transaction, &permit, &[&row.account.email]).await?;
                let until = self.now().plus_seconds(INVITATION_SECONDS);
                let letter = sent(AccessLetter::EmailChanged, &row.account.name, "", until, &permit.account().name);
                self.send(&mut *transaction, letter, &row.account.email).await?;
                // Who held the former mailbox comes in by no other way that hangs on it.
                if !own {
                    transaction.forget_identities(id).await.map_err(fault)?;
                    transaction.forget_devices(id).await.map_err(fault)?;
                }
            }
            // A number that was corrected gets a code of its own: the former one is somebody else's.
            if row.state == AccountState::Invited && (email_changed || row.phone != data.phone) {
                let to = (data.email.as_str(), data.phone.as_str());
                self.send_invitation(&mut *transaction, &permit, id, &data.name, to).await?;
            }
            self.tell(&mut *transaction, &permit, "account.changed", Object::Account(id), change_of(&row, &data))
                .await?;
            transaction.commit().await.map_err(fault)
        };
        let done = self.note_elsewhere(&permit, data.email.as_str(), done.await).await;
        self.noted(&permit, Some(id), done).await
    }

    /// Sends somebody the link to a new password.
    ///
    /// # Errors
    /// [`DeskError::UnknownAccount`] for one that has none yet; [`DeskError::OwnersOwn`]; [`DeskError::TooManyTries`].
    pub async fn send_recovery(&self, actor: &Actor, id: AccountId) -> Result<(), DeskError> {
        let permit = self.permit(actor, Capability::Accounts).await?;
        let done = async {
            let mut transaction = self.begin(&permit).await?;
            let row = self.account_in(&mut *transaction, id).await?;
            if row.state != AccountState::Active {
                return Err(DeskError::UnknownAccount);
            }
            may_touch(&permit, &row)?;
            let whose = (id, row.account.name.as_str(), row.account.email.as_str());
            self.count_behest(&mut *transaction, &permit, &[whose.2]).await?;
            self.offer_recovery(&mut *transaction, &permit, whose).await?;
            self.tell(&mut *transaction, &permit, "password.reset_sent", Object::Account(id), json!({})).await?;
            transaction.commit().await.map_err(fault)
        };
        let done = done.await;
        self.noted(&permit, Some(id), done).await
    }

    pub(super) async fn offer_recovery(
        &self,
        transaction: &mut dyn Transaction,
        permit: &Permit<'_>,
        (id, name, email): (AccountId, &str, &str),
    ) -> Result<(), DeskError> {
        let until = self.now().plus_seconds(RECOVERY_SECONDS);
        let ticket = self.ticket_for(permit.scope(), id, Purpose::Recovery, (None, String::new()), until)?;
        transaction.add_ticket(&ticket.kept).await.map_err(fault)?;
        let letter = sent(AccessLetter::Recovery, name, ticket.token.secret(), until, &permit.account().name);
        self.send(transaction, letter, email).await
    }

    /// Sends a code to whoever is going to delete an account; the former one works no more.
    ///
    /// # Errors
    /// As [`Desk::remove_account`], and [`DeskError::ProofRequired`], [`DeskError::TooManyTries`].
    pub async fn send_deletion_code(
        &self,
        actor: &Actor,
        id: AccountId,
        password: Option<String>,
    ) -> Result<(), DeskError> {
        let permit = self.permit(actor, Capability::Accounts).await?;
        self.prove(actor, password).await?;
        let done = async {
            let mut transaction = self.begin(&permit).await?;
            let row = self.account_in(&mut *transaction, id).await?;
            self.removable(&mut *transaction, &permit, &row).await?;
            let code = code().map_err(|_| incident("no randomness for a code"))?;
            let until = self.now().plus_seconds(CODE_SECONDS);
            let own = permit.account();
            self.count_own_code(&mut *transaction, &permit).await?;
            let about = (Some(code.as_str()), id.to_string());
            let ticket = self.ticket_for(permit.scope(), own.id, Purpose::Deletion, about, until)?;
            transaction.add_ticket(&ticket.kept).await.map_err(fault)?;
            let letter = sent(AccessLetter::DeletionCode, &own.name, &code, until, &row.account.name);
            self.send(&mut *transaction, letter, &own.email).await?;
            self.tell(&mut *transaction, &permit, "deletion.code_sent", Object::Account(id), json!({})).await?;
            transaction.commit().await.map_err(fault)
        };
        let done = done.await;
        self.noted(&permit, Some(id), done).await
    }

    /// The owner cannot be deleted, nor the last who manages accounts, nor one's own account.
    async fn removable(
        &self,
        transaction: &mut dyn Transaction,
        permit: &Permit<'_>,
        row: &AccountRow,
    ) -> Result<(), DeskError> {
        if row.is_owner() {
            return Err(DeskError::OwnersOwn);
        }
        may_touch(permit, row)?;
        let alone = row.manages() && transaction.other_managers(row.account.id).await.map_err(fault)? == 0;
        if alone || row.account.id == permit.account().id { Err(DeskError::LastAdministrator) } else { Ok(()) }
    }

    /// Deletes an account with the code that was sent: its sessions end, its acts stay in the log.
    ///
    /// # Errors
    /// [`DeskError::InvalidForm`] for a wrong code or one that is over; [`DeskError::OwnersOwn`];
    /// [`DeskError::LastAdministrator`]; [`DeskError::UnknownAccount`].
    pub async fn remove_account(&self, actor: &Actor, id: AccountId, typed: &str) -> Result<(), DeskError> {
        let permit = self.permit(actor, Capability::Accounts).await?;
        let done = async {
            let mut transaction = self.begin(&permit).await?;
            let row = self.account_in(&mut *transaction, id).await?;
            self.removable(&mut *transaction, &permit, &row).await?;
            let own = permit.account().id;
            let ticket = transaction.open_ticket(own, Purpose::Deletion).await.map_err(fault)?;
            let ticket = ticket.filter(|ticket| ticket.data == id.to_string() && self.now() < ticket.expires_at);
            let Some(ticket) = ticket else { return Err(wrong("code", FieldProblem::WrongCode)) };
            if !self.code_fits(&mut *transaction, &ticket, &typed_code(typed)).await? {
                transaction.commit().await.map_err(fault)?;
                return Err(wrong("code", FieldProblem::WrongCode));
            }
            transaction.close_ticket(&ticket.token_hash, domain::LinkFault::Used).await.map_err(fault)?;
            self.remove_in(&mut *transaction, &permit, &row, json!({})).await?;
            transaction.commit().await.map_err(fault)
        };
        let done = done.await;
        self.noted(&permit, Some(id), done).await
    }

    async fn remove_in(
        &self,
        transaction: &mut dyn Transaction,
        permit: &Permit<'_>,
        row: &AccountRow,
        mut details: Value,
    ) -> Result<(), DeskError> {
        let id = row.account.id;
        let sessions = transaction.end_sessions(&Sessions::Of { account: id, but: None }).await.map_err(fault)?;
        transaction.close_tickets(id, None).await.map_err(fault)?;
        transaction.forget_devices(id).await.map_err(fault)?;
        transaction.set_account_state(id, AccountState::Removed).await.map_err(fault)?;
        if let Some(details) = details.as_object_mut() {
            details.insert("before".to_owned(), json!(row.level.map(|level| level.to_string())));
            details.insert("sessions".to_owned(), json!(sessions));
        }
        self.tell(transaction, permit, "account.removed", Object::Account(id), details).await
    }

    /// Hands the organisation over: the owner becomes an administrator, the other one the owner.
    ///
    /// # Errors
    /// [`DeskError::OwnersOwn`] for anybody but the owner; [`DeskError::UnknownAccount`] for whoever has not joined;
    /// [`DeskError::ProofRequired`].
    pub async fn hand_over(&self, actor: &Actor, id: AccountId, password: Option<String>) -> Result<(), DeskError> {
        let permit = self.permit(actor, Capability::Accounts).await?;
        self.prove(actor, password).await?;
        let done = async {
            let mut transaction = self.begin(&permit).await?;
            let own = self.account_in(&mut *transaction, permit.account().id).await?;
            let row = self.account_in(&mut *transaction, id).await?;
            if !own.is_owner() || row.is_owner() {
                return Err(DeskError::OwnersOwn);
            }
            if row.state != AccountState::Active {
                return Err(DeskError::UnknownAccount);
            }
            // In this order: there is one owner at a time.
            transaction.set_level(own.account.id, Level::Role(Role::Administrator)).await.map_err(fault)?;
            transaction.set_level(id, Level::Role(Role::Owner)).await.map_err(fault)?;
            let details = json!({ "before": own.account.id, "after": id });
            self.tell(&mut *transaction, &permit, "owner.changed", Object::Account(id), details).await?;
            transaction.commit().await.map_err(fault)
        };
        let done = done.await;
        self.noted(&permit, Some(id), done).await
    }

    /// Keeps an own level of access: a new one, or `id` as it is to be. Takes effect at once, in open sessions too.
    ///
    /// # Errors
    /// [`DeskError::InvalidForm`]: a name that is missing, too long or taken, rights beyond one's own, groups that are not
    /// there, rights over the whole organisation for whoever is to see only some of it.
    pub async fn keep_role(
        &self,
        actor: &Actor,
        id: Option<RoleId>,
        form: &RoleForm,
        password: Option<String>,
    ) -> Result<RoleId, DeskError> {
        let permit = self.permit(actor, Capability::Accounts).await?;
        let (name, rights, coverage) = form.check().map_err(|fields| DeskError::InvalidForm { fields })?;
        let groups = self.known_groups(&permit, &coverage).await?;
        self.prove(actor, password).await?;
        let done = async {
            let mut transaction = self.begin(&permit).await?;
            let roles = transaction.own_roles().await.map_err(fault)?;
            let before = match id {
                Some(id) => Some(roles.iter().find(|role| role.id == id).ok_or(DeskError::UnknownAccount)?),
                None if roles.len() >= MOST_ROLES => {
                    return Err(wrong("name", FieldProblem::TooMany { most: MOST_ROLES }));
                }
                None => None,
            };
            let own = actor.rights();
            if !rights.within(own) || before.is_some_and(|before| !before.rights.within(own)) {
                return Err(wrong("rights", FieldProblem::BeyondOwn));
            }
            let kept = transaction.keep_role(id, &name, (rights, &coverage)).await.map_err(|error| match error {
                StoreError::Conflict => wrong("name", FieldProblem::Taken),
                other => fault(other),
            })?;
            self.still_managed(&mut *transaction).await?;
            // One's own level, made smaller by oneself, is still enough to make it greater again.
            let own_row = self.account_in(&mut *transaction, permit.account().id).await?;
            if !own_row.manages() {
                return Err(DeskError::LastAdministrator);
            }
            let details = json!({
                "before": before.map(|before| before.rights.to_codes()), "after": rights.to_codes(),
                "name_before": before.map(|before| before.name.as_str()), "name": name,
                "groups_before": before.and_then(|before| before.coverage.to_text()), "groups": coverage.to_text(),
                "whom_before": before.and_then(|before| named(&before.coverage, &groups)),
                "whom": named(&coverage, &groups),
            });
            self.tell(&mut *transaction, &permit, "role.kept", Object::Role(kept), details).await?;
            transaction.commit().await.map_err(fault)?;
            Ok(kept)
        };
        let done = done.await;
        self.noted(&permit, None, done).await
    }

    async fn still_managed(&self, transaction: &mut dyn Transaction) -> Result<(), DeskError> {
        let none = transaction.other_managers(AccountId(0)).await.map_err(fault)? == 0;
        if none { Err(DeskError::LastAdministrator) } else { Ok(()) }
    }

    /// The groups of the organisation, if they hold those of a coverage.
    async fn known_groups(&self, permit: &Permit<'_>, coverage: &Coverage) -> Result<Vec<Group>, DeskError> {
        let known = self.store.groups(permit.scope()).await.map_err(fault)?;
        match coverage.groups().unwrap_or_default().iter().all(|group| known.iter().any(|known| known.id == *group)) {
            true => Ok(known),
            false => Err(wrong("groups", FieldProblem::Unknown)),
        }
    }

    /// Says whom a level that every organisation has concerns in this one.
    ///
    /// # Errors
    /// [`DeskError::UnknownAccount`] for one that concerns everybody anyway ([`Role::may_be_limited`]);
    /// [`DeskError::InvalidForm`] on `groups`, and on `rights` with [`FieldProblem::BeyondOwn`];
    /// [`DeskError::ProofRequired`].
    pub async fn limit_role(
        &self,
        actor: &Actor,
        role: Role,
        form: &RoleForm,
        password: Option<String>,
    ) -> Result<(), DeskError> {
        let permit = self.permit(actor, Capability::Accounts).await?;
        if !role.may_be_limited() {
            return Err(DeskError::UnknownAccount);
        }
        let coverage = form.coverage().map_err(|field| DeskError::InvalidForm { fields: vec![field] })?;
        let groups = self.known_groups(&permit, &coverage).await?;
        self.prove(actor, password).await?;
        let done = async {
            let mut transaction = self.begin(&permit).await?;
            if !role.rights().within(actor.rights()) {
                return Err(wrong("rights", FieldProblem::BeyondOwn));
            }
            let limits = transaction.role_limits().await.map_err(fault)?;
            let before = limits.into_iter().find(|(known, _)| *known == role).map(|(_, limit)| limit);
            transaction.limit_role(role, &coverage).await.map_err(fault)?;
            let details = json!({
                "level": role.code(), "groups_before": before.as_ref().and_then(Coverage::to_text),
                "groups": coverage.to_text(), "whom_before": before.as_ref().and_then(|before| named(before, &groups)),
                "whom": named(&coverage, &groups),
            });
            self.tell(&mut *transaction, &permit, "role.kept", Object::Accounts, details).await?;
            transaction.commit().await.map_err(fault)
        };
        let done = done.await;
        self.noted(&permit, None, done).await
    }

    /// Deletes an own level that nobody has.
    ///
    /// # Errors
    /// [`DeskError::UnknownAccount`] if it is not there; [`DeskError::InvalidForm`] on `role` if somebody has it.
    pub async fn delete_role(&self, actor: &Actor, id: RoleId) -> Result<(), DeskError> {
        let permit = self.permit(actor, Capability::Accounts).await?;
        let done = async {
            let mut transaction = self.begin(&permit).await?;
            let roles = transaction.own_roles().await.map_err(fault)?;
            let role = roles.into_iter().find(|role| role.id == id).ok_or(DeskError::UnknownAccount)?;
            if role.accounts > 0 {
                return Err(wrong("role", FieldProblem::Taken));
            }
            if !role.rights.within(actor.rights()) {
                return Err(wrong("rights", FieldProblem::BeyondOwn));
            }
            transaction.delete_role(id).await.map_err(fault)?;
            let details = json!({
                "before": role.rights.to_codes(), "name_before": role.name, "groups_before": role.coverage.to_text(),
            });
            self.tell(&mut *transaction, &permit, "role.deleted", Object::Role(id), details).await?;
            transaction.commit().await.map_err(fault)
        };
        let done = done.await;
        self.noted(&permit, None, done).await
    }

    /// Puts an act into the audit log.
    pub(super) async fn tell(
        &self,
        transaction: &mut dyn Transaction,
        permit: &Permit<'_>,
        action: &str,
        object: Object,
        details: Value,
    ) -> Result<(), DeskError> {
        let entry = audit::Entry { at: self.now(), author: permit.author(), action, object, details };
        audit::append(transaction, permit.scope(), entry).await.map_err(fault)
    }
}

/// That somebody signs in by an e-mail, whoever it is, is all that is said.
pub(super) fn taken(error: StoreError) -> DeskError {
    match error {
        StoreError::EmailTaken => wrong("email", FieldProblem::Taken),
        StoreError::Conflict => DeskError::UnknownAccount,
        other => fault(other),
    }
}

/// Of which moment: nothing is shown of an [`Instant`] but that no two letters have the same.
pub(super) fn unique(at: Instant) -> i64 {
    let mut bytes = [0_u8; 2];
    let _ = getrandom::fill(&mut bytes);
    at.0.saturating_mul(1000).saturating_add(i64::from(u16::from_be_bytes(bytes) % 1000))
}
