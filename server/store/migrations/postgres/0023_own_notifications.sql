-- The twin of migrations/sqlite/0023_own_notifications.sql.
-- Of which letters somebody wants none: codes of kinds, joined by commas. Without a row they get all that are theirs.
CREATE TABLE account_notifications (
    organization_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    muted TEXT COLLATE "C" NOT NULL,
    CONSTRAINT account_notifications_key PRIMARY KEY (organization_id, account_id),
    CONSTRAINT account_notifications_account FOREIGN KEY (organization_id, account_id)
        REFERENCES accounts (organization_id, id)
);
