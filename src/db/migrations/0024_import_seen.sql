-- A file's rows keep what the check saw in the register: whom somebody else wrote since is passed over (spec 08, Staff
-- registers). Files that were checked without it are to be checked again.
ALTER TABLE staff_import_row ADD COLUMN seen_tag {bytes};
ALTER TABLE staff_import_row ADD COLUMN seen_left_s {int64} NOT NULL DEFAULT -1; -- -1: there was no row
ALTER TABLE staff_import_row ADD COLUMN is_passed {int64} NOT NULL DEFAULT 0;
ALTER TABLE staff_import_row ADD COLUMN old_is_removed {int64}; -- as the other old_ columns
UPDATE staff_import SET state = 'arrived' WHERE state = 'checked';
