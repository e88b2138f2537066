-- name: find_door
SELECT id, path, name, english_name, register, register_name, asks_staff_number, terms, offers_reader, offers_vpn, payer,
    closed_s, closed_reason, closed_english
FROM door WHERE path = $path

-- name: find_door_by_id
SELECT id, path, name, english_name, register, register_name, asks_staff_number, terms, offers_reader, offers_vpn, payer,
    closed_s, closed_reason, closed_english
FROM door WHERE id = $id

-- name: list_doors
SELECT id, path, name, english_name, register, register_name, asks_staff_number, terms, offers_reader, offers_vpn, payer,
    closed_s, closed_reason, closed_english
FROM door ORDER BY id

-- name: find_door_of_address
SELECT d.id, d.path, d.name, d.english_name, d.register, d.register_name, d.asks_staff_number, d.terms, d.offers_reader,
    d.offers_vpn, d.payer, d.closed_s, d.closed_reason, d.closed_english
FROM door d JOIN door_address a ON a.door_id = d.id WHERE a.address = $address

-- name: list_door_addresses
SELECT address, door_id FROM door_address ORDER BY address

-- Who pays is a rule of prices, and its register that of its people: neither is changed with the rest (spec 04).
-- name: insert_door
INSERT INTO door (path, name, english_name, register, register_name, asks_staff_number, terms, offers_reader, offers_vpn,
    payer)
VALUES ($path, $name, $english_name, $register, $register_name, $asks_staff_number, $terms, $offers_reader, $offers_vpn,
    'institution') RETURNING id

-- name: update_door
UPDATE door SET name = $name, english_name = $english_name, register_name = $register_name,
    asks_staff_number = $asks_staff_number, terms = $terms, offers_reader = $offers_reader, offers_vpn = $offers_vpn
WHERE id = $id

-- name: delete_door_addresses
DELETE FROM door_address WHERE door_id = $door_id

-- name: insert_door_address
INSERT INTO door_address (address, door_id) VALUES ($address, $door_id)

-- Closing a closed one changes what is told, not since when.
-- name: close_door
UPDATE door SET closed_s = CASE WHEN closed_s = 0 THEN $now_s ELSE closed_s END, closed_reason = $closed_reason,
    closed_english = $closed_english
WHERE id = $id

-- name: open_door
UPDATE door SET closed_s = 0, closed_reason = '', closed_english = '' WHERE id = $id AND closed_s > 0

-- name: find_application
SELECT id, uid, person_id, door_id, institution_id, state, reason, way, revision, barcode, term_years, sealed_form,
    security_word_hash, sealed_statement, statement_digest, sealed_return, note, refusal, contact_changes, created_s, changed_s,
    confirmed_s, taken_in_s, approved_s, locked_s
FROM application WHERE id = $id

-- the states of the index application_open
-- name: find_running
SELECT id, state FROM application WHERE person_id = $person_id AND state IN ('draft', 'phone_pending',
    'method_pending', 'form_awaited', 'payment_pending', 'officer_pending', 'registration_pending',
    'confirmation_pending', 'approved', 'in_production', 'returned')

-- name: count_confirmed_phone
SELECT COUNT(*) AS steps FROM application_step WHERE application_id = $application_id AND to_state = 'method_pending'

-- name: insert_application
INSERT INTO application (uid, person_id, door_id, institution_id, state, reason, term_years, sealed_form, note,
    created_s, changed_s)
VALUES ($uid, $person_id, $door_id, $institution_id, 'draft', $reason, $term_years, $sealed_form, $note, $now_s, $now_s)
RETURNING id

-- name: update_draft
UPDATE application SET sealed_form = $sealed_form, security_word_hash = $security_word_hash, term_years = $term_years,
    reason = $reason, certificate = $certificate, changed_s = $now_s
WHERE id = $id AND state = 'draft' AND revision = $revision

-- name: update_confirmed
UPDATE application SET sealed_form = $sealed_form, term_years = $term_years, barcode = $barcode,
    reason = $reason, certificate = $certificate,
    sealed_statement = $sealed_statement, statement_digest = $statement_digest, sealed_return = NULL,
    confirmed_s = $now_s
WHERE id = $id AND revision = $revision

