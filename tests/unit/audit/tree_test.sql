-- name: tamper_delete_record
DELETE FROM audit_record WHERE id = $id;

-- name: tamper_event
UPDATE audit_record SET event = 'approve_application' WHERE id = $id;

-- name: tamper_detail
UPDATE audit_record SET detail = 'x' WHERE id = $id;

-- name: tamper_time
UPDATE audit_record SET at_s = at_s + 1 WHERE id = $id;

-- name: tamper_actor
UPDATE audit_record SET actor = actor + 1 WHERE id = $id;

-- name: tamper_address
UPDATE audit_record SET address = '192.0.2.99' WHERE id = $id;

-- name: forget_address
UPDATE audit_record SET address = '', address_salt = NULL WHERE id = $id;

-- name: tamper_insert
INSERT INTO audit_record (id, at_s, event, actor_kind, actor, subject_kind, subject, address, request, detail)
SELECT id + 1000000, at_s - 100000, event, actor_kind, actor, subject_kind, subject, address, request, detail
FROM audit_record WHERE id = $id;

-- name: tamper_leaf_record
UPDATE audit_leaf SET record_id = $to WHERE record_id = $from;

-- name: tamper_delete_leaf
DELETE FROM audit_leaf WHERE record_id = $id;

-- name: tamper_delete_leaves_after
DELETE FROM audit_leaf WHERE position >= $position;

-- name: tamper_delete_nodes
DELETE FROM audit_node WHERE ((position + 1) << CAST(level AS INTEGER)) > $position;

-- name: tamper_delete_records_after
DELETE FROM audit_record WHERE id >= $id;

-- name: tamper_node
UPDATE audit_node SET hash = $hash WHERE level = $level AND position = $position;

-- name: tamper_head
UPDATE audit_head SET text = $text WHERE size = $size;

-- name: make_leaf
INSERT INTO audit_leaf (position, record_id) VALUES ($position, $record_id);

-- name: keep_records
CREATE TABLE kept_record AS SELECT * FROM audit_record;

-- name: keep_leaves
CREATE TABLE kept_leaf AS SELECT * FROM audit_leaf;

-- name: keep_nodes
CREATE TABLE kept_node AS SELECT * FROM audit_node;

-- name: keep_heads
CREATE TABLE kept_head AS SELECT * FROM audit_head;

-- name: clear_records
DELETE FROM audit_record;

-- name: clear_leaves
DELETE FROM audit_leaf;

-- name: clear_nodes
DELETE FROM audit_node;

-- name: clear_heads
DELETE FROM audit_head;

-- name: restore_records
INSERT INTO audit_record SELECT * FROM kept_record;

-- name: restore_leaves
INSERT INTO audit_leaf SELECT * FROM kept_leaf;

-- name: restore_nodes
INSERT INTO audit_node SELECT * FROM kept_node;

-- name: restore_heads
INSERT INTO audit_head SELECT * FROM kept_head;
