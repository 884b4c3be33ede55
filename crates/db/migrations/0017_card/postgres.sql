-- A printed card of a volunteer or resident. What its square code leads to has 128 random bits, of which the digest stands
-- here alone; who lost it takes it back.
CREATE TABLE card (
    district BIGINT NOT NULL,
    id UUID NOT NULL,
    person UUID NOT NULL,
    number TEXT NOT NULL,
    token_digest BYTEA NOT NULL,
    made_by UUID NOT NULL,
    made_at BIGINT NOT NULL,
    until_day BIGINT NOT NULL,
    revoked_by UUID,
    revoked_at BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (district, id),
    CONSTRAINT card_person FOREIGN KEY (district, person) REFERENCES person (district, id)
);
CREATE UNIQUE INDEX card_number ON card (district, number);
CREATE UNIQUE INDEX card_token ON card (district, token_digest);
CREATE UNIQUE INDEX card_of_person ON card (district, person) WHERE revoked_at IS NULL;

-- What a leader's phone noted without network, brought in once: when the roster was made and when it came back by our clock,
-- and every reading with the phone's own clocks, as it was sent.
CREATE TABLE offline_roster (
    district BIGINT NOT NULL,
    id UUID NOT NULL,
    shift UUID NOT NULL,
    leader UUID NOT NULL,
    issued_at BIGINT NOT NULL,
    synced_at BIGINT NOT NULL,
    sent BYTEA NOT NULL,
    in_time BIGINT NOT NULL,
    late BIGINT NOT NULL,
    PRIMARY KEY (district, id),
    CONSTRAINT offline_roster_shift FOREIGN KEY (district, shift) REFERENCES shift (district, id)
);
