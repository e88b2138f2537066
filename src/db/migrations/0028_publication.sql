-- What the provider tells everybody: announcements (spec 01, Duyurular) and how it is reached. Plain text, paragraphs
-- parted by empty lines; '' where nothing is said. A withdrawn announcement stays as the record of what was said.
CREATE TABLE announcement (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    english_title TEXT NOT NULL, -- '': only in Turkish
    english_text TEXT NOT NULL,
    from_s {int64} NOT NULL,
    until_s {int64} NOT NULL DEFAULT 0, -- the first moment at which it is no longer shown; 0: none
    withdrawn_s {int64} NOT NULL DEFAULT 0,
    account_id {int64} NOT NULL REFERENCES staff_account (id), -- who wrote it last
    changed_s {int64} NOT NULL,
    CHECK ((english_title = '') = (english_text = '')),
    CHECK (until_s = 0 OR until_s > from_s)
) {strict};
CREATE INDEX announcement_from ON announcement (from_s);

CREATE TABLE contacts (
    id {int64} PRIMARY KEY CHECK (id = 1),
    email TEXT NOT NULL,
    phone TEXT NOT NULL,
    address TEXT NOT NULL,
    changed_s {int64} NOT NULL
) {strict};
INSERT INTO contacts (id, email, phone, address, changed_s) VALUES (1, 'destek@divit.example', '0850 000 00 00', '', 0);
