-- name: insert_ca
INSERT INTO ca_certificate (name, der) VALUES ('issuing', $der);

-- name: insert_status
INSERT INTO certificate_status (serial, issuer, status, reason, since_s, not_after_s, change_number)
VALUES ($serial, 'issuing', $status, $reason, 1795000100, 1895000000, 1);
