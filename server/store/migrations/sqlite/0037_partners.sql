-- The twin of migrations/postgres/0037_partners.sql.
-- Organisations that serve others; customers name them by their code.
CREATE TABLE partners (
    organization_id INTEGER NOT NULL CONSTRAINT partners_organization REFERENCES organizations (id),
    code TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (organization_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX partners_code ON partners (code);

-- What a customer lets a partner do, by codes of capabilities; without a row: nothing.
CREATE TABLE partnerships (
    organization_id INTEGER NOT NULL CONSTRAINT partnerships_organization REFERENCES organizations (id),
    partner_id INTEGER NOT NULL CONSTRAINT partnerships_partner REFERENCES partners (organization_id),
    capabilities TEXT NOT NULL,
    granted_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, partner_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX partnerships_partner ON partnerships (partner_id, organization_id);

-- As whom a partner's account acts at a customer's desk.
CREATE TABLE representatives (
    organization_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    partner_id INTEGER NOT NULL,
    partner_account_id INTEGER NOT NULL,
    PRIMARY KEY (organization_id, account_id),
    CONSTRAINT representatives_account FOREIGN KEY (organization_id, account_id)
        REFERENCES accounts (organization_id, id),
    CONSTRAINT representatives_partner FOREIGN KEY (partner_id, partner_account_id)
        REFERENCES accounts (organization_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX representatives_of ON representatives (organization_id, partner_id, partner_account_id);
