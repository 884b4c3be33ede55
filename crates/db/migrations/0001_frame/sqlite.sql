-- The frame: every table of the main job. Keys begin with `district`, the shard (docs/data.md).
-- INTEGER: whole numbers, instants in UTC microseconds, local days since 1970-01-01, division codes, yes/no as 1/0.

-- Journal -------------------------------------------------------------------------------------------------

CREATE TABLE journal_pending (
    district INTEGER NOT NULL,
    id BLOB NOT NULL,
    subject BLOB NOT NULL,
    version INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (district, id)
) STRICT;
CREATE UNIQUE INDEX journal_pending_subject ON journal_pending (district, subject, version);

CREATE TABLE journal (
    district INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    subject BLOB NOT NULL,
    version INTEGER NOT NULL,
    actor BLOB,
    at INTEGER NOT NULL,
    sealed_at INTEGER NOT NULL,
    body BLOB NOT NULL,
    link BLOB NOT NULL,
    PRIMARY KEY (district, seq)
) STRICT;
CREATE UNIQUE INDEX journal_id ON journal (district, id);
CREATE UNIQUE INDEX journal_subject ON journal (district, subject, version);

CREATE TABLE journal_head (
    district INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    link BLOB NOT NULL,
    day INTEGER NOT NULL,
    day_first_seq INTEGER NOT NULL,
    sealed_at INTEGER NOT NULL,
    PRIMARY KEY (district)
) STRICT;

CREATE TABLE journal_day (
    district INTEGER NOT NULL,
    day INTEGER NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    root BLOB NOT NULL,
    link BLOB NOT NULL,
    signature BLOB NOT NULL,
    closed_at INTEGER NOT NULL,
    PRIMARY KEY (district, day)
) STRICT;

CREATE TABLE consumer (
    district INTEGER NOT NULL,
    name TEXT NOT NULL,
    seq INTEGER NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0,
    halted TEXT,
    PRIMARY KEY (district, name)
) STRICT;

CREATE TABLE parked_event (
    district INTEGER NOT NULL,
    consumer TEXT NOT NULL,
    seq INTEGER NOT NULL,
    reason TEXT NOT NULL,
    parked_at INTEGER NOT NULL,
    PRIMARY KEY (district, consumer, seq)
) STRICT;

-- What a POST with an idempotency key answered; the same key gives the same answer.
CREATE TABLE idempotency (
    district INTEGER NOT NULL,
    actor BLOB NOT NULL,
    idempotency_key TEXT NOT NULL,
    request BLOB NOT NULL,
    status INTEGER NOT NULL,
    answer TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (district, actor, idempotency_key)
) STRICT;

-- Messages that leave the system, at least once, by the worker that sends them.
CREATE TABLE message (
    district INTEGER NOT NULL,
    id BLOB NOT NULL,
    channel TEXT NOT NULL,
    recipient BLOB NOT NULL,
    body BLOB NOT NULL,
    kind TEXT NOT NULL,
    not_before INTEGER NOT NULL,
    sent_at INTEGER,
    PRIMARY KEY (district, id)
) STRICT;
CREATE INDEX message_due ON message (district, sent_at, not_before);

-- Reference tables: small, the same on every node ------------------------------------------------------------

CREATE TABLE division_version (
    version INTEGER NOT NULL,
    valid_from INTEGER NOT NULL,
    source TEXT NOT NULL,
    tree BLOB NOT NULL,
    imported_at INTEGER NOT NULL,
    PRIMARY KEY (version)
) STRICT;

CREATE TABLE division_change (
    version INTEGER NOT NULL,
    code INTEGER NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    successor INTEGER,
    PRIMARY KEY (version, code)
) STRICT;

CREATE TABLE policy (
    division INTEGER NOT NULL,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    from_day INTEGER NOT NULL,
    value INTEGER NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (division, name, version)
) STRICT;

CREATE TABLE population (
    division INTEGER NOT NULL,
    year INTEGER NOT NULL,
    residents INTEGER NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (division, year)
) STRICT;

-- Places -----------------------------------------------------------------------------------------------------

CREATE TABLE station (
    district INTEGER NOT NULL,
    id BLOB NOT NULL,
    division INTEGER NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    functions TEXT NOT NULL,
    address TEXT NOT NULL,
    phone TEXT NOT NULL,
    opening_hours TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (district, id)
) STRICT;
CREATE INDEX station_division ON station (district, division);

