-- What is set under «Уведомления», as JSON; without a row, what is usual.
CREATE TABLE notifications (
    organization_id INTEGER NOT NULL CONSTRAINT notifications_organization REFERENCES organizations (id),
    value TEXT NOT NULL,
    PRIMARY KEY (organization_id)
) STRICT, WITHOUT ROWID;

-- The outbox: written with what the letters tell of, sent afterwards, at least once.
CREATE TABLE letters (
    id INTEGER PRIMARY KEY,
    organization_id INTEGER NOT NULL CONSTRAINT letters_organization REFERENCES organizations (id),
    kind TEXT NOT NULL,
    about TEXT NOT NULL,
    recipient TEXT NOT NULL,
    -- What it says, as JSON.
    letter TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- When it is to go, or was taken, or given up.
    at INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    CONSTRAINT letters_state CHECK (state IN ('waiting', 'sent', 'failed'))
) STRICT;
CREATE UNIQUE INDEX letters_key ON letters (organization_id, id);
-- Of one kind about one thing, nobody gets two.
CREATE UNIQUE INDEX letters_about ON letters (organization_id, kind, about, recipient);
CREATE INDEX letters_by_state ON letters (organization_id, state, id);
CREATE INDEX letters_waiting ON letters (at) WHERE state = 'waiting';

CREATE TABLE letter_tries (
    organization_id INTEGER NOT NULL,
    letter_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    -- The reply code of SMTP.
    reply INTEGER,
    PRIMARY KEY (organization_id, letter_id, number),
    CONSTRAINT letter_tries_letter FOREIGN KEY (organization_id, letter_id) REFERENCES letters (organization_id, id)
) STRICT, WITHOUT ROWID;
