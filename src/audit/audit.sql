-- name: insert_record
INSERT INTO audit_record (at_s, event, actor_kind, actor, subject_kind, subject, address, request, detail, address_salt,
    address_digest)
VALUES ($at, $event, $actor_kind, $actor, $subject_kind, $subject, $address, $request, $detail, $address_salt,
    $address_digest);

-- Ids are given before transactions end, so a lower one may come later than a higher one: a look goes back a little.
-- name: list_new_records
SELECT r.id, r.at_s, r.event, r.actor_kind, r.actor, r.subject_kind, r.subject, r.request, r.detail, r.address_digest
FROM audit_record r LEFT JOIN audit_leaf l ON l.record_id = r.id
WHERE r.id > (SELECT COALESCE(MAX(record_id), 0) FROM audit_leaf) - $back AND l.record_id IS NULL
ORDER BY r.id LIMIT $limit;

-- name: find_tree_size
SELECT COALESCE(MAX(position), -1) + 1 AS size FROM audit_leaf;

-- name: insert_leaf
INSERT INTO audit_leaf (position, record_id) VALUES ($position, $record_id);

-- name: insert_node
INSERT INTO audit_node (level, position, hash) VALUES ($level, $position, $hash);

-- name: find_node
SELECT hash FROM audit_node WHERE level = $level AND position = $position;

-- name: find_leaf
SELECT position FROM audit_leaf WHERE record_id = $record_id;

-- name: find_record
SELECT r.id, r.at_s, r.event, r.actor_kind, r.actor, r.subject_kind, r.subject, r.request, r.detail, r.address_digest
FROM audit_record r WHERE r.id = $id;

-- name: insert_head
INSERT INTO audit_head (size, text, signature) VALUES ($size, $text, $signature) ON CONFLICT (size) DO NOTHING;

-- name: find_newest_head
SELECT size, text, signature FROM audit_head ORDER BY size DESC LIMIT 1;

-- name: list_heads
SELECT size, text, signature FROM audit_head ORDER BY size;

-- name: list_leaves
SELECT l.position, l.record_id, r.id, r.at_s, r.event, r.actor_kind, r.actor, r.subject_kind, r.subject, r.request,
    r.detail, r.address, r.address_salt, r.address_digest
FROM audit_leaf l LEFT JOIN audit_record r ON r.id = l.record_id
WHERE l.position >= $from ORDER BY l.position LIMIT $limit;

-- name: count_outside
SELECT COUNT(*) AS count
FROM audit_record r LEFT JOIN audit_leaf l ON l.record_id = r.id WHERE l.record_id IS NULL;
