-- The twin of migrations/sqlite/0040_contract_seller.sql.
-- Who sells under a contract, as its invoices name them (JSON); without it: whoever sells in the catalogue.
ALTER TABLE contracts ADD COLUMN seller TEXT COLLATE "C";
