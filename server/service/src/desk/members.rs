//! Adding and deleting people.

use domain::{DeskError, FieldError, FieldProblem, IdSet, MemberId, NewMemberForm, SIGNATURE_GROUP, Selection};
use serde_json::json;

use super::directory::check_known;
use super::{Desk, fault};
use crate::actor::Actor;
use crate::audit::{self, Object};
use crate::ports::StoreError;

impl Desk {
    /// «Добавить пользователя».
    ///
    /// # Errors
    /// [`DeskError::InvalidForm`] with every wrong field.
    pub async fn add_member(&self, actor: &Actor, form: &NewMemberForm) -> Result<MemberId, DeskError> {
        let member = form.check().map_err(|fields| DeskError::InvalidForm { fields })?;
        let wrong =
            |field: &str, problem| DeskError::InvalidForm { fields: vec![FieldError { field: field.into(), problem }] };
        let now = self.now();
        let mut transaction = self.store.begin(actor.scope()).await.map_err(fault)?;
        let id = transaction.add_member(&member, now).await.map_err(|error| match error {
            StoreError::EmailTaken => wrong("email", FieldProblem::Taken),
            StoreError::Conflict => wrong("groups", FieldProblem::Unknown),
            other => fault(other),
        })?;
        let entry = audit::Entry {
            at: now,
            account: Some(actor.account().id),
            action: "member.added",
            object: Object::Member(id),
            details: json!({ "employment": member.employment, "groups": member.groups }),
        };
        audit::append(&mut *transaction, actor.scope(), entry).await.map_err(fault)?;
        transaction.commit().await.map_err(fault)?;
        Ok(id)
    }

    /// «Удалить пользователя», for everybody selected. `shown` is the number the administrator saw.
    ///
    /// # Errors
    /// As a preview's; [`DeskError::SelectionChanged`] if the selection does not hold `shown` people any more;
    /// [`DeskError::MembersHoldLicences`] if somebody holds a licence. Nobody is deleted then.
    pub async fn delete_members(&self, actor: &Actor, selection: &Selection, shown: u64) -> Result<u64, DeskError> {
        self.check_size(actor, selection).await?;
        let mut transaction = self.store.begin(actor.scope()).await.map_err(fault)?;
        let snapshot = transaction.snapshot(SIGNATURE_GROUP, selection).await.map_err(fault)?;
        check_known(selection, &snapshot.members())?;
        let with = |fits: &dyn Fn(&domain::Class) -> bool| -> IdSet {
            snapshot.classes.iter().filter(|class| fits(class)).flat_map(|class| class.members.iter()).collect()
        };
        let holders = with(&|class| !class.deleted && class.holds.is_some());
        if !holders.is_empty() {
            drop(transaction);
            let names = self.first_names(actor, &holders).await?;
            return Err(DeskError::MembersHoldLicences { count: holders.len() as u64, names });
        }
        let living = with(&|class| !class.deleted);
        let count = living.len() as u64;
        if count != shown || count == 0 {
            return Err(DeskError::SelectionChanged { shown, now: count });
        }
        let now = self.now();
        let deleted = transaction.delete_members(&living, now).await.map_err(fault)?;
        let entry = audit::Entry {
            at: now,
            account: Some(actor.account().id),
            action: "members.deleted",
            object: Object::Members(living),
            details: json!({ "count": deleted }),
        };
        audit::append(&mut *transaction, actor.scope(), entry).await.map_err(fault)?;
        transaction.commit().await.map_err(fault)?;
        Ok(deleted)
    }
}
