-- name: delete_all_parts
DELETE FROM staff_import_part

-- name: remove_who_left
UPDATE staff_member SET is_removed = 1 WHERE left_s <> 0

-- name: count_left_unremoved
SELECT COUNT(*) AS persons FROM staff_member WHERE left_s <> 0 AND is_removed = 0
