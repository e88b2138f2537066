-- A failed job of the same key starts anew; an open one stays as it is.
-- name: add
INSERT INTO job (kind, key, payload, state, due_s) VALUES ($kind, $key, $payload, 'open', $due)
ON CONFLICT (kind, key) DO UPDATE SET payload = excluded.payload, state = 'open', due_s = excluded.due_s, lease = 0,
    lease_until_s = 0, tries = 0, why = NULL
WHERE job.state = 'failed'

-- name: find_due
SELECT id FROM job
WHERE state = 'open' AND due_s <= $now AND lease_until_s <= $real_now AND $kinds LIKE '%|' || kind || '|%'
ORDER BY due_s, id LIMIT 1

-- name: lease
UPDATE job SET lease = $lease, lease_until_s = $lease_until, tries = tries + 1
WHERE id = $id AND state = 'open' AND lease_until_s <= $real_now
RETURNING id, kind, key, payload, tries

-- name: finish
DELETE FROM job WHERE id = $id AND lease = $lease AND state = 'open'

-- name: again
UPDATE job SET lease = 0, lease_until_s = 0, due_s = $due, why = $why
WHERE id = $id AND lease = $lease AND state = 'open'

-- name: fail
UPDATE job SET state = 'failed', lease = 0, lease_until_s = 0, why = $why
WHERE id = $id AND lease = $lease AND state = 'open'
