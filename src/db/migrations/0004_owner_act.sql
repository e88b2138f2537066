-- The owner's word over a certificate (`owner 1`: it names nobody), which the signer asks for before it activates one; and
-- D of the application a certificate was issued for, whose number counts for that (docs/trust.md).
ALTER TABLE certificate ADD COLUMN application_digest {bytes};
CREATE TABLE certificate_owner_act (
    id {id},
    certificate_id {int64} NOT NULL REFERENCES certificate (id),
    statement {bytes} NOT NULL, -- `owner 1`
    signature {bytes} NOT NULL, -- the keeper's
    created_s {int64} NOT NULL
) {strict};
CREATE INDEX certificate_owner_act_of ON certificate_owner_act (certificate_id, id);