-- People: rows live in the home district -----------------------------------------------------------------------

CREATE TABLE person (
    district INTEGER NOT NULL,
    id BLOB NOT NULL,
    division INTEGER NOT NULL,
    name TEXT NOT NULL,
    initials TEXT NOT NULL,
    phone BLOB,
    phone_index BLOB,
    phone_last4 TEXT NOT NULL,
    birth_day INTEGER,
    sex INTEGER NOT NULL,
    address TEXT NOT NULL,
    state TEXT NOT NULL,
    lock_count INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (district, id)
) STRICT;
CREATE INDEX person_division ON person (district, division, initials);

CREATE TABLE person_document (
    district INTEGER NOT NULL,
    person BLOB NOT NULL,
    kind TEXT NOT NULL,
    number BLOB NOT NULL,
    number_index BLOB NOT NULL,
    last4 TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    PRIMARY KEY (district, person),
    CONSTRAINT person_document_person FOREIGN KEY (district, person) REFERENCES person (district, id)
) STRICT;

-- Owner tables: one document, one phone, one person, in the whole country; distributed by the blind index.
CREATE TABLE document_owner (
    number_index BLOB NOT NULL,
    person BLOB NOT NULL,
    PRIMARY KEY (number_index)
) STRICT;

CREATE TABLE phone_owner (
    phone_index BLOB NOT NULL,
    person BLOB NOT NULL,
    PRIMARY KEY (phone_index)
) STRICT;

CREATE TABLE sign_in_code (
    phone_index BLOB NOT NULL,
    code_hash BLOB NOT NULL,
    sent_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    sent_today INTEGER NOT NULL,
    day INTEGER NOT NULL,
    PRIMARY KEY (phone_index)
) STRICT;

CREATE TABLE session (
    district INTEGER NOT NULL,
    id BLOB NOT NULL,
    person BLOB NOT NULL,
    secret_hash BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    touched_at INTEGER NOT NULL,
    ended_at INTEGER,
    PRIMARY KEY (district, id),
    CONSTRAINT session_person FOREIGN KEY (district, person) REFERENCES person (district, id)
) STRICT;
CREATE INDEX session_of_person ON session (district, person);

CREATE TABLE role_grant (
    district INTEGER NOT NULL,
    id BLOB NOT NULL,
    person BLOB NOT NULL,
    role TEXT NOT NULL,
    division INTEGER,
    organisation BLOB,
    granted_by BLOB,
    from_at INTEGER NOT NULL,
    until_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (district, id),
    CONSTRAINT role_grant_person FOREIGN KEY (district, person) REFERENCES person (district, id)
) STRICT;
CREATE INDEX role_grant_of_person ON role_grant (district, person);

CREATE TABLE volunteer (
    district INTEGER NOT NULL,
    person BLOB NOT NULL,
    number TEXT NOT NULL,
    state TEXT NOT NULL,
    radius_m INTEGER NOT NULL,
    limits TEXT NOT NULL,
    guardian_name TEXT,
    guardian_phone BLOB,
    guardian_consent_at INTEGER,
    insured_until INTEGER,
    trained_until INTEGER,
    last_called_at INTEGER,
    last_served_at INTEGER,
    joined_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (district, person),
    CONSTRAINT volunteer_person FOREIGN KEY (district, person) REFERENCES person (district, id)
) STRICT;

CREATE TABLE volunteer_category (
    district INTEGER NOT NULL,
    person BLOB NOT NULL,
    category TEXT NOT NULL,
    PRIMARY KEY (district, person, category),
    CONSTRAINT volunteer_category_of FOREIGN KEY (district, person) REFERENCES volunteer (district, person)
) STRICT;

CREATE TABLE volunteer_skill (
    district INTEGER NOT NULL,
    person BLOB NOT NULL,
    skill TEXT NOT NULL,
    proof TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_until INTEGER,
    PRIMARY KEY (district, person, skill),
    CONSTRAINT volunteer_skill_of FOREIGN KEY (district, person) REFERENCES volunteer (district, person)
) STRICT;

