-- The twin of migrations/sqlite/0031_whence_refused.sql.
-- Whence came what the installation refused: of the chain, as in an organisation's log. Entries of before have none.
ALTER TABLE installation_entries ADD COLUMN address TEXT COLLATE "C";
