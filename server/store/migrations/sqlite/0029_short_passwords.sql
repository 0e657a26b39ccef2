-- The twin of migrations/postgres/0029_short_passwords.sql.
-- Whether the password is one that is long enough only beside a second factor: the hash does not tell.
ALTER TABLE accounts ADD COLUMN short_password INTEGER NOT NULL DEFAULT 0;
