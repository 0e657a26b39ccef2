-- The twin of migrations/postgres/0023_own_notifications.sql.
-- Of which letters somebody wants none: codes of kinds, joined by commas. Without a row they get all that are theirs.
CREATE TABLE account_notifications (
    organization_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    muted TEXT NOT NULL,
    PRIMARY KEY (organization_id, account_id),
    CONSTRAINT account_notifications_account FOREIGN KEY (organization_id, account_id)
        REFERENCES accounts (organization_id, id)
) STRICT, WITHOUT ROWID;
