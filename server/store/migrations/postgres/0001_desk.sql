-- The twin of migrations/sqlite/0001_desk.sql: a test compares the two column by column and index by index.
-- Text is COLLATE "C", so that order and comparison are by bytes whatever the cluster's locale.
-- Moments are microseconds since 1970 in UTC; flags are 0 or 1; what is found is found by organization_id first.

CREATE TABLE organizations (
    id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT organizations_key PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    large_deed BIGINT NOT NULL,
    -- Raised by every committed change: the key of every cache.
    version BIGINT NOT NULL DEFAULT 0,
    audit_seq BIGINT NOT NULL DEFAULT 0,
    audit_hash BYTEA NOT NULL
);

CREATE TABLE accounts (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    organization_id BIGINT NOT NULL CONSTRAINT accounts_organization REFERENCES organizations (id),
    email TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    password_hash TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT accounts_key PRIMARY KEY (organization_id, id)
);
-- Not per organisation: the e-mail alone says who signs in.
CREATE UNIQUE INDEX accounts_email ON accounts (email);

CREATE TABLE sessions (
    token_hash BYTEA NOT NULL,
    account_id BIGINT NOT NULL,
    organization_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    CONSTRAINT sessions_key PRIMARY KEY (token_hash),
    CONSTRAINT sessions_account FOREIGN KEY (organization_id, account_id) REFERENCES accounts (organization_id, id)
);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE products (
    id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT products_key PRIMARY KEY,
    title TEXT COLLATE "C" NOT NULL,
    label TEXT COLLATE "C" NOT NULL,
    signature TEXT COLLATE "C" NOT NULL,
    identification TEXT COLLATE "C" NOT NULL,
    exclusive_group TEXT COLLATE "C" NOT NULL
);

CREATE TABLE pools (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    organization_id BIGINT NOT NULL CONSTRAINT pools_organization REFERENCES organizations (id),
    product_id BIGINT NOT NULL CONSTRAINT pools_product REFERENCES products (id),
    code TEXT COLLATE "C" NOT NULL,
    total BIGINT NOT NULL,
    issued BIGINT NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_until BIGINT,
    CONSTRAINT pools_seats CHECK (0 <= issued AND issued <= total),
    CONSTRAINT pools_key PRIMARY KEY (organization_id, id)
);
CREATE UNIQUE INDEX pools_code ON pools (organization_id, code);
-- What assignments refer to: a seat cannot name another product than its pool's.
CREATE UNIQUE INDEX pools_stock ON pools (organization_id, id, product_id);

CREATE TABLE groups (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    organization_id BIGINT NOT NULL CONSTRAINT groups_organization REFERENCES organizations (id),
    name TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    CONSTRAINT groups_key PRIMARY KEY (organization_id, id)
);
CREATE UNIQUE INDEX groups_position ON groups (organization_id, position);

CREATE TABLE members (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    organization_id BIGINT NOT NULL CONSTRAINT members_organization REFERENCES organizations (id),
    surname TEXT COLLATE "C" NOT NULL,
    first_name TEXT COLLATE "C" NOT NULL,
    patronymic TEXT COLLATE "C" NOT NULL,
    sort_key TEXT COLLATE "C" NOT NULL,
    -- The words by which the person is found, folded, distinct, each after a space: ' ivan ivanov'. Tells cheaply of a
    -- row at hand what member_words tells of all.
    words TEXT COLLATE "C" NOT NULL,
    email TEXT COLLATE "C" NOT NULL,
    employment BIGINT NOT NULL,
    last_active_at BIGINT,
    created_at BIGINT NOT NULL,
    deleted_at BIGINT,
    CONSTRAINT members_employment CHECK (employment BETWEEN 1 AND 6),
    CONSTRAINT members_key PRIMARY KEY (organization_id, id)
);
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
    organization_id BIGINT NOT NULL,
    group_id BIGINT NOT NULL,
    member_id BIGINT NOT NULL,
    CONSTRAINT group_members_key PRIMARY KEY (organization_id, group_id, member_id),
    CONSTRAINT group_members_group FOREIGN KEY (organization_id, group_id) REFERENCES groups (organization_id, id),
    CONSTRAINT group_members_member FOREIGN KEY (organization_id, member_id) REFERENCES members (organization_id, id)
);
CREATE INDEX group_members_member ON group_members (organization_id, member_id, group_id);

-- Drawn from members.words, a row per word of each living member; a foreign key would double its cost.
CREATE TABLE member_words (
    organization_id BIGINT NOT NULL,
    word TEXT COLLATE "C" NOT NULL,
    member_id BIGINT NOT NULL,
    CONSTRAINT member_words_key PRIMARY KEY (organization_id, word, member_id)
);

