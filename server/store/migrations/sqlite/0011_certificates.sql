-- The twin of migrations/postgres/0011_certificates.sql.
-- The one index that an issue pays for: it appends to it. By it an organisation's tasks are found, newest first, and a
-- step cannot be another organisation's.
CREATE UNIQUE INDEX certificate_tasks_key ON certificate_tasks (organization_id, id);

-- How the person was identified.
ALTER TABLE certificate_tasks ADD COLUMN way TEXT;
-- Of the last invitation: SHA-256 of its token in hexadecimal, and until when its link works.
ALTER TABLE certificate_tasks ADD COLUMN invitation_hash TEXT;
ALTER TABLE certificate_tasks ADD COLUMN invited_until INTEGER;
-- What the certification authority was asked for, when it is to be asked next, and how often it was.
ALTER TABLE certificate_tasks ADD COLUMN submitted TEXT;
ALTER TABLE certificate_tasks ADD COLUMN ask_at INTEGER;
ALTER TABLE certificate_tasks ADD COLUMN asked INTEGER;
-- The certificate: its number, the first moment after its term, and when time moves the task on.
ALTER TABLE certificate_tasks ADD COLUMN serial TEXT;
ALTER TABLE certificate_tasks ADD COLUMN valid_until INTEGER;
ALTER TABLE certificate_tasks ADD COLUMN turns_at INTEGER;
-- The task that this one goes on from, because a revoked licence was given back.
ALTER TABLE certificate_tasks ADD COLUMN continues INTEGER;
-- Neither an issue nor a revoke writes into these.
CREATE INDEX certificate_tasks_invitation ON certificate_tasks (invitation_hash) WHERE invitation_hash IS NOT NULL;
CREATE INDEX certificate_tasks_ask ON certificate_tasks (ask_at) WHERE ask_at IS NOT NULL;
CREATE INDEX certificate_tasks_turn ON certificate_tasks (turns_at) WHERE turns_at IS NOT NULL;

-- What an issue and a revoke do to tasks, 100,000 at a time, their operations tell; every other step is a row.
CREATE TABLE task_steps (
    id INTEGER PRIMARY KEY,
    organization_id INTEGER NOT NULL,
    task_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    -- 'account', 'person', 'authority' or 'installation'.
    author TEXT NOT NULL,
    account_id INTEGER,
    operation_id INTEGER,
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    way TEXT,
    reason TEXT,
    CONSTRAINT task_steps_task FOREIGN KEY (organization_id, task_id) REFERENCES certificate_tasks (organization_id, id),
    CONSTRAINT task_steps_account FOREIGN KEY (organization_id, account_id) REFERENCES accounts (organization_id, id),
    CONSTRAINT task_steps_operation FOREIGN KEY (organization_id, operation_id)
        REFERENCES operations (organization_id, id),
    CONSTRAINT task_steps_author CHECK ((author = 'account') = (account_id IS NOT NULL)),
    CONSTRAINT task_steps_reason CHECK ((to_state = 'rejected') = (reason IS NOT NULL))
) STRICT;
CREATE INDEX task_steps_task ON task_steps (organization_id, task_id);
