-- The signer refused an application's evidence for good: it is back with its officer, who decides anew (spec 10).

-- the rule that the signer named, until the application is approved anew or changed
ALTER TABLE application ADD COLUMN refusal TEXT NOT NULL DEFAULT '';

-- a signed decision that was refused with the others counts no more for this application
ALTER TABLE decision_line ADD COLUMN is_spent {int64} NOT NULL DEFAULT 0;

-- when the station took a refused attempt's card away and forgot its PIN
ALTER TABLE card_attempt ADD COLUMN set_aside_s {int64};
