-- name: insert
INSERT INTO message (uid, event, key, channel, person_id, sealed_recipient, sealed_text, code_id, state, created_s)
VALUES ($uid, $event, $key, $channel, $person_id, $sealed_recipient, $sealed_text, $code_id, 'waiting', $now)
ON CONFLICT (event, key, channel) DO NOTHING
RETURNING id

-- name: find
SELECT id, uid, event, channel, person_id, code_id, state, sent_s, sealed_recipient, sealed_text FROM message WHERE id = $id

-- name: find_sms_state
SELECT state FROM message WHERE event = $event AND key = $key AND channel = 'sms'

-- name: move
UPDATE message SET state = $to_state, sent_s = CASE WHEN $to_state = 'sending' THEN $now ELSE sent_s END
WHERE id = $id AND state = $from_state

-- name: set_reported
UPDATE message SET state = $state WHERE uid = $uid AND channel = 'sms' AND state <> 'delivered'

-- name: set_passed_on
UPDATE message SET state = 'sent' WHERE uid = $uid AND channel = 'sms' AND state = 'sending'
