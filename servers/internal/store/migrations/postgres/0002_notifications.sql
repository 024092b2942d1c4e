-- Times are nanoseconds since 1970: PostgreSQL's own keep microseconds.
CREATE TABLE notifications (
    id      text PRIMARY KEY,
    status  text NOT NULL,
    body    bytea,
    created bigint NOT NULL
);

-- A key is whatever bytes a client has sent.
CREATE TABLE keys (
    key     bytea PRIMARY KEY,
    sum     bytea NOT NULL,
    claimed bigint NOT NULL,
    settled boolean NOT NULL,
    status  integer NOT NULL,
    body    bytea
);

CREATE INDEX keys_claimed ON keys (claimed);
