-- Accounts under a person that somebody else made: who, when, from which line of which file. An account stands here for
-- itself (`person` = `account`), and once more under the person into whose account it was merged.
CREATE TABLE account_origin (
    district INTEGER NOT NULL,
    person BLOB NOT NULL,
    account BLOB NOT NULL,
    made_by BLOB,
    made_at INTEGER NOT NULL,
    file BLOB,
    line INTEGER,
    merged_at INTEGER,
    PRIMARY KEY (district, person, account),
    CONSTRAINT account_origin_person FOREIGN KEY (district, person) REFERENCES person (district, id)
) STRICT;

-- The account that an account is part of since its person claimed it.
ALTER TABLE person ADD COLUMN merged_into BLOB;

-- Somebody refused an account that was made for them: it is frozen until the level above who made it has decided.
-- `contact` is the phone that is told the decision, sealed.
CREATE TABLE identity_case (
    district INTEGER NOT NULL,
    id BLOB NOT NULL,
    person BLOB NOT NULL,
    division INTEGER NOT NULL,
    decider INTEGER NOT NULL,
    via TEXT NOT NULL,
    recorded_by BLOB,
    contact BLOB NOT NULL,
    made_by BLOB,
    state TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    due_day INTEGER NOT NULL,
    decided_by BLOB,
    decided_at INTEGER,
    reason TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (district, id),
    CONSTRAINT identity_case_person FOREIGN KEY (district, person) REFERENCES person (district, id)
) STRICT;
CREATE UNIQUE INDEX identity_case_one_open ON identity_case (district, person) WHERE state = 'open';
CREATE INDEX identity_case_of_person ON identity_case (district, person, id);
CREATE INDEX identity_case_waiting ON identity_case (district, state, decider);

-- What was refused: the account, and every hour that had been brought in for it.
CREATE TABLE identity_case_item (
    district INTEGER NOT NULL,
    case_id BLOB NOT NULL,
    item BLOB NOT NULL,
    kind TEXT NOT NULL,
    brought_by BLOB,
    PRIMARY KEY (district, case_id, item),
    CONSTRAINT identity_case_item_of FOREIGN KEY (district, case_id) REFERENCES identity_case (district, id)
) STRICT;
