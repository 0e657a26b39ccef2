-- The twin of migrations/sqlite/0035_account_hands.sql.
-- When one account last took another into its hands: invited it, or changed what it signs in with. Whoever was in
-- somebody's hands shortly before is no second person to them.
CREATE TABLE account_hands (
    organization_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    by_account_id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    CONSTRAINT account_hands_key PRIMARY KEY (organization_id, account_id, by_account_id),
    CONSTRAINT account_hands_account FOREIGN KEY (organization_id, account_id) REFERENCES accounts (organization_id, id),
    CONSTRAINT account_hands_by FOREIGN KEY (organization_id, by_account_id) REFERENCES accounts (organization_id, id)
);
