-- certificate_status is written from the signer's statements alone, which say nothing of a certificate's end; change_number
-- is the number of the statement that said it.
ALTER TABLE certificate_status DROP COLUMN not_after_s;
