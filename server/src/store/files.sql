-- Files: those that came with messages, and those that are still coming.

-- What files hold, once however many hold the same; on the disk under its hash.
CREATE TABLE contents (
    number      INTEGER PRIMARY KEY,
    hash        BLOB NOT NULL UNIQUE,
    bytes       INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    width       INTEGER,                             -- of a picture that can be shown
    height      INTEGER CHECK ((width IS NULL) = (height IS NULL)),
    small_bytes INTEGER                              -- of its small form
) STRICT;

CREATE TABLE files (
    id      BLOB PRIMARY KEY,
    member  INTEGER NOT NULL REFERENCES members,
    draft   BLOB NOT NULL,
    name    TEXT NOT NULL,
    bytes   INTEGER NOT NULL,                        -- as they were announced
    kept    INTEGER NOT NULL DEFAULT 0,              -- so many of them are on the disk
    content INTEGER REFERENCES contents,             -- none while it is not whole
    used_at INTEGER NOT NULL,
    room    INTEGER,                                 -- with which message it came: none while it came with none
    seq     INTEGER CHECK ((seq IS NULL) = (room IS NULL)),
    place   INTEGER CHECK ((place IS NULL) = (room IS NULL)),
    CHECK (room IS NULL OR content IS NOT NULL),
    UNIQUE (member, draft)
) STRICT, WITHOUT ROWID;

CREATE INDEX files_of_message ON files (room, seq, place) WHERE room IS NOT NULL;
CREATE INDEX files_of_content ON files (content) WHERE content IS NOT NULL;
CREATE INDEX files_unposted ON files (used_at) WHERE room IS NULL;
CREATE INDEX files_unposted_of_member ON files (member) WHERE room IS NULL;

-- Contents of which a file went: it is to be seen whether another is there.
CREATE TABLE loose_contents (
    content INTEGER PRIMARY KEY
) STRICT;

-- How many bytes each member's files have, as they were announced; and for number 0, which is nobody who sends any, how
-- many there are on the disk or are to come.
CREATE TABLE file_bytes (
    member INTEGER PRIMARY KEY,
    bytes  INTEGER NOT NULL
) STRICT;

CREATE TRIGGER file_comes AFTER INSERT ON files BEGIN
    INSERT INTO file_bytes (member, bytes) VALUES (new.member, new.bytes), (0, new.bytes)
    ON CONFLICT (member) DO UPDATE SET bytes = bytes + excluded.bytes;
END;

CREATE TRIGGER file_is_whole AFTER UPDATE OF content ON files WHEN old.content IS NULL AND new.content IS NOT NULL BEGIN
    UPDATE file_bytes SET bytes = bytes - old.bytes WHERE member = 0;
END;

CREATE TRIGGER file_goes AFTER DELETE ON files BEGIN
    UPDATE file_bytes SET bytes = bytes - old.bytes
    WHERE member = old.member OR (member = 0 AND old.content IS NULL);
    INSERT OR IGNORE INTO loose_contents (content) SELECT old.content WHERE old.content IS NOT NULL;
END;

CREATE TRIGGER content_comes AFTER INSERT ON contents BEGIN
    INSERT INTO file_bytes (member, bytes) VALUES (0, new.bytes + ifnull(new.small_bytes, 0))
    ON CONFLICT (member) DO UPDATE SET bytes = bytes + excluded.bytes;
END;

CREATE TRIGGER content_goes AFTER DELETE ON contents BEGIN
    UPDATE file_bytes SET bytes = bytes - old.bytes - ifnull(old.small_bytes, 0) WHERE member = 0;
END;
