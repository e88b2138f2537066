-- What administrators propose as the next registry, and who has signed it: the text's own signatures, which the signer
-- checks for itself (spec 10, Statements).
CREATE TABLE registry_proposal (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    number {int64} NOT NULL, -- of the registry it would be
    digest {bytes} NOT NULL,
    text {bytes} NOT NULL,
    account_id {int64} NOT NULL REFERENCES staff_account (id),
    administrators {int64} NOT NULL CHECK (administrators IN (1, 2)), -- whose signatures it needs
    state TEXT NOT NULL CHECK (state IN ('open', 'sent', 'accepted', 'refused', 'overtaken', 'withdrawn')),
    why TEXT NOT NULL DEFAULT '', -- the rule the signer named
    created_s {int64} NOT NULL,
    settled_s {int64}
) {strict};
CREATE UNIQUE INDEX registry_proposal_open ON registry_proposal (digest) WHERE state IN ('open', 'sent');

-- two persons, not two accounts
CREATE TABLE registry_signature (
    id {id},
    proposal_id {int64} NOT NULL REFERENCES registry_proposal (id),
    person_id {int64} NOT NULL REFERENCES person (id),
    account_id {int64} NOT NULL REFERENCES staff_account (id),
    kind TEXT NOT NULL CHECK (kind IN ('card', 'passkey')),
    proof {bytes} NOT NULL,
    signed_s {int64} NOT NULL,
    UNIQUE (proposal_id, person_id)
) {strict};

-- a change of the registry is signed with a verification code too; rows live for minutes, so the table is made anew
DROP TABLE signing_code;
CREATE TABLE signing_code (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    binding {bytes} NOT NULL UNIQUE, -- of the browser session: one code each
    code_tag {bytes} NOT NULL UNIQUE,
    purpose TEXT NOT NULL CHECK (purpose IN ('log_in', 'sign_application', 'approval', 'registry', 'pin')),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'signed', 'returned')),
    subject TEXT NOT NULL,
    page TEXT NOT NULL, -- path
    address TEXT NOT NULL, -- of the page's browser
    program_address TEXT,
    sealed_content {bytes} NOT NULL, -- JSON: code, words, identity number, text
    sealed_signature {bytes}, -- CAdES
    ticket_hash {bytes} UNIQUE,
    created_s {int64} NOT NULL,
    expires_s {int64} NOT NULL
) {strict};
