//! Adding people and deleting them.

use domain::{IdSet, Instant, MemberId, MemberRow, NewMember, OrganizationId};
use service::ports::StoreResult;

use crate::sql::{Conn, statements};

statements! {
    INSERT = "INSERT INTO members (organization_id, surname, first_name, patronymic, sort_key, words, email, \
                                   employment, created_at) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id";
    INSERT_WORDS = "INSERT INTO member_words (organization_id, word, member_id) \
                    SELECT m.organization_id, w.value, m.id FROM members AS m CROSS JOIN {words m.words} \
                    WHERE m.organization_id = $1 AND m.id = $2 AND w.value <> ''";
    INSERT_GROUPS = "INSERT INTO group_members (organization_id, group_id, member_id) \
                     SELECT $1, picked.value, $2 FROM {picked $3}";
    DELETE_WORDS = "DELETE FROM member_words WHERE (organization_id, word, member_id) IN ( \
                        SELECT m.organization_id, w.value, m.id \
                        FROM {picked $2} CROSS JOIN members AS m CROSS JOIN {words m.words} \
                        WHERE m.organization_id = $1 AND m.id = picked.value AND m.deleted_at IS NULL)";
    DELETE_GROUPS = "DELETE FROM group_members \
                     WHERE organization_id = $1 AND member_id IN (SELECT picked.value FROM {picked $2})";
    DELETE = "UPDATE members SET deleted_at = $3 WHERE organization_id = $1 AND deleted_at IS NULL \
              AND id IN (SELECT picked.value FROM {picked $2})";
}

/// What is kept of the words by which a person is found: each after a space.
pub(crate) fn kept_words(row: &MemberRow) -> String {
    row.words().iter().flat_map(|word| [" ", word]).collect()
}

pub(crate) async fn add(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    member: &NewMember,
    at: Instant,
) -> StoreResult<MemberId> {
    let row = MemberRow {
        id: MemberId(0),
        name: member.name.clone(),
        employment: member.employment,
        email: member.email.as_str().to_owned(),
        last_active: None,
        held: Vec::new(),
        unsigned: false,
        groups: Vec::new(),
    };
    let sql = INSERT
        .of(organization)
        .bind(member.name.surname.as_str())
        .bind(member.name.first.as_str())
        .bind(member.name.patronymic.as_str())
        .bind(member.name.sort_key())
        .bind(kept_words(&row))
        .bind(member.email.as_str())
        .bind(member.employment.number())
        .bind(at.0);
    let id = conn.row(sql).await?.int(0)?;
    conn.execute(INSERT_WORDS.of(organization).bind(id)).await?;
    let groups: IdSet = member.groups.iter().map(|group| group.0).collect();
    if !groups.is_empty() {
        conn.execute(INSERT_GROUPS.of(organization).bind(id).bind(groups.to_list())).await?;
    }
    Ok(MemberId(id))
}

pub(crate) async fn delete(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    members: &IdSet,
    at: Instant,
) -> StoreResult<u64> {
    let ids = members.to_list();
    conn.execute(DELETE_WORDS.of(organization).bind(ids.as_str())).await?;
    conn.execute(DELETE_GROUPS.of(organization).bind(ids.as_str())).await?;
    conn.execute(DELETE.of(organization).bind(ids).bind(at.0)).await
}