CREATE TABLE volunteer_time (
    district INTEGER NOT NULL,
    person BLOB NOT NULL,
    weekday INTEGER NOT NULL,
    from_minute INTEGER NOT NULL,
    to_minute INTEGER NOT NULL,
    PRIMARY KEY (district, person, weekday, from_minute),
    CONSTRAINT volunteer_time_of FOREIGN KEY (district, person) REFERENCES volunteer (district, person)
) STRICT;

-- When a person has promised to be somewhere; checked under the lock of the person's row.
CREATE TABLE commitment (
    district INTEGER NOT NULL,
    person BLOB NOT NULL,
    engagement BLOB NOT NULL,
    division INTEGER NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    PRIMARY KEY (district, person, engagement),
    CONSTRAINT commitment_person FOREIGN KEY (district, person) REFERENCES person (district, id)
) STRICT;
CREATE INDEX commitment_time ON commitment (district, person, ends_at);

-- Every look at a masked field. The reason may name a person, so it stands beside the journal.
CREATE TABLE reveal (
    district INTEGER NOT NULL,
    id BLOB NOT NULL,
    person BLOB NOT NULL,
    field TEXT NOT NULL,
    actor BLOB NOT NULL,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (district, id),
    CONSTRAINT reveal_person FOREIGN KEY (district, person) REFERENCES person (district, id)
) STRICT;
CREATE INDEX reveal_of_person ON reveal (district, person);

CREATE TABLE organisation (
    district INTEGER NOT NULL,
    id BLOB NOT NULL,
    division INTEGER NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    credit_code TEXT,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (district, id)
) STRICT;
CREATE INDEX organisation_division ON organisation (district, division);

-- Who leads a team, in the team's district; the grant that makes them so is a row of the person's.
CREATE TABLE team_leader (
    district INTEGER NOT NULL,
    organisation BLOB NOT NULL,
    person BLOB NOT NULL,
    PRIMARY KEY (district, organisation, person),
    CONSTRAINT team_leader_organisation FOREIGN KEY (district, organisation) REFERENCES organisation (district, id)
) STRICT;

-- Service: rows live in the place's district ---------------------------------------------------------------------

CREATE TABLE blob (
    district INTEGER NOT NULL,
    id BLOB NOT NULL,
    media_type TEXT NOT NULL,
    content BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (district, id)
) STRICT;

CREATE TABLE need (
    district INTEGER NOT NULL,
    id BLOB NOT NULL,
    number TEXT NOT NULL,
    division INTEGER NOT NULL,
    category TEXT NOT NULL,
    recipient BLOB NOT NULL,
    asked_by BLOB NOT NULL,
    channel TEXT NOT NULL,
    detail TEXT NOT NULL,
    voice BLOB,
    address TEXT NOT NULL,
    contact_phone BLOB,
    risk TEXT NOT NULL,
    urgent INTEGER NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    minutes INTEGER NOT NULL,
    state TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    refused_reason TEXT,
    helper BLOB,
    rating INTEGER,
    reopened INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (district, id)
) STRICT;
CREATE UNIQUE INDEX need_number ON need (district, number);
CREATE INDEX need_inbox ON need (district, state, due_at);
CREATE INDEX need_of_recipient ON need (district, recipient);

CREATE TABLE need_step (
    district INTEGER NOT NULL,
    need BLOB NOT NULL,
    step INTEGER NOT NULL,
    state TEXT NOT NULL,
    actor BLOB,
    note TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (district, need, step),
    CONSTRAINT need_step_need FOREIGN KEY (district, need) REFERENCES need (district, id)
) STRICT;

-- One asking of one volunteer for one need. Nothing is sent before `sent_at` (60 s to take it back).
CREATE TABLE offer (
    district INTEGER NOT NULL,
    id BLOB NOT NULL,
    need BLOB NOT NULL,
    volunteer BLOB NOT NULL,
    rank INTEGER NOT NULL,
    why TEXT NOT NULL,
    state TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    answer_by INTEGER NOT NULL,
    answered_at INTEGER,
    PRIMARY KEY (district, id),
    CONSTRAINT offer_need FOREIGN KEY (district, need) REFERENCES need (district, id)
) STRICT;
CREATE UNIQUE INDEX offer_once ON offer (district, need, volunteer);
CREATE INDEX offer_of_volunteer ON offer (district, volunteer, state);
CREATE INDEX offer_due ON offer (district, state, answer_by);

