-- What a new installation begins with.

-- name: insert_ca_certificate
INSERT INTO ca_certificate (name, der) VALUES ($name, $der) ON CONFLICT (name) DO UPDATE SET der = $der;

-- name: insert_registry
INSERT INTO registry (number, digest, sealed_text, taken_s) VALUES (1, $digest, $sealed_text, $now_s)

-- name: find_institution_by_code
SELECT id FROM institution WHERE code = $code;
