-- The twin of migrations/postgres/0026_news.sql.
-- News of the installation, as they were published: shown to everybody, and sent to whoever had subscribed.
CREATE TABLE news (
    id INTEGER PRIMARY KEY,
    -- SHA-256 of subject and text: published twice, they are one.
    digest BLOB NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    published_at INTEGER NOT NULL,
    -- To how many subscribers they went.
    letters INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX news_digest ON news (digest);

-- Whoever has confirmed. Of whoever unsubscribes nothing is kept; who has yet to confirm is among the tickets.
CREATE TABLE subscribers (
    email TEXT NOT NULL,
    -- Of the link that unsubscribes, in clear: each letter has it, and it opens nothing else.
    token TEXT NOT NULL,
    language TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (email)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX subscribers_token ON subscribers (token);

-- Who waits for the confirmation of a subscription, by e-mail.
CREATE INDEX tickets_of_news ON tickets (data) WHERE purpose = 'news';
