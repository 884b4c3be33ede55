-- Accounts under a person that somebody else made: who, when, from which line of which file. An account stands here for
-- itself (`person` = `account`), and once more under the person into whose account it was merged.
CREATE TABLE account_origin (
    district BIGINT NOT NULL,
    person UUID NOT NULL,
    account UUID NOT NULL,
    made_by UUID,
    made_at BIGINT NOT NULL,
    file BYTEA,
    line BIGINT,
    merged_at BIGINT,
    PRIMARY KEY (district, person, account),
    CONSTRAINT account_origin_person FOREIGN KEY (district, person) REFERENCES person (district, id)
);

-- The account that an account is part of since its person claimed it.
ALTER TABLE person ADD COLUMN merged_into UUID;

-- Somebody refused an account that was made for them: it is frozen until the level above who made it has decided.
-- `contact` is the phone that is told the decision, sealed.
CREATE TABLE identity_case (
    district BIGINT NOT NULL,
    id UUID NOT NULL,
    person UUID NOT NULL,
    division BIGINT NOT NULL,
    decider BIGINT NOT NULL,
    via TEXT NOT NULL,
    recorded_by UUID,
    contact BYTEA NOT NULL,
    made_by UUID,
    state TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    due_day BIGINT NOT NULL,
    decided_by UUID,
    decided_at BIGINT,
    reason TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (district, id),
    CONSTRAINT identity_case_person FOREIGN KEY (district, person) REFERENCES person (district, id)
);
CREATE UNIQUE INDEX identity_case_one_open ON identity_case (district, person) WHERE state = 'open';
CREATE INDEX identity_case_of_person ON identity_case (district, person, id);
CREATE INDEX identity_case_waiting ON identity_case (district, state, decider);

-- What was refused: the account, and every hour that had been brought in for it.
CREATE TABLE identity_case_item (
    district BIGINT NOT NULL,
    case_id UUID NOT NULL,
    item UUID NOT NULL,
    kind TEXT NOT NULL,
    brought_by UUID,
    PRIMARY KEY (district, case_id, item),
    CONSTRAINT identity_case_item_of FOREIGN KEY (district, case_id) REFERENCES identity_case (district, id)
);
