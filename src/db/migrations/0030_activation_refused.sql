-- The signer's rule, where it refused this act; '': it did not, or has not answered yet.
ALTER TABLE certificate_activation ADD COLUMN refused TEXT NOT NULL DEFAULT '';
