-- The price list (spec 05): of each product the price from a day on, in kuruş; a later row takes its place. Rows are only added.
CREATE TABLE price (
    id {id},
    product TEXT NOT NULL CHECK (product IN ('certificate_1', 'certificate_2', 'certificate_3', 'replacement', 'reader', 'vpn')),
    from_s {int64} NOT NULL,
    net_kurus {int64} NOT NULL CHECK (net_kurus >= 0),
    vat_percent {int64} NOT NULL CHECK (vat_percent BETWEEN 0 AND 100),
    gross_kurus {int64} NOT NULL,
    UNIQUE (product, from_s),
    CHECK (gross_kurus * 100 = net_kurus * (100 + vat_percent))
) {strict};
