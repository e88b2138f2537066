-- The chain and the revocation evidence beside an applicant's signature (spec 02), sealed like it: validation data as
-- docs/trust.md says. First with the verification code, then with the application's evidence of kind 'applicant'.
ALTER TABLE signing_code ADD COLUMN sealed_validation {bytes};
ALTER TABLE application_evidence ADD COLUMN sealed_validation {bytes};
