-- How long stages took lately is asked on every page that tells when to expect what (spec 01, 6).
CREATE INDEX application_step_lately ON application_step (to_state, at_s);
