-- The twin of migrations/postgres/0001_desk.sql: a test compares the two column by column and index by index.
-- Moments are microseconds since 1970 in UTC; flags are 0 or 1; what is found is found by organization_id first.

CREATE TABLE organizations (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    large_deed INTEGER NOT NULL,
    -- Raised by every committed change: the key of every cache.
    version INTEGER NOT NULL DEFAULT 0,
    audit_seq INTEGER NOT NULL DEFAULT 0,
    audit_hash BLOB NOT NULL
) STRICT;

CREATE TABLE accounts (
    id INTEGER PRIMARY KEY,
    organization_id INTEGER NOT NULL CONSTRAINT accounts_organization REFERENCES organizations (id),
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX accounts_key ON accounts (organization_id, id);
-- Not per organisation: the e-mail alone says who signs in.
CREATE UNIQUE INDEX accounts_email ON accounts (email);

CREATE TABLE sessions (
    token_hash BLOB NOT NULL,
    account_id INTEGER NOT NULL,
    organization_id INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (token_hash),
    CONSTRAINT sessions_account FOREIGN KEY (organization_id, account_id) REFERENCES accounts (organization_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE products (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    label TEXT NOT NULL,
    signature TEXT NOT NULL,
    identification TEXT NOT NULL,
    exclusive_group TEXT NOT NULL
) STRICT;

CREATE TABLE pools (
    id INTEGER PRIMARY KEY,
    organization_id INTEGER NOT NULL CONSTRAINT pools_organization REFERENCES organizations (id),
    product_id INTEGER NOT NULL CONSTRAINT pools_product REFERENCES products (id),
    code TEXT NOT NULL,
    total INTEGER NOT NULL,
    issued INTEGER NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_until INTEGER,
    CONSTRAINT pools_seats CHECK (0 <= issued AND issued <= total)
) STRICT;
CREATE UNIQUE INDEX pools_key ON pools (organization_id, id);
CREATE UNIQUE INDEX pools_code ON pools (organization_id, code);
-- What assignments refer to: a seat cannot name another product than its pool's.
CREATE UNIQUE INDEX pools_stock ON pools (organization_id, id, product_id);

CREATE TABLE groups (
    id INTEGER PRIMARY KEY,
    organization_id INTEGER NOT NULL CONSTRAINT groups_organization REFERENCES organizations (id),
    name TEXT NOT NULL,
    position INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX groups_key ON groups (organization_id, id);
CREATE UNIQUE INDEX groups_position ON groups (organization_id, position);

CREATE TABLE members (
    id INTEGER PRIMARY KEY,
    organization_id INTEGER NOT NULL CONSTRAINT members_organization REFERENCES organizations (id),
    surname TEXT NOT NULL,
    first_name TEXT NOT NULL,
    patronymic TEXT NOT NULL,
    sort_key TEXT NOT NULL,
    -- The words by which the person is found, folded, distinct, each after a space: ' ivan ivanov'. Tells cheaply of a
    -- row at hand what member_words tells of all.
    words TEXT NOT NULL,
    email TEXT NOT NULL,
    employment INTEGER NOT NULL,
    last_active_at INTEGER,
    created_at INTEGER NOT NULL,
    deleted_at INTEGER,
    CONSTRAINT members_employment CHECK (employment BETWEEN 1 AND 6)
) STRICT;
CREATE UNIQUE INDEX members_key ON members (organization_id, id);
CREATE UNIQUE INDEX members_email ON members (organization_id, email) WHERE deleted_at IS NULL;
-- One per order of the table; the trailing columns let a tab be told without the row.
CREATE INDEX members_living ON members (organization_id, id, employment) WHERE deleted_at IS NULL;
CREATE INDEX members_by_name ON members (organization_id, sort_key, id, employment) WHERE deleted_at IS NULL;
CREATE INDEX members_by_employment ON members (organization_id, employment, sort_key, id) WHERE deleted_at IS NULL;
CREATE INDEX members_by_email ON members (organization_id, email, id, employment) WHERE deleted_at IS NULL;
CREATE INDEX members_by_activity ON members (organization_id, last_active_at, sort_key, id, employment)
    WHERE deleted_at IS NULL;

-- Groups of the living: deleting a member deletes his rows here and in member_words.
CREATE TABLE group_members (
    organization_id INTEGER NOT NULL,
    group_id INTEGER NOT NULL,
    member_id INTEGER NOT NULL,
    PRIMARY KEY (organization_id, group_id, member_id),
    CONSTRAINT group_members_group FOREIGN KEY (organization_id, group_id) REFERENCES groups (organization_id, id),
    CONSTRAINT group_members_member FOREIGN KEY (organization_id, member_id) REFERENCES members (organization_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX group_members_member ON group_members (organization_id, member_id, group_id);

-- Drawn from members.words, a row per word of each living member; a foreign key would double its cost.
CREATE TABLE member_words (
    organization_id INTEGER NOT NULL,
    word TEXT NOT NULL,
    member_id INTEGER NOT NULL,
    PRIMARY KEY (organization_id, word, member_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE operations (
    id INTEGER PRIMARY KEY,
    organization_id INTEGER NOT NULL CONSTRAINT operations_organization REFERENCES organizations (id),
    account_id INTEGER NOT NULL,
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
    CONSTRAINT operations_account FOREIGN KEY (organization_id, account_id) REFERENCES accounts (organization_id, id),
    CONSTRAINT operations_pool FOREIGN KEY (organization_id, pool_id) REFERENCES pools (organization_id, id),
    CONSTRAINT operations_undone FOREIGN KEY (organization_id, undoes) REFERENCES operations (organization_id, id),
    CONSTRAINT operations_kind CHECK (kind IN ('issue', 'revoke', 'undo_issue', 'undo_revoke')),
    CONSTRAINT operations_state CHECK (state IN ('preview', 'done', 'undone', 'failed', 'expired', 'cancelled'))
) STRICT;
CREATE UNIQUE INDEX operations_key ON operations (organization_id, id);
-- An operation is undone once.
CREATE UNIQUE INDEX operations_undoes ON operations (organization_id, undoes) WHERE undoes IS NOT NULL;

CREATE TABLE operation_sets (
    organization_id INTEGER NOT NULL,
    operation_id INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    count INTEGER NOT NULL,
    -- Ranges of member ids: '1-5,8'.
    members TEXT NOT NULL,
    PRIMARY KEY (organization_id, operation_id, outcome),
    CONSTRAINT operation_sets_operation FOREIGN KEY (organization_id, operation_id)
        REFERENCES operations (organization_id, id)
) STRICT, WITHOUT ROWID;

-- Written 100,000 at a time: each index here is paid for by every seat.
CREATE TABLE assignments (
    id INTEGER PRIMARY KEY,
    organization_id INTEGER NOT NULL,
    pool_id INTEGER NOT NULL,
    product_id INTEGER NOT NULL,
    exclusive_group TEXT NOT NULL,
    member_id INTEGER NOT NULL,
    operation_id INTEGER NOT NULL,
    issued_at INTEGER NOT NULL,
    valid_until INTEGER,
    ended_at INTEGER,
    ended_by INTEGER,
    restores INTEGER,
    CONSTRAINT assignments_pool FOREIGN KEY (organization_id, pool_id, product_id)
        REFERENCES pools (organization_id, id, product_id),
    CONSTRAINT assignments_member FOREIGN KEY (organization_id, member_id) REFERENCES members (organization_id, id),
    CONSTRAINT assignments_issuer FOREIGN KEY (organization_id, operation_id)
        REFERENCES operations (organization_id, id),
    CONSTRAINT assignments_ender FOREIGN KEY (organization_id, ended_by) REFERENCES operations (organization_id, id),
    CONSTRAINT assignments_origin FOREIGN KEY (organization_id, restores) REFERENCES assignments (organization_id, id),
    CONSTRAINT assignments_end CHECK ((ended_at IS NULL) = (ended_by IS NULL))
) STRICT;
CREATE UNIQUE INDEX assignments_key ON assignments (organization_id, id);
-- One active licence of an exclusive group for each member.
CREATE UNIQUE INDEX assignments_held ON assignments (organization_id, member_id, exclusive_group)
    WHERE ended_at IS NULL;
CREATE INDEX assignments_operation ON assignments (organization_id, operation_id);
CREATE INDEX assignments_ended_by ON assignments (organization_id, ended_by) WHERE ended_by IS NOT NULL;
CREATE INDEX assignments_product ON assignments (organization_id, product_id, member_id) WHERE ended_at IS NULL;
CREATE INDEX assignments_until ON assignments (organization_id, valid_until, member_id) WHERE ended_at IS NULL;

CREATE TABLE certificate_tasks (
    id INTEGER PRIMARY KEY,
    organization_id INTEGER NOT NULL,
    assignment_id INTEGER NOT NULL,
    member_id INTEGER NOT NULL,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- Open as long as this is NULL.
    closed_at INTEGER,
    cancelled_by INTEGER,
    -- The state in which it was cancelled: an undo goes on from there.
    prior_state TEXT,
    CONSTRAINT certificate_tasks_assignment FOREIGN KEY (organization_id, assignment_id)
        REFERENCES assignments (organization_id, id),
    CONSTRAINT certificate_tasks_canceller FOREIGN KEY (organization_id, cancelled_by)
        REFERENCES operations (organization_id, id),
    CONSTRAINT certificate_tasks_cancellation CHECK (
        (state = 'cancelled') = (cancelled_by IS NOT NULL)
        AND (cancelled_by IS NOT NULL) = (prior_state IS NOT NULL)
        AND (state <> 'cancelled' OR closed_at IS NOT NULL)
    )
) STRICT;
CREATE INDEX certificate_tasks_assignment ON certificate_tasks (organization_id, assignment_id);

CREATE TABLE audit_entries (
    organization_id INTEGER NOT NULL CONSTRAINT audit_entries_organization REFERENCES organizations (id),
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    account_id INTEGER,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    details TEXT NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (organization_id, seq),
    CONSTRAINT audit_entries_account FOREIGN KEY (organization_id, account_id)
        REFERENCES accounts (organization_id, id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries
BEGIN
    SELECT RAISE(ABORT, 'audit entries are append-only');
END;
CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries
BEGIN
    SELECT RAISE(ABORT, 'audit entries are append-only');
END;
