-- The signer's signed words on status, each naming the one before; certificate_status follows from them, and the responder
-- believes no row that they do not say (docs/trust.md).
CREATE TABLE status_statement (
    number {int64} PRIMARY KEY,
    text {bytes} NOT NULL, -- `status 1`
    signature {bytes} NOT NULL
) {strict};

-- The audit trail as a tree (RFC 9162 2.1). A leaf has no personal data: of the address it holds a salted digest, so the
-- address and its salt can go one day and the tree still proves the rest.
ALTER TABLE audit_record ADD COLUMN address_salt {bytes};
ALTER TABLE audit_record ADD COLUMN address_digest {bytes};
CREATE TABLE audit_leaf (
    position {int64} PRIMARY KEY,
    record_id {int64} NOT NULL UNIQUE
) {strict};
CREATE TABLE audit_node ( -- the hash over the 2^level leaves from leaf position × 2^level
    level {int64} NOT NULL,
    position {int64} NOT NULL,
    hash {bytes} NOT NULL,
    PRIMARY KEY (level, position)
) {strict};
CREATE TABLE audit_head (
    size {int64} PRIMARY KEY,
    text {bytes} NOT NULL, -- `tree 1`
    signature {bytes} NOT NULL
) {strict};
