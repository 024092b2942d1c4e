-- Owner is a process, 0 nobody.
CREATE TABLE jobs (
    id      TEXT PRIMARY KEY,
    owner   INTEGER NOT NULL,
    payload BLOB,
    created INTEGER NOT NULL,
    due     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX jobs_owner ON jobs (owner, created);

CREATE TABLE dead_letters (
    seq     INTEGER PRIMARY KEY,
    id      TEXT NOT NULL,
    channel TEXT NOT NULL,
    reason  TEXT NOT NULL,
    payload BLOB,
    at      INTEGER NOT NULL
) STRICT;
