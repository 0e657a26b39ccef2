-- The twin of migrations/postgres/0033_known_browsers.sql.
-- Whether a browser is known is asked before it is known whose: whoever begins to sign in with a passkey has said nothing.
CREATE INDEX devices_token ON devices (token_hash);
