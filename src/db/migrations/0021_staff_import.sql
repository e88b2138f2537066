-- Staff registers as files (spec 08, Staff registers): a row says since when its person is out of the register; a keyed
-- hash of the row shows that the same row came again, without opening it (NULL: not known yet).
ALTER TABLE staff_member ADD COLUMN left_s {int64} NOT NULL DEFAULT 0; -- 0: in the register
UPDATE staff_member SET left_s = 1 WHERE is_active = 0;
ALTER TABLE staff_member DROP COLUMN is_active;
-- One file on its way into a register. Its parts and, after it was applied, its rows go once they are of no use.
CREATE TABLE staff_import (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    register TEXT NOT NULL,
    account_id {int64} NOT NULL REFERENCES staff_account (id),
    file_name TEXT NOT NULL,
    is_whole {int64} NOT NULL CHECK (is_whole IN (0, 1)), -- who is not in it has left
    state TEXT NOT NULL CHECK (state IN ('arriving', 'arrived', 'checking', 'checked', 'applying', 'applied', 'undoing',
        'undone', 'refused', 'dropped')),
    why TEXT NOT NULL DEFAULT '', -- refused
    key_epoch {int64} NOT NULL, -- of the key its parts are sealed under, which web cannot open again
    wrapped_key {bytes} NOT NULL,
    sealed_header {bytes}, -- the names of its columns
    columns TEXT NOT NULL DEFAULT '', -- which of its columns is which of ours: '0,1,-1,…'
    size {int64} NOT NULL, -- bytes
    at {int64} NOT NULL DEFAULT 0, -- how far the present step has come, in bytes of UTF-8
    at_line {int64} NOT NULL DEFAULT 0,
    opened {int64} NOT NULL DEFAULT 0, -- persons, in the present step
    done {int64} NOT NULL DEFAULT 0, -- rows, likewise
    unread {int64} NOT NULL DEFAULT 0, -- refused rows that do not say whose they are
    created_s {int64} NOT NULL,
    applied_s {int64},
    checked_turn {int64} NOT NULL DEFAULT 0, -- after which other file of its register it was checked
    turn {int64} NOT NULL DEFAULT 0 -- counts what was applied or undone in the register; 0: not yet
) {strict};
CREATE INDEX staff_import_of ON staff_import (register, id);

CREATE TABLE staff_import_part (
    import_id {int64} NOT NULL REFERENCES staff_import (id),
    number {int64} NOT NULL,
    sealed {bytes} NOT NULL,
    PRIMARY KEY (import_id, number)
) {strict};

CREATE TABLE staff_import_row (
    import_id {int64} NOT NULL REFERENCES staff_import (id),
    line {int64} NOT NULL, -- where it begins; of one who is not in the file: less than 0
    kind TEXT NOT NULL CHECK (kind IN ('added', 'changed', 'same', 'left', 'refused')),
    field TEXT NOT NULL DEFAULT '', -- refused: which column
    why TEXT NOT NULL DEFAULT '',
    identity_tag {bytes}, -- NULL: the row does not say
    person_id {int64} REFERENCES person (id), -- NULL: nobody known
    institution_id {int64} REFERENCES institution (id),
    sealed_row {bytes}, -- changed: the new row, under the person's key, to be shown
    -- once it is applied: what stood there before, so that it can be undone; all NULL where nothing did
    is_applied {int64} NOT NULL DEFAULT 0,
    old_institution_id {int64} REFERENCES institution (id),
    old_details {bytes},
    old_tag {bytes},
    old_known_since_s {int64},
    old_left_s {int64},
    PRIMARY KEY (import_id, line)
) {strict};
CREATE UNIQUE INDEX staff_import_row_person ON staff_import_row (import_id, identity_tag);
CREATE INDEX staff_import_row_kind ON staff_import_row (import_id, kind, line);
CREATE INDEX staff_import_row_of ON staff_import_row (person_id);

ALTER TABLE staff_member ADD COLUMN row_tag {bytes};
ALTER TABLE staff_member ADD COLUMN import_id {int64} REFERENCES staff_import (id); -- the file that wrote it last, if it was one
CREATE INDEX staff_member_person ON staff_member (person_id);
