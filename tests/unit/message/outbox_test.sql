-- name: insert_person
INSERT INTO person (uid, identity_tag, wrapped_key, sealed_details, created_s)
VALUES ($uid, $tag, $tag, $tag, 1) RETURNING id

-- name: find_messages
SELECT id, uid, event, key, channel, code_id, state, sealed_recipient, sealed_text FROM message ORDER BY id

-- name: find_jobs
SELECT kind, key, payload FROM job ORDER BY id
