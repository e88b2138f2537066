-- name: list_certificates_of_person
SELECT c.id, c.uid, c.application_id, c.attempt, c.person_id, c.serial, c.card_serial, c.not_before_s, c.not_after_s,
    c.written_s, c.application_digest, c.pin_set_s, s.status, s.reason, s.since_s,
    (SELECT COUNT(*) FROM job WHERE job.kind = 'certificate_activate' AND job.key = c.serial AND job.state = 'open')
        AS changes,
    (SELECT a.refused FROM certificate_activation a WHERE a.certificate_id = c.id ORDER BY a.id DESC LIMIT 1) AS refused
FROM certificate c JOIN certificate_status s ON s.serial = c.serial
WHERE c.person_id = $person_id
ORDER BY c.not_before_s DESC, c.id DESC;

-- name: find_certificate_by_serial
SELECT c.id, c.uid, c.application_id, c.attempt, c.person_id, c.serial, c.card_serial, c.not_before_s, c.not_after_s,
    c.written_s, c.application_digest, c.pin_set_s, s.status, s.reason, s.since_s,
    (SELECT COUNT(*) FROM job WHERE job.kind = 'certificate_activate' AND job.key = c.serial AND job.state = 'open')
        AS changes,
    (SELECT a.refused FROM certificate_activation a WHERE a.certificate_id = c.id ORDER BY a.id DESC LIMIT 1) AS refused
FROM certificate c JOIN certificate_status s ON s.serial = c.serial
WHERE c.serial = $serial;

-- name: read_certificate
SELECT uid, sealed_der FROM certificate WHERE serial = $serial AND person_id = $person_id;

-- name: insert_certificate
INSERT INTO certificate (uid, application_id, attempt, person_id, serial, not_before_s, not_after_s, card_serial,
    sealed_der, application_digest, created_s)
VALUES ($uid, $application_id, $attempt, $person_id, $serial, $not_before_s, $not_after_s, $card_serial, $sealed_der,
    $application_digest, $created_s);

-- name: insert_statement
INSERT INTO status_statement (number, text, signature) VALUES ($number, $text, $signature);

-- name: find_newest_statement
SELECT COALESCE(MAX(number), 0) AS number FROM status_statement;

-- name: write_status
INSERT INTO certificate_status (serial, issuer, status, reason, since_s, change_number)
VALUES ($serial, $issuer, $status, $reason, $since_s, $number)
ON CONFLICT (serial) DO UPDATE SET status = $status, reason = $reason, since_s = $since_s, change_number = $number;

-- name: update_written
UPDATE certificate SET written_s = $written_s
WHERE application_id = $application_id AND attempt = $attempt AND written_s IS NULL;

-- name: insert_crl
INSERT INTO crl (issuer, number, this_update_s, next_update_s, der)
VALUES ($issuer, $number, $this_update_s, $next_update_s, $der)
ON CONFLICT (issuer, number) DO NOTHING;

-- name: find_ca_certificate
SELECT der FROM ca_certificate WHERE name = $name;

-- name: insert_activation
INSERT INTO certificate_activation (certificate_id, statement, signature, uid, sealed_signature, created_s)
SELECT $certificate_id, $statement, $signature, $uid, $sealed_signature, $created_s
WHERE NOT EXISTS (SELECT 1 FROM job WHERE kind = 'certificate_activate' AND key = $serial AND state = 'open');

-- name: refuse_activation
UPDATE certificate_activation SET refused = $why WHERE id = $id;

-- name: find_activation
SELECT a.id, a.statement, a.signature, a.uid, a.sealed_signature
FROM certificate_activation a JOIN certificate c ON c.id = a.certificate_id
WHERE c.serial = $serial ORDER BY a.id DESC LIMIT 1;

-- name: update_pin_set
UPDATE certificate SET pin_set_s = $pin_set_s WHERE id = $id;

-- name: insert_lock
INSERT INTO issuance_lock (uid, person_id, lock_uid, wish, sealed_text, sealed_signature, state, asked_s)
VALUES ($uid, $person_id, $lock_uid, $wish, $sealed_text, $sealed_signature, 'asked', $asked_s)
RETURNING id;

-- name: find_newest_lock
SELECT state, why FROM issuance_lock WHERE person_id = $person_id ORDER BY id DESC LIMIT 1;

-- name: find_kept_lock
SELECT lock_uid, since_s, ends_s FROM issuance_lock WHERE person_id = $person_id AND state = 'kept'
ORDER BY id DESC LIMIT 1;

-- name: find_lock_wish
SELECT uid, person_id, state, sealed_text, sealed_signature FROM issuance_lock WHERE id = $id;

-- name: keep_lock
UPDATE issuance_lock SET state = 'kept', since_s = $since_s, ends_s = $ends_s WHERE id = $id AND state = 'asked';

-- name: refuse_lock
UPDATE issuance_lock SET state = 'refused', why = $why WHERE id = $id AND state = 'asked';
