-- The twin of migrations/postgres/0038_manage.sql.
-- What products mean to each other, and where they may be used: data of the catalogue.
-- Whoever holds product_id holds required_id too.
CREATE TABLE product_requirements (
    product_id INTEGER NOT NULL,
    required_id INTEGER NOT NULL,
    PRIMARY KEY (product_id, required_id),
    CONSTRAINT product_requirements_product FOREIGN KEY (product_id) REFERENCES products (id),
    CONSTRAINT product_requirements_required FOREIGN KEY (required_id) REFERENCES products (id),
    CONSTRAINT product_requirements_other CHECK (product_id <> required_id)
) STRICT, WITHOUT ROWID;
-- Nobody holds both: each pair once.
CREATE TABLE product_exclusions (
    product_id INTEGER NOT NULL,
    excluded_id INTEGER NOT NULL,
    PRIMARY KEY (product_id, excluded_id),
    CONSTRAINT product_exclusions_product FOREIGN KEY (product_id) REFERENCES products (id),
    CONSTRAINT product_exclusions_excluded FOREIGN KEY (excluded_id) REFERENCES products (id),
    CONSTRAINT product_exclusions_order CHECK (product_id < excluded_id)
) STRICT, WITHOUT ROWID;
-- Without a row a product may be used everywhere.
CREATE TABLE product_regions (
    product_id INTEGER NOT NULL,
    region TEXT NOT NULL,
    PRIMARY KEY (product_id, region),
    CONSTRAINT product_regions_product FOREIGN KEY (product_id) REFERENCES products (id)
) STRICT, WITHOUT ROWID;
-- Service plans, in the order of their places.
CREATE TABLE product_plans (
    product_id INTEGER NOT NULL,
    code TEXT NOT NULL,
    title TEXT NOT NULL,
    place INTEGER NOT NULL,
    PRIMARY KEY (product_id, code),
    CONSTRAINT product_plans_product FOREIGN KEY (product_id) REFERENCES products (id)
) STRICT, WITHOUT ROWID;
-- Two digits; NULL where nobody has said it.
ALTER TABLE organizations ADD COLUMN region TEXT;
-- NULL: the organisation's.
ALTER TABLE members ADD COLUMN region TEXT;
-- Codes of service plans with spaces between; NULL for all.
ALTER TABLE assignments ADD COLUMN plans TEXT;
-- What is wished of several products, and in which order of the table the people were chosen, both as JSON.
CREATE TABLE operation_wishes (
    organization_id INTEGER NOT NULL,
    operation_id INTEGER NOT NULL,
    wish TEXT NOT NULL,
    sort TEXT NOT NULL,
    PRIMARY KEY (organization_id, operation_id),
    CONSTRAINT operation_wishes_operation FOREIGN KEY (organization_id, operation_id)
        REFERENCES operations (organization_id, id)
) STRICT, WITHOUT ROWID;
