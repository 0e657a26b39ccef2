-- The twin of migrations/sqlite/0036_role_limits.sql.
-- Whom a level that every organisation has concerns in one of them, as roles.coverage says it of own ones; without a row:
-- everybody.
CREATE TABLE role_limits (
    organization_id BIGINT NOT NULL,
    role TEXT COLLATE "C" NOT NULL,
    coverage TEXT COLLATE "C" NOT NULL,
    CONSTRAINT role_limits_key PRIMARY KEY (organization_id, role),
    CONSTRAINT role_limits_organization FOREIGN KEY (organization_id) REFERENCES organizations (id)
);