-- name: find_earlier_form
SELECT uid, sealed_form FROM application
WHERE person_id = $person_id AND id <> $id AND approved_s IS NOT NULL ORDER BY approved_s DESC, id DESC LIMIT 1

-- name: update_return
UPDATE application SET sealed_return = $sealed_return WHERE id = $id AND revision = $revision

-- name: find_superseded
SELECT application_id FROM superseded_barcode WHERE barcode = $barcode

-- name: insert_superseded
INSERT INTO superseded_barcode (barcode, application_id) VALUES ($barcode, $application_id)

-- name: update_changed
UPDATE application SET revision = revision + 1, barcode = NULL, sealed_statement = NULL, statement_digest = NULL,
    way = NULL, confirmed_s = NULL, taken_in_s = NULL, refusal = '', contact_changes = '',
    note = CASE WHEN note LIKE 'name_differs%' THEN 'name_differs' ELSE '' END
WHERE id = $id AND revision = $revision

-- name: update_way
UPDATE application SET way = $way WHERE id = $id AND revision = $revision

-- name: update_taken_in
UPDATE application SET taken_in_s = $now_s, note = CASE WHEN note LIKE 'name_differs%' THEN 'name_differs' ELSE '' END
WHERE id = $id AND revision = $revision

-- name: update_approved
UPDATE application SET approved_s = $now_s, refusal = '' WHERE id = $id AND revision = $revision

-- name: update_refusal
UPDATE application SET refusal = $rule, approved_s = NULL, locked_s = NULL WHERE id = $id

-- name: update_locked
UPDATE application SET locked_s = $now_s WHERE id = $id AND locked_s IS NULL AND state = 'in_production'

-- name: update_unlocked
UPDATE application SET locked_s = NULL WHERE id = $id

-- name: spend_decisions
UPDATE decision_line SET is_spent = 1
WHERE application_id = $id AND decision_id IN (SELECT id FROM decision WHERE signed_s IS NOT NULL)

-- name: update_note
UPDATE application SET note = $note, changed_s = $now_s WHERE id = $id AND state = $state AND revision = $revision

-- name: update_state
UPDATE application SET state = $to_state, changed_s = $now_s WHERE id = $id AND state = $from_state

-- name: find_state
SELECT state FROM application WHERE id = $id

-- name: insert_step
INSERT INTO application_step (application_id, from_state, to_state, at_s, actor_kind, actor, address)
VALUES ($application_id, $from_state, $to_state, $at_s, $actor_kind, $actor, $address)

-- name: find_reason
SELECT reason FROM application WHERE id = $id

-- made already, to start when the lost or faulty one ends
-- name: list_renewals_of_concerned
SELECT n.serial FROM application a JOIN certificate c ON c.serial = a.certificate AND c.person_id = a.person_id
    JOIN certificate n ON n.person_id = a.person_id AND n.not_before_s = c.not_after_s + 1 AND n.application_id <> a.id
WHERE a.id = $id AND a.reason IN ('lost', 'faulty') AND n.written_s IS NOT NULL

-- name: list_replaced
SELECT certificate FROM application
WHERE person_id = $person_id AND certificate IS NOT NULL AND reason <> 'renewal'
    AND state IN ('produced', 'shipped', 'delivered', 'completed')

-- name: list_steps
SELECT from_state, to_state, at_s FROM application_step WHERE application_id = $application_id ORDER BY id

-- of those that came to approval or to a card lately: when they came to the officer, or were approved
-- name: list_stage_figures
SELECT s.to_state, s.at_s, p.at_s AS from_s
FROM (SELECT id, application_id, to_state, at_s FROM application_step
        WHERE to_state IN ('approved', 'produced') AND at_s > $since_s ORDER BY at_s DESC LIMIT 500) s
    JOIN application_step p ON p.id = (SELECT MAX(q.id) FROM application_step q
        WHERE q.application_id = s.application_id AND q.id < s.id
            AND q.to_state = CASE WHEN s.to_state = 'approved' THEN 'officer_pending' ELSE 'approved' END)

-- name: find_timeline
SELECT id, barcode, state, way, note, refusal, changed_s, locked_s FROM application WHERE id = $id

