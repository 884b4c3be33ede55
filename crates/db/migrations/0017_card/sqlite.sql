-- A printed card of a volunteer or resident. What its square code leads to has 128 random bits, of which the digest stands
-- here alone; who lost it takes it back.
CREATE TABLE card (
    district INTEGER NOT NULL,
    id BLOB NOT NULL,
    person BLOB NOT NULL,
    number TEXT NOT NULL,
    token_digest BLOB NOT NULL,
    made_by BLOB NOT NULL,
    made_at INTEGER NOT NULL,
    until_day INTEGER NOT NULL,
    revoked_by BLOB,
    revoked_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (district, id),
    CONSTRAINT card_person FOREIGN KEY (district, person) REFERENCES person (district, id)
) STRICT;
CREATE UNIQUE INDEX card_number ON card (district, number);
CREATE UNIQUE INDEX card_token ON card (district, token_digest);
CREATE UNIQUE INDEX card_of_person ON card (district, person) WHERE revoked_at IS NULL;

-- What a leader's phone noted without network, brought in once: when the roster was made and when it came back by our clock,
-- and every reading with the phone's own clocks, as it was sent.
CREATE TABLE offline_roster (
    district INTEGER NOT NULL,
    id BLOB NOT NULL,
    shift BLOB NOT NULL,
    leader BLOB NOT NULL,
    issued_at INTEGER NOT NULL,
    synced_at INTEGER NOT NULL,
    sent BLOB NOT NULL,
    in_time INTEGER NOT NULL,
    late INTEGER NOT NULL,
    PRIMARY KEY (district, id),
    CONSTRAINT offline_roster_shift FOREIGN KEY (district, shift) REFERENCES shift (district, id)
) STRICT;
