-- The audit log's number is the organisation's version: every change writes an entry.
ALTER TABLE organizations DROP COLUMN version;
-- The version for which a preview was made; NULL where it does not matter any more.
ALTER TABLE operations ADD COLUMN basis INTEGER;
-- The seats that a previewed revoke is to take, until it is settled: then assignments.ended_by tells them.
CREATE TABLE operation_seats (
    organization_id INTEGER NOT NULL,
    operation_id INTEGER NOT NULL,
    pool_id INTEGER NOT NULL,
    -- Ranges of assignment ids: '1-5,8'.
    assignments TEXT NOT NULL,
    PRIMARY KEY (organization_id, operation_id, pool_id),
    CONSTRAINT operation_seats_operation FOREIGN KEY (organization_id, operation_id)
        REFERENCES operations (organization_id, id),
    CONSTRAINT operation_seats_pool FOREIGN KEY (organization_id, pool_id) REFERENCES pools (organization_id, id)
) STRICT, WITHOUT ROWID;
-- Nothing is found by its term: the order of terms is made of the directory's.
DROP INDEX assignments_until;
