//! The least that a deed can cost: the rows it leaves, under the same constraints, indexes and durability, written by
//! set-based SQL alone, with the people found by the database itself. The same text runs on both databases.

use domain::{Deed, OrganizationId, PoolId};

/// The statements of one deed, for one transaction. `now` is any moment; the rows cost the same whichever it is.
pub(super) fn script(deed: Deed, organization: OrganizationId, pool: PoolId, group: &str) -> String {
    let organization = organization.0;
    let now = 1_750_000_000_000_000_i64;
    // Seats refer to it. Of its report, the ids of the people, there is nothing here: the ratio shows what that costs.
    let operation = format!(
        "INSERT INTO operations (organization_id, account_id, kind, state, pool_id, created_at, expires_at, settled_at, \
                                 accepted, rejected, digest) \
         SELECT {organization}, min(id), '{}', 'done', NULL, {now}, {now}, {now}, 0, 0, '' FROM accounts \
         WHERE organization_id = {organization};",
        deed.code()
    );
    let this = format!("(SELECT max(id) FROM operations WHERE organization_id = {organization})");
    let writes = match deed {
        Deed::Issue => format!(
            "INSERT INTO assignments (organization_id, pool_id, product_id, exclusive_group, member_id, operation_id, \
                                      issued_at, valid_until) \
             SELECT m.organization_id, p.id, p.product_id, '{group}', m.id, {this}, {now}, p.valid_until \
             FROM pools AS p CROSS JOIN members AS m \
             WHERE p.organization_id = {organization} AND p.id = {pool} \
               AND m.organization_id = {organization} AND m.deleted_at IS NULL AND m.employment <> 3 \
               AND NOT EXISTS (SELECT 1 FROM assignments AS a WHERE a.organization_id = {organization} \
                               AND a.member_id = m.id AND a.exclusive_group = '{group}' AND a.ended_at IS NULL) \
             ORDER BY m.id; \
             INSERT INTO certificate_tasks (organization_id, assignment_id, member_id, state, created_at) \
             SELECT organization_id, id, member_id, 'created', issued_at FROM assignments \
             WHERE organization_id = {organization} AND operation_id = {this}; \
             UPDATE pools SET issued = issued + (SELECT count(*) FROM assignments AS a \
                 WHERE a.organization_id = {organization} AND a.operation_id = {this}) \
             WHERE organization_id = {organization} AND id = {pool};"
        ),
        // A renewal is not measured: it is both.
        Deed::Revoke | Deed::Renew => format!(
            "UPDATE assignments SET ended_at = {now}, ended_by = {this} \
             WHERE organization_id = {organization} AND exclusive_group = '{group}' AND ended_at IS NULL; \
             UPDATE certificate_tasks SET prior_state = state, state = 'cancelled', cancelled_by = {this}, \
                                          closed_at = {now} \
             WHERE organization_id = {organization} AND closed_at IS NULL AND assignment_id IN ( \
                 SELECT id FROM assignments WHERE organization_id = {organization} AND ended_by = {this}); \
             UPDATE pools SET issued = issued - (SELECT count(*) FROM assignments AS a \
                 WHERE a.organization_id = {organization} AND a.pool_id = pools.id AND a.ended_by = {this}) \
             WHERE organization_id = {organization};"
        ),
    };
    [operation, writes].join(" ")
}
