-- name: insert_institution
INSERT INTO institution (code, parent_id, name, unit, address, phone, extension, email)
VALUES ($code, $parent_id, $name, $unit, $address, $phone, $extension, $email) RETURNING id

-- name: update_institution
UPDATE institution SET parent_id = $parent_id, name = $name, unit = $unit, address = $address, phone = $phone,
    extension = $extension, email = $email
WHERE id = $id

-- name: list_codes
SELECT id, code FROM institution ORDER BY code

-- name: find_place
SELECT p.id AS person_id, s.row_tag, COALESCE(s.left_s, -1) AS left_s
FROM person p LEFT JOIN staff_member s ON s.person_id = p.id AND s.register = $register
WHERE p.identity_tag = $tag

-- name: find_place_of_person
SELECT p.id AS person_id, s.row_tag, COALESCE(s.left_s, -1) AS left_s
FROM person p LEFT JOIN staff_member s ON s.person_id = p.id AND s.register = $register
WHERE p.id = $person_id

-- name: write_member
INSERT INTO staff_member (register, person_id, institution_id, sealed_details, known_since_s, row_tag, import_id, left_s)
VALUES ($register, $person_id, $institution_id, $sealed_details, $known_since, $row_tag, $import_id, $left)
ON CONFLICT (register, person_id) DO UPDATE SET institution_id = excluded.institution_id,
    sealed_details = excluded.sealed_details, known_since_s = excluded.known_since_s, row_tag = excluded.row_tag,
    import_id = excluded.import_id, left_s = excluded.left_s, is_removed = 0

-- name: set_row_tag
UPDATE staff_member SET row_tag = $row_tag WHERE register = $register AND person_id = $person_id AND row_tag IS NULL

-- name: end_member
UPDATE staff_member SET left_s = $now, import_id = $import_id
WHERE register = $register AND person_id = $person_id AND left_s = 0

-- name: remember_row
UPDATE staff_import_row SET is_applied = 1, person_id = $person_id, sealed_row = NULL,
    old_institution_id = (SELECT institution_id FROM staff_member WHERE register = $register AND person_id = $person_id),
    old_details = (SELECT sealed_details FROM staff_member WHERE register = $register AND person_id = $person_id),
    old_tag = (SELECT row_tag FROM staff_member WHERE register = $register AND person_id = $person_id),
    old_known_since_s = (SELECT known_since_s FROM staff_member WHERE register = $register AND person_id = $person_id),
    old_left_s = (SELECT left_s FROM staff_member WHERE register = $register AND person_id = $person_id),
    old_is_removed = (SELECT is_removed FROM staff_member WHERE register = $register AND person_id = $person_id)
WHERE import_id = $import_id AND line = $line AND is_applied = 0

-- name: insert_import
INSERT INTO staff_import (uid, register, account_id, file_name, is_whole, state, key_epoch, wrapped_key, size, created_s)
VALUES ($uid, $register, $account_id, $file_name, $is_whole, 'arriving', $key_epoch, $wrapped_key, $size, $now)
RETURNING id

-- name: insert_part
INSERT INTO staff_import_part (import_id, number, sealed) VALUES ($import_id, $number, $sealed)

-- name: find_part
SELECT sealed FROM staff_import_part WHERE import_id = $import_id AND number = $number

-- name: delete_parts
DELETE FROM staff_import_part WHERE import_id = $import_id

-- name: set_arrived
UPDATE staff_import SET state = 'arrived', sealed_header = $sealed_header WHERE id = $id AND state = 'arriving'

-- name: find_import
SELECT i.id, i.uid, i.register, i.account_id, a.display_name, i.file_name, i.is_whole, i.state, i.why, i.key_epoch,
    i.wrapped_key, i.sealed_header, i.columns, i.size, i.at, i.at_line, i.opened, i.done, i.unread, i.created_s,
    i.checked_turn, i.turn, i.applied_s, i.is_by_itself,
    (SELECT COUNT(*) FROM staff_import n WHERE n.register = i.register AND n.turn > i.turn)
        AS later
FROM staff_import i JOIN staff_account a ON a.id = i.account_id WHERE i.uid = $uid

-- name: list_imports
SELECT i.id, i.uid, i.register, a.display_name, i.file_name, i.is_whole, i.state, i.created_s
FROM staff_import i JOIN staff_account a ON a.id = i.account_id WHERE i.state <> 'arriving' ORDER BY i.id DESC LIMIT 20

-- name: count_rows
SELECT kind, is_applied, is_passed, COUNT(*) AS rows FROM staff_import_row WHERE import_id = $import_id
GROUP BY kind, is_applied, is_passed

