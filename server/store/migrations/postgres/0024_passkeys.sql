-- The twin of migrations/sqlite/0024_passkeys.sql.
-- By what authenticators know an account: 32 random bytes, for they keep it and may show it (WebAuthn Level 3, 14.6.1).
CREATE TABLE passkey_owners (
    organization_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    handle BYTEA NOT NULL,
    CONSTRAINT passkey_owners_key PRIMARY KEY (organization_id, account_id),
    CONSTRAINT passkey_owners_account FOREIGN KEY (organization_id, account_id) REFERENCES accounts (organization_id, id)
);

-- The public keys of passkeys.
CREATE TABLE passkeys (
    id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT passkeys_key PRIMARY KEY,
    organization_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    -- As its owner calls it.
    name TEXT COLLATE "C" NOT NULL,
    -- As the authenticator calls it, in base64url: whoever signs in by it says nothing else.
    credential TEXT COLLATE "C" NOT NULL,
    -- COSE (RFC 9052), in base64url.
    public_key TEXT COLLATE "C" NOT NULL,
    algorithm BIGINT NOT NULL,
    -- Of its last use; 0 where the authenticator does not count.
    counter BIGINT NOT NULL,
    -- How browsers reach it: a JSON list.
    transports TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT,
    CONSTRAINT passkeys_owner FOREIGN KEY (organization_id, account_id)
        REFERENCES passkey_owners (organization_id, account_id)
);
CREATE UNIQUE INDEX passkeys_credential ON passkeys (credential);
CREATE INDEX passkeys_account ON passkeys (organization_id, account_id);

-- What a browser was asked for, and what its answer has to fit; each for five minutes, and once.
CREATE TABLE passkey_states (
    -- A hash of the session, of the first step of the sign-in, or of the browser's own token.
    bound BYTEA NOT NULL CONSTRAINT passkey_states_key PRIMARY KEY,
    state TEXT COLLATE "C" NOT NULL,
    -- Of the passkey that is to be.
    name TEXT COLLATE "C" NOT NULL,
    expires_at BIGINT NOT NULL
);

-- 16 bytes in hexadecimal, with which the codes are digested; NULL of those that were made with an app before, whose
-- secret gives it.
ALTER TABLE recovery_codes ADD COLUMN salt TEXT COLLATE "C";
