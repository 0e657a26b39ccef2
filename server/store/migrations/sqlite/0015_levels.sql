-- The twin of migrations/postgres/0015_levels.sql.
-- Levels of access that an organisation has made for itself; those that every organisation has are code.
CREATE TABLE roles (
    id INTEGER PRIMARY KEY,
    organization_id INTEGER NOT NULL CONSTRAINT roles_organization REFERENCES organizations (id),
    name TEXT NOT NULL,
    -- Codes, joined by commas.
    capabilities TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX roles_key ON roles (organization_id, id);
CREATE UNIQUE INDEX roles_name ON roles (organization_id, name);

-- What each account may do. Whoever has no row may do nothing.
CREATE TABLE account_levels (
    organization_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    -- The code of a level that every organisation has, or 'own'.
    role TEXT NOT NULL,
    role_id INTEGER,
    PRIMARY KEY (organization_id, account_id),
    CONSTRAINT account_levels_account FOREIGN KEY (organization_id, account_id)
        REFERENCES accounts (organization_id, id),
    CONSTRAINT account_levels_role FOREIGN KEY (organization_id, role_id) REFERENCES roles (organization_id, id),
    CONSTRAINT account_levels_own CHECK ((role = 'own') = (role_id IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX account_levels_owner ON account_levels (organization_id) WHERE role = 'owner';

-- Until now everybody might do everything.
INSERT INTO account_levels (organization_id, account_id, role)
SELECT a.organization_id, a.id,
       CASE WHEN a.id = (SELECT MIN(b.id) FROM accounts AS b WHERE b.organization_id = a.organization_id)
            THEN 'owner' ELSE 'administrator' END
FROM accounts AS a;
