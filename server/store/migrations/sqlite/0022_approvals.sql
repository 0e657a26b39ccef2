-- The twin of migrations/postgres/0022_approvals.sql.
-- Above how many people a second person has to agree; NULL: never.
ALTER TABLE organizations ADD COLUMN approve_issue INTEGER;
ALTER TABLE organizations ADD COLUMN approve_revoke INTEGER;

-- Operations that wait for a second person, or did. A preview with a row here waits for it; a cancelled one may have been
-- declined.
CREATE TABLE approvals (
    organization_id INTEGER NOT NULL,
    operation_id INTEGER NOT NULL,
    asked_at INTEGER NOT NULL,
    decided_at INTEGER,
    decided_by INTEGER,
    -- 'approved', 'declined' or 'withdrawn'.
    decision TEXT,
    reason TEXT NOT NULL,
    PRIMARY KEY (organization_id, operation_id),
    CONSTRAINT approvals_operation FOREIGN KEY (organization_id, operation_id)
        REFERENCES operations (organization_id, id),
    CONSTRAINT approvals_account FOREIGN KEY (organization_id, decided_by) REFERENCES accounts (organization_id, id),
    CONSTRAINT approvals_decided CHECK (
        (decided_at IS NULL) = (decision IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)
    )
) STRICT, WITHOUT ROWID;
