-- The first form of the store. Numbers stand for ids within the file: they are small, and given in the order in
-- which things were made.

CREATE TABLE facts (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE members (
    number     INTEGER PRIMARY KEY,
    id         BLOB NOT NULL UNIQUE,
    name       TEXT NOT NULL,
    name_key   TEXT NOT NULL UNIQUE,
    draft_hash BLOB UNIQUE,
    role       INTEGER NOT NULL CHECK (role BETWEEN 0 AND 4),  -- guest, member, moderator, admin, owner
    password   TEXT,                                           -- Argon2id, in the PHC format
    at         INTEGER NOT NULL
) STRICT;

CREATE INDEX members_by_role ON members (role) WHERE role > 1;

CREATE TABLE sessions (
    token_hash BLOB PRIMARY KEY,
    id         BLOB NOT NULL UNIQUE,
    member     INTEGER NOT NULL REFERENCES members,
    device     TEXT NOT NULL,
    at         INTEGER NOT NULL,
    used_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_of_member ON sessions (member);

-- Secrets that open one thing: this Maru to its owner, this Maru to those who are invited, an account to who forgot
-- its password.
CREATE TABLE links (
    secret_hash BLOB PRIMARY KEY,
    kind        INTEGER NOT NULL CHECK (kind IN (1, 2, 3)),             -- own, invite, reset
    id          BLOB UNIQUE CHECK ((id IS NULL) = (kind <> 2)),
    role        INTEGER CHECK ((role IS NULL) = (kind <> 2)),
    member      INTEGER REFERENCES members CHECK ((member IS NULL) = (kind <> 3)),
    made_by     INTEGER REFERENCES members,                             -- none: whoever runs the machine
    at          INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    uses_left   INTEGER NOT NULL CHECK (uses_left > 0)
) STRICT, WITHOUT ROWID;

CREATE INDEX links_by_age ON links (expires_at);

CREATE TABLE rooms (
    number   INTEGER PRIMARY KEY,
    id       BLOB NOT NULL UNIQUE,
    name     TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    made_by  INTEGER REFERENCES members,
    draft    BLOB,
    at       INTEGER NOT NULL,
    UNIQUE (made_by, draft)
) STRICT;

CREATE TABLE memberships (
    member INTEGER NOT NULL REFERENCES members,
    room   INTEGER NOT NULL REFERENCES rooms,
    seq    INTEGER NOT NULL,  -- of the event by which it began
    at     INTEGER NOT NULL,
    PRIMARY KEY (member, room)
) STRICT, WITHOUT ROWID;

CREATE INDEX memberships_of_room ON memberships (room, seq);

-- What happened in each room: the log from which everything that a client is told of a room is read. The largest seq of
-- a room is its head. Room and actor have just been looked up when a row is written, and are never deleted: that they
-- exist is not asked again.
CREATE TABLE events (
    room  INTEGER NOT NULL,
    seq   INTEGER NOT NULL,
    at    INTEGER NOT NULL,
    actor INTEGER NOT NULL,
    kind  INTEGER NOT NULL CHECK (kind IN (1, 2, 3)),  -- made, joined, posted
    draft BLOB CHECK ((draft IS NULL) = (kind <> 3)),
    text  TEXT CHECK ((text IS NULL) = (kind = 2)),    -- the room's name, or what the message says
    PRIMARY KEY (room, seq)
) STRICT, WITHOUT ROWID;

-- For ever: a draft that comes again, however late, is the same message. The draft is first: those that begin with the
-- time (UUID version 7) all go to the end of the index, and a transaction writes one page of it instead of one each.
CREATE UNIQUE INDEX events_by_draft ON events (draft, actor) WHERE draft IS NOT NULL;

-- The lobby is there from the start, with the id that every Maru gives it.
INSERT INTO rooms (number, id, name, name_key, made_by, draft, at)
VALUES (1, x'00000000000000000000000000000001', 'lobby', 'lobby', NULL, NULL, 0);
