CREATE SCHEMA IF NOT EXISTS {schema};
CREATE TABLE IF NOT EXISTS {schema}.users (id int PRIMARY KEY, name text NOT NULL, email text NOT NULL, phone text NOT NULL);
CREATE TABLE IF NOT EXISTS {schema}.deliveries (id bigserial PRIMARY KEY, user_id int NOT NULL, channel text NOT NULL, status text NOT NULL);
INSERT INTO {schema}.users SELECT i, 'User ' || i, 'user' || i || '@example.com', '+1555' || lpad(i::text, 7, '0')
	FROM generate_series(0, 999) AS i ON CONFLICT DO NOTHING;
