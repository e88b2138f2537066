-- The tables of the thin line. Personal fields are sealed under the person's key (spec 10, The keeper): columns named
-- sealed_*; what is searched by is a keyed hash: columns named *_tag. Times are seconds, UTC. uid: 32 hexadecimal digits.

CREATE TABLE job (
    id {id},
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'failed')), -- a finished job is deleted
    due_s {int64} NOT NULL,
    lease {int64} NOT NULL DEFAULT 0,
    lease_until_s {int64} NOT NULL DEFAULT 0,
    tries {int64} NOT NULL DEFAULT 0,
    why TEXT
) {strict};
CREATE UNIQUE INDEX job_key ON job (kind, key);
CREATE INDEX job_due ON job (state, due_s);

CREATE TABLE session (
    id {id},
    desk TEXT NOT NULL,
    token_hash {bytes} NOT NULL UNIQUE,
    role {int64} NOT NULL,
    subject {int64} NOT NULL DEFAULT 0,
    created_s {int64} NOT NULL,
    seen_s {int64} NOT NULL,
    kept TEXT
) {strict};

-- attempts counted in a window: log-ins per identity number and per address
CREATE TABLE attempt_limit (
    kind TEXT NOT NULL,
    key {bytes} NOT NULL,
    window_start_s {int64} NOT NULL,
    attempts {int64} NOT NULL,
    PRIMARY KEY (kind, key)
) {strict};

CREATE TABLE challenge (
    token TEXT PRIMARY KEY,
    answer TEXT NOT NULL,
    expires_s {int64} NOT NULL
) {strict};

CREATE TABLE audit_record (
    id {id},
    at_s {int64} NOT NULL,
    event TEXT NOT NULL,
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('person', 'staff', 'system', 'nobody')),
    actor {int64} NOT NULL DEFAULT 0,
    subject_kind TEXT NOT NULL,
    subject {int64} NOT NULL DEFAULT 0,
    address TEXT NOT NULL,
    request TEXT NOT NULL,
    detail TEXT NOT NULL -- never a personal detail
) {strict};

CREATE TABLE institution (
    id {id},
    code TEXT NOT NULL UNIQUE,
    parent_id {int64} REFERENCES institution (id),
    name TEXT NOT NULL,
    unit TEXT NOT NULL,
    address TEXT NOT NULL,
    phone TEXT NOT NULL,
    extension TEXT NOT NULL,
    email TEXT NOT NULL
) {strict};

CREATE TABLE door (
    id {id},
    path TEXT NOT NULL UNIQUE, -- 'saglik' in /basvuru/saglik
    name TEXT NOT NULL,
    register TEXT NOT NULL, -- which staff register
    register_name TEXT NOT NULL, -- as people know it: ÇKYS/İKYS
    asks_staff_number {int64} NOT NULL CHECK (asks_staff_number IN (0, 1)),
    terms TEXT NOT NULL, -- years offered, '1,2,3'
    offers_reader {int64} NOT NULL CHECK (offers_reader IN (0, 1)),
    offers_vpn {int64} NOT NULL CHECK (offers_vpn IN (0, 1)),
    payer TEXT NOT NULL CHECK (payer IN ('institution', 'person_to_institution', 'person_to_provider'))
) {strict};

CREATE TABLE person (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    identity_tag {bytes} NOT NULL UNIQUE,
    wrapped_key {bytes} NOT NULL,
    sealed_details {bytes} NOT NULL, -- JSON: identity_number, given_names, surname, birth_place, birth_date
    security_word_hash TEXT, -- in force; of the last approved application
    sealed_contact {bytes}, -- JSON: email, mobile, channel, language; of the last approved application
    created_s {int64} NOT NULL
) {strict};

CREATE TABLE staff_member (
    id {id},
    register TEXT NOT NULL,
    person_id {int64} NOT NULL REFERENCES person (id),
    institution_id {int64} NOT NULL REFERENCES institution (id),
    is_active {int64} NOT NULL CHECK (is_active IN (0, 1)),
    sealed_details {bytes} NOT NULL, -- JSON: the row of the register
    known_since_s {int64} NOT NULL,
    UNIQUE (register, person_id)
) {strict};

CREATE TABLE staff_account (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL CHECK (role IN ('officer')),
    person_id {int64} NOT NULL REFERENCES person (id),
    institution_id {int64} REFERENCES institution (id),
    display_name TEXT NOT NULL, -- shown to the institution's applicants
    user_name TEXT NOT NULL UNIQUE,
    password_hash TEXT,
    sealed_totp {bytes},
    last_totp_step {int64} NOT NULL DEFAULT 0,
    link_hash {bytes} UNIQUE, -- of the one-time link
    link_expires_s {int64} NOT NULL DEFAULT 0,
    is_active {int64} NOT NULL DEFAULT 1,
    created_s {int64} NOT NULL
) {strict};

