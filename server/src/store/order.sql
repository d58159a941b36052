-- Private and direct rooms, and what keeps order: who is muted or banned, what was deleted, and who did it.

ALTER TABLE members ADD COLUMN muted_until INTEGER;
ALTER TABLE members ADD COLUMN banned_at INTEGER;

-- Number 0 is whoever runs the machine. Nobody else comes to be called so.
INSERT INTO members (number, id, name, name_key, role, at)
SELECT 0, x'00000000000000000000000000000000', 'Operator', iif(count(*) = 0, 'operator', ''), 0, 0
FROM members WHERE name_key = 'operator';

ALTER TABLE sessions ADD COLUMN address TEXT NOT NULL DEFAULT '';

-- Addresses from which nobody new comes in, and for whose ban.
CREATE TABLE banned_addresses (
    address TEXT NOT NULL,
    member  INTEGER NOT NULL REFERENCES members,
    PRIMARY KEY (address, member)
) STRICT, WITHOUT ROWID;

CREATE INDEX banned_addresses_of_member ON banned_addresses (member);

CREATE TABLE new_rooms (
    number      INTEGER PRIMARY KEY,
    id          BLOB NOT NULL UNIQUE,
    kind        INTEGER NOT NULL CHECK (kind IN (1, 2, 3)),      -- public, private, direct
    name        TEXT CHECK ((name IS NULL) = (kind = 3)),
    name_key    TEXT CHECK ((name_key IS NULL) = (kind = 3)),
    topic       TEXT NOT NULL DEFAULT '',
    people      BLOB UNIQUE CHECK ((people IS NULL) = (kind <> 3)), -- a hash of the ids of those in a direct room
    made_by     INTEGER REFERENCES members,
    draft       BLOB,
    at          INTEGER NOT NULL,
    archived_at INTEGER,
    deleted_at  INTEGER,                                         -- from then on it is not there for anybody
    UNIQUE (made_by, draft)
) STRICT;

INSERT INTO new_rooms (number, id, kind, name, name_key, made_by, draft, at)
SELECT number, id, 1, name, name_key, made_by, draft, at FROM rooms;
DROP TABLE rooms;
ALTER TABLE new_rooms RENAME TO rooms;

-- What private rooms are called is nobody else's business: the same name may be there twice.
CREATE UNIQUE INDEX rooms_by_name ON rooms (name_key) WHERE kind = 1 AND deleted_at IS NULL;
CREATE INDEX rooms_deleted ON rooms (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE new_events (
    room  INTEGER NOT NULL,
    seq   INTEGER NOT NULL,
    at    INTEGER NOT NULL,
    actor INTEGER NOT NULL,
    -- made, joined, posted, opened, let in, left, kicked, renamed, described, archived, restored, deleted
    kind  INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 12),
    draft BLOB CHECK ((draft IS NULL) = (kind <> 3)),
    text  TEXT CHECK ((text IS NULL) = (kind NOT IN (1, 3, 7, 8, 9))),  -- a name, a message, a reason, a topic
    whom  INTEGER CHECK ((whom IS NULL) = (kind NOT IN (5, 7))),
    about INTEGER CHECK ((about IS NULL) = (kind <> 12)),               -- the position of a message
    gone  INTEGER CHECK (gone IS NULL OR kind = 3),                     -- of the event by which it was deleted
    PRIMARY KEY (room, seq)
) STRICT, WITHOUT ROWID;

INSERT INTO new_events (room, seq, at, actor, kind, draft, text)
SELECT room, seq, at, actor, kind, draft, text FROM events;
DROP TABLE events;
ALTER TABLE new_events RENAME TO events;
CREATE UNIQUE INDEX events_by_draft ON events (draft, actor) WHERE draft IS NOT NULL;

-- What was done to keep order, and by whom: only ever added to.
CREATE TABLE audit (
    number INTEGER PRIMARY KEY,
    at     INTEGER NOT NULL,
    actor  INTEGER NOT NULL REFERENCES members,
    deed   TEXT NOT NULL  -- as JSON, as it is told
) STRICT;
