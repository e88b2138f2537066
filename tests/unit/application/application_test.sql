-- name: insert_door
INSERT INTO door (path, name, register, register_name, asks_staff_number, terms, offers_reader, offers_vpn, payer)
VALUES ($path, $name, 'saglik', 'ÇKYS/İKYS', 1, '1,2,3', 1, 0, 'institution')

-- name: find_institution_by_code
SELECT id FROM institution WHERE code = $code

-- name: list_messages
SELECT event, channel, code_id FROM message ORDER BY id

-- name: find_sealed
SELECT sealed_form, sealed_statement, statement_digest, revision FROM application WHERE id = $id

-- name: update_digest
UPDATE application SET statement_digest = $digest WHERE id = $id

-- name: find_signature
SELECT signature FROM decision WHERE uid = $uid

-- name: count_records
SELECT COUNT(*) AS records FROM audit_record WHERE event = $event


-- name: insert_registry
INSERT INTO registry (number, digest, sealed_text, taken_s) VALUES ($number, $digest, $sealed_text, 0)

-- name: delete_owner
DELETE FROM application_evidence WHERE application_id = $application_id AND kind = 'owner'

-- name: age_decision
UPDATE decision SET created_s = created_s - $seconds WHERE uid = $uid

-- name: find_newest_message
SELECT uid, sealed_recipient, sealed_text FROM message WHERE event = $event AND channel = $channel
ORDER BY id DESC LIMIT 1

-- name: forget_contact_changes
UPDATE application SET contact_changes = '' WHERE id = $id

-- name: insert_notice
INSERT INTO contact_notice (application_id, revision, source, code_hash, created_s)
VALUES ($application_id, 1, 'made up', $code_hash, 0)

-- name: insert_evidence
INSERT INTO application_evidence (uid, application_id, kind, digest, sealed_text, sealed_proof, created_s)
VALUES ('00112233445566778899aabbccddeeff', $application_id, 'applicant', $digest, $digest, $digest, 0)

-- name: age_application
UPDATE application SET changed_s = changed_s - $seconds WHERE id = $id

-- name: damage_form
UPDATE application SET sealed_form = statement_digest WHERE id = $id

-- name: add_step_at
INSERT INTO application_step (application_id, from_state, to_state, at_s, actor_kind, address)
VALUES ($id, $from_state, $to_state, $at_s, 'system', '')

-- name: insert_status
INSERT INTO certificate_status (serial, issuer, status, reason, since_s, change_number)
VALUES ($serial, 'issuing', 'active', 0, 0, $number)

-- name: name_another_certificate
UPDATE application SET certificate = $serial, reason = 'lost', state = $state WHERE id = $id

-- name: give_certificate
UPDATE certificate SET person_id = $person_id WHERE serial = $serial

-- name: list_jobs
SELECT kind, payload FROM job WHERE kind LIKE 'certificate%' ORDER BY id
