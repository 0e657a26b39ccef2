-- The twin of migrations/postgres/0037_partners.sql.
-- Organisations that serve others, and by what code these find them.
CREATE TABLE partners (
    organization_id INTEGER NOT NULL,
    code TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (organization_id),
    CONSTRAINT partners_organization FOREIGN KEY (organization_id) REFERENCES organizations (id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX partners_code ON partners (code);

-- What an organisation has allowed a partner to do at its desk. Without a row: nothing, and it is not even seen.
CREATE TABLE partnerships (
    -- The customer.
    organization_id INTEGER NOT NULL,
    partner_id INTEGER NOT NULL,
    -- Codes, joined by commas.
    capabilities TEXT NOT NULL,
    granted_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, partner_id),
    CONSTRAINT partnerships_organization FOREIGN KEY (organization_id) REFERENCES organizations (id),
    CONSTRAINT partnerships_partner FOREIGN KEY (partner_id) REFERENCES partners (organization_id),
    CONSTRAINT partnerships_others CHECK (organization_id <> partner_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX partnerships_of_partner ON partnerships (partner_id, organization_id);

-- As whom a partner's account acts at a customer's desk: an account there into which nobody signs in.
CREATE TABLE representatives (
    -- The customer.
    organization_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    partner_id INTEGER NOT NULL,
    partner_account_id INTEGER NOT NULL,
    -- When they came first since they were let in.
    came_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, account_id),
    CONSTRAINT representatives_account FOREIGN KEY (organization_id, account_id)
        REFERENCES accounts (organization_id, id),
    CONSTRAINT representatives_partner_account FOREIGN KEY (partner_id, partner_account_id)
        REFERENCES accounts (organization_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX representatives_of_account ON representatives (organization_id, partner_id, partner_account_id);
