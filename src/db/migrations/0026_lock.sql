-- What people ask of being issued certificates (spec 03, Adıma Sertifika Üretimi). The signer's journal decides; a row
-- says what was asked, and what it answered.
CREATE TABLE issuance_lock (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    person_id {int64} NOT NULL REFERENCES person (id),
    lock_uid TEXT NOT NULL, -- Kilit No
    wish TEXT NOT NULL CHECK (wish IN ('lock', 'unlock')),
    sealed_text {bytes} NOT NULL, -- lock 1
    sealed_signature {bytes}, -- CAdES, to unlock
    state TEXT NOT NULL CHECK (state IN ('asked', 'kept', 'refused')),
    asked_s {int64} NOT NULL,
    since_s {int64}, -- kept: when the signer noted it
    ends_s {int64}, -- kept: from when on certificates are made again; 0: a lock
    why TEXT NOT NULL DEFAULT '' -- refused: the signer's rule
) {strict};
CREATE INDEX issuance_lock_person ON issuance_lock (person_id, id);
-- one wish after the other: the rows have the order of the journal
CREATE UNIQUE INDEX issuance_lock_asked ON issuance_lock (person_id) WHERE state = 'asked';

-- since when the card of an application in production waits for its owner to unlock
ALTER TABLE application ADD COLUMN locked_s {int64};

-- unlocking is signed with a verification code too; rows live for minutes, so the table is made anew
DROP TABLE signing_code;
CREATE TABLE signing_code (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    binding {bytes} NOT NULL UNIQUE, -- of the browser session: one code each
    code_tag {bytes} NOT NULL UNIQUE,
    purpose TEXT NOT NULL CHECK (purpose IN ('log_in', 'sign_application', 'approval', 'registry', 'unlock', 'pin')),
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
