-- The twin of migrations/postgres/0021_identities.sql.
-- Who somebody is at an identity provider (OpenID Connect), and whose account that is here.
CREATE TABLE identities (
    -- As the provider calls itself, and whom it means: OpenID Connect Core 1.0, 5.7.
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    organization_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT identities_key PRIMARY KEY (issuer, subject),
    CONSTRAINT identities_account FOREIGN KEY (organization_id, account_id) REFERENCES accounts (organization_id, id)
) STRICT;
-- One of each provider.
CREATE UNIQUE INDEX identities_of_account ON identities (organization_id, account_id, issuer);

-- Browsers that were sent to the provider and are to come back: each once, within minutes.
CREATE TABLE identity_flows (
    -- SHA-256 of what the browser's cookie holds.
    token_hash BLOB NOT NULL,
    -- SHA-256 of what the provider hands back.
    state_hash BLOB NOT NULL,
    nonce TEXT NOT NULL,
    verifier TEXT NOT NULL,
    -- Where it goes on to: a path of ours, or nothing.
    wanted TEXT NOT NULL,
    -- Who links, and in which session; NULL where somebody signs in.
    organization_id INTEGER,
    account_id INTEGER,
    session_id INTEGER,
    expires_at INTEGER NOT NULL,
    CONSTRAINT identity_flows_key PRIMARY KEY (token_hash),
    CONSTRAINT identity_flows_account FOREIGN KEY (organization_id, account_id) REFERENCES accounts (organization_id, id)
) STRICT;
CREATE INDEX identity_flows_expiry ON identity_flows (expires_at);
