-- name: find_status
SELECT status, reason, since_s FROM certificate_status WHERE serial = $serial AND issuer = $issuer;

-- name: find_newest_crl
SELECT der FROM crl WHERE issuer = $issuer ORDER BY number DESC LIMIT 1;

-- name: find_ca_certificate
SELECT der FROM ca_certificate WHERE name = $name;
