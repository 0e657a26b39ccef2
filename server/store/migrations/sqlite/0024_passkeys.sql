-- The twin of migrations/postgres/0024_passkeys.sql.
-- By what authenticators know an account: 32 random bytes, for they keep it and may show it (WebAuthn Level 3, 14.6.1).
CREATE TABLE passkey_owners (
    organization_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    handle BLOB NOT NULL,
    PRIMARY KEY (organization_id, account_id),
    CONSTRAINT passkey_owners_account FOREIGN KEY (organization_id, account_id) REFERENCES accounts (organization_id, id)
) STRICT, WITHOUT ROWID;

-- The public keys of passkeys.
CREATE TABLE passkeys (
    id INTEGER PRIMARY KEY,
    organization_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    -- As its owner calls it.
    name TEXT NOT NULL,
    -- As the authenticator calls it, in base64url: whoever signs in by it says nothing else.
    credential TEXT NOT NULL,
    -- COSE (RFC 9052), in base64url.
    public_key TEXT NOT NULL,
    algorithm INTEGER NOT NULL,
    -- Of its last use; 0 where the authenticator does not count.
    counter INTEGER NOT NULL,
    -- How browsers reach it: a JSON list.
    transports TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    used_at INTEGER,
    CONSTRAINT passkeys_owner FOREIGN KEY (organization_id, account_id)
        REFERENCES passkey_owners (organization_id, account_id)
) STRICT;
CREATE UNIQUE INDEX passkeys_credential ON passkeys (credential);
CREATE INDEX passkeys_account ON passkeys (organization_id, account_id);

-- What a browser was asked for, and what its answer has to fit; each for five minutes, and once.
CREATE TABLE passkey_states (
    -- A hash of the session, of the first step of the sign-in, or of the browser's own token.
    bound BLOB PRIMARY KEY NOT NULL,
    state TEXT NOT NULL,
    -- Of the passkey that is to be.
    name TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- 16 bytes in hexadecimal, with which the codes are digested; NULL of those that were made with an app before, whose
-- secret gives it.
ALTER TABLE recovery_codes ADD COLUMN salt TEXT;
