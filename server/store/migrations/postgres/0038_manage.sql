-- The twin of migrations/sqlite/0038_manage.sql.
-- What products mean to each other, and where they may be used: data of the catalogue.
-- Whoever holds product_id holds required_id too.
CREATE TABLE product_requirements (
    product_id BIGINT NOT NULL,
    required_id BIGINT NOT NULL,
    CONSTRAINT product_requirements_key PRIMARY KEY (product_id, required_id),
    CONSTRAINT product_requirements_product FOREIGN KEY (product_id) REFERENCES products (id),
    CONSTRAINT product_requirements_required FOREIGN KEY (required_id) REFERENCES products (id),
    CONSTRAINT product_requirements_other CHECK (product_id <> required_id)
);
-- Nobody holds both: each pair once.
CREATE TABLE product_exclusions (
    product_id BIGINT NOT NULL,
    excluded_id BIGINT NOT NULL,
    CONSTRAINT product_exclusions_key PRIMARY KEY (product_id, excluded_id),
    CONSTRAINT product_exclusions_product FOREIGN KEY (product_id) REFERENCES products (id),
    CONSTRAINT product_exclusions_excluded FOREIGN KEY (excluded_id) REFERENCES products (id),
    CONSTRAINT product_exclusions_order CHECK (product_id < excluded_id)
);
-- Without a row a product may be used everywhere.
CREATE TABLE product_regions (
    product_id BIGINT NOT NULL,
    region TEXT COLLATE "C" NOT NULL,
    CONSTRAINT product_regions_key PRIMARY KEY (product_id, region),
    CONSTRAINT product_regions_product FOREIGN KEY (product_id) REFERENCES products (id)
);
-- Service plans, in the order of their places.
CREATE TABLE product_plans (
    product_id BIGINT NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    place BIGINT NOT NULL,
    CONSTRAINT product_plans_key PRIMARY KEY (product_id, code),
    CONSTRAINT product_plans_product FOREIGN KEY (product_id) REFERENCES products (id)
);
-- Two digits; NULL where nobody has said it.
ALTER TABLE organizations ADD COLUMN region TEXT COLLATE "C";
-- NULL: the organisation's.
ALTER TABLE members ADD COLUMN region TEXT COLLATE "C";
-- Codes of service plans with spaces between; NULL for all.
ALTER TABLE assignments ADD COLUMN plans TEXT COLLATE "C";
-- What is wished of several products, and in which order of the table the people were chosen, both as JSON.
CREATE TABLE operation_wishes (
    organization_id BIGINT NOT NULL,
    operation_id BIGINT NOT NULL,
    wish TEXT COLLATE "C" NOT NULL,
    sort TEXT COLLATE "C" NOT NULL,
    CONSTRAINT operation_wishes_key PRIMARY KEY (organization_id, operation_id),
    CONSTRAINT operation_wishes_operation FOREIGN KEY (organization_id, operation_id)
        REFERENCES operations (organization_id, id)
);
