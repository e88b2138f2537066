-- name: insert_record
INSERT INTO audit_record (at_s, event, actor_kind, actor, subject_kind, subject, address, request, detail)
VALUES ($at, $event, $actor_kind, $actor, $subject_kind, $subject, $address, $request, $detail)