-- name: count_active
SELECT COUNT(*) AS persons FROM staff_member WHERE register = $register AND left_s = 0

-- name: begin_check
UPDATE staff_import SET state = 'checking', columns = $columns, is_by_itself = $is_by_itself, at = 0, at_line = 0,
    opened = 0, done = 0, unread = 0
WHERE id = $id AND state IN ('arrived', 'checked')

-- name: delete_rows
DELETE FROM staff_import_row WHERE import_id = $import_id

-- name: count_busy
SELECT COUNT(*) AS busy FROM staff_import
WHERE register = $register AND state IN ('applying', 'undoing') AND id <> $id

-- name: count_later
SELECT COUNT(*) AS later FROM staff_import WHERE register = $register AND id <> $id AND turn > $turn

-- name: begin_step
UPDATE staff_import SET state = $to_state, why = '', at = 0, at_line = 0, opened = 0, done = 0
WHERE id = $id AND state = $from_state

-- name: keep_progress
UPDATE staff_import SET at = $at, at_line = $at_line, opened = opened + $opened, done = done + $done,
    unread = unread + $unread
WHERE id = $id AND state = $state

-- name: end_step
UPDATE staff_import SET state = $to_state,
    checked_turn = CASE WHEN $to_state = 'checked'
        THEN (SELECT MAX(o.turn) FROM staff_import o WHERE o.register = staff_import.register) ELSE checked_turn END,
    turn = CASE WHEN $to_state IN ('applied', 'undone')
        THEN (SELECT MAX(o.turn) + 1 FROM staff_import o WHERE o.register = staff_import.register) ELSE turn END,
    applied_s = CASE WHEN $to_state = 'applied' THEN $now ELSE applied_s END
WHERE id = $id AND state = $from_state

-- what was done so far can be undone, or undone further
-- name: break_off
UPDATE staff_import SET state = 'applied', why = $why, applied_s = COALESCE(applied_s, $now),
    turn = (SELECT MAX(o.turn) + 1 FROM staff_import o WHERE o.register = staff_import.register)
WHERE id = $id AND state = $from_state

-- name: refuse_import
UPDATE staff_import SET state = 'refused', why = $why WHERE id = $id AND state = $from_state

-- name: drop_import
UPDATE staff_import SET state = 'dropped' WHERE id = $id AND state IN ('arriving', 'arrived', 'checking', 'checked', 'refused')

-- name: insert_row
INSERT INTO staff_import_row (import_id, line, kind, field, why, identity_tag, person_id, institution_id, sealed_row,
    seen_tag, seen_left_s)
VALUES ($import_id, $line, $kind, $field, $why, $tag, $person_id, $institution_id, $sealed_row, $seen_tag, $seen_left)

-- name: find_row_of_tag
SELECT line FROM staff_import_row WHERE import_id = $import_id AND identity_tag = $tag

-- who is in the register and in no row of the file, bad ones included
-- name: insert_left
INSERT INTO staff_import_row (import_id, line, kind, person_id, institution_id, seen_tag, seen_left_s)
SELECT $import_id, 0 - s.id, 'left', s.person_id, s.institution_id, s.row_tag, s.left_s
FROM staff_member s JOIN person p ON p.id = s.person_id
WHERE s.register = $register AND s.left_s = 0 AND NOT EXISTS (
    SELECT 1 FROM staff_import_row r WHERE r.import_id = $import_id AND r.identity_tag = p.identity_tag)

-- name: list_lines
SELECT line, kind, seen_tag, seen_left_s FROM staff_import_row
WHERE import_id = $import_id AND line >= $first ORDER BY line LIMIT $limit

-- name: list_leaving
SELECT line, person_id, seen_tag, seen_left_s FROM staff_import_row
WHERE import_id = $import_id AND kind = 'left' AND is_applied = 0 AND is_passed = 0 ORDER BY line LIMIT $limit

-- name: pass_row
UPDATE staff_import_row SET is_passed = 1, sealed_row = NULL
WHERE import_id = $import_id AND line = $line AND is_applied = 0

-- name: list_applied
SELECT line, person_id, old_institution_id, old_details, old_tag, old_known_since_s, old_left_s,
    COALESCE(old_is_removed, 0) AS old_is_removed
FROM staff_import_row WHERE import_id = $import_id AND is_applied = 1 ORDER BY line LIMIT $limit

-- name: find_written
SELECT import_id FROM staff_member WHERE register = $register AND person_id = $person_id