-- Pairs that must not meet: said by the resident or by the volunteer. A "no" is deleted with its person.
CREATE TABLE refused_pair (
    district INTEGER NOT NULL,
    resident BLOB NOT NULL,
    volunteer BLOB NOT NULL,
    refused_by TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (district, resident, volunteer)
) STRICT;

CREATE TABLE project (
    district INTEGER NOT NULL,
    id BLOB NOT NULL,
    division INTEGER NOT NULL,
    organisation BLOB NOT NULL,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    category TEXT NOT NULL,
    risk TEXT NOT NULL,
    insurance INTEGER NOT NULL,
    training INTEGER NOT NULL,
    skill TEXT,
    state TEXT NOT NULL,
    copied_from BLOB,
    created_by BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (district, id)
) STRICT;
CREATE INDEX project_division ON project (district, division);

-- `moves` counts the changes of time or place; `unfollowed` is 1 while a sign-up still has to follow one, or the end.
CREATE TABLE shift (
    district INTEGER NOT NULL,
    id BLOB NOT NULL,
    project BLOB NOT NULL,
    division INTEGER NOT NULL,
    organisation BLOB NOT NULL,
    title TEXT NOT NULL,
    category TEXT NOT NULL,
    address TEXT NOT NULL,
    leader BLOB NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    min_age INTEGER NOT NULL,
    insurance INTEGER NOT NULL,
    training INTEGER NOT NULL,
    skill TEXT,
    places INTEGER NOT NULL,
    taken INTEGER NOT NULL,
    waiting INTEGER NOT NULL,
    state TEXT NOT NULL,
    notice TEXT NOT NULL,
    moves INTEGER NOT NULL,
    unfollowed INTEGER NOT NULL,
    code_secret BLOB NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (district, id),
    CONSTRAINT shift_project FOREIGN KEY (district, project) REFERENCES project (district, id),
    CONSTRAINT shift_not_over_full CHECK (taken >= 0 AND taken <= places AND waiting >= 0),
    CONSTRAINT shift_ends_later CHECK (ends_at > starts_at)
) STRICT;
CREATE INDEX shift_time ON shift (district, state, starts_at, id);
CREATE INDEX shift_place_time ON shift (district, state, division, starts_at, id);
CREATE INDEX shift_project_time ON shift (district, project, starts_at);
CREATE INDEX shift_unfollowed ON shift (district, unfollowed, starts_at);

-- A role of a shift with its own places; the frame makes one role a shift, the table holds any number.
CREATE TABLE shift_role (
    district INTEGER NOT NULL,
    shift BLOB NOT NULL,
    role TEXT NOT NULL,
    title TEXT NOT NULL,
    skill TEXT,
    min_places INTEGER NOT NULL,
    ideal_places INTEGER NOT NULL,
    max_places INTEGER NOT NULL,
    taken INTEGER NOT NULL,
    PRIMARY KEY (district, shift, role),
    CONSTRAINT shift_role_shift FOREIGN KEY (district, shift) REFERENCES shift (district, id),
    CONSTRAINT shift_role_not_over_full CHECK (taken >= 0 AND taken <= max_places)
) STRICT;

CREATE TABLE signup (
    district INTEGER NOT NULL,
    id BLOB NOT NULL,
    shift BLOB NOT NULL,
    role TEXT NOT NULL,
    person BLOB NOT NULL,
    state TEXT NOT NULL,
    queued_at INTEGER NOT NULL,
    moves INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (district, id),
    CONSTRAINT signup_shift FOREIGN KEY (district, shift) REFERENCES shift (district, id)
) STRICT;
CREATE UNIQUE INDEX signup_once ON signup (district, shift, person);
CREATE INDEX signup_queue ON signup (district, shift, role, state, queued_at);

-- A person's own copy of a sign-up, in the home district: one list of everything, wherever the shifts are.
CREATE TABLE own_signup (
    district INTEGER NOT NULL,
    person BLOB NOT NULL,
    shift BLOB NOT NULL,
    state TEXT NOT NULL,
    title TEXT NOT NULL,
    category TEXT NOT NULL,
    address TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    PRIMARY KEY (district, person, shift),
    CONSTRAINT own_signup_person FOREIGN KEY (district, person) REFERENCES person (district, id)
) STRICT;
CREATE INDEX own_signup_time ON own_signup (district, person, ends_at);

