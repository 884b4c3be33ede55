-- From the number printed on a certificate to the statement; two may share a number.
CREATE TABLE certificate_number (
    district INTEGER NOT NULL,
    number TEXT NOT NULL,
    token_hash BLOB NOT NULL,
    PRIMARY KEY (district, number, token_hash)
) STRICT;
INSERT INTO certificate_number (district, number, token_hash)
SELECT CAST(substr(json_extract(CAST(body AS TEXT), '$.number'), 1, 6) AS INTEGER),
       json_extract(CAST(body AS TEXT), '$.number'), token_hash
FROM statement;
