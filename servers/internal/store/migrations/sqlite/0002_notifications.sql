-- Times are nanoseconds since 1970.
CREATE TABLE notifications (
    id      TEXT PRIMARY KEY,
    status  TEXT NOT NULL,
    body    BLOB,
    created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A key is whatever bytes a client has sent.
CREATE TABLE keys (
    key     BLOB PRIMARY KEY,
    sum     BLOB NOT NULL,
    claimed INTEGER NOT NULL,
    settled INTEGER NOT NULL,
    status  INTEGER NOT NULL,
    body    BLOB
) STRICT, WITHOUT ROWID;

CREATE INDEX keys_claimed ON keys (claimed);
