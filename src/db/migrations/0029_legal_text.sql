-- The texts that people accept, in versions (spec 01: each versioned and kept with the application). A version is never
-- changed nor deleted: a statement names it by its digest, and a form printed again shows it as it was.
CREATE TABLE legal_text (
    id {id},
    kind TEXT NOT NULL CHECK (kind IN ('notice', 'information', 'declaration', 'form', 'undertaking')),
    name TEXT NOT NULL, -- 'FORM-001-042'
    version TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL, -- Turkish; paragraphs parted by empty lines
    english TEXT, -- a translation for reading
    digest TEXT NOT NULL, -- SHA-256 of `file`, hexadecimal
    file TEXT NOT NULL, -- what was digested
    from_s {int64} NOT NULL, -- in force from here until the next one of its kind
    account_id {int64} REFERENCES staff_account (id), -- who made it; none: it was shipped
    created_s {int64} NOT NULL,
    UNIQUE (kind, version),
    UNIQUE (kind, digest)
) {strict};
CREATE INDEX legal_text_from ON legal_text (kind, from_s);