-- name: forget_row
UPDATE staff_import_row SET is_applied = 0, old_institution_id = NULL, old_details = NULL, old_tag = NULL,
    old_known_since_s = NULL, old_left_s = NULL, old_is_removed = NULL
WHERE import_id = $import_id AND line = $line

-- name: delete_member
DELETE FROM staff_member WHERE register = $register AND person_id = $person_id AND import_id = $import_id

-- name: restore_member
UPDATE staff_member SET institution_id = $institution_id, sealed_details = $sealed_details,
    known_since_s = $known_since, row_tag = $row_tag, left_s = $left, is_removed = $is_removed, import_id = NULL
WHERE register = $register AND person_id = $person_id AND import_id = $import_id

-- what was remembered to undo an earlier file; and rows that say nothing any more
-- name: delete_old_rows
DELETE FROM staff_import_row WHERE import_id IN (
    SELECT id FROM staff_import WHERE register = $register AND id <> $id AND applied_s IS NOT NULL)

-- name: delete_same_rows
DELETE FROM staff_import_row WHERE import_id = $import_id AND kind = 'same'

-- name: list_kind
SELECT r.line, r.field, r.why, r.person_id, r.sealed_row, i.name AS institution_name, i.code AS institution_code
FROM staff_import_row r LEFT JOIN institution i ON i.id = r.institution_id
WHERE r.import_id = $import_id AND r.kind = $kind AND r.line > $after ORDER BY r.line LIMIT $limit

-- name: insert_token
INSERT INTO scim_token (uid, register, name, token_hash, account_id, created_s)
VALUES ($uid, $register, $name, $hash, $account_id, $now) RETURNING id

-- name: find_token
SELECT id, register, used_s FROM scim_token WHERE token_hash = $hash AND revoked_s = 0

-- name: touch_token
UPDATE scim_token SET used_s = $now WHERE id = $id

-- name: list_tokens
SELECT t.uid, t.register, t.name, a.display_name, t.created_s, t.used_s
FROM scim_token t JOIN staff_account a ON a.id = t.account_id WHERE t.revoked_s = 0 ORDER BY t.id

-- name: revoke_token
UPDATE scim_token SET revoked_s = $now WHERE uid = $uid AND revoked_s = 0 RETURNING id, register

-- name: find_user
SELECT s.person_id, p.uid, s.left_s, s.row_tag FROM staff_member s JOIN person p ON p.id = s.person_id
WHERE s.register = $register AND s.is_removed = 0 AND p.uid = $uid

-- name: find_user_of_tag
SELECT s.person_id, p.uid, s.left_s, s.row_tag FROM staff_member s JOIN person p ON p.id = s.person_id
WHERE s.register = $register AND s.is_removed = 0 AND p.identity_tag = $tag

-- $active: 1 those in the register, 0 those who left, -1 all
-- name: count_users
SELECT COUNT(*) AS users FROM staff_member
WHERE register = $register AND is_removed = 0
    AND ($active = -1 OR ($active = 1 AND left_s = 0) OR ($active = 0 AND left_s <> 0))

-- name: list_users
SELECT s.person_id, p.uid, s.left_s, s.row_tag FROM staff_member s JOIN person p ON p.id = s.person_id
WHERE s.register = $register AND s.is_removed = 0
    AND ($active = -1 OR ($active = 1 AND s.left_s = 0) OR ($active = 0 AND s.left_s <> 0))
ORDER BY s.id LIMIT $limit OFFSET $offset

-- without its tag it is another row to who read it before
-- name: remove_user
UPDATE staff_member SET is_removed = 1, row_tag = NULL, import_id = NULL
WHERE register = $register AND person_id = $person_id AND left_s <> 0

-- name: note_directory
INSERT INTO staff_directory (register, address) VALUES ($register, $address)
ON CONFLICT (register) DO UPDATE SET address = excluded.address

-- name: forget_other_directories
DELETE FROM staff_directory WHERE register <> $register

-- name: find_directory
SELECT d.register, d.address, d.account_id, a.display_name, d.is_daily, d.is_asked, d.read_s, d.why, d.import_uid
FROM staff_directory d LEFT JOIN staff_account a ON a.id = d.account_id

-- name: ask_directory
UPDATE staff_directory SET account_id = $account_id, is_asked = 1 WHERE register = $register

-- name: set_directory_daily
UPDATE staff_directory SET account_id = $account_id, is_daily = $is_daily WHERE register = $register

-- name: end_reading
UPDATE staff_directory SET is_asked = 0, read_s = $now, why = $why, import_uid = $import_uid WHERE register = $register