CREATE TABLE operations (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    organization_id BIGINT NOT NULL CONSTRAINT operations_organization REFERENCES organizations (id),
    account_id BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    pool_id BIGINT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    settled_at BIGINT,
    accepted BIGINT NOT NULL,
    rejected BIGINT NOT NULL,
    digest TEXT COLLATE "C" NOT NULL,
    undoes BIGINT,
    failure TEXT COLLATE "C",
    CONSTRAINT operations_account FOREIGN KEY (organization_id, account_id) REFERENCES accounts (organization_id, id),
    CONSTRAINT operations_pool FOREIGN KEY (organization_id, pool_id) REFERENCES pools (organization_id, id),
    CONSTRAINT operations_undone FOREIGN KEY (organization_id, undoes) REFERENCES operations (organization_id, id),
    CONSTRAINT operations_kind CHECK (kind IN ('issue', 'revoke', 'undo_issue', 'undo_revoke')),
    CONSTRAINT operations_state CHECK (state IN ('preview', 'done', 'undone', 'failed', 'expired', 'cancelled')),
    CONSTRAINT operations_key PRIMARY KEY (organization_id, id)
);
-- An operation is undone once.
CREATE UNIQUE INDEX operations_undoes ON operations (organization_id, undoes) WHERE undoes IS NOT NULL;

CREATE TABLE operation_sets (
    organization_id BIGINT NOT NULL,
    operation_id BIGINT NOT NULL,
    outcome TEXT COLLATE "C" NOT NULL,
    count BIGINT NOT NULL,
    -- Ranges of member ids: '1-5,8'.
    members TEXT COLLATE "C" NOT NULL,
    CONSTRAINT operation_sets_key PRIMARY KEY (organization_id, operation_id, outcome),
    CONSTRAINT operation_sets_operation FOREIGN KEY (organization_id, operation_id)
        REFERENCES operations (organization_id, id)
);

-- Written 100,000 at a time: each index here is paid for by every seat.
CREATE TABLE assignments (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    organization_id BIGINT NOT NULL,
    pool_id BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    exclusive_group TEXT COLLATE "C" NOT NULL,
    member_id BIGINT NOT NULL,
    operation_id BIGINT NOT NULL,
    issued_at BIGINT NOT NULL,
    valid_until BIGINT,
    ended_at BIGINT,
    ended_by BIGINT,
    restores BIGINT,
    CONSTRAINT assignments_pool FOREIGN KEY (organization_id, pool_id, product_id)
        REFERENCES pools (organization_id, id, product_id),
    CONSTRAINT assignments_member FOREIGN KEY (organization_id, member_id) REFERENCES members (organization_id, id),
    CONSTRAINT assignments_issuer FOREIGN KEY (organization_id, operation_id)
        REFERENCES operations (organization_id, id),
    CONSTRAINT assignments_ender FOREIGN KEY (organization_id, ended_by) REFERENCES operations (organization_id, id),
    CONSTRAINT assignments_origin FOREIGN KEY (organization_id, restores) REFERENCES assignments (organization_id, id),
    CONSTRAINT assignments_end CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
    CONSTRAINT assignments_key PRIMARY KEY (organization_id, id)
);
-- One active licence of an exclusive group for each member.
CREATE UNIQUE INDEX assignments_held ON assignments (organization_id, member_id, exclusive_group)
    WHERE ended_at IS NULL;
CREATE INDEX assignments_operation ON assignments (organization_id, operation_id);
CREATE INDEX assignments_ended_by ON assignments (organization_id, ended_by) WHERE ended_by IS NOT NULL;
CREATE INDEX assignments_product ON assignments (organization_id, product_id, member_id) WHERE ended_at IS NULL;
CREATE INDEX assignments_until ON assignments (organization_id, valid_until, member_id) WHERE ended_at IS NULL;

CREATE TABLE certificate_tasks (
    id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT certificate_tasks_key PRIMARY KEY,
    organization_id BIGINT NOT NULL,
    assignment_id BIGINT NOT NULL,
    member_id BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    -- Open as long as this is NULL.
    closed_at BIGINT,
    cancelled_by BIGINT,
    -- The state in which it was cancelled: an undo goes on from there.
    prior_state TEXT COLLATE "C",
    CONSTRAINT certificate_tasks_assignment FOREIGN KEY (organization_id, assignment_id)
        REFERENCES assignments (organization_id, id),
    CONSTRAINT certificate_tasks_canceller FOREIGN KEY (organization_id, cancelled_by)
        REFERENCES operations (organization_id, id),
    CONSTRAINT certificate_tasks_cancellation CHECK (
        (state = 'cancelled') = (cancelled_by IS NOT NULL)
        AND (cancelled_by IS NOT NULL) = (prior_state IS NOT NULL)
        AND (state <> 'cancelled' OR closed_at IS NOT NULL)
    )
);
CREATE INDEX certificate_tasks_assignment ON certificate_tasks (organization_id, assignment_id);

CREATE TABLE audit_entries (
    organization_id BIGINT NOT NULL CONSTRAINT audit_entries_organization REFERENCES organizations (id),
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    account_id BIGINT,
    action TEXT COLLATE "C" NOT NULL,
    object TEXT COLLATE "C" NOT NULL,
    details TEXT COLLATE "C" NOT NULL,
    hash BYTEA NOT NULL,
    CONSTRAINT audit_entries_key PRIMARY KEY (organization_id, seq),
    CONSTRAINT audit_entries_account FOREIGN KEY (organization_id, account_id)
        REFERENCES accounts (organization_id, id)
);
CREATE FUNCTION audit_entries_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit entries are append-only';
END
$$;
CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries
    FOR EACH ROW EXECUTE FUNCTION audit_entries_refuse();
CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries
    FOR EACH ROW EXECUTE FUNCTION audit_entries_refuse();
CREATE TRIGGER audit_entries_no_truncate BEFORE TRUNCATE ON audit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_refuse();
