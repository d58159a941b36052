-- Which events have a text, said so that each new one is not looked up in a list: SQLite puts a list of more than two
-- into a table that it makes for that, which was a quarter of all instructions of a message. What is allowed stays the same, so no row
-- has to be looked at (https://sqlite.org/lang_altertable.html, "Making Other Kinds Of Table Schema Changes").

PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'kind NOT IN (1, 3, 7, 8, 9, 14, 15)',
    'kind NOT IN (1, 3) AND kind NOT BETWEEN 7 AND 9 AND kind NOT IN (14, 15)')
WHERE type = 'table' AND name = 'events';
PRAGMA writable_schema = RESET;
