-- By which rules records were counted: each set of numbers once in the home district of whose records name it, by the
-- number that stands in `service_record.policy`. Insert-only; the digest is in the journal.
CREATE TABLE rule_set (
    district INTEGER NOT NULL,
    id BLOB NOT NULL,
    number INTEGER NOT NULL,
    rules TEXT NOT NULL,
    PRIMARY KEY (district, id)
) STRICT;
CREATE UNIQUE INDEX rule_set_number ON rule_set (district, number);
