-- Which words are in which message, as `maru_shared::search` folds them. It is written behind the messages, when nobody waits,
-- and keeps no text: the row is room << 40 | seq. (An index that writes with each message was measured: half as many a second.)
CREATE VIRTUAL TABLE search USING fts5(words, content = '', detail = none, columnsize = 0, tokenize = 'ascii');

-- Up to where the messages of a room are in it.
CREATE TABLE searchable (
    room INTEGER PRIMARY KEY,
    upto INTEGER NOT NULL
) STRICT;
