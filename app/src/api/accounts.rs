use domain::{AccountId, IdSet, RoleId, SessionId};
use leptos::prelude::*;

use crate::error::ApiError;

/// The form of an account, as it is kept if it is refused.
#[cfg(feature = "ssr")]
fn kept<T>(form: &domain::AccountForm, done: Result<T, domain::DeskError>) -> Result<T, ApiError> {
    if done.is_err() && crate::ssr::from_plain_form() {
        crate::ssr::keep_typed_account(form)?;
    }
    crate::ssr::for_forms(done.map_err(ApiError))
}

/// «Отправить приглашение». From a form it leads to the list.
#[server(name = InviteAccountCall, prefix = "/api", endpoint = "invite_account")]
pub async fn invite_account(
    name: String,
    email: String,
    phone: String,
    level: String,
    #[server(default)] proof: String,
) -> Result<AccountId, ApiError> {
    use crate::ssr;
    let form = domain::AccountForm { name, email, phone, level };
    let done = ssr::desk()?.invite_account(&ssr::actor()?, &form, Some(proof)).await;
    let id = kept(&form, done)?;
    if ssr::from_plain_form() {
        leptos_axum::redirect("/admin?invited");
    }
    Ok(id)
}

/// Sends an invitation again.
#[server(name = InviteAgainCall, prefix = "/api", endpoint = "invite_again")]
pub async fn invite_again(account: AccountId) -> Result<(), ApiError> {
    use crate::ssr;
    ssr::desk()?.invite_again(&ssr::actor()?, account).await?;
    if ssr::from_plain_form() {
        leptos_axum::redirect(&format!("/admin/{account}?invited"));
    }
    Ok(())
}

#[server(name = WithdrawInvitationCall, prefix = "/api", endpoint = "withdraw_invitation")]
pub async fn withdraw_invitation(account: AccountId) -> Result<(), ApiError> {
    use crate::ssr;
    ssr::desk()?.withdraw_invitation(&ssr::actor()?, account).await?;
    if ssr::from_plain_form() {
        leptos_axum::redirect("/admin?withdrawn");
    }
    Ok(())
}

/// Changes an account. From a form it leads back to it.
#[server(name = ChangeAccountCall, prefix = "/api", endpoint = "change_account")]
pub async fn change_account(
    account: AccountId,
    name: String,
    email: String,
    #[server(default)] phone: String,
    level: String,
    #[server(default)] proof: String,
) -> Result<(), ApiError> {
    use crate::ssr;
    let form = domain::AccountForm { name, email, phone, level };
    let done = ssr::desk()?.change_account(&ssr::actor()?, account, &form, Some(proof)).await;
    kept(&form, done)?;
    if ssr::from_plain_form() {
        leptos_axum::redirect(&format!("/admin/{account}?saved"));
    }
    Ok(())
}

/// Sends somebody the link to a new password.
#[server(name = SendRecoveryCall, prefix = "/api", endpoint = "send_recovery")]
pub async fn send_recovery(account: AccountId) -> Result<(), ApiError> {
    use crate::ssr;
    ssr::desk()?.send_recovery(&ssr::actor()?, account).await?;
    if ssr::from_plain_form() {
        leptos_axum::redirect(&format!("/admin/{account}?recovery"));
    }
    Ok(())
}

/// Sends a code to whoever is going to delete an account.
#[server(name = SendDeletionCodeCall, prefix = "/api", endpoint = "send_deletion_code")]
pub async fn send_deletion_code(account: AccountId, #[server(default)] proof: String) -> Result<(), ApiError> {
    use crate::ssr;
    ssr::desk()?.send_deletion_code(&ssr::actor()?, account, Some(proof)).await?;
    if ssr::from_plain_form() {
        leptos_axum::redirect(&format!("/admin/{account}/delete?sent"));
    }
    Ok(())
}

/// Deletes an account with the code that was sent.
#[server(name = RemoveAccountCall, prefix = "/api", endpoint = "remove_account")]
pub async fn remove_account(account: AccountId, code: String) -> Result<(), ApiError> {
    use crate::ssr;
    ssr::desk()?.remove_account(&ssr::actor()?, account, &code).await?;
    if ssr::from_plain_form() {
        leptos_axum::redirect("/admin?deleted");
    }
    Ok(())
}

