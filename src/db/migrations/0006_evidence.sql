-- What the signer is shown beside the application and the officers' decisions (spec 10, What the signer asks for), and
-- the registry it last said to be in force.

-- Sealed under the applicant's key. It counts for the application as it stood then: digest is its D.
CREATE TABLE application_evidence (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    application_id {int64} NOT NULL REFERENCES application (id),
    kind TEXT NOT NULL CHECK (kind IN ('applicant', 'owner', 'consent', 'production')),
    digest {bytes} NOT NULL,
    attempt {int64} NOT NULL DEFAULT 0, -- of 'production'
    sealed_text {bytes} NOT NULL, -- the statement; no bytes inside where the proof holds it
    sealed_proof {bytes} NOT NULL, -- CAdES or signature
    created_s {int64} NOT NULL
) {strict};
CREATE INDEX application_evidence_of ON application_evidence (application_id, id);

-- A decision is signed by a card (CAdES, holds the statement) or by a passkey (the packed assertion alone).
ALTER TABLE decision ADD COLUMN signature_kind TEXT NOT NULL DEFAULT 'card'
    CHECK (signature_kind IN ('card', 'passkey'));

CREATE TABLE registry (
    number {int64} PRIMARY KEY,
    digest {bytes} NOT NULL UNIQUE,
    text {bytes} NOT NULL, -- `registry n`
    taken_s {int64} NOT NULL
) {strict};

-- operators and administrators have accounts too; SQLite cannot change a check, so the column is made anew
ALTER TABLE staff_account ADD COLUMN duty TEXT NOT NULL DEFAULT 'officer'
    CHECK (duty IN ('officer', 'operator', 'administrator', 'auditor'));
ALTER TABLE staff_account DROP COLUMN role;
ALTER TABLE staff_account RENAME COLUMN duty TO role;
