//! Adding and deleting people.

use domain::{
    Capability, Deletion, DeskError, FieldProblem, Holding, IdSet, MemberId, NewMemberForm, Selection, Snapshot,
};
use serde_json::json;

use super::confirm::check_typed;
use super::directory::check_known;
use super::{Desk, fault, wrong};
use crate::access::Permit;
use crate::actor::Actor;
use crate::audit::{self, Object};
use crate::ports::{AuditRecord, StoreError};

impl Desk {
    /// «Добавить пользователя».
    ///
    /// # Errors
    /// [`DeskError::InvalidForm`] with every wrong field.
    pub async fn add_member(&self, actor: &Actor, form: &NewMemberForm) -> Result<MemberId, DeskError> {
        let actor = &self.permit(actor, Capability::EditPeople).await?;
        let member = form.check().map_err(|fields| DeskError::InvalidForm { fields })?;
        // Whoever is in none of them would not be seen by those who added him.
        if let Some(groups) = actor.coverage().groups() {
            if member.groups.is_empty() {
                return Err(wrong("groups", FieldProblem::Required));
            }
            if member.groups.iter().any(|group| !groups.contains(group)) {
                return Err(wrong("groups", FieldProblem::Unknown));
            }
        }
        let now = self.now();
        let mut transaction = self.begin(actor).await?;
        let id = transaction.add_member(&member, now).await.map_err(|error| match error {
            StoreError::EmailTaken => wrong("email", FieldProblem::Taken),
            StoreError::Conflict => wrong("groups", FieldProblem::Unknown),
            other => fault(other),
        })?;
        let entry = audit::Entry {
            at: now,
            author: actor.author(),
            action: "member.added",
            object: Object::Member(id),
            details: json!({ "employment": member.employment, "groups": member.groups }),
        };
        audit::append(&mut *transaction, actor.scope(), entry).await.map_err(fault)?;
        transaction.commit().await.map_err(fault)?;
        Ok(id)
    }

    /// Whom «Удалить пользователя» would delete.
    ///
    /// # Errors
    /// [`DeskError::EmptySelection`], [`DeskError::SelectionTooLarge`], [`DeskError::TooManyFilters`],
    /// [`DeskError::UnknownMembers`].
    pub async fn deletion(&self, actor: &Actor, selection: &Selection) -> Result<Deletion, DeskError> {
        let actor = &self.permit(actor, Capability::EditPeople).await?;
        self.check_size(actor, selection).await?;
        let snapshot = self.snapshot(actor, selection).await?;
        let held = self.store.holdings(actor.scope(), &snapshot.members(), None).await.map_err(fault)?;
        let concerned = concerned(selection, &snapshot, &held)?;
        Ok(Deletion {
            digest: concerned.living.digest(),
            count: concerned.living.len() as u64,
            names: self.first_names(actor, &concerned.living).await?,
            holders: concerned.holders.len() as u64,
            holder_names: self.first_names(actor, &concerned.holders).await?,
        })
    }

    /// «Удалить пользователя», for everybody selected. `digest` is [`Deletion::digest`] as the administrator saw it;
    /// `size` the number as he typed it, for so many that it must be. Asked again, it is done already.
    ///
    /// # Errors
    /// As [`Desk::deletion`]; [`DeskError::SelectionChanged`] if the selection holds others than were shown;
    /// [`DeskError::MembersHoldLicences`] if somebody holds a licence; [`DeskError::SizeRequired`]. Nobody is deleted
    /// then.
    pub async fn delete_members(
        &self,
        actor: &Actor,
        selection: &Selection,
        digest: &str,
        size: Option<u64>,
        password: Option<String>,
    ) -> Result<u64, DeskError> {
        let actor = &self.permit(actor, Capability::EditPeople).await?;
        self.check_size(actor, selection).await?;
        self.prove_large(actor, size, password).await?;
        let mut transaction = self.begin(actor).await?;
        let snapshot = self.snapshot_in(&mut *transaction, actor, selection).await?;
        let held = transaction.holdings(&snapshot.members(), None).await.map_err(fault)?;
        let Concerned { living, holders, deleted } = match concerned(selection, &snapshot, &held) {
            // Whoever was deleted is in no group any more: for those whom groups limit, only the log knows them.
            Err(unknown) if actor.coverage().groups().is_some() => {
                let seq = transaction.audit_head().seq;
                drop(transaction);
                return self.deleted_last(actor, seq, digest).await?.ok_or(unknown);
            }
            concerned => concerned?,
        };
        if !holders.is_empty() {
            drop(transaction);
            let names = self.first_names(actor, &holders).await?;
            return Err(DeskError::MembersHoldLicences { count: holders.len() as u64, names });
        }
        let count = living.len() as u64;
        if count == 0 && !deleted.is_empty() && deleted.digest() == digest {
            return Ok(deleted.len() as u64);
        }
        if count == 0 || living.digest() != digest {
            let seq = transaction.audit_head().seq;
            drop(transaction);
            // A filter finds only the living.
            let deleted = self.deleted_last(actor, seq, digest).await?;
            return deleted.ok_or(DeskError::SelectionChanged { now: count });
        }
        check_typed(actor, count, size)?;
        let now = self.now();
        let deleted = transaction.delete_members(&living, now).await.map_err(fault)?;
        let entry = audit::Entry {
            at: now,
            author: actor.author(),
            action: "members.deleted",
            details: json!({ "count": deleted, "digest": digest, "ids": living.to_string() }),
            object: Object::Members(living),
        };
        audit::append(&mut *transaction, actor.scope(), entry).await.map_err(fault)?;
        transaction.commit().await.map_err(fault)?;
        Ok(deleted)
    }

    /// How many people of this digest were deleted by the act that the log ends with, if they were.
    async fn deleted_last(&self, actor: &Permit<'_>, seq: i64, digest: &str) -> Result<Option<u64>, DeskError> {
        let last = self.store.audit(actor.scope(), seq - 1, 1).await.map_err(fault)?.pop();
        Ok(last.and_then(|entry| deleted_by(&entry, digest)))
    }
}

/// How many people of this digest an entry tells were deleted.
fn deleted_by(entry: &AuditRecord, digest: &str) -> Option<u64> {
    let details: serde_json::Value = serde_json::from_str(&entry.details).ok()?;
    let fits = entry.action == "members.deleted" && details.get("digest")?.as_str()? == digest;
    details.get("count")?.as_u64().filter(|_| fits)
}

/// Those of a selection who can be deleted, who cannot, and who are.
struct Concerned {
    /// Holders too.
    living: IdSet,
    holders: IdSet,
    deleted: IdSet,
}

/// `held` is what they hold of all products, and not of signatures alone.
fn concerned(selection: &Selection, snapshot: &Snapshot, held: &[Holding]) -> Result<Concerned, DeskError> {
    check_known(selection, &snapshot.members())?;
    let with = |fits: &dyn Fn(&domain::Class) -> bool| -> IdSet {
        snapshot.classes.iter().filter(|class| fits(class)).flat_map(|class| class.members.iter()).collect()
    };
    Ok(Concerned {
        living: with(&|class| !class.deleted),
        holders: held
            .iter()
            .filter(|class| !class.deleted && !class.held.is_empty())
            .flat_map(|class| class.members.iter())
            .collect(),
        deleted: with(&|class| class.deleted),
    })
}
