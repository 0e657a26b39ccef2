-- The twin of migrations/sqlite/0021_identities.sql.
-- Who somebody is at an identity provider (OpenID Connect), and whose account that is here.
CREATE TABLE identities (
    -- As the provider calls itself, and whom it means: OpenID Connect Core 1.0, 5.7.
    issuer TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    organization_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT identities_key PRIMARY KEY (issuer, subject),
    CONSTRAINT identities_account FOREIGN KEY (organization_id, account_id) REFERENCES accounts (organization_id, id)
);
-- One of each provider.
CREATE UNIQUE INDEX identities_of_account ON identities (organization_id, account_id, issuer);

-- Browsers that were sent to the provider and are to come back: each once, within minutes.
CREATE TABLE identity_flows (
    -- SHA-256 of what the browser's cookie holds.
    token_hash BYTEA NOT NULL,
    -- SHA-256 of what the provider hands back.
    state_hash BYTEA NOT NULL,
    nonce TEXT COLLATE "C" NOT NULL,
    verifier TEXT COLLATE "C" NOT NULL,
    -- Where it goes on to: a path of ours, or nothing.
    wanted TEXT COLLATE "C" NOT NULL,
    -- Who links, and in which session; NULL where somebody signs in.
    organization_id BIGINT,
    account_id BIGINT,
    session_id BIGINT,
    expires_at BIGINT NOT NULL,
    CONSTRAINT identity_flows_key PRIMARY KEY (token_hash),
    CONSTRAINT identity_flows_account FOREIGN KEY (organization_id, account_id) REFERENCES accounts (organization_id, id)
);
CREATE INDEX identity_flows_expiry ON identity_flows (expires_at);
