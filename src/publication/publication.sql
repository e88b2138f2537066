-- name: insert_announcement
INSERT INTO announcement (uid, title, text, english_title, english_text, from_s, until_s, account_id, changed_s)
VALUES ($uid, $title, $text, $english_title, $english_text, $from_s, $until_s, $account_id, $now_s) RETURNING id

-- A withdrawn one is no longer changed.
-- name: update_announcement
UPDATE announcement SET title = $title, text = $text, english_title = $english_title, english_text = $english_text,
    from_s = $from_s, until_s = $until_s, account_id = $account_id, changed_s = $now_s
WHERE uid = $uid AND withdrawn_s = 0 RETURNING id

-- name: withdraw_announcement
UPDATE announcement SET withdrawn_s = $now_s WHERE uid = $uid AND withdrawn_s = 0 RETURNING id

-- name: list_announcements
SELECT a.uid, a.title, a.text, a.english_title, a.english_text, a.from_s, a.until_s, a.withdrawn_s, s.display_name
FROM announcement a JOIN staff_account s ON s.id = a.account_id ORDER BY a.from_s DESC, a.id DESC

-- name: list_shown_announcements
SELECT uid, title, text, english_title, english_text, from_s, until_s, withdrawn_s, '' AS display_name
FROM announcement
WHERE from_s <= $now_s AND (until_s = 0 OR until_s > $now_s) AND withdrawn_s = 0
ORDER BY from_s DESC, id DESC LIMIT $limit

-- name: find_announcement
SELECT a.uid, a.title, a.text, a.english_title, a.english_text, a.from_s, a.until_s, a.withdrawn_s, s.display_name
FROM announcement a JOIN staff_account s ON s.id = a.account_id WHERE a.uid = $uid

-- name: find_contacts
SELECT email, phone, address FROM contacts WHERE id = 1

-- name: update_contacts
UPDATE contacts SET email = $email, phone = $phone, address = $address, changed_s = $now_s WHERE id = 1

-- name: insert_legal_text
INSERT INTO legal_text (kind, name, version, title, text, english, digest, file, from_s, account_id, created_s)
VALUES ($kind, $name, $version, $title, $text, $english, $digest, $file, $from_s, $account_id, $now_s) RETURNING id

-- The one that began last.
-- name: find_legal_text
SELECT t.kind, t.name, t.version, t.title, t.text, t.english, t.digest, t.file, t.from_s, s.display_name
FROM legal_text t LEFT JOIN staff_account s ON s.id = t.account_id
WHERE t.kind = $kind AND t.from_s <= $now_s ORDER BY t.from_s DESC, t.id DESC LIMIT 1

-- name: find_legal_text_of_version
SELECT t.kind, t.name, t.version, t.title, t.text, t.english, t.digest, t.file, t.from_s, s.display_name
FROM legal_text t LEFT JOIN staff_account s ON s.id = t.account_id WHERE t.kind = $kind AND t.version = $version

-- name: find_legal_text_of_digest
SELECT kind, name, version, title, text, english, digest, file, from_s, '' AS display_name
FROM legal_text WHERE kind = $kind AND digest = $digest

-- name: find_declaration
SELECT kind, name, version, title, text, english, digest, file, from_s, '' AS display_name
FROM legal_text WHERE kind = 'declaration' AND text = $text ORDER BY id LIMIT 1

-- name: list_legal_texts
SELECT t.kind, t.name, t.version, t.title, t.text, t.english, t.digest, t.file, t.from_s, s.display_name
FROM legal_text t LEFT JOIN staff_account s ON s.id = t.account_id
ORDER BY t.kind, t.from_s DESC, t.id DESC
