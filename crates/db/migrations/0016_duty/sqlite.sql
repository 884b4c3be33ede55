-- When a claim of somebody who says "I was there" must be answered, and when the level above was told that it was not. A claim
-- from before has no such day.
ALTER TABLE attendance ADD COLUMN answer_by INTEGER;
ALTER TABLE attendance ADD COLUMN escalated_at INTEGER;
CREATE INDEX attendance_unanswered ON attendance (district, answer_by)
    WHERE state = 'open' AND claimed_at IS NOT NULL AND escalated_at IS NULL;

-- What a leader said of a presence too late to be a witness of it, with the reason: it waits for the person's own yes, of
-- which they are told at once and reminded once, and lapses without it. `next_at` is when to look again.
CREATE TABLE typed_hours (
    district INTEGER NOT NULL,
    attendance BLOB NOT NULL,
    person BLOB NOT NULL,
    division INTEGER NOT NULL,
    reason TEXT NOT NULL,
    entered_by BLOB NOT NULL,
    entered_at INTEGER NOT NULL,
    lapses_at INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (district, attendance),
    CONSTRAINT typed_hours_attendance FOREIGN KEY (district, attendance) REFERENCES attendance (district, id)
) STRICT;
CREATE INDEX typed_hours_next ON typed_hours (district, next_at) WHERE state = 'open';
ALTER TABLE roll_call ADD COLUMN reason TEXT;

-- When to look next whether the hours of a shift are on record (0: at once), nothing once nobody is to be reminded any more; the last day
-- for them, known from the end on; and who was told of which step.
ALTER TABLE shift ADD COLUMN duty_at INTEGER DEFAULT 0;
ALTER TABLE shift ADD COLUMN due_day INTEGER;
CREATE INDEX shift_duty ON shift (district, duty_at) WHERE duty_at IS NOT NULL;
CREATE TABLE duty_told (
    district INTEGER NOT NULL,
    shift BLOB NOT NULL,
    step TEXT NOT NULL,
    person BLOB NOT NULL,
    told_at INTEGER NOT NULL,
    PRIMARY KEY (district, shift, step, person),
    CONSTRAINT duty_told_shift FOREIGN KEY (district, shift) REFERENCES shift (district, id)
) STRICT;

-- Days on which the national calendar is no Monday to Friday: holidays, and weekend days that are worked in exchange.
CREATE TABLE calendar_day (
    day INTEGER NOT NULL,
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (day)
) STRICT;
