//! How many people a selection holds.

use domain::{Counts, Employment, OrganizationId, Selection};
use service::ports::StoreResult;

use super::people::{People, Start};
use crate::sql::{Conn, Sql};

/// Two counters in one number, so that each person is probed once: the licensed below, the dismissed above.
const DISMISSED: i64 = 1 << 32;

pub(super) fn statement(organization: OrganizationId, selection: &Selection) -> Sql {
    let mut sql = Sql::scoped(organization);
    let source = People::living(selection).source(&mut sql, Start::Narrow);
    let dismissed = Employment::Dismissed.number();
    let text = format!(
        "SELECT count(*), CAST(COALESCE(sum(CASE \
            WHEN EXISTS (SELECT 1 FROM assignments AS h WHERE h.organization_id = $1 AND h.member_id = m.id \
                         AND h.ended_at IS NULL) THEN 1 \
            WHEN m.employment = {dismissed} THEN {DISMISSED} ELSE 0 END), 0) AS BIGINT) {} WHERE {}",
        source.from, source.conditions
    );
    sql.with_text(text)
}

pub(crate) async fn counts(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    selection: &Selection,
) -> StoreResult<Counts> {
    if selection.is_empty() {
        return Ok(Counts::default());
    }
    let row = conn.row(statement(organization, selection)).await?;
    let (total, both) = (row.count(0)?, row.count(1)?);
    let (dismissed, licensed) = (both >> 32, both & 0xffff_ffff);
    Ok(Counts { total, issuable: total.saturating_sub(dismissed + licensed), licensed })
}