#[server(name = HandOverCall, prefix = "/api", endpoint = "hand_over")]
pub async fn hand_over(account: AccountId, #[server(default)] proof: String) -> Result<(), ApiError> {
    use crate::ssr;
    ssr::desk()?.hand_over(&ssr::actor()?, account, Some(proof)).await?;
    if ssr::from_plain_form() {
        leptos_axum::redirect("/admin?handed-over");
    }
    Ok(())
}

/// Keeps an own level of access. `rights` are codes of capabilities; `whom` is `groups` for one that concerns only people
/// of `groups`.
#[server(name = KeepRoleCall, prefix = "/api", endpoint = "keep_role")]
pub async fn keep_role(
    #[server(default)] role: Option<RoleId>,
    name: String,
    #[server(default)] rights: Vec<String>,
    #[server(default)] whom: String,
    #[server(default)] groups: Vec<domain::GroupId>,
    #[server(default)] proof: String,
) -> Result<RoleId, ApiError> {
    use crate::ssr;
    let form = domain::RoleForm { name, rights, whom, groups };
    let kept = ssr::desk()?.keep_role(&ssr::actor()?, role, &form, Some(proof)).await;
    if kept.is_err() && ssr::from_plain_form() {
        ssr::keep_typed_role(&form)?;
    }
    let kept = kept?;
    if ssr::from_plain_form() {
        leptos_axum::redirect("/admin/levels?saved");
    }
    Ok(kept)
}

/// Says whom a level that every organisation has concerns in this one: `whom` as in [`keep_role`].
#[server(name = LimitRoleCall, prefix = "/api", endpoint = "limit_role")]
pub async fn limit_role(
    level: domain::Role,
    #[server(default)] whom: String,
    #[server(default)] groups: Vec<domain::GroupId>,
    #[server(default)] proof: String,
) -> Result<(), ApiError> {
    use crate::ssr;
    let form = domain::RoleForm { whom, groups, ..domain::RoleForm::default() };
    let kept = ssr::desk()?.limit_role(&ssr::actor()?, level, &form, Some(proof)).await;
    if kept.is_err() && ssr::from_plain_form() {
        ssr::keep_typed_role(&form)?;
    }
    kept?;
    if ssr::from_plain_form() {
        leptos_axum::redirect("/admin/levels?saved");
    }
    Ok(())
}

#[server(name = DeleteRoleCall, prefix = "/api", endpoint = "delete_role")]
pub async fn delete_role(role: RoleId) -> Result<(), ApiError> {
    use crate::ssr;
    ssr::desk()?.delete_role(&ssr::actor()?, role).await?;
    if ssr::from_plain_form() {
        leptos_axum::redirect("/admin/levels?level-deleted");
    }
    Ok(())
}

/// Ends a session: one's own, or one of the organisation. How many there were.
#[server(name = EndSessionCall, prefix = "/api", endpoint = "end_session")]
pub async fn end_session(session: SessionId) -> Result<u64, ApiError> {
    use crate::ssr;
    let actor = ssr::actor()?;
    let ended = ssr::desk()?.end_sessions(&actor, service::EndSessions::One(session), None).await?;
    if ssr::from_plain_form() {
        let from_own = ssr::parts()?.headers.get("referer").is_some_and(|from| from.as_bytes().ends_with(b"/account"));
        let there = if from_own { "/account".to_owned() } else { format!("/admin/sessions?ended={ended}") };
        leptos_axum::redirect(&there);
    }
    Ok(ended)
}

/// Ends one's other sessions.
#[server(name = EndOwnSessionsCall, prefix = "/api", endpoint = "end_own_sessions")]
pub async fn end_own_sessions() -> Result<u64, ApiError> {
    use crate::ssr;
    let actor = ssr::actor()?;
    let ended = ssr::desk()?.end_sessions(&actor, service::EndSessions::OwnOthers, None).await?;
    if ssr::from_plain_form() {
        leptos_axum::redirect("/account");
    }
    Ok(ended)
}

/// «Завершить все сеансы»; `own`: one's own too. `seen`: ids of those that were shown, `1-5,8`.
#[server(name = EndAllSessionsCall, prefix = "/api", endpoint = "end_all_sessions")]
pub async fn end_all_sessions(own: bool, seen: IdSet, #[server(default)] proof: String) -> Result<u64, ApiError> {
    use crate::ssr;
    let which = service::EndSessions::All { own, seen };
    let ended = ssr::desk()?.end_sessions(&ssr::actor()?, which, Some(proof)).await;
    let ended = ssr::for_forms(ended.map_err(ApiError))?;
    if ssr::from_plain_form() {
        let there = if own { "/sign-in".to_owned() } else { format!("/admin/sessions?ended={ended}") };
        leptos_axum::redirect(&there);
    }
    Ok(ended)
}