-- What one caller said of a person at the roll call. It can be taken back until `settles_at`; then it becomes hours.
CREATE TABLE roll_call (
    district INTEGER NOT NULL,
    id BLOB NOT NULL,
    shift BLOB NOT NULL,
    person BLOB NOT NULL,
    came INTEGER NOT NULL,
    late INTEGER NOT NULL,
    early INTEGER NOT NULL,
    called_by BLOB NOT NULL,
    called_at INTEGER NOT NULL,
    settles_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    refused TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (district, id),
    CONSTRAINT roll_call_shift FOREIGN KEY (district, shift) REFERENCES shift (district, id)
) STRICT;
CREATE UNIQUE INDEX roll_call_once ON roll_call (district, shift, person, called_by);
CREATE INDEX roll_call_due ON roll_call (district, state, settles_at);

-- Tries of the six digits by one person since an instant; a restart forgets none.
CREATE TABLE code_try (
    district INTEGER NOT NULL,
    person BLOB NOT NULL,
    since INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    PRIMARY KEY (district, person),
    CONSTRAINT code_try_person FOREIGN KEY (district, person) REFERENCES person (district, id)
) STRICT;

-- One person's presence at one engagement (a shift or a need), open until it is claimed and recorded.
CREATE TABLE attendance (
    district INTEGER NOT NULL,
    id BLOB NOT NULL,
    engagement BLOB NOT NULL,
    kind TEXT NOT NULL,
    category TEXT NOT NULL,
    division INTEGER NOT NULL,
    person BLOB NOT NULL,
    home_division INTEGER NOT NULL,
    planned_from INTEGER NOT NULL,
    planned_to INTEGER NOT NULL,
    arrived_at INTEGER,
    left_at INTEGER,
    state TEXT NOT NULL,
    grade TEXT,
    minutes INTEGER NOT NULL,
    claimed_at INTEGER,
    decided_by BLOB,
    decided_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (district, id)
) STRICT;
CREATE UNIQUE INDEX attendance_once ON attendance (district, engagement, person);
CREATE INDEX attendance_state ON attendance (district, state, division);
CREATE INDEX attendance_of_person ON attendance (district, person);

-- Where somebody was expected or seen outside their home district: in that home district, so that they find it again.
CREATE TABLE presence_elsewhere (
    district INTEGER NOT NULL,
    person BLOB NOT NULL,
    attendance BLOB NOT NULL,
    PRIMARY KEY (district, person, attendance)
) STRICT;

-- Evidence, insert-only: who or what saw the person arrive, leave or serve.
CREATE TABLE signal (
    district INTEGER NOT NULL,
    id BLOB NOT NULL,
    attendance BLOB NOT NULL,
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    witness BLOB NOT NULL,
    device BLOB NOT NULL,
    at INTEGER NOT NULL,
    entered_at INTEGER NOT NULL,
    PRIMARY KEY (district, id),
    CONSTRAINT signal_attendance FOREIGN KEY (district, attendance) REFERENCES attendance (district, id)
) STRICT;
CREATE INDEX signal_of_attendance ON signal (district, attendance);

-- The hour, insert-only, in the person's home district. `minutes` may be negative in a correction: the sum counts. A
-- grade that rose is a pair of rows of kind `regrade`.
CREATE TABLE service_record (
    district INTEGER NOT NULL,
    id BLOB NOT NULL,
    person BLOB NOT NULL,
    attendance BLOB NOT NULL,
    engagement BLOB NOT NULL,
    category TEXT NOT NULL,
    division INTEGER NOT NULL,
    home_division INTEGER NOT NULL,
    day INTEGER NOT NULL,
    from_at INTEGER NOT NULL,
    to_at INTEGER NOT NULL,
    minutes INTEGER NOT NULL,
    grade TEXT NOT NULL,
    kind TEXT NOT NULL,
    corrects BLOB,
    policy INTEGER NOT NULL,
    recorded_by BLOB NOT NULL,
    recorded_at INTEGER NOT NULL,
    PRIMARY KEY (district, id),
    CONSTRAINT service_record_person FOREIGN KEY (district, person) REFERENCES person (district, id)
) STRICT;
CREATE INDEX service_record_of_person ON service_record (district, person, day);

