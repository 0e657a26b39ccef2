-- Whoever has given the number and the PIN of a key may say for a while who owns it: bound to organisation and account,
-- the last one of each account, the token kept as its SHA-256.
CREATE TABLE key_checks (
    organization_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    key_id INTEGER NOT NULL CONSTRAINT key_checks_product_key REFERENCES product_keys (id),
    token_hash BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, account_id),
    CONSTRAINT key_checks_account FOREIGN KEY (organization_id, account_id) REFERENCES accounts (organization_id, id)
) STRICT, WITHOUT ROWID;

-- Who registered it; of those before, the audit log knows. Found by organisation and account; SQLite adds no foreign key of
-- two columns to a table that is there.
ALTER TABLE product_keys ADD COLUMN account_id INTEGER;
UPDATE product_keys SET account_id = (
    SELECT e.account_id FROM audit_entries AS e
    WHERE e.organization_id = product_keys.organization_id AND e.action = 'product.registered'
    AND e.object = 'pool:' || CAST(product_keys.pool_id AS TEXT)
) WHERE pool_id IS NOT NULL;
