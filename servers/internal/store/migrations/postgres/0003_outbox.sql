-- Owner is a process, 0 nobody.
CREATE TABLE jobs (
    id      text PRIMARY KEY,
    owner   bigint NOT NULL,
    payload bytea,
    created bigint NOT NULL,
    due     bigint NOT NULL
);

CREATE INDEX jobs_owner ON jobs (owner, created);

CREATE TABLE dead_letters (
    seq     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id      text NOT NULL,
    channel text NOT NULL,
    reason  text NOT NULL,
    payload bytea,
    at      bigint NOT NULL
);