CREATE TABLE application (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    person_id {int64} NOT NULL REFERENCES person (id),
    door_id {int64} NOT NULL REFERENCES door (id),
    institution_id {int64} NOT NULL REFERENCES institution (id),
    state TEXT NOT NULL CHECK (state IN ('draft', 'phone_pending', 'method_pending', 'form_awaited', 'payment_pending',
        'officer_pending', 'registration_pending', 'confirmation_pending', 'approved', 'in_production', 'produced',
        'shipped', 'delivered', 'completed', 'returned', 'rejected', 'withdrawn', 'lapsed')),
    reason TEXT NOT NULL CHECK (reason IN ('first', 'renewal', 'lost', 'faulty', 'name_change', 'additional')),
    way TEXT CHECK (way IN ('wet', 'e_signed', 'e_consented')),
    revision {int64} NOT NULL DEFAULT 1,
    barcode TEXT UNIQUE, -- 15 hexadecimal digits, since confirmation
    term_years {int64} NOT NULL DEFAULT 3,
    sealed_form {bytes} NOT NULL, -- JSON: the form's fields
    security_word_hash TEXT,
    sealed_statement {bytes}, -- `application 1`
    statement_digest {bytes}, -- D
    note TEXT NOT NULL DEFAULT '', -- staff register differs, to the officer
    created_s {int64} NOT NULL,
    changed_s {int64} NOT NULL,
    confirmed_s {int64},
    taken_in_s {int64},
    approved_s {int64}
) {strict};
-- spec 01: one open application a person
CREATE UNIQUE INDEX application_open ON application (person_id) WHERE state IN ('draft', 'phone_pending',
    'method_pending', 'form_awaited', 'payment_pending', 'officer_pending', 'registration_pending',
    'confirmation_pending', 'approved', 'in_production', 'returned');
CREATE INDEX application_inbox ON application (institution_id, state, confirmed_s);

CREATE TABLE application_step (
    id {id},
    application_id {int64} NOT NULL REFERENCES application (id),
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    at_s {int64} NOT NULL,
    actor_kind TEXT NOT NULL,
    actor {int64} NOT NULL DEFAULT 0,
    address TEXT NOT NULL
) {strict};
CREATE INDEX application_step_of ON application_step (application_id, id);

-- prints that were voided by a change: their barcode answers 'superseded'
CREATE TABLE superseded_barcode (
    barcode TEXT PRIMARY KEY,
    application_id {int64} NOT NULL REFERENCES application (id)
) {strict};

CREATE TABLE decision (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    account_id {int64} NOT NULL REFERENCES staff_account (id),
    statement TEXT NOT NULL, -- `decision 1`; holds no personal detail
    digest {bytes} NOT NULL,
    signature {bytes}, -- CAdES
    created_s {int64} NOT NULL,
    signed_s {int64}
) {strict};
CREATE TABLE decision_line (
    decision_id {int64} NOT NULL REFERENCES decision (id),
    application_id {int64} NOT NULL REFERENCES application (id),
    digest {bytes} NOT NULL,
    PRIMARY KEY (decision_id, application_id)
) {strict};

CREATE TABLE card_attempt (
    id {id},
    application_id {int64} NOT NULL REFERENCES application (id),
    attempt {int64} NOT NULL,
    card_serial TEXT NOT NULL,
    request {bytes} NOT NULL, -- PKCS#10
    state TEXT NOT NULL CHECK (state IN ('requested', 'refused', 'issued', 'written', 'failed')),
    why TEXT NOT NULL DEFAULT '',
    created_s {int64} NOT NULL,
    UNIQUE (application_id, attempt)
) {strict};

CREATE TABLE certificate (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    application_id {int64} NOT NULL REFERENCES application (id),
    attempt {int64} NOT NULL,
    person_id {int64} NOT NULL REFERENCES person (id),
    serial TEXT NOT NULL UNIQUE, -- lower-case hexadecimal, as many digits as needed
    not_before_s {int64} NOT NULL,
    not_after_s {int64} NOT NULL,
    card_serial TEXT NOT NULL,
    sealed_der {bytes} NOT NULL,
    written_s {int64}, -- on its card, read back and tested
    created_s {int64} NOT NULL,
    UNIQUE (application_id, attempt)
) {strict};

-- what the responder answers from, and nothing more; change_number rises with every change
CREATE TABLE certificate_status (
    serial TEXT PRIMARY KEY,
    issuer TEXT NOT NULL, -- name of the issuing CA certificate
    status TEXT NOT NULL CHECK (status IN ('suspended', 'active', 'revoked')),
    reason {int64} NOT NULL DEFAULT 0, -- RFC 5280 5.3.1
    since_s {int64} NOT NULL,
    not_after_s {int64} NOT NULL,
    change_number {int64} NOT NULL
) {strict};
CREATE INDEX certificate_status_change ON certificate_status (change_number);

CREATE TABLE crl (
    issuer TEXT NOT NULL,
    number {int64} NOT NULL,
    this_update_s {int64} NOT NULL,
    next_update_s {int64} NOT NULL,
    der {bytes} NOT NULL,
    PRIMARY KEY (issuer, number)
) {strict};

CREATE TABLE ca_certificate (
    name TEXT PRIMARY KEY, -- 'root', 'issuing'
    der {bytes} NOT NULL
) {strict};

-- the outbox: committed with its event, delivered once (spec 06, Messages)
CREATE TABLE message (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    event TEXT NOT NULL, -- a template of message/
    key TEXT NOT NULL, -- what it is about: 'application:<uid>:<revision>'
    channel TEXT NOT NULL CHECK (channel IN ('sms', 'email')),
    person_id {int64} NOT NULL REFERENCES person (id),
    sealed_recipient {bytes} NOT NULL,
    sealed_text {bytes} NOT NULL, -- JSON: language, subject, text; a code stands in it as {code}
    code_id TEXT, -- the keeper's; its text is put in when the message is sent
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'delivered', 'failed')),
    gateway_id TEXT,
    created_s {int64} NOT NULL,
    sent_s {int64},
    UNIQUE (event, key, channel)
) {strict};
