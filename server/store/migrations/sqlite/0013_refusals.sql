-- What was refused and belongs to no organisation: append-only, one chain of hashes like an organisation's.
CREATE TABLE installation_entries (
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    details TEXT NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX installation_entries_at ON installation_entries (at);
CREATE TRIGGER installation_entries_no_update BEFORE UPDATE ON installation_entries
BEGIN
    SELECT RAISE(ABORT, 'the log is append-only');
END;
CREATE TRIGGER installation_entries_no_delete BEFORE DELETE ON installation_entries
BEGIN
    SELECT RAISE(ABORT, 'the log is append-only');
END;

-- The end of the chain, in one row: whoever appends locks it.
CREATE TABLE installation_head (
    id INTEGER PRIMARY KEY,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL
) STRICT;
INSERT INTO installation_head (id, seq, hash) VALUES (1, 0, zeroblob(32));

-- A term does not end before it begins. Triggers, for SQLite adds no CHECK to a table that is there, and what is there
-- already stays as it is.
CREATE TRIGGER pools_term_insert BEFORE INSERT ON pools WHEN NEW.valid_until <= NEW.valid_from
BEGIN
    SELECT RAISE(ABORT, 'pools_term');
END;
CREATE TRIGGER pools_term_update BEFORE UPDATE OF valid_from, valid_until ON pools
WHEN NEW.valid_until <= NEW.valid_from
BEGIN
    SELECT RAISE(ABORT, 'pools_term');
END;
