-- name: session_find
SELECT id, role, subject, created_s, seen_s, kept, sealed_secret FROM session WHERE desk = $desk AND token_hash = $token_hash

-- name: session_insert
INSERT INTO session (desk, token_hash, role, subject, created_s, seen_s, kept)
VALUES ($desk, $token_hash, $role, $subject, $now_s, $now_s, NULL)
RETURNING id

-- name: session_seen
UPDATE session SET seen_s = $now_s WHERE id = $id

-- name: session_keep
UPDATE session SET kept = $kept WHERE id = $id

-- name: session_keep_secret
UPDATE session SET sealed_secret = $sealed WHERE id = $id

-- name: session_delete
DELETE FROM session WHERE id = $id

-- name: session_delete_of
DELETE FROM session WHERE subject = $subject AND (role & $roles) <> 0

-- name: session_delete_over
DELETE FROM session WHERE seen_s < $idle_since_s OR created_s < $created_before_s
