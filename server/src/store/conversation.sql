-- What people do with a message: answer it, edit it, react to it, pin it, name somebody in it; and what each has read.

CREATE TABLE new_events (
    room   INTEGER NOT NULL,
    seq    INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    actor  INTEGER NOT NULL,
    -- made, joined, posted, opened, let in, left, kicked, renamed, described, archived, restored, deleted, edited, reacted,
    -- unreacted, pinned, unpinned
    kind   INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 17),
    draft  BLOB CHECK ((draft IS NULL) = (kind <> 3)),
    -- a name, what a message says now, a reason, a topic, an emoji
    text   TEXT CHECK ((text IS NULL) = (kind NOT IN (1, 3, 7, 8, 9, 14, 15))),
    whom   INTEGER CHECK ((whom IS NULL) = (kind NOT IN (5, 7))),
    about  INTEGER CHECK ((about IS NULL) = (kind < 12)),               -- the position of a message
    gone   INTEGER CHECK (gone IS NULL OR kind = 3),                    -- of the event by which it was deleted
    reply  INTEGER CHECK (reply IS NULL OR kind = 3),                   -- of the message that it answers
    edited INTEGER CHECK (edited IS NULL OR kind = 3),                  -- of the event by which it was last edited
    -- What else there is of it, in other tables: 1 mentions, 2 files, 4 reactions, 8 a pin
    extras INTEGER NOT NULL DEFAULT 0 CHECK (extras = 0 OR kind = 3),
    PRIMARY KEY (room, seq)
) STRICT, WITHOUT ROWID;

INSERT INTO new_events (room, seq, at, actor, kind, draft, text, whom, about, gone)
SELECT room, seq, at, actor, kind, draft, text, whom, about, gone FROM events;
DROP TABLE events;
ALTER TABLE new_events RENAME TO events;
CREATE UNIQUE INDEX events_by_draft ON events (draft, actor) WHERE draft IS NOT NULL;

-- What a message said before it was edited, and since when: for those who keep order.
CREATE TABLE versions (
    room    INTEGER NOT NULL,
    message INTEGER NOT NULL,
    number  INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    text    TEXT NOT NULL,
    PRIMARY KEY (room, message, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE mentions (
    room    INTEGER NOT NULL,
    message INTEGER NOT NULL,
    place   INTEGER NOT NULL,
    member  INTEGER NOT NULL REFERENCES members,
    name    TEXT NOT NULL,  -- as it is written there
    PRIMARY KEY (room, message, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX mentions_of_member ON mentions (member, room, message);

CREATE TABLE reactions (
    room    INTEGER NOT NULL,
    message INTEGER NOT NULL,
    emoji   TEXT NOT NULL,
    member  INTEGER NOT NULL REFERENCES members,
    seq     INTEGER NOT NULL,  -- of the event
    since   INTEGER NOT NULL,  -- of the event by which the emoji came there: emoji stand in that order
    PRIMARY KEY (room, message, emoji, member)
) STRICT, WITHOUT ROWID;

CREATE TABLE pins (
    room    INTEGER NOT NULL,
    message INTEGER NOT NULL,
    seq     INTEGER NOT NULL,               -- of the event by which it was pinned
    PRIMARY KEY (room, message)
) STRICT, WITHOUT ROWID;

ALTER TABLE memberships ADD COLUMN read INTEGER NOT NULL DEFAULT 0;   -- up to where
ALTER TABLE memberships ADD COLUMN notify INTEGER NOT NULL DEFAULT 0 CHECK (notify IN (0, 1, 2)); -- all, mentions, nothing

-- What was there before anybody kept count is read.
UPDATE memberships SET read = (SELECT ifnull(max(seq), 0) FROM events WHERE room = memberships.room);

ALTER TABLE members ADD COLUMN shows_seen INTEGER NOT NULL DEFAULT 0; -- whether others are told when they were last here
