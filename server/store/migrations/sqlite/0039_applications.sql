-- The twin of migrations/postgres/0039_applications.sql.
-- Extensions of a service, and the product whose seats are what their sizes limit. Sizes, roles of owners of signatures and
-- codes of promotions that do not apply are JSON.
CREATE TABLE extensions (
    code TEXT NOT NULL,
    title TEXT NOT NULL,
    product_id INTEGER NOT NULL CONSTRAINT extensions_product REFERENCES products (id),
    sizes TEXT NOT NULL,
    roles TEXT NOT NULL,
    excluded TEXT NOT NULL,
    PRIMARY KEY (code)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX extensions_product ON extensions (product_id);

-- Days since 1970, the last one included.
CREATE TABLE promotions (
    code TEXT NOT NULL,
    title TEXT NOT NULL,
    percent INTEGER NOT NULL,
    first_day INTEGER NOT NULL,
    last_day INTEGER NOT NULL,
    PRIMARY KEY (code),
    CONSTRAINT promotions_percent CHECK (percent BETWEEN 1 AND 100 AND first_day <= last_day)
) STRICT, WITHOUT ROWID;

-- Of a partner, which is the organisation, and whoever owns the rights to what it sells. Discounts are JSON: percent by
-- the code of an extension.
CREATE TABLE contracts (
    id INTEGER PRIMARY KEY,
    organization_id INTEGER NOT NULL CONSTRAINT contracts_organization REFERENCES organizations (id),
    vendor_id INTEGER NOT NULL CONSTRAINT contracts_vendor REFERENCES organizations (id),
    number TEXT NOT NULL,
    signed_day INTEGER NOT NULL,
    discounts TEXT NOT NULL,
    buyer_name TEXT NOT NULL,
    buyer_inn TEXT NOT NULL,
    buyer_kpp TEXT NOT NULL,
    buyer_address TEXT NOT NULL,
    CONSTRAINT contracts_sides CHECK (organization_id <> vendor_id)
) STRICT;
CREATE UNIQUE INDEX contracts_key ON contracts (organization_id, id);
CREATE UNIQUE INDEX contracts_number ON contracts (vendor_id, number);

-- Of a customer, which is the organisation, to a partner that serves it.
CREATE TABLE applications (
    id INTEGER PRIMARY KEY,
    organization_id INTEGER NOT NULL CONSTRAINT applications_organization REFERENCES organizations (id),
    account_id INTEGER NOT NULL,
    partner_id INTEGER NOT NULL CONSTRAINT applications_partner REFERENCES partners (organization_id),
    extension TEXT NOT NULL CONSTRAINT applications_extension REFERENCES extensions (code),
    purpose TEXT NOT NULL,
    state TEXT NOT NULL,
    -- Every change is another one.
    version INTEGER NOT NULL,
    -- As the customer has sent it.
    asked_on INTEGER NOT NULL,
    asked_size TEXT NOT NULL,
    -- As the partner has corrected it, if it has.
    set_on INTEGER,
    set_size TEXT,
    -- JSON: name, e-mail, roles.
    owners TEXT NOT NULL,
    comment TEXT NOT NULL,
    promotion TEXT,
    created_at INTEGER NOT NULL,
    settled_at INTEGER,
    settled_by INTEGER,
    reason TEXT NOT NULL,
    -- Of one by which something was connected: under which contract, and for how much as of that day; the charge as JSON.
    contract_id INTEGER,
    amount INTEGER,
    charge TEXT,
    CONSTRAINT applications_account FOREIGN KEY (organization_id, account_id)
        REFERENCES accounts (organization_id, id),
    CONSTRAINT applications_settler FOREIGN KEY (organization_id, settled_by)
        REFERENCES accounts (organization_id, id),
    CONSTRAINT applications_contract FOREIGN KEY (partner_id, contract_id)
        REFERENCES contracts (organization_id, id),
    CONSTRAINT applications_purpose CHECK (purpose IN ('connect', 'grow')),
    CONSTRAINT applications_state CHECK (state IN ('sent', 'processed', 'declined', 'withdrawn')),
    CONSTRAINT applications_settled CHECK ((state = 'sent') = (settled_at IS NULL)),
    CONSTRAINT applications_set CHECK ((set_on IS NULL) = (set_size IS NULL)),
    CONSTRAINT applications_charge CHECK (
        (contract_id IS NULL) = (amount IS NULL) AND (amount IS NULL) = (charge IS NULL)
        AND (amount IS NULL OR (state = 'processed' AND amount >= 0))
    )
) STRICT;
CREATE UNIQUE INDEX applications_key ON applications (organization_id, id);
-- One waits for each extension.
CREATE UNIQUE INDEX applications_waiting ON applications (organization_id, extension) WHERE state = 'sent';
CREATE INDEX applications_of_partner ON applications (partner_id, id);
CREATE INDEX applications_charged ON applications (partner_id, contract_id, settled_at) WHERE contract_id IS NOT NULL;

-- What is connected, and the stock that it is.
CREATE TABLE connected_extensions (
    organization_id INTEGER NOT NULL CONSTRAINT connected_extensions_organization REFERENCES organizations (id),
    extension TEXT NOT NULL CONSTRAINT connected_extensions_extension REFERENCES extensions (code),
    size TEXT NOT NULL,
    pool_id INTEGER NOT NULL,
    since INTEGER NOT NULL,
    grown_at INTEGER,
    PRIMARY KEY (organization_id, extension),
    CONSTRAINT connected_extensions_pool FOREIGN KEY (organization_id, pool_id) REFERENCES pools (organization_id, id)
) STRICT, WITHOUT ROWID;

-- What the partner, which is the organisation, and the vendor have said of what was connected in a month: each confirms
-- the digest of lines, or says in a remark what is wrong. Agreed on, they are kept here as they were; the invoice is the
-- partner's order.
CREATE TABLE reconciliations (
    organization_id INTEGER NOT NULL,
    contract_id INTEGER NOT NULL,
    -- Its first day.
    month INTEGER NOT NULL,
    vendor_id INTEGER NOT NULL,
    partner_digest TEXT,
    partner_remark TEXT,
    partner_account INTEGER,
    partner_at INTEGER,
    vendor_digest TEXT,
    vendor_remark TEXT,
    vendor_account INTEGER,
    vendor_at INTEGER,
    agreed_lines TEXT,
    order_id INTEGER,
    PRIMARY KEY (organization_id, contract_id, month),
    CONSTRAINT reconciliations_contract FOREIGN KEY (organization_id, contract_id)
        REFERENCES contracts (organization_id, id),
    CONSTRAINT reconciliations_partner FOREIGN KEY (organization_id, partner_account)
        REFERENCES accounts (organization_id, id),
    CONSTRAINT reconciliations_vendor FOREIGN KEY (vendor_id, vendor_account)
        REFERENCES accounts (organization_id, id),
    CONSTRAINT reconciliations_order FOREIGN KEY (organization_id, order_id) REFERENCES orders (organization_id, id),
    CONSTRAINT reconciliations_agreed CHECK (agreed_lines IS NOT NULL OR order_id IS NULL)
) STRICT, WITHOUT ROWID;
-- One invoice for each, and each is of one.
CREATE UNIQUE INDEX reconciliations_order ON reconciliations (organization_id, order_id) WHERE order_id IS NOT NULL;

-- Forms that were refused or go on, as JSON: seen by whoever fills them in, and by nobody else.
CREATE TABLE form_drafts (
    organization_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    about TEXT NOT NULL,
    draft TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, account_id, about),
    CONSTRAINT form_drafts_account FOREIGN KEY (organization_id, account_id)
        REFERENCES accounts (organization_id, id)
) STRICT, WITHOUT ROWID;
