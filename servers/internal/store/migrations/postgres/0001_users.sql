CREATE TABLE users (
    id           bigint PRIMARY KEY,
    name         text NOT NULL,
    email        text NOT NULL,
    phone        text NOT NULL,
    device_token text NOT NULL
);

-- A channel without a row is one that the user wants.
CREATE TABLE preferences (
    user_id   bigint NOT NULL REFERENCES users (id),
    channel   text NOT NULL,
    opted_out boolean NOT NULL,
    PRIMARY KEY (user_id, channel)
);

-- The same users as contract.SeedUser makes.
INSERT INTO users (id, name, email, phone, device_token)
SELECT n, 'User ' || n, 'user' || n || '@example.com',
       CASE n WHEN 100002 THEN '' ELSE '+1555' || lpad(n::text, 7, '0') END,
       'device-' || lpad(n::text, 8, '0')
FROM generate_series(0, 100002) AS seed (n);

INSERT INTO preferences (user_id, channel, opted_out)
VALUES (100000, 'sms', true), (100001, 'email', true), (100001, 'sms', true), (100001, 'push', true);
