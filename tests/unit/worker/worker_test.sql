-- name: insert_person
INSERT INTO person (uid, identity_tag, wrapped_key, sealed_details, created_s)
VALUES ($uid, $tag, $tag, $tag, 1) RETURNING id

-- name: find_last_message
SELECT id FROM message ORDER BY id DESC LIMIT 1

-- name: find_job
SELECT state, tries, why FROM job WHERE kind = $kind AND key = $key

-- name: clear_jobs
DELETE FROM job

-- name: set_text
UPDATE message SET sealed_text = $sealed_text WHERE id = $id

-- name: count_refusals
SELECT COUNT(*) AS refusals FROM audit_record WHERE event = 'refuse_code_message'
