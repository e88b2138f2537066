-- name: insert_ca
INSERT INTO ca_certificate (name, der) VALUES ('issuing', $der);

-- name: insert_statement
INSERT INTO status_statement (number, text, signature) VALUES ($number, $text, $signature);

-- name: change_statement
UPDATE status_statement SET text = $text, signature = $signature WHERE number = $number;

-- name: delete_statement
DELETE FROM status_statement WHERE number = $number;

-- name: write_status
INSERT INTO certificate_status (serial, issuer, status, reason, since_s, change_number)
VALUES ($serial, 'issuing', $status, $reason, $since_s, $number)
ON CONFLICT (serial) DO UPDATE SET status = $status, reason = $reason, since_s = $since_s, change_number = $number;

-- name: delete_status
DELETE FROM certificate_status WHERE serial = $serial;
