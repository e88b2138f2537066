-- name: find_person_by_tag
SELECT id, uid, key_epoch, wrapped_key, sealed_details, security_word_hash, sealed_contact FROM person
WHERE identity_tag = $tag

-- name: find_person
SELECT id, uid, key_epoch, wrapped_key, sealed_details, security_word_hash, sealed_contact FROM person WHERE id = $id

-- name: insert_person
INSERT INTO person (uid, identity_tag, key_epoch, wrapped_key, sealed_details, created_s)
VALUES ($uid, $tag, $key_epoch, $wrapped_key, $sealed_details, $now) RETURNING id

-- name: add_key_epoch
INSERT INTO key_epoch (number) VALUES ($epoch) ON CONFLICT (number) DO NOTHING

-- name: delete_key_epochs_before
DELETE FROM key_epoch WHERE number < $epoch

-- name: list_wraps_before
SELECT id, uid, key_epoch, wrapped_key FROM person WHERE key_epoch < $epoch ORDER BY key_epoch, id LIMIT $limit

-- name: count_wraps_before
SELECT COUNT(*) AS wraps FROM person WHERE key_epoch < $epoch

-- files of staff registers on their way, each under a key of its own
-- name: count_files_before
SELECT COUNT(*) AS files FROM staff_import
WHERE key_epoch < $epoch AND state IN ('arriving', 'arrived', 'checking', 'checked', 'applying')

-- name: update_wrap
UPDATE person SET key_epoch = $key_epoch, wrapped_key = $wrapped_key
WHERE id = $id AND key_epoch = $from_epoch

-- name: find_person_by_uid
SELECT id, uid, key_epoch, wrapped_key, sealed_details, security_word_hash, sealed_contact FROM person WHERE uid = $uid

-- name: erase_person
UPDATE person SET identity_tag = $tag, key_epoch = NULL, wrapped_key = $nothing, sealed_details = $nothing,
    sealed_contact = NULL, security_word_hash = NULL, log_in_s = NULL, log_in_way = NULL, earlier_log_in_s = NULL,
    earlier_log_in_way = NULL, erased_s = $now
WHERE id = $id

-- name: delete_name_tags
DELETE FROM person_name_tag WHERE person_id = $person_id

-- name: insert_name_tag
INSERT INTO person_name_tag (person_id, tag) VALUES ($person_id, $tag)

-- name: delete_import_rows_of_person
DELETE FROM staff_import_row WHERE person_id = $person_id

-- name: delete_staff_of_person
DELETE FROM staff_member WHERE person_id = $person_id

-- name: update_person_details
UPDATE person SET sealed_details = $sealed_details WHERE id = $id

-- name: update_security_word
UPDATE person SET security_word_hash = $security_word_hash WHERE id = $id

-- name: update_contact
UPDATE person SET sealed_contact = $sealed_contact WHERE id = $id

-- name: update_log_in
UPDATE person SET earlier_log_in_s = log_in_s, earlier_log_in_way = log_in_way, log_in_s = $now, log_in_way = $way
WHERE id = $id

-- name: find_earlier_log_in
SELECT earlier_log_in_s, earlier_log_in_way FROM person WHERE id = $id AND earlier_log_in_s IS NOT NULL

-- name: find_institution
SELECT id, parent_id, code, name, unit, address, phone, extension, email FROM institution WHERE id = $id

-- name: find_institution_by_code
SELECT id, parent_id, code, name, unit, address, phone, extension, email FROM institution WHERE code = $code

-- name: insert_institution
INSERT INTO institution (code, parent_id, name, unit, address, phone, extension, email)
VALUES ($code, $parent_id, $name, $unit, $address, $phone, $extension, $email) RETURNING id

-- name: name_institution
UPDATE institution SET parent_id = $parent_id, name = $name WHERE id = $id

-- name: find_staff_member
SELECT s.institution_id, i.code AS institution_code, s.left_s, s.sealed_details, s.known_since_s
FROM staff_member s JOIN institution i ON i.id = s.institution_id
WHERE s.register = $register AND s.person_id = $person_id

-- name: insert_account
INSERT INTO staff_account (uid, role, person_id, institution_id, display_name, user_name, link_hash, link_expires_s,
    created_s)
