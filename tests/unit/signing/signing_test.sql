-- name: insert_ca
INSERT INTO ca_certificate (name, der) VALUES ($name, $der)

-- name: count_records
SELECT COUNT(*) AS records FROM audit_record WHERE event = $event

-- name: all_of_codes
SELECT sealed_content, sealed_signature, subject, page FROM signing_code

-- name: age_codes
UPDATE signing_code SET created_s = created_s - $seconds, expires_s = expires_s - $seconds

-- name: insert_person
INSERT INTO person (uid, identity_tag, wrapped_key, sealed_details, created_s) VALUES ('p', $bytes, $bytes, $bytes, 1)
RETURNING id

-- name: insert_door
INSERT INTO door (path, name, register, register_name, asks_staff_number, terms, offers_reader, offers_vpn, payer)
VALUES ('saglik', 'Sağlık', 'saglik', 'ÇKYS', 1, '1,2,3', 1, 1, 'institution') RETURNING id

-- name: insert_institution
INSERT INTO institution (code, name, unit, address, phone, extension, email) VALUES ('34', 'İl', 'b', 'a', '1', '', 'e')
RETURNING id

-- name: insert_application
INSERT INTO application (uid, person_id, door_id, institution_id, state, reason, sealed_form, created_s, changed_s)
VALUES ('a', $person_id, $door_id, $institution_id, 'completed', 'first', $bytes, 1, 1) RETURNING id

-- name: insert_certificate
INSERT INTO certificate (uid, application_id, attempt, person_id, serial, not_before_s, not_after_s, card_serial,
    sealed_der, created_s)
VALUES ($serial, $application_id, $attempt, (SELECT person_id FROM application WHERE id = $application_id), $serial, 1, 4000000000, 'kart', $bytes, 1)

-- name: insert_status
INSERT INTO certificate_status (serial, issuer, status, reason, since_s, change_number)
VALUES ($serial, 'issuing', $status, 0, 1, $change_number)

-- name: insert_registry
INSERT INTO registry (number, digest, sealed_text, taken_s) VALUES (1, $digest, $sealed_text, 1)