-- Minutes over the daily limit, waiting for the community's or the street's yes. The row stands in the person's home
-- district, where it counts for the day, and once more in the place's when that is another, where `decider` looks.
CREATE TABLE hours_review (
    district INTEGER NOT NULL,
    id BLOB NOT NULL,
    person BLOB NOT NULL,
    attendance BLOB NOT NULL,
    division INTEGER NOT NULL,
    decider INTEGER NOT NULL,
    day INTEGER NOT NULL,
    from_at INTEGER NOT NULL,
    to_at INTEGER NOT NULL,
    minutes INTEGER NOT NULL,
    level TEXT NOT NULL,
    state TEXT NOT NULL,
    decided_by BLOB,
    decided_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (district, id)
) STRICT;
CREATE INDEX hours_review_open ON hours_review (district, state, decider);
CREATE INDEX hours_review_of_person ON hours_review (district, person, day);

-- Time bank: in the owner's district ---------------------------------------------------------------------------

CREATE TABLE account (
    district INTEGER NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    owner BLOB,
    counterpart INTEGER,
    unit TEXT NOT NULL,
    balance INTEGER NOT NULL,
    pending_out INTEGER NOT NULL DEFAULT 0,
    floor INTEGER,
    ceiling INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (district, id),
    CONSTRAINT account_above_floor CHECK (floor IS NULL OR balance - pending_out >= floor)
) STRICT;
CREATE INDEX account_of_owner ON account (district, owner, unit);

CREATE TABLE transfer (
    district INTEGER NOT NULL,
    id BLOB NOT NULL,
    debit BLOB NOT NULL,
    credit BLOB NOT NULL,
    amount INTEGER NOT NULL,
    unit TEXT NOT NULL,
    kind TEXT NOT NULL,
    refers_to BLOB,
    cause BLOB NOT NULL,
    policy INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (district, id),
    CONSTRAINT transfer_debit FOREIGN KEY (district, debit) REFERENCES account (district, id),
    CONSTRAINT transfer_credit FOREIGN KEY (district, credit) REFERENCES account (district, id),
    CONSTRAINT transfer_positive CHECK (amount > 0)
) STRICT;
CREATE INDEX transfer_of_debit ON transfer (district, debit, at);
CREATE INDEX transfer_of_credit ON transfer (district, credit, at);

-- Recognition --------------------------------------------------------------------------------------------------

-- A signed statement. The token's hash is the owner key: whoever holds the code may check it, nobody can list it.
CREATE TABLE statement (
    token_hash BLOB NOT NULL,
    id BLOB NOT NULL,
    person BLOB NOT NULL,
    record BLOB NOT NULL,
    body BLOB NOT NULL,
    signature BLOB NOT NULL,
    issued_at INTEGER NOT NULL,
    revoked_at INTEGER,
    PRIMARY KEY (token_hash)
) STRICT;

-- Insight: roll-ups fed by the journal, in the district whose journal they follow ------------------------------------

CREATE TABLE figure_day (
    district INTEGER NOT NULL,
    division INTEGER NOT NULL,
    day INTEGER NOT NULL,
    figure TEXT NOT NULL,
    part TEXT NOT NULL,
    amount INTEGER NOT NULL,
    PRIMARY KEY (district, division, day, figure, part)
) STRICT;
CREATE INDEX figure_series ON figure_day (district, figure, day);

-- Days from which to which a person counts as active: one confirmed service in the last 12 months.
CREATE TABLE active_interval (
    district INTEGER NOT NULL,
    person BLOB NOT NULL,
    from_day INTEGER NOT NULL,
    to_day INTEGER NOT NULL,
    division INTEGER NOT NULL,
    PRIMARY KEY (district, person, from_day)
) STRICT;
CREATE INDEX active_interval_day ON active_interval (district, to_day);

-- What the insight consumer remembers of each need, to measure its times and count its end once.
CREATE TABLE need_clock (
    district INTEGER NOT NULL,
    need BLOB NOT NULL,
    division INTEGER NOT NULL,
    category TEXT NOT NULL,
    submitted_at INTEGER NOT NULL,
    answered_at INTEGER,
    accepted_at INTEGER,
    PRIMARY KEY (district, need)
) STRICT;
