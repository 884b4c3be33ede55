-- What a decision leaves to the divisions below: `free`, `fixed` (nothing), `at_most` or `at_least` (no more, no less than
-- this number).
ALTER TABLE policy ADD COLUMN binding TEXT NOT NULL DEFAULT 'free';
