-- The twin of migrations/postgres/0036_role_limits.sql.
-- Whom a level that every organisation has concerns in one of them, as roles.coverage says it of own ones; without a row:
-- everybody.
CREATE TABLE role_limits (
    organization_id INTEGER NOT NULL,
    role TEXT NOT NULL,
    coverage TEXT NOT NULL,
    PRIMARY KEY (organization_id, role),
    CONSTRAINT role_limits_organization FOREIGN KEY (organization_id) REFERENCES organizations (id)
) STRICT, WITHOUT ROWID;
