-- The twin of migrations/sqlite/0037_partners.sql.
-- Organisations that serve others, and by what code these find them.
CREATE TABLE partners (
    organization_id BIGINT NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    since BIGINT NOT NULL,
    CONSTRAINT partners_key PRIMARY KEY (organization_id),
    CONSTRAINT partners_organization FOREIGN KEY (organization_id) REFERENCES organizations (id)
);
CREATE UNIQUE INDEX partners_code ON partners (code);

-- What an organisation has allowed a partner to do at its desk. Without a row: nothing, and it is not even seen.
CREATE TABLE partnerships (
    -- The customer.
    organization_id BIGINT NOT NULL,
    partner_id BIGINT NOT NULL,
    -- Codes, joined by commas.
    capabilities TEXT COLLATE "C" NOT NULL,
    granted_at BIGINT NOT NULL,
    CONSTRAINT partnerships_key PRIMARY KEY (organization_id, partner_id),
    CONSTRAINT partnerships_organization FOREIGN KEY (organization_id) REFERENCES organizations (id),
    CONSTRAINT partnerships_partner FOREIGN KEY (partner_id) REFERENCES partners (organization_id),
    CONSTRAINT partnerships_others CHECK (organization_id <> partner_id)
);
CREATE UNIQUE INDEX partnerships_of_partner ON partnerships (partner_id, organization_id);

-- As whom a partner's account acts at a customer's desk: an account there into which nobody signs in.
CREATE TABLE representatives (
    -- The customer.
    organization_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    partner_id BIGINT NOT NULL,
    partner_account_id BIGINT NOT NULL,
    -- When they came first since they were let in.
    came_at BIGINT NOT NULL,
    CONSTRAINT representatives_key PRIMARY KEY (organization_id, account_id),
    CONSTRAINT representatives_account FOREIGN KEY (organization_id, account_id)
        REFERENCES accounts (organization_id, id),
    CONSTRAINT representatives_partner_account FOREIGN KEY (partner_id, partner_account_id)
        REFERENCES accounts (organization_id, id)
);
CREATE UNIQUE INDEX representatives_of_account ON representatives (organization_id, partner_id, partner_account_id);
