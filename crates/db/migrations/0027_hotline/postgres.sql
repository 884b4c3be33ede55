-- The hotline: a call, in the district whose hotline it came to. ---------------------------------------------------------

-- `division` is the community of who calls once that is known, until then the place whose hotline it is. Number and words
-- are sealed and are forgotten after half a year where no need came of the call. `due_at` is when to call back.
CREATE TABLE phone_call (
    district BIGINT NOT NULL,
    id UUID NOT NULL,
    division BIGINT NOT NULL,
    operator UUID,
    number BYTEA,
    number_index BYTEA,
    person UUID,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    said BYTEA,
    need UUID,
    need_number TEXT NOT NULL,
    began_at BIGINT NOT NULL,
    ended_at BIGINT,
    due_at BIGINT,
    tries BIGINT NOT NULL,
    taken_by UUID,
    taken_at BIGINT,
    settled_at BIGINT,
    settled TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (district, id)
);
CREATE UNIQUE INDEX phone_call_open ON phone_call (district, operator) WHERE state = 'open';
CREATE INDEX phone_call_number ON phone_call (district, number_index, began_at);
CREATE INDEX phone_call_due ON phone_call (district, state, division, due_at);
CREATE INDEX phone_call_day ON phone_call (district, division, began_at);
CREATE INDEX phone_call_settled ON phone_call (district, taken_by, settled_at) WHERE settled_at IS NOT NULL;
CREATE INDEX phone_call_kept ON phone_call (began_at, district) WHERE need IS NULL AND said IS NOT NULL;
