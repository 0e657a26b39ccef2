-- The twin of migrations/sqlite/0029_short_passwords.sql.
-- Whether the password is one that is long enough only beside a second factor: the hash does not tell.
ALTER TABLE accounts ADD COLUMN short_password BIGINT NOT NULL DEFAULT 0;
