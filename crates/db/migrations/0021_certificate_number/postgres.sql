-- From the number printed on a certificate to the statement; two may share a number. What was issued before is found by its
-- code only.
CREATE TABLE certificate_number (
    district BIGINT NOT NULL,
    number TEXT NOT NULL,
    token_hash BYTEA NOT NULL,
    PRIMARY KEY (district, number, token_hash)
);
