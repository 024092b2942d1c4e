CREATE TABLE users (
    id           INTEGER PRIMARY KEY,
    name         TEXT NOT NULL,
    email        TEXT NOT NULL,
    phone        TEXT NOT NULL,
    device_token TEXT NOT NULL
) STRICT;

-- A channel without a row is one that the user wants.
CREATE TABLE preferences (
    user_id   INTEGER NOT NULL REFERENCES users (id),
    channel   TEXT NOT NULL,
    opted_out INTEGER NOT NULL,
    PRIMARY KEY (user_id, channel)
) STRICT, WITHOUT ROWID;

-- The same users as contract.SeedUser makes.
WITH RECURSIVE seed (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM seed WHERE n < 100002)
INSERT INTO users (id, name, email, phone, device_token)
SELECT n, 'User ' || n, 'user' || n || '@example.com',
       CASE n WHEN 100002 THEN '' ELSE printf('+1555%07d', n) END,
       printf('device-%08d', n)
FROM seed;

INSERT INTO preferences (user_id, channel, opted_out)
VALUES (100000, 'sms', 1), (100001, 'email', 1), (100001, 'sms', 1), (100001, 'push', 1);
