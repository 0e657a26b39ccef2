-- The twin of migrations/sqlite/0028_coverage.sql.
-- Whom an own level concerns: ids of groups, joined by commas; NULL for everybody, empty for nobody.
ALTER TABLE roles ADD COLUMN coverage TEXT COLLATE "C";