VALUES ($uid, $role, $person_id, $institution_id, $display_name, $user_name, $link_hash, $link_expires, $now)
RETURNING id

-- name: find_account
SELECT id, uid, role, person_id, institution_id, display_name, user_name, password_hash, sealed_totp, last_totp_step,
    is_active
FROM staff_account WHERE id = $id AND is_active = 1

-- name: find_account_by_link
SELECT id, uid, role, person_id, institution_id, display_name, user_name, password_hash, sealed_totp, last_totp_step,
    is_active
FROM staff_account WHERE link_hash = $link_hash AND link_expires_s > $now AND is_active = 1

-- name: find_account_by_name
SELECT id, uid, role, person_id, institution_id, display_name, user_name, password_hash, sealed_totp, last_totp_step,
    is_active
FROM staff_account WHERE user_name = $user_name

-- name: find_officer_of
SELECT id, uid, role, person_id, institution_id, display_name, user_name, password_hash, sealed_totp, last_totp_step,
    is_active
FROM staff_account
WHERE institution_id = $institution_id AND role = 'officer' AND is_active = 1 AND person_id <> $applicant_id
ORDER BY id LIMIT 1

-- name: list_officers_of
WITH RECURSIVE above (id, parent_id, distance) AS (
    SELECT id, parent_id, 0 FROM institution WHERE id = $institution_id
    UNION ALL
    SELECT i.id, i.parent_id, above.distance + 1 FROM institution i JOIN above ON i.id = above.parent_id
    WHERE above.distance < 16
)
SELECT s.id, s.uid, s.role, s.person_id, s.institution_id, s.display_name, s.user_name, s.is_active
FROM staff_account s JOIN above ON s.institution_id = above.id
WHERE s.is_active = 1 AND s.role = 'officer' ORDER BY above.distance, s.id LIMIT 20

-- name: use_link
UPDATE staff_account SET link_hash = NULL, link_expires_s = 0, password_hash = $password_hash,
    sealed_totp = $sealed_totp, last_totp_step = $step
WHERE id = $id AND link_hash = $link_hash AND link_expires_s > $now AND is_active = 1

-- name: find_account_of_person
SELECT id FROM staff_account WHERE person_id = $person_id

-- name: list_accounts_with_tag
SELECT a.id, a.role, a.display_name, a.is_active, i.code AS institution_code, p.identity_tag
FROM staff_account a JOIN person p ON p.id = a.person_id LEFT JOIN institution i ON i.id = a.institution_id ORDER BY a.id

-- name: close_account
UPDATE staff_account SET is_active = 0 WHERE id = $id

-- name: open_account
UPDATE staff_account SET is_active = 1, role = $role, institution_id = $institution_id WHERE id = $id

-- name: use_totp_step
UPDATE staff_account SET last_totp_step = $step WHERE id = $id AND last_totp_step < $step AND is_active = 1

-- name: insert_passkey
INSERT INTO passkey (uid, account_id, credential_id, public_key, name, counter, created_s)
VALUES ($uid, $account_id, $credential_id, $public_key, $name, $counter, $now) RETURNING id

-- name: count_passkeys
SELECT COUNT(*) AS passkeys FROM passkey WHERE account_id = $account_id

-- name: list_passkeys
SELECT p.id, p.uid, p.account_id, p.credential_id, p.public_key, p.name, p.counter, p.created_s, p.used_s, a.display_name,
    a.is_active
FROM passkey p JOIN staff_account a ON a.id = p.account_id
WHERE a.is_active = 1 AND ($account_id = 0 OR p.account_id = $account_id) ORDER BY p.id

-- name: find_passkey
SELECT p.id, p.uid, p.account_id, p.credential_id, p.public_key, p.name, p.counter, p.created_s, p.used_s, a.display_name,
    a.is_active
FROM passkey p JOIN staff_account a ON a.id = p.account_id WHERE p.credential_id = $credential_id

-- name: delete_passkey
DELETE FROM passkey WHERE uid = $uid AND account_id = $account_id

-- name: use_passkey
UPDATE passkey SET counter = $counter, used_s = $now WHERE id = $id AND counter = $known

-- name: find_attempts
SELECT window_start_s, attempts FROM attempt_limit WHERE kind = $kind AND key = $key

