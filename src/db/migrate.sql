-- name: find_version
SELECT COALESCE(MAX(version), 0) AS version FROM db_version

-- name: insert_version
INSERT INTO db_version (version, name, at_s) VALUES ($version, $name, $now)

-- name: has_version
SELECT COUNT(*) AS count FROM db_version WHERE version = $version
