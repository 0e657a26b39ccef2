-- The twin of migrations/postgres/0025_connections.sql.
-- The guided connection of the service. An organisation without a row here is not connected yet.
CREATE TABLE connections (
    organization_id INTEGER NOT NULL CONSTRAINT connections_organization REFERENCES organizations (id),
    connected_at INTEGER NOT NULL,
    -- The responsible administrator; NULL where nobody was named.
    account_id INTEGER,
    PRIMARY KEY (organization_id),
    CONSTRAINT connections_account FOREIGN KEY (organization_id, account_id) REFERENCES accounts (organization_id, id)
) STRICT, WITHOUT ROWID;
-- Whoever was there before there was a connection is connected.
INSERT INTO connections (organization_id, connected_at)
SELECT o.id, COALESCE((SELECT MIN(a.created_at) FROM accounts AS a WHERE a.organization_id = o.id), 0)
FROM organizations AS o;

-- Where services are found. A former address leads on, and is nobody else's.
CREATE TABLE service_addresses (
    address TEXT NOT NULL,
    organization_id INTEGER NOT NULL CONSTRAINT service_addresses_organization REFERENCES organizations (id),
    current INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT service_addresses_key PRIMARY KEY (address)
) STRICT;
CREATE UNIQUE INDEX service_addresses_current ON service_addresses (organization_id) WHERE current = 1;
CREATE INDEX service_addresses_of ON service_addresses (organization_id, created_at);

-- What was entered so far, as JSON: seen by whoever fills it in, and by nobody else.
CREATE TABLE connection_drafts (
    organization_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    draft TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, account_id),
    CONSTRAINT connection_drafts_account FOREIGN KEY (organization_id, account_id)
        REFERENCES accounts (organization_id, id)
) STRICT, WITHOUT ROWID;

-- Lists of people that were handed over: seen by this account, and by nobody else.
CREATE TABLE handed_lists (
    organization_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    people TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, account_id),
    CONSTRAINT handed_lists_account FOREIGN KEY (organization_id, account_id) REFERENCES accounts (organization_id, id)
) STRICT, WITHOUT ROWID;