-- name: store_attempts
INSERT INTO attempt_limit (kind, key, window_start_s, attempts) VALUES ($kind, $key, $window_start, $attempts)
ON CONFLICT (kind, key) DO UPDATE SET window_start_s = excluded.window_start_s, attempts = excluded.attempts

-- name: give_attempt_back
UPDATE attempt_limit SET attempts = attempts - 1 WHERE kind = $kind AND key = $key AND attempts > 0

-- name: forget_attempts
DELETE FROM attempt_limit WHERE kind = $kind AND key = $key

-- name: find_account_by_tag
SELECT a.id, a.uid, a.role, a.person_id, a.institution_id, a.display_name, a.user_name, a.password_hash, a.sealed_totp,
    a.last_totp_step, a.is_active
FROM staff_account a JOIN person p ON p.id = a.person_id
WHERE p.identity_tag = $tag ORDER BY a.is_active DESC, a.id LIMIT 1

-- name: find_register_of
SELECT register FROM staff_member WHERE person_id = $person_id AND left_s = 0 ORDER BY id LIMIT 1

-- name: list_administrators
SELECT id, person_id FROM staff_account WHERE role = 'administrator' AND is_active = 1 ORDER BY id

-- name: find_newest_registry
SELECT number, digest, sealed_text, taken_s FROM registry ORDER BY number DESC LIMIT 1

-- name: find_registry_by_number
SELECT number, digest, sealed_text, taken_s FROM registry WHERE number = $number

-- name: list_registries
SELECT number, digest, taken_s FROM registry ORDER BY number DESC

-- name: store_registry
INSERT INTO registry (number, digest, sealed_text, taken_s) VALUES ($number, $digest, $sealed_text, $now)
ON CONFLICT (number) DO UPDATE SET digest = excluded.digest, sealed_text = excluded.sealed_text,
    taken_s = excluded.taken_s

-- name: drop_later_registries
DELETE FROM registry WHERE number > $number

-- name: find_open_proposal
SELECT uid FROM registry_proposal WHERE digest = $digest AND state IN ('open', 'sent')

-- name: insert_proposal
INSERT INTO registry_proposal (uid, number, digest, sealed_text, account_id, administrators, state, created_s)
VALUES ($uid, $number, $digest, $sealed_text, $account_id, $administrators, 'open', $now) RETURNING id

-- name: find_proposal
SELECT p.id, p.uid, p.number, p.digest, p.sealed_text, p.administrators, p.state, p.why, p.created_s, p.settled_s,
    a.display_name
FROM registry_proposal p JOIN staff_account a ON a.id = p.account_id WHERE p.uid = $uid

-- name: list_proposals
SELECT p.id, p.uid, p.number, p.digest, p.administrators, p.state, p.why, p.created_s, p.settled_s,
    a.display_name
FROM registry_proposal p JOIN staff_account a ON a.id = p.account_id ORDER BY p.id DESC LIMIT 50

-- name: list_proposal_signatures
SELECT s.account_id, s.kind, s.sealed_proof, s.signed_s, a.display_name
FROM registry_signature s JOIN staff_account a ON a.id = s.account_id
WHERE s.proposal_id = $proposal_id ORDER BY s.id

-- name: insert_proposal_signature
INSERT INTO registry_signature (proposal_id, person_id, account_id, kind, sealed_proof, signed_s)
VALUES ($proposal_id, $person_id, $account_id, $kind, $sealed_proof, $now)

-- name: send_proposal
UPDATE registry_proposal SET state = 'sent' WHERE id = $id AND state = 'open'

-- name: settle_proposal
UPDATE registry_proposal SET state = $state, why = $why, settled_s = $now WHERE uid = $uid AND state IN ('open', 'sent')

-- name: withdraw_proposal
UPDATE registry_proposal SET state = 'withdrawn', settled_s = $now WHERE uid = $uid AND state = 'open'

-- name: list_waiting_proposals
SELECT uid, digest FROM registry_proposal WHERE number <= $number AND state IN ('open', 'sent') ORDER BY id

-- name: list_registers_of
SELECT register FROM staff_member WHERE person_id = $person_id AND left_s = 0 ORDER BY id LIMIT $limit
