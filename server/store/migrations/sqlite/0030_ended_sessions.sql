-- The twin of migrations/postgres/0030_ended_sessions.sql.
-- Tokens of sessions that were ended before their time, or go on with another: whoever comes with one is in the log, once.
CREATE TABLE ended_sessions (
    -- SHA-256.
    token_hash BLOB NOT NULL,
    organization_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    -- When the session would have been over: after that nobody could use it anyway.
    expires_at INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    CONSTRAINT ended_sessions_key PRIMARY KEY (token_hash)
) STRICT, WITHOUT ROWID;
