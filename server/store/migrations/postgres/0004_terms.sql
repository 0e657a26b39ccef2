-- The installation's own operations have no account; which kinds there are is the code's to say.
ALTER TABLE operations ALTER COLUMN account_id DROP NOT NULL;
ALTER TABLE operations DROP CONSTRAINT operations_kind;
-- What waits, and what came to nothing and is thrown away.
CREATE INDEX operations_waiting ON operations (expires_at) WHERE state IN ('preview', 'expired', 'cancelled');
-- What an undo gave back.
CREATE INDEX assignments_restores ON assignments (organization_id, restores) WHERE restores IS NOT NULL;
