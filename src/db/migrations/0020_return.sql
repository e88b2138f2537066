-- What an officer asks to be corrected: the fields, the mobile number of then and the reason (spec 01, returned).
ALTER TABLE application ADD COLUMN sealed_return {bytes};
