-- Epochs of the keeper (spec 10, The keeper) under which a wrap may stand here: a person's wrap names its own, so one that
-- is taken out of this table is needed by no wrap, and no wrap under it can come any more. An erased person has none.
CREATE TABLE key_epoch (
    number {int64} PRIMARY KEY
) {strict};
INSERT INTO key_epoch (number) VALUES (1);

ALTER TABLE person ADD COLUMN key_epoch {int64} REFERENCES key_epoch (number);
ALTER TABLE person ADD COLUMN erased_s {int64};
UPDATE person SET key_epoch = 1;
CREATE INDEX person_key_epoch ON person (key_epoch, id);
