-- What a licence costs, in kopecks, for how many months: NULL where it is not sold, or has no end.
ALTER TABLE products ADD COLUMN price INTEGER;
ALTER TABLE products ADD COLUMN term_months INTEGER;

-- What belongs to the installation as a whole, as JSON: 'seller'.
CREATE TABLE settings (
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (name)
) STRICT, WITHOUT ROWID;

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    organization_id INTEGER NOT NULL CONSTRAINT orders_organization REFERENCES organizations (id),
    account_id INTEGER NOT NULL,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    settled_at INTEGER,
    -- As they were on the day of the invoice; the seller as JSON.
    seller TEXT NOT NULL,
    buyer_name TEXT NOT NULL,
    buyer_inn TEXT NOT NULL,
    buyer_kpp TEXT NOT NULL,
    buyer_address TEXT NOT NULL,
    CONSTRAINT orders_account FOREIGN KEY (organization_id, account_id) REFERENCES accounts (organization_id, id),
    CONSTRAINT orders_state CHECK (state IN ('raised', 'paid', 'cancelled')),
    CONSTRAINT orders_settled CHECK ((state = 'raised') = (settled_at IS NULL))
) STRICT;
CREATE UNIQUE INDEX orders_key ON orders (organization_id, id);

CREATE TABLE order_lines (
    organization_id INTEGER NOT NULL,
    order_id INTEGER NOT NULL,
    place INTEGER NOT NULL,
    product_id INTEGER NOT NULL CONSTRAINT order_lines_product REFERENCES products (id),
    title TEXT NOT NULL,
    seats INTEGER NOT NULL,
    price INTEGER NOT NULL,
    term_months INTEGER,
    -- The stock that it became when it was paid.
    pool_id INTEGER,
    PRIMARY KEY (organization_id, order_id, place),
    CONSTRAINT order_lines_order FOREIGN KEY (organization_id, order_id) REFERENCES orders (organization_id, id),
    CONSTRAINT order_lines_pool FOREIGN KEY (organization_id, pool_id) REFERENCES pools (organization_id, id),
    CONSTRAINT order_lines_seats CHECK (seats > 0 AND price >= 0)
) STRICT, WITHOUT ROWID;
-- A pool is of one order.
CREATE UNIQUE INDEX order_lines_pool ON order_lines (organization_id, pool_id) WHERE pool_id IS NOT NULL;

-- Every payment that was told of, also those that pay nothing; of no organisation as long as nobody knows whose it is.
CREATE TABLE payments (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    reference TEXT NOT NULL,
    amount INTEGER NOT NULL,
    payer TEXT NOT NULL,
    purpose TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    organization_id INTEGER,
    order_id INTEGER,
    -- Why it pays no order.
    mismatch TEXT,
    CONSTRAINT payments_order FOREIGN KEY (organization_id, order_id) REFERENCES orders (organization_id, id),
    CONSTRAINT payments_outcome CHECK ((mismatch IS NULL) = (order_id IS NOT NULL))
) STRICT;
-- Told of twice, it is one.
CREATE UNIQUE INDEX payments_reference ON payments (source, reference);
-- An order is paid once.
CREATE UNIQUE INDEX payments_order ON payments (organization_id, order_id) WHERE order_id IS NOT NULL;
