-- What a session keeps that only its browser's cookie opens: an officer's grant of the keeper (docs/trust.md).
ALTER TABLE session ADD COLUMN sealed_secret {bytes};
