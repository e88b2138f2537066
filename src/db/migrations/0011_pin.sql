-- When the PIN of the card with this certificate was last set or unlocked by its holder.
ALTER TABLE certificate ADD COLUMN pin_set_s {int64};
