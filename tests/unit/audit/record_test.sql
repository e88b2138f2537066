-- name: find_records
SELECT at_s, event, actor_kind, actor, subject_kind, subject, address, request, detail FROM audit_record ORDER BY id
