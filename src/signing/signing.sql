-- name: insert_code
INSERT INTO signing_code (uid, binding, code_tag, purpose, state, subject, page, address, sealed_content, created_s,
    expires_s)
VALUES ($uid, $binding, $code_tag, $purpose, 'waiting', $subject, $page, $address, $sealed_content, $now_s, $expires_s)
RETURNING id

-- name: delete_code_of_session
DELETE FROM signing_code WHERE binding = $binding

-- name: delete_old_codes
DELETE FROM signing_code WHERE expires_s < $before_s

-- name: find_code_of_session
SELECT id, uid, purpose, state, subject, page, address, program_address, sealed_content, sealed_signature,
    sealed_validation, created_s, expires_s
FROM signing_code WHERE binding = $binding

-- name: find_waiting_code
SELECT id, uid, purpose, state, subject, page, address, program_address, sealed_content, sealed_signature,
    sealed_validation, created_s, expires_s
FROM signing_code WHERE code_tag = $code_tag AND state = 'waiting' AND expires_s > $now_s

-- two programs with one code: the first has it
-- name: update_signed
UPDATE signing_code SET state = 'signed', sealed_signature = $sealed_signature, sealed_validation = $sealed_validation,
    ticket_hash = $ticket_hash,
    program_address = $program_address, expires_s = $expires_s
WHERE id = $id AND state = 'waiting' AND expires_s > $now_s

-- name: find_ticket
SELECT id, uid, binding, purpose, state, subject, page, address, program_address, sealed_content, sealed_signature,
    sealed_validation, created_s, expires_s
FROM signing_code WHERE ticket_hash = $ticket_hash AND expires_s > $now_s

-- name: update_returned
UPDATE signing_code SET state = 'returned' WHERE id = $id AND state IN ('signed', 'returned')

-- name: delete_returned
DELETE FROM signing_code WHERE id = $id AND state = 'returned' AND binding = $binding AND expires_s > $now_s
