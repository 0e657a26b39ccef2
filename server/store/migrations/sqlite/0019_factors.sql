-- The twin of migrations/postgres/0019_factors.sql.
-- The second factor of an account: an app that gives codes.
CREATE TABLE factors (
    organization_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    -- 20 bytes in hexadecimal: whoever checks codes has to know it.
    secret TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- NULL until the first code has shown that the app has the secret.
    confirmed_at INTEGER,
    -- Of which step the last code was that was taken: it works once.
    last_step INTEGER NOT NULL,
    PRIMARY KEY (organization_id, account_id),
    CONSTRAINT factors_account FOREIGN KEY (organization_id, account_id) REFERENCES accounts (organization_id, id)
) STRICT, WITHOUT ROWID;

-- For whoever has lost the app: each works once, and is kept as its Argon2id digest.
CREATE TABLE recovery_codes (
    organization_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    code_hash BLOB NOT NULL,
    used_at INTEGER,
    PRIMARY KEY (organization_id, account_id, code_hash),
    CONSTRAINT recovery_codes_account FOREIGN KEY (organization_id, account_id) REFERENCES accounts (organization_id, id)
) STRICT, WITHOUT ROWID;

-- 1: whoever has no second factor connects one before anything else.
ALTER TABLE organizations ADD COLUMN factor_required INTEGER NOT NULL DEFAULT 0;
