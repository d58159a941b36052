-- Passkeys, by which members come in beside their passwords.

CREATE TABLE passkeys (
    credential BLOB PRIMARY KEY,                  -- as the authenticator calls it
    id         BLOB NOT NULL UNIQUE,
    member     INTEGER NOT NULL REFERENCES members,
    key        TEXT NOT NULL,                     -- what it is compared with, as JSON
    device     TEXT NOT NULL,
    at         INTEGER NOT NULL,
    used_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX passkeys_of_member ON passkeys (member);
