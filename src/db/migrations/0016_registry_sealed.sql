-- Registries name staff by their identity numbers: their texts and signatures are sealed under a key of the keeper's.
-- What stood in the open goes; the worker has the registry in force from the signer again.
DELETE FROM registry_signature;
DELETE FROM registry_proposal;
DELETE FROM registry;
ALTER TABLE registry RENAME COLUMN text TO sealed_text;
ALTER TABLE registry_proposal RENAME COLUMN text TO sealed_text;
ALTER TABLE registry_signature RENAME COLUMN proof TO sealed_proof;
