-- A holder's act over a suspended certificate: the code (`owner 1`, which names nobody) or the signature (`activation 1`,
-- docs/trust.md). The newest is what the signer is shown.
CREATE TABLE certificate_activation (
    id {id},
    certificate_id {int64} NOT NULL REFERENCES certificate (id),
    statement {bytes}, -- `owner 1`
    signature {bytes}, -- the keeper's
    uid TEXT UNIQUE, -- of a sealed row
    sealed_signature {bytes}, -- the holder's CAdES, which has the text in it
    created_s {int64} NOT NULL,
    CHECK ((statement IS NULL) = (signature IS NULL)),
    CHECK ((uid IS NULL) = (sealed_signature IS NULL)),
    CHECK ((statement IS NULL) <> (sealed_signature IS NULL))
) {strict};
INSERT INTO certificate_activation (certificate_id, statement, signature, created_s)
SELECT certificate_id, statement, signature, created_s FROM certificate_owner_act ORDER BY id;
DROP TABLE certificate_owner_act;
CREATE INDEX certificate_activation_of ON certificate_activation (certificate_id, id);

-- that is signed with a verification code too; rows live for minutes, so the table is made anew
DROP TABLE signing_code;
CREATE TABLE signing_code (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    binding {bytes} NOT NULL UNIQUE, -- of the browser session: one code each
    code_tag {bytes} NOT NULL UNIQUE,
    purpose TEXT NOT NULL CHECK (purpose IN ('log_in', 'sign_application', 'approval', 'registry', 'unlock', 'activation',
        'pin')),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'signed', 'returned')),
    subject TEXT NOT NULL,
    page TEXT NOT NULL, -- path
    address TEXT NOT NULL, -- of the page's browser
    program_address TEXT,
    sealed_content {bytes} NOT NULL, -- JSON: code, words, identity number, text
    sealed_signature {bytes}, -- CAdES
    sealed_validation {bytes},
    ticket_hash {bytes} UNIQUE,
    created_s {int64} NOT NULL,
    expires_s {int64} NOT NULL
) {strict};
