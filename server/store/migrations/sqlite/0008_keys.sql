-- Products sold as a number and a PIN: they come in batches from the operator, and work once.
CREATE TABLE product_keys (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL,
    -- PHC string.
    pin_hash TEXT NOT NULL,
    product_id INTEGER NOT NULL CONSTRAINT product_keys_product REFERENCES products (id),
    seats INTEGER NOT NULL,
    term_months INTEGER,
    used_at INTEGER,
    organization_id INTEGER,
    pool_id INTEGER,
    -- Who registered it, as JSON.
    owner TEXT,
    CONSTRAINT product_keys_pool FOREIGN KEY (organization_id, pool_id) REFERENCES pools (organization_id, id),
    CONSTRAINT product_keys_used CHECK ((used_at IS NULL) = (pool_id IS NULL) AND (used_at IS NULL) = (owner IS NULL)),
    CONSTRAINT product_keys_seats CHECK (seats > 0)
) STRICT;
CREATE UNIQUE INDEX product_keys_number ON product_keys (number);
CREATE UNIQUE INDEX product_keys_pool ON product_keys (organization_id, pool_id) WHERE pool_id IS NOT NULL;

-- Numbers and PINs that did not fit: too many of them, and nobody may try for a while.
CREATE TABLE key_tries (
    id INTEGER PRIMARY KEY,
    organization_id INTEGER NOT NULL CONSTRAINT key_tries_organization REFERENCES organizations (id),
    tried_at INTEGER NOT NULL
) STRICT;
CREATE INDEX key_tries_organization ON key_tries (organization_id, tried_at);
