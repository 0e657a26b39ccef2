-- The twin of migrations/sqlite/0019_factors.sql.
-- The second factor of an account: an app that gives codes.
CREATE TABLE factors (
    organization_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    -- 20 bytes in hexadecimal: whoever checks codes has to know it.
    secret TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    -- NULL until the first code has shown that the app has the secret.
    confirmed_at BIGINT,
    -- Of which step the last code was that was taken: it works once.
    last_step BIGINT NOT NULL,
    CONSTRAINT factors_key PRIMARY KEY (organization_id, account_id),
    CONSTRAINT factors_account FOREIGN KEY (organization_id, account_id) REFERENCES accounts (organization_id, id)
);

-- For whoever has lost the app: each works once, and is kept as its Argon2id digest.
CREATE TABLE recovery_codes (
    organization_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    code_hash BYTEA NOT NULL,
    used_at BIGINT,
    CONSTRAINT recovery_codes_key PRIMARY KEY (organization_id, account_id, code_hash),
    CONSTRAINT recovery_codes_account FOREIGN KEY (organization_id, account_id) REFERENCES accounts (organization_id, id)
);

-- 1: whoever has no second factor connects one before anything else.
ALTER TABLE organizations ADD COLUMN factor_required BIGINT NOT NULL DEFAULT 0;
