-- The twin of migrations/sqlite/0030_ended_sessions.sql.
-- Tokens of sessions that were ended before their time, or go on with another: whoever comes with one is in the log, once.
CREATE TABLE ended_sessions (
    -- SHA-256.
    token_hash BYTEA NOT NULL,
    organization_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    -- When the session would have been over: after that nobody could use it anyway.
    expires_at BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    CONSTRAINT ended_sessions_key PRIMARY KEY (token_hash)
);
