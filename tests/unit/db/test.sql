-- name: make_table
CREATE TABLE IF NOT EXISTS thing (name TEXT PRIMARY KEY, amount BIGINT NOT NULL CHECK (amount >= 0), note TEXT)

-- name: make_blob
CREATE TABLE IF NOT EXISTS blob_thing (name TEXT PRIMARY KEY, content BYTEA)

-- name: insert
INSERT INTO thing (name, amount, note) VALUES ($name, $amount, $note)

-- name: insert_returning
INSERT INTO thing (name, amount, note) VALUES ($name, $amount, $note) RETURNING name, amount

-- name: find
SELECT name, amount, note FROM thing WHERE name = $name

-- name: find_all
SELECT name, amount, note FROM thing ORDER BY name

-- name: count
SELECT COUNT(*) AS things, CAST(COALESCE(SUM(amount), 0) AS BIGINT) AS amount FROM thing

-- name: find_like_note
SELECT name FROM thing WHERE note = $text OR name = $text

-- name: set_amount
UPDATE thing SET amount = $amount WHERE name = $name

-- name: journal_mode
PRAGMA journal_mode

-- name: synchronous
PRAGMA synchronous

-- name: foreign_keys
PRAGMA foreign_keys

-- name: isolation
SHOW transaction_isolation

-- name: add_one
UPDATE thing SET amount = amount + 1 WHERE name = $name

-- name: clear
DELETE FROM thing

-- name: put_content
INSERT INTO blob_thing (name, content) VALUES ($name, $content)
ON CONFLICT (name) DO UPDATE SET content = excluded.content

-- name: get_content
SELECT content FROM blob_thing WHERE name = $name

-- name: count_versions
SELECT COUNT(*) AS versions FROM db_version

-- name: end_connections
SELECT CAST(pg_terminate_backend(pid) AS INT) AS ended FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND datname = current_database()
