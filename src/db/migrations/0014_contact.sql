-- Contact data of an application that differ from those known before (spec 01, 3 and 4 SMS; spec 09, For attacks).
ALTER TABLE application ADD COLUMN contact_changes TEXT NOT NULL DEFAULT ''; -- words: mobile email address

-- Who was told of it: each with a code by which the application is objected to.
CREATE TABLE contact_notice (
    id {id},
    application_id {int64} NOT NULL REFERENCES application (id),
    revision {int64} NOT NULL,
    source TEXT NOT NULL, -- of the contact: 'account', or the staff register's code
    code_hash {bytes} NOT NULL UNIQUE, -- SHA-256; the code itself stands in the notice alone
    created_s {int64} NOT NULL,
    objected_s {int64},
    UNIQUE (application_id, revision, source)
) {strict};

-- An application that waits for its applicant: which reminders went out since it began to wait.
CREATE TABLE application_reminder (
    application_id {int64} NOT NULL REFERENCES application (id),
    waiting_since_s {int64} NOT NULL, -- application.changed_s
    number {int64} NOT NULL,
    sent_s {int64} NOT NULL,
    PRIMARY KEY (application_id, waiting_since_s, number)
) {strict};
