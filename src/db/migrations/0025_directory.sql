-- An LDAP directory that a register is read from (spec 08, Staff registers): divit.conf says which, an administrator when.
CREATE TABLE staff_directory (
    register TEXT PRIMARY KEY,
    address TEXT NOT NULL,
    account_id {int64} REFERENCES staff_account (id), -- who asked last; NULL: nobody yet
    is_daily {int64} NOT NULL DEFAULT 0 CHECK (is_daily IN (0, 1)),
    is_asked {int64} NOT NULL DEFAULT 0 CHECK (is_asked IN (0, 1)), -- the worker is at it
    read_s {int64} NOT NULL DEFAULT 0, -- last time; 0: never
    why TEXT NOT NULL DEFAULT '', -- what kept it from coming then
    import_uid TEXT NOT NULL DEFAULT '' -- what came of it
) {strict};

ALTER TABLE staff_import ADD COLUMN is_by_itself {int64} NOT NULL DEFAULT 0; -- applied without an administrator's word, if it is harmless
