-- no-transaction
-- The installation's own operations have no account; which kinds there are is the code's to say. SQLite changes no
-- constraint of a table that is there, so the table is made anew, as its manual advises («Making Other Kinds Of Table
-- Schema Changes»).
PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
CREATE TABLE operations_anew (
    id INTEGER PRIMARY KEY,
    organization_id INTEGER NOT NULL CONSTRAINT operations_organization REFERENCES organizations (id),
    -- NULL where the installation itself acts.
    account_id INTEGER,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    pool_id INTEGER,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    settled_at INTEGER,
    accepted INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    digest TEXT NOT NULL,
    undoes INTEGER,
    failure TEXT,
    basis INTEGER,
    CONSTRAINT operations_account FOREIGN KEY (organization_id, account_id) REFERENCES accounts (organization_id, id),
    CONSTRAINT operations_pool FOREIGN KEY (organization_id, pool_id) REFERENCES pools (organization_id, id),
    CONSTRAINT operations_undone FOREIGN KEY (organization_id, undoes) REFERENCES operations (organization_id, id),
    CONSTRAINT operations_state CHECK (state IN ('preview', 'done', 'undone', 'failed', 'expired', 'cancelled'))
) STRICT;
INSERT INTO operations_anew (id, organization_id, account_id, kind, state, pool_id, created_at, expires_at, settled_at, accepted, rejected, digest, undoes, failure, basis)
SELECT id, organization_id, account_id, kind, state, pool_id, created_at, expires_at, settled_at, accepted, rejected, digest, undoes, failure, basis FROM operations;
DROP TABLE operations;
ALTER TABLE operations_anew RENAME TO operations;
CREATE UNIQUE INDEX operations_key ON operations (organization_id, id);
-- An operation is undone once.
CREATE UNIQUE INDEX operations_undoes ON operations (organization_id, undoes) WHERE undoes IS NOT NULL;
-- What waits, and what came to nothing and is thrown away.
CREATE INDEX operations_waiting ON operations (expires_at) WHERE state IN ('preview', 'expired', 'cancelled');
-- What an undo gave back. The server may have been killed before it had noted that all this was done.
DROP INDEX IF EXISTS assignments_restores;
CREATE INDEX assignments_restores ON assignments (organization_id, restores) WHERE restores IS NOT NULL;
COMMIT;
PRAGMA foreign_keys = ON;
