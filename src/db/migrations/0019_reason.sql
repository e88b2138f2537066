-- Which certificate an application concerns: renewed, lost, faulty, of another name (spec 01, Reasons).
ALTER TABLE application ADD COLUMN certificate TEXT REFERENCES certificate (serial);
CREATE INDEX application_certificate ON application (certificate);