-- name: find_barcode_of_person
SELECT a.id FROM application a JOIN person p ON p.id = a.person_id
WHERE a.barcode = $barcode AND p.identity_tag = $tag
UNION
SELECT a.id FROM superseded_barcode s JOIN application a ON a.id = s.application_id JOIN person p ON p.id = a.person_id
WHERE s.barcode = $barcode AND p.identity_tag = $tag

-- name: find_barcode
SELECT a.id, a.state, a.institution_id, 0 AS is_superseded FROM application a WHERE a.barcode = $barcode
UNION ALL
SELECT a.id, a.state, a.institution_id, 1 AS is_superseded
FROM superseded_barcode s JOIN application a ON a.id = s.application_id WHERE s.barcode = $barcode

-- name: list_inbox
WITH RECURSIVE below (id) AS (
    SELECT id FROM institution WHERE id = $institution_id
    UNION
    SELECT i.id FROM institution i JOIN below b ON i.parent_id = b.id
)
SELECT a.id, a.uid, a.person_id, a.barcode, a.state, a.reason, a.way, a.refusal, a.sealed_form, a.confirmed_s,
    i.name AS institution_name,
    (SELECT COUNT(*) FROM staff_member s JOIN door d ON d.register = s.register
        WHERE d.id = a.door_id AND s.person_id = a.person_id AND s.left_s = 0) AS memberships,
    (SELECT COUNT(*) FROM decision_line l JOIN decision d ON d.id = l.decision_id
        WHERE l.application_id = a.id AND l.digest = a.statement_digest AND l.is_spent = 0
            AND d.account_id = $account_id AND d.is_approved = 1 AND d.signed_s IS NOT NULL AND d.created_s > $since_s) AS approvals
FROM application a JOIN below b ON a.institution_id = b.id JOIN institution i ON i.id = a.institution_id
WHERE (a.state = $state OR ($state = '' AND ($is_search = 1 OR a.state IN ('form_awaited', 'payment_pending',
    'officer_pending', 'registration_pending', 'confirmation_pending', 'approved', 'in_production'))))
    AND a.confirmed_s IS NOT NULL
    AND ($is_search = 0 OR (
        EXISTS (SELECT 1 FROM person_name_tag n WHERE n.person_id = a.person_id AND n.tag = $tag_1)
        AND EXISTS (SELECT 1 FROM person_name_tag n WHERE n.person_id = a.person_id AND n.tag = $tag_2)
        AND EXISTS (SELECT 1 FROM person_name_tag n WHERE n.person_id = a.person_id AND n.tag = $tag_3)
        AND EXISTS (SELECT 1 FROM person_name_tag n WHERE n.person_id = a.person_id AND n.tag = $tag_4)))
ORDER BY a.confirmed_s, a.id LIMIT $limit

-- name: count_inbox
WITH RECURSIVE below (id) AS (
    SELECT id FROM institution WHERE id = $institution_id
    UNION
    SELECT i.id FROM institution i JOIN below b ON i.parent_id = b.id
)
SELECT a.state, COUNT(*) AS applications FROM application a JOIN below b ON a.institution_id = b.id GROUP BY a.state

-- name: insert_decision
INSERT INTO decision (uid, account_id, statement, digest, is_received, is_approved, created_s)
VALUES ($uid, $account_id, $statement, $digest, $is_received, $is_approved, $now_s) RETURNING id

-- name: insert_decision_line
INSERT INTO decision_line (decision_id, application_id, digest) VALUES ($decision_id, $application_id, $digest)

-- name: find_decision
SELECT id, uid, account_id, statement, digest, is_received, is_approved, created_s, signed_s FROM decision
WHERE uid = $uid AND account_id = $account_id

-- name: list_decision_lines
SELECT application_id FROM decision_line WHERE decision_id = $decision_id ORDER BY application_id

-- name: update_decision_signed
UPDATE decision SET signature = $signature, signature_kind = $kind, signed_s = $now_s
WHERE id = $id AND signed_s IS NULL

-- name: list_decisions_given
SELECT s.person_id, s.display_name, d.signature_kind, d.is_received, d.is_approved, d.signed_s
FROM decision_line l JOIN decision d ON d.id = l.decision_id JOIN application a ON a.id = l.application_id
    JOIN staff_account s ON s.id = d.account_id
WHERE l.application_id = $application_id AND l.digest = a.statement_digest AND l.is_spent = 0
    AND d.signed_s IS NOT NULL AND d.created_s > $since_s
