-- Verification codes that wait for a signature (spec 02). Rows live for minutes. Code, text, identity number and signature
-- are sealed under web's key, which no database has; what is searched by is a keyed hash or the hash of random bits.
CREATE TABLE signing_code (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    binding {bytes} NOT NULL UNIQUE, -- of the browser session: one code each
    code_tag {bytes} NOT NULL UNIQUE,
    purpose TEXT NOT NULL CHECK (purpose IN ('log_in', 'sign_application', 'approval', 'pin')),
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
