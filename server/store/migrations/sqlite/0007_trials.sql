-- A trial of a product: so many seats for so many days; NULL where there is none.
ALTER TABLE products ADD COLUMN trial_seats INTEGER;
ALTER TABLE products ADD COLUMN trial_days INTEGER;
ALTER TABLE pools ADD COLUMN trial INTEGER NOT NULL DEFAULT 0;
-- One for each organisation and product.
CREATE UNIQUE INDEX pools_trial ON pools (organization_id, product_id) WHERE trial = 1;
