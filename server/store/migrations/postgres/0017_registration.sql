-- The twin of migrations/sqlite/0017_registration.sql.
-- The outbox is the installation's too, as organisation 0: whoever registers has none yet.
ALTER TABLE letters DROP CONSTRAINT letters_organization;

-- What was said when an organisation was registered.
CREATE TABLE registrations (
    organization_id BIGINT NOT NULL CONSTRAINT registrations_organization REFERENCES organizations (id),
    work TEXT COLLATE "C" NOT NULL,
    city TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT registrations_key PRIMARY KEY (organization_id)
);

-- With what the installation signs, so that every server knows what another one gave away: 32 random bytes each.
CREATE TABLE secrets (
    name TEXT COLLATE "C" NOT NULL,
    value BYTEA NOT NULL,
    CONSTRAINT secrets_key PRIMARY KEY (name)
);
INSERT INTO secrets (name, value)
VALUES ('questions', sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));