/// Changes one's own password.
#[server(name = ChangePasswordCall, prefix = "/api", endpoint = "change_password")]
pub async fn change_password(former: String, password: String, again: String) -> Result<(), ApiError> {
    use crate::ssr;
    let device = ssr::visitor()?.device;
    ssr::desk()?.change_password(&ssr::actor()?, former, password, &again, device.as_ref()).await?;
    if ssr::from_plain_form() {
        leptos_axum::redirect("/account?kept");
    }
    Ok(())
}

/// «Привязать»: sends whoever has signed in to the identity provider.
#[server(name = LinkIdentityCall, prefix = "/api", endpoint = "link_identity")]
pub async fn link_identity(#[server(default)] proof: String) -> Result<(), ApiError> {
    use crate::ssr;
    let there = ssr::desk()?.link_identity(&ssr::actor()?, Some(proof)).await?;
    ssr::send_away(&there)
}

#[server(name = UnlinkIdentityCall, prefix = "/api", endpoint = "unlink_identity")]
pub async fn unlink_identity(#[server(default)] proof: String) -> Result<(), ApiError> {
    use crate::ssr;
    ssr::desk()?.unlink_identity(&ssr::actor()?, Some(proof)).await?;
    if ssr::from_plain_form() {
        leptos_axum::redirect("/account?unlinked");
    }
    Ok(())
}

/// «Выслать ссылку»: the answer does not tell whether anybody has this e-mail.
#[server(name = AskRecoveryCall, prefix = "/api", endpoint = "ask_recovery")]
pub async fn ask_recovery(email: String) -> Result<(), ApiError> {
    use crate::ssr;
    let asked = ssr::desk()?.ask_recovery(&email, ssr::visitor()?.visit()).await;
    if asked.is_err() && ssr::from_plain_form() {
        ssr::keep_typed_email(&email)?;
    }
    asked?;
    if ssr::from_plain_form() {
        leptos_axum::redirect("/recovery?sent");
    }
    Ok(())
}

/// Sets a new password by the link of a letter.
#[server(name = RecoverCall, prefix = "/api", endpoint = "recover")]
pub async fn recover(token: String, password: String, again: String) -> Result<(), ApiError> {
    use crate::ssr;
    ssr::desk()?.recover(&token, password, &again, ssr::visitor()?.visit()).await?;
    if ssr::from_plain_form() {
        leptos_axum::redirect("/sign-in?password-set");
    }
    Ok(())
}

/// «Продолжить»: accepts an invitation.
#[server(name = JoinCall, prefix = "/api", endpoint = "join")]
pub async fn join(
    token: String,
    #[server(default)] code: String,
    password: String,
    again: String,
) -> Result<(), ApiError> {
    use crate::ssr;
    let visitor = ssr::visitor()?;
    let signed_in = ssr::desk()?.join(&token, &code, password, &again, visitor.visit()).await?;
    ssr::go_in(&signed_in, "").await
}

/// Sets above how many people a second person has to agree; empty for never.
#[server(name = KeepApprovalsCall, prefix = "/api", endpoint = "keep_approvals")]
pub async fn keep_approvals(
    #[server(default)] issue: String,
    #[server(default)] revoke: String,
    #[server(default)] proof: String,
) -> Result<(), ApiError> {
    use crate::ssr;
    let form = domain::ApprovalForm { issue, revoke };
    let kept = ssr::desk()?.keep_approval_rules(&ssr::actor()?, &form, Some(proof)).await;
    if kept.is_err() && ssr::from_plain_form() {
        ssr::keep_typed_approvals(&form)?;
    }
    kept?;
    if ssr::from_plain_form() {
        leptos_axum::redirect("/admin/approvals?saved");
    }
    Ok(())
}

/// «Настройки уведомлений» of one's own: codes of the kinds of letters that one wants.
#[server(name = KeepWantedCall, prefix = "/api", endpoint = "keep_wanted")]
pub async fn keep_wanted(#[server(default)] wanted: Vec<String>) -> Result<(), ApiError> {
    use crate::ssr;
    let wanted: Vec<_> = wanted.iter().filter_map(|code| domain::LetterKind::from_code(code)).collect();
    ssr::desk()?.keep_wanted(&ssr::actor()?, &wanted).await?;
    if ssr::from_plain_form() {
        leptos_axum::redirect("/account?saved");
    }
    Ok(())
}
