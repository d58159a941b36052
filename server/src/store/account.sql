-- Names that members give themselves, and sessions that get another secret.

-- The place of the last change of the name in the order of all such changes; none: they are called as they came.
ALTER TABLE members ADD COLUMN named INTEGER;
CREATE UNIQUE INDEX members_by_named ON members (named) WHERE named IS NOT NULL;

-- The secret that the session had before, until the one that it has was first used.
ALTER TABLE sessions ADD COLUMN before_hash BLOB;
CREATE UNIQUE INDEX sessions_by_before ON sessions (before_hash) WHERE before_hash IS NOT NULL;
