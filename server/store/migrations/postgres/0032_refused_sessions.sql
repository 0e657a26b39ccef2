-- The twin of migrations/sqlite/0032_refused_sessions.sql.
-- Of a session that goes on by another token: since when, and where its owner works, whose other tabs may still come with
-- the former one.
ALTER TABLE ended_sessions ADD COLUMN renewed_at BIGINT;
ALTER TABLE ended_sessions ADD COLUMN address TEXT COLLATE "C";
ALTER TABLE ended_sessions ADD COLUMN device TEXT COLLATE "C";

-- Whence somebody came with the token of a session that has ended: each address is in the log once.
CREATE TABLE refused_sessions (
    token_hash BYTEA NOT NULL,
    organization_id BIGINT NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    CONSTRAINT refused_sessions_key PRIMARY KEY (token_hash, address),
    CONSTRAINT refused_sessions_ended FOREIGN KEY (token_hash) REFERENCES ended_sessions (token_hash) ON DELETE CASCADE
);
