-- name: insert_price
INSERT INTO price (product, from_s, net_kurus, vat_percent, gross_kurus)
VALUES ($product, $from_s, $net_kurus, $vat_percent, $gross_kurus)

-- name: list_prices
SELECT p.product, p.gross_kurus FROM price p
WHERE p.from_s = (SELECT MAX(q.from_s) FROM price q WHERE q.product = p.product AND q.from_s <= $at_s)
