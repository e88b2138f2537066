-- The present log-in and the one before it, which the page of a holder shows (spec 03).
ALTER TABLE person ADD COLUMN log_in_s {int64};
ALTER TABLE person ADD COLUMN log_in_way TEXT;
ALTER TABLE person ADD COLUMN earlier_log_in_s {int64};
ALTER TABLE person ADD COLUMN earlier_log_in_way TEXT;
