-- name: find_status
SELECT status, reason, since_s, change_number FROM certificate_status WHERE serial = $serial AND issuer = $issuer;

-- name: find_newest_crl
SELECT der FROM crl WHERE issuer = $issuer ORDER BY number DESC LIMIT 1;

-- name: find_ca_certificate
SELECT der FROM ca_certificate WHERE name = $name;

-- name: list_statements
SELECT number, text, signature FROM status_statement WHERE number > $after ORDER BY number LIMIT $limit;

-- name: find_newest_statement
SELECT COALESCE(MAX(number), 0) AS number FROM status_statement;

-- name: list_status
SELECT serial, status, reason, since_s, change_number FROM certificate_status
WHERE issuer = $issuer AND serial > $after ORDER BY serial LIMIT $limit;
