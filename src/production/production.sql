-- name: find_newest_attempt
SELECT id, application_id, attempt, card_serial, request, state, why FROM card_attempt
WHERE application_id = $application_id ORDER BY attempt DESC LIMIT 1;

-- name: find_attempt
SELECT id, application_id, attempt, card_serial, request, state, why FROM card_attempt WHERE id = $id;

-- name: insert_attempt
INSERT INTO card_attempt (application_id, attempt, card_serial, request, state, created_s)
VALUES ($application_id, $attempt, $card_serial, $request, 'requested', $created_s)
RETURNING id;

-- name: move_attempt
UPDATE card_attempt SET state = $to_state, why = $why WHERE id = $id AND state = $from_state;

-- name: list_begun
SELECT a.id FROM application a WHERE a.state = 'in_production' ORDER BY a.approved_s, a.id LIMIT $limit;

-- name: list_refused
SELECT id, card_serial, why FROM card_attempt WHERE state = 'refused' AND set_aside_s IS NULL ORDER BY id

-- name: update_set_aside
UPDATE card_attempt SET set_aside_s = $now_s WHERE id = $id AND set_aside_s IS NULL
