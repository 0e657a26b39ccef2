-- The audit log's number is the organisation's version: every change writes an entry.
ALTER TABLE organizations DROP COLUMN version;
-- The version for which a preview was made; NULL where it does not matter any more.
ALTER TABLE operations ADD COLUMN basis INTEGER;
-- Nothing is found by its term: the order of terms is made of the directory's.
DROP INDEX assignments_until;
