-- From the number printed on a certificate to the statement; two may share a number.
CREATE TABLE certificate_number (
    district BIGINT NOT NULL,
    number TEXT NOT NULL,
    token_hash BYTEA NOT NULL,
    PRIMARY KEY (district, number, token_hash)
);
INSERT INTO certificate_number (district, number, token_hash)
SELECT CAST(substr(convert_from(body, 'UTF8')::jsonb ->> 'number', 1, 6) AS BIGINT),
       convert_from(body, 'UTF8')::jsonb ->> 'number', token_hash
FROM statement;
