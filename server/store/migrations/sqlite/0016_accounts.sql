-- The twin of migrations/postgres/0016_accounts.sql.
-- Sessions have a number by which they are ended, and tell whence they came.
ALTER TABLE sessions RENAME TO sessions_former;
DROP INDEX sessions_expiry;
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY,
    token_hash BLOB NOT NULL,
    account_id INTEGER NOT NULL,
    organization_id INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    -- When whoever works in it last showed who they are.
    proved_at INTEGER NOT NULL,
    address TEXT NOT NULL,
    -- As the browser calls itself.
    device TEXT NOT NULL,
    CONSTRAINT sessions_account FOREIGN KEY (organization_id, account_id) REFERENCES accounts (organization_id, id)
) STRICT;
INSERT INTO sessions (token_hash, account_id, organization_id, created_at, last_seen_at, expires_at, proved_at, address, device)
SELECT token_hash, account_id, organization_id, created_at, last_seen_at, expires_at, created_at, '', '' FROM sessions_former;
DROP TABLE sessions_former;
CREATE UNIQUE INDEX sessions_token ON sessions (token_hash);
CREATE INDEX sessions_expiry ON sessions (expires_at);
CREATE INDEX sessions_of_account ON sessions (organization_id, account_id);

ALTER TABLE accounts ADD COLUMN phone TEXT NOT NULL DEFAULT '';
-- 'invited', 'active' or 'removed': acts stay theirs.
ALTER TABLE accounts ADD COLUMN state TEXT NOT NULL DEFAULT 'active';
DROP INDEX accounts_email;
-- Not per organisation: the e-mail alone says who signs in.
CREATE UNIQUE INDEX accounts_email ON accounts (email) WHERE state <> 'removed';

-- Whence somebody acted.
ALTER TABLE audit_entries ADD COLUMN address TEXT;

-- What was tried in vain, by whom: kept across restarts, and for e-mails that nobody has just the same.
CREATE TABLE attempts (
    -- SHA-256 of who tries what.
    subject BLOB NOT NULL,
    failed INTEGER NOT NULL,
    since INTEGER NOT NULL,
    blocked_until INTEGER,
    PRIMARY KEY (subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX attempts_since ON attempts (since);

-- Browsers in which an account has signed in: what strangers try does not block them.
CREATE TABLE devices (
    organization_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    token_hash BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, account_id, token_hash),
    CONSTRAINT devices_account FOREIGN KEY (organization_id, account_id) REFERENCES accounts (organization_id, id)
) STRICT, WITHOUT ROWID;

-- Links and codes that are sent to somebody, and work once.
CREATE TABLE tickets (
    token_hash BLOB NOT NULL,
    purpose TEXT NOT NULL,
    -- NULL as long as there is none.
    organization_id INTEGER,
    account_id INTEGER,
    code_hash BLOB,
    tries INTEGER NOT NULL,
    -- JSON.
    data TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    -- 'used' or 'over'.
    closed TEXT,
    -- Why it was refused last.
    refused TEXT,
    PRIMARY KEY (token_hash),
    CONSTRAINT tickets_account FOREIGN KEY (organization_id, account_id) REFERENCES accounts (organization_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX tickets_of_account ON tickets (organization_id, account_id, purpose);
CREATE INDEX tickets_expiry ON tickets (expires_at);
