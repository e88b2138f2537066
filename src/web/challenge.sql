-- name: challenge_insert
INSERT INTO challenge (token, answer, expires_s) VALUES ($token, $answer, $expires_s)

-- name: challenge_find
SELECT answer FROM challenge WHERE token = $token AND expires_s > $now_s

-- name: challenge_take
DELETE FROM challenge WHERE token = $token AND expires_s > $now_s RETURNING answer

-- name: challenge_delete_over
DELETE FROM challenge WHERE expires_s <= $now_s
