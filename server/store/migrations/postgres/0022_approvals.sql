-- The twin of migrations/sqlite/0022_approvals.sql.
-- Above how many people a second person has to agree; NULL: never.
ALTER TABLE organizations ADD COLUMN approve_issue BIGINT;
ALTER TABLE organizations ADD COLUMN approve_revoke BIGINT;

-- Operations that wait for a second person, or did. A preview with a row here waits for it; a cancelled one may have been
-- declined.
CREATE TABLE approvals (
    organization_id BIGINT NOT NULL,
    operation_id BIGINT NOT NULL,
    asked_at BIGINT NOT NULL,
    decided_at BIGINT,
    decided_by BIGINT,
    -- 'approved', 'declined' or 'withdrawn'.
    decision TEXT COLLATE "C",
    reason TEXT COLLATE "C" NOT NULL,
    CONSTRAINT approvals_key PRIMARY KEY (organization_id, operation_id),
    CONSTRAINT approvals_operation FOREIGN KEY (organization_id, operation_id)
        REFERENCES operations (organization_id, id),
    CONSTRAINT approvals_account FOREIGN KEY (organization_id, decided_by) REFERENCES accounts (organization_id, id),
    CONSTRAINT approvals_decided CHECK (
        (decided_at IS NULL) = (decision IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)
    )
);
