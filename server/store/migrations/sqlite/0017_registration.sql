-- no-transaction
-- The twin of migrations/postgres/0017_registration.sql.
-- The outbox is the installation's too, as organisation 0: whoever registers has none yet. SQLite drops no constraint of
-- a table that is there, so the table is made anew, as its manual advises («Making Other Kinds Of Table Schema
-- Changes»). The server may have been killed before it had noted that all this was done: it may be done twice.
PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
CREATE TABLE letters_anew (
    id INTEGER PRIMARY KEY,
    organization_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    about TEXT NOT NULL,
    recipient TEXT NOT NULL,
    -- What it says, as JSON.
    letter TEXT NOT NULL,
    -- As it was set when the letter was written.
    language TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- When it is to go, or was taken, or given up.
    at INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    CONSTRAINT letters_state CHECK (state IN ('waiting', 'sent', 'failed'))
) STRICT;
INSERT INTO letters_anew (id, organization_id, kind, about, recipient, letter, language, state, created_at, at, tries)
SELECT id, organization_id, kind, about, recipient, letter, language, state, created_at, at, tries FROM letters;
DROP TABLE letters;
ALTER TABLE letters_anew RENAME TO letters;
CREATE UNIQUE INDEX letters_key ON letters (organization_id, id);
-- Of one kind about one thing, nobody gets two.
CREATE UNIQUE INDEX letters_about ON letters (organization_id, kind, about, recipient);
CREATE INDEX letters_by_state ON letters (organization_id, state, id);
CREATE INDEX letters_waiting ON letters (at) WHERE state = 'waiting';

-- What was said when an organisation was registered.
CREATE TABLE IF NOT EXISTS registrations (
    organization_id INTEGER NOT NULL CONSTRAINT registrations_organization REFERENCES organizations (id),
    work TEXT NOT NULL,
    city TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id)
) STRICT, WITHOUT ROWID;

-- With what the installation signs, so that every server knows what another one gave away: 32 random bytes each.
CREATE TABLE IF NOT EXISTS secrets (
    name TEXT NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (name)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO secrets (name, value) VALUES ('questions', randomblob(32));
COMMIT;
PRAGMA foreign_keys = ON;