ORDER BY d.signed_s, d.id

-- the decision counts for the text it was made over: a changed application has another digest
-- name: list_decision_signatures
SELECT d.uid, d.statement, d.signature_kind, d.signature, s.person_id
FROM decision_line l JOIN decision d ON d.id = l.decision_id JOIN application a ON a.id = l.application_id
    JOIN staff_account s ON s.id = d.account_id
WHERE l.application_id = $application_id AND l.digest = a.statement_digest AND l.is_spent = 0
    AND d.signed_s IS NOT NULL
ORDER BY d.signed_s DESC, d.id DESC LIMIT $limit

-- name: find_application_by_name
SELECT id FROM application WHERE uid = $name OR barcode = $name

-- name: insert_evidence
INSERT INTO application_evidence (uid, application_id, kind, digest, attempt, sealed_text, sealed_proof,
    sealed_validation, created_s)
VALUES ($uid, $application_id, $kind, $digest, $attempt, $sealed_text, $sealed_proof, $sealed_validation, $now_s)

-- an older one that a newer one of its kind and attempt stands before is not listed
-- name: list_evidence
SELECT e.uid, e.kind, e.attempt, e.sealed_text, e.sealed_proof, e.sealed_validation, e.created_s
FROM application_evidence e
WHERE e.application_id = $application_id AND e.digest = $digest AND NOT EXISTS (
    SELECT 1 FROM application_evidence n WHERE n.application_id = e.application_id AND n.digest = e.digest
        AND n.kind = e.kind AND n.attempt = e.attempt AND n.id > e.id)
ORDER BY e.id DESC

-- name: list_approved
SELECT id FROM application WHERE state = 'approved' ORDER BY approved_s, id LIMIT $limit

-- name: update_contact_changes
UPDATE application SET contact_changes = $changes WHERE id = $id AND revision = $revision

-- name: insert_contact_notice
INSERT INTO contact_notice (application_id, revision, source, code_hash, created_s)
VALUES ($application_id, $revision, $source, $code_hash, $now_s)

-- name: find_contact_notice
SELECT id, application_id, source, objected_s FROM contact_notice WHERE code_hash = $code_hash

-- name: update_objected
UPDATE contact_notice SET objected_s = $now_s WHERE id = $id AND objected_s IS NULL

-- those that wait for their applicant (application_wait_s() says which do, and how long), in the order of their ids
-- name: list_waiting
SELECT a.id, a.state, a.changed_s, COUNT(r.number) AS reminders, COALESCE(MAX(r.sent_s), 0) AS reminded_s
FROM application a LEFT JOIN application_reminder r
    ON r.application_id = a.id AND r.waiting_since_s = a.changed_s
WHERE a.id > $after AND a.changed_s <= $since_s AND a.state IN ('draft', 'phone_pending', 'method_pending',
    'form_awaited', 'payment_pending', 'returned', 'confirmation_pending')
GROUP BY a.id, a.state, a.changed_s ORDER BY a.id LIMIT $limit

-- name: insert_reminder
INSERT INTO application_reminder (application_id, waiting_since_s, number, sent_s)
VALUES ($application_id, $waiting_since_s, $number, $now_s)

-- name: find_kept_of_person
SELECT
    (SELECT COUNT(*) FROM certificate c WHERE c.person_id = $id AND c.not_after_s > $since_s) AS certificates,
    (SELECT COUNT(*) FROM application a WHERE a.person_id = $id AND a.changed_s > $since_s AND (
        EXISTS (SELECT 1 FROM decision_line l JOIN decision d ON d.id = l.decision_id
            WHERE l.application_id = a.id AND d.signed_s IS NOT NULL)
        OR EXISTS (SELECT 1 FROM application_evidence e WHERE e.application_id = a.id AND e.kind <> 'owner')
    )) AS applications,
    (SELECT COUNT(*) FROM staff_account s WHERE s.person_id = $id) AS accounts,
    (SELECT COALESCE(MAX(c.not_after_s), 0) FROM certificate c WHERE c.person_id = $id) AS last_end_s,
    (SELECT COALESCE(MAX(a.changed_s), 0) FROM application a WHERE a.person_id = $id) AS last_change_s

-- name: forget_security_words
UPDATE application SET security_word_hash = NULL WHERE person_id = $id
