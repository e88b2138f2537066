-- Passkeys of staff (WebAuthn). One counts for log-in at once, for decisions only while the registry names it; the key
-- that checks a decision is the registry's, never this row's.
CREATE TABLE passkey (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    account_id {int64} NOT NULL REFERENCES staff_account (id),
    credential_id {bytes} NOT NULL UNIQUE,
    public_key {bytes} NOT NULL, -- SubjectPublicKeyInfo
    name TEXT NOT NULL, -- the owner's own word for it: "key at the office"
    counter {int64} NOT NULL, -- of signatures, as the authenticator last told it
    created_s {int64} NOT NULL,
    used_s {int64}
) {strict};
CREATE INDEX passkey_of ON passkey (account_id, id);

-- What a decision says, beside its text: before, every one said both.
ALTER TABLE decision ADD COLUMN is_received {int64} NOT NULL DEFAULT 1 CHECK (is_received IN (0, 1));
ALTER TABLE decision ADD COLUMN is_approved {int64} NOT NULL DEFAULT 1 CHECK (is_approved IN (0, 1));
