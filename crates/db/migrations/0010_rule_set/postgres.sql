-- By which rules records were counted: each set of numbers once in the home district of whose records name it, by the
-- number that stands in `service_record.policy`. Insert-only; the digest is in the journal.
CREATE TABLE rule_set (
    district BIGINT NOT NULL,
    id UUID NOT NULL,
    number BIGINT NOT NULL,
    rules TEXT NOT NULL,
    PRIMARY KEY (district, id)
);
CREATE UNIQUE INDEX rule_set_number ON rule_set (district, number);
