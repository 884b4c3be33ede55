-- The frame: every table of the main job. Keys begin with `district`, the shard (docs/data.md).
-- BIGINT: whole numbers, instants in UTC microseconds, local days since 1970-01-01, division codes, yes/no as 1/0.

-- Journal -------------------------------------------------------------------------------------------------

CREATE TABLE journal_pending (
    district BIGINT NOT NULL,
    id UUID NOT NULL,
    subject UUID NOT NULL,
    version BIGINT NOT NULL,
    body BYTEA NOT NULL,
    PRIMARY KEY (district, id)
);
CREATE UNIQUE INDEX journal_pending_subject ON journal_pending (district, subject, version);

CREATE TABLE journal (
    district BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    subject UUID NOT NULL,
    version BIGINT NOT NULL,
    actor UUID,
    at BIGINT NOT NULL,
    sealed_at BIGINT NOT NULL,
    body BYTEA NOT NULL,
    link BYTEA NOT NULL,
    PRIMARY KEY (district, seq)
);
CREATE UNIQUE INDEX journal_id ON journal (district, id);
CREATE UNIQUE INDEX journal_subject ON journal (district, subject, version);

CREATE TABLE journal_head (
    district BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    link BYTEA NOT NULL,
    day BIGINT NOT NULL,
    day_first_seq BIGINT NOT NULL,
    sealed_at BIGINT NOT NULL,
    PRIMARY KEY (district)
);

CREATE TABLE journal_day (
    district BIGINT NOT NULL,
    day BIGINT NOT NULL,
    first_seq BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    root BYTEA NOT NULL,
    link BYTEA NOT NULL,
    signature BYTEA NOT NULL,
    closed_at BIGINT NOT NULL,
    PRIMARY KEY (district, day)
);

CREATE TABLE consumer (
    district BIGINT NOT NULL,
    name TEXT NOT NULL,
    seq BIGINT NOT NULL,
    failures BIGINT NOT NULL DEFAULT 0,
    halted TEXT,
    PRIMARY KEY (district, name)
);

CREATE TABLE parked_event (
    district BIGINT NOT NULL,
    consumer TEXT NOT NULL,
    seq BIGINT NOT NULL,
    reason TEXT NOT NULL,
    parked_at BIGINT NOT NULL,
    PRIMARY KEY (district, consumer, seq)
);

-- What a POST with an idempotency key answered; the same key gives the same answer.
CREATE TABLE idempotency (
    district BIGINT NOT NULL,
    actor UUID NOT NULL,
    idempotency_key TEXT NOT NULL,
    request BYTEA NOT NULL,
    status BIGINT NOT NULL,
    answer TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (district, actor, idempotency_key)
);

-- Messages that leave the system, at least once, by the worker that sends them.
CREATE TABLE message (
    district BIGINT NOT NULL,
    id UUID NOT NULL,
    channel TEXT NOT NULL,
    recipient BYTEA NOT NULL,
    body BYTEA NOT NULL,
    kind TEXT NOT NULL,
    not_before BIGINT NOT NULL,
    sent_at BIGINT,
    PRIMARY KEY (district, id)
);
CREATE INDEX message_due ON message (district, sent_at, not_before);

-- Reference tables: small, the same on every node ------------------------------------------------------------

CREATE TABLE division_version (
    version BIGINT NOT NULL,
    valid_from BIGINT NOT NULL,
    source TEXT NOT NULL,
    tree BYTEA NOT NULL,
    imported_at BIGINT NOT NULL,
    PRIMARY KEY (version)
);

CREATE TABLE division_change (
    version BIGINT NOT NULL,
    code BIGINT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    successor BIGINT,
    PRIMARY KEY (version, code)
);

CREATE TABLE policy (
    division BIGINT NOT NULL,
    name TEXT NOT NULL,
    version BIGINT NOT NULL,
    from_day BIGINT NOT NULL,
    value BIGINT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (division, name, version)
);

CREATE TABLE population (
    division BIGINT NOT NULL,
    year BIGINT NOT NULL,
    residents BIGINT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (division, year)
);

-- Places -----------------------------------------------------------------------------------------------------

CREATE TABLE station (
    district BIGINT NOT NULL,
    id UUID NOT NULL,
    division BIGINT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    functions TEXT NOT NULL,
    address TEXT NOT NULL,
    phone TEXT NOT NULL,
    opening_hours TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (district, id)
);
CREATE INDEX station_division ON station (district, division);

-- People: rows live in the home district -----------------------------------------------------------------------

CREATE TABLE person (
    district BIGINT NOT NULL,
    id UUID NOT NULL,
    division BIGINT NOT NULL,
    name TEXT NOT NULL,
    initials TEXT NOT NULL,
    phone BYTEA,
    phone_index BYTEA,
    phone_last4 TEXT NOT NULL,
    birth_day BIGINT,
    sex BIGINT NOT NULL,
    address TEXT NOT NULL,
    state TEXT NOT NULL,
    lock_count BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (district, id)
);
CREATE INDEX person_division ON person (district, division, initials);

CREATE TABLE person_document (
    district BIGINT NOT NULL,
    person UUID NOT NULL,
    kind TEXT NOT NULL,
    number BYTEA NOT NULL,
    number_index BYTEA NOT NULL,
    last4 TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (district, person),
    CONSTRAINT person_document_person FOREIGN KEY (district, person) REFERENCES person (district, id)
);

-- Owner tables: one document, one phone, one person, in the whole country; distributed by the blind index.
CREATE TABLE document_owner (
    number_index BYTEA NOT NULL,
    person UUID NOT NULL,
    PRIMARY KEY (number_index)
);

CREATE TABLE phone_owner (
    phone_index BYTEA NOT NULL,
    person UUID NOT NULL,
    PRIMARY KEY (phone_index)
);

CREATE TABLE sign_in_code (
    phone_index BYTEA NOT NULL,
    code_hash BYTEA NOT NULL,
    sent_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    sent_today BIGINT NOT NULL,
    day BIGINT NOT NULL,
    PRIMARY KEY (phone_index)
);

CREATE TABLE session (
    district BIGINT NOT NULL,
    id UUID NOT NULL,
    person UUID NOT NULL,
    secret_hash BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    touched_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (district, id),
    CONSTRAINT session_person FOREIGN KEY (district, person) REFERENCES person (district, id)
);
CREATE INDEX session_of_person ON session (district, person);

CREATE TABLE role_grant (
    district BIGINT NOT NULL,
    id UUID NOT NULL,
    person UUID NOT NULL,
    role TEXT NOT NULL,
    division BIGINT,
    organisation UUID,
    granted_by UUID,
    from_at BIGINT NOT NULL,
    until_at BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (district, id),
    CONSTRAINT role_grant_person FOREIGN KEY (district, person) REFERENCES person (district, id)
);
CREATE INDEX role_grant_of_person ON role_grant (district, person);

CREATE TABLE volunteer (
    district BIGINT NOT NULL,
    person UUID NOT NULL,
    number TEXT NOT NULL,
    state TEXT NOT NULL,
    radius_m BIGINT NOT NULL,
    limits TEXT NOT NULL,
    guardian_name TEXT,
    guardian_phone BYTEA,
    guardian_consent_at BIGINT,
    insured_until BIGINT,
    trained_until BIGINT,
    last_called_at BIGINT,
    last_served_at BIGINT,
    joined_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (district, person),
    CONSTRAINT volunteer_person FOREIGN KEY (district, person) REFERENCES person (district, id)
);

CREATE TABLE volunteer_category (
    district BIGINT NOT NULL,
    person UUID NOT NULL,
    category TEXT NOT NULL,
    PRIMARY KEY (district, person, category),
    CONSTRAINT volunteer_category_of FOREIGN KEY (district, person) REFERENCES volunteer (district, person)
);

CREATE TABLE volunteer_skill (
    district BIGINT NOT NULL,
    person UUID NOT NULL,
    skill TEXT NOT NULL,
    proof TEXT NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_until BIGINT,
    PRIMARY KEY (district, person, skill),
    CONSTRAINT volunteer_skill_of FOREIGN KEY (district, person) REFERENCES volunteer (district, person)
);

CREATE TABLE volunteer_time (
    district BIGINT NOT NULL,
    person UUID NOT NULL,
    weekday BIGINT NOT NULL,
    from_minute BIGINT NOT NULL,
    to_minute BIGINT NOT NULL,
    PRIMARY KEY (district, person, weekday, from_minute),
    CONSTRAINT volunteer_time_of FOREIGN KEY (district, person) REFERENCES volunteer (district, person)
);

-- When a person has promised to be somewhere; checked under the lock of the person's row.
CREATE TABLE commitment (
    district BIGINT NOT NULL,
    person UUID NOT NULL,
    engagement UUID NOT NULL,
    division BIGINT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    PRIMARY KEY (district, person, engagement),
    CONSTRAINT commitment_person FOREIGN KEY (district, person) REFERENCES person (district, id)
);
CREATE INDEX commitment_time ON commitment (district, person, ends_at);

-- Every look at a masked field. The reason may name a person, so it stands beside the journal.
CREATE TABLE reveal (
    district BIGINT NOT NULL,
    id UUID NOT NULL,
    person UUID NOT NULL,
    field TEXT NOT NULL,
    actor UUID NOT NULL,
    reason TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (district, id),
    CONSTRAINT reveal_person FOREIGN KEY (district, person) REFERENCES person (district, id)
);
CREATE INDEX reveal_of_person ON reveal (district, person);

CREATE TABLE organisation (
    district BIGINT NOT NULL,
    id UUID NOT NULL,
    division BIGINT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    credit_code TEXT,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (district, id)
);
CREATE INDEX organisation_division ON organisation (district, division);

-- Who leads a team, in the team's district; the grant that makes them so is a row of the person's.
CREATE TABLE team_leader (
    district BIGINT NOT NULL,
    organisation UUID NOT NULL,
    person UUID NOT NULL,
    PRIMARY KEY (district, organisation, person),
    CONSTRAINT team_leader_organisation FOREIGN KEY (district, organisation) REFERENCES organisation (district, id)
);

-- Service: rows live in the place's district ---------------------------------------------------------------------

CREATE TABLE blob (
    district BIGINT NOT NULL,
    id UUID NOT NULL,
    media_type TEXT NOT NULL,
    content BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (district, id)
);

CREATE TABLE need (
    district BIGINT NOT NULL,
    id UUID NOT NULL,
    number TEXT NOT NULL,
    division BIGINT NOT NULL,
    category TEXT NOT NULL,
    recipient UUID NOT NULL,
    asked_by UUID NOT NULL,
    channel TEXT NOT NULL,
    detail TEXT NOT NULL,
    voice UUID,
    address TEXT NOT NULL,
    contact_phone BYTEA,
    risk TEXT NOT NULL,
    urgent BIGINT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    minutes BIGINT NOT NULL,
    state TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    refused_reason TEXT,
    helper UUID,
    rating BIGINT,
    reopened BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (district, id)
);
CREATE UNIQUE INDEX need_number ON need (district, number);
CREATE INDEX need_inbox ON need (district, state, due_at);
CREATE INDEX need_of_recipient ON need (district, recipient);

CREATE TABLE need_step (
    district BIGINT NOT NULL,
    need UUID NOT NULL,
    step BIGINT NOT NULL,
    state TEXT NOT NULL,
    actor UUID,
    note TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (district, need, step),
    CONSTRAINT need_step_need FOREIGN KEY (district, need) REFERENCES need (district, id)
);

-- One asking of one volunteer for one need. Nothing is sent before `sent_at` (60 s to take it back).
CREATE TABLE offer (
    district BIGINT NOT NULL,
    id UUID NOT NULL,
    need UUID NOT NULL,
    volunteer UUID NOT NULL,
    rank BIGINT NOT NULL,
    why TEXT NOT NULL,
    state TEXT NOT NULL,
    sent_at BIGINT NOT NULL,
    answer_by BIGINT NOT NULL,
    answered_at BIGINT,
    PRIMARY KEY (district, id),
    CONSTRAINT offer_need FOREIGN KEY (district, need) REFERENCES need (district, id)
);
CREATE UNIQUE INDEX offer_once ON offer (district, need, volunteer);
CREATE INDEX offer_of_volunteer ON offer (district, volunteer, state);
CREATE INDEX offer_due ON offer (district, state, answer_by);

-- Pairs that must not meet: said by the resident or by the volunteer. A "no" is deleted with its person.
CREATE TABLE refused_pair (
    district BIGINT NOT NULL,
    resident UUID NOT NULL,
    volunteer UUID NOT NULL,
    refused_by TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (district, resident, volunteer)
);

CREATE TABLE project (
    district BIGINT NOT NULL,
    id UUID NOT NULL,
    division BIGINT NOT NULL,
    organisation UUID NOT NULL,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    category TEXT NOT NULL,
    risk TEXT NOT NULL,
    insurance BIGINT NOT NULL,
    training BIGINT NOT NULL,
    skill TEXT,
    state TEXT NOT NULL,
    copied_from UUID,
    created_by UUID NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (district, id)
);
CREATE INDEX project_division ON project (district, division);

-- `moves` counts the changes of time or place; `unfollowed` is 1 while a sign-up still has to follow one, or the end.
CREATE TABLE shift (
    district BIGINT NOT NULL,
    id UUID NOT NULL,
    project UUID NOT NULL,
    division BIGINT NOT NULL,
    organisation UUID NOT NULL,
    title TEXT NOT NULL,
    category TEXT NOT NULL,
    address TEXT NOT NULL,
    leader UUID NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    min_age BIGINT NOT NULL,
    insurance BIGINT NOT NULL,
    training BIGINT NOT NULL,
    skill TEXT,
    places BIGINT NOT NULL,
    taken BIGINT NOT NULL,
    waiting BIGINT NOT NULL,
    state TEXT NOT NULL,
    notice TEXT NOT NULL,
    moves BIGINT NOT NULL,
    unfollowed BIGINT NOT NULL,
    code_secret BYTEA NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (district, id),
    CONSTRAINT shift_project FOREIGN KEY (district, project) REFERENCES project (district, id),
    CONSTRAINT shift_not_over_full CHECK (taken >= 0 AND taken <= places AND waiting >= 0),
    CONSTRAINT shift_ends_later CHECK (ends_at > starts_at)
);
CREATE INDEX shift_time ON shift (district, state, starts_at, id);
CREATE INDEX shift_place_time ON shift (district, state, division, starts_at, id);
CREATE INDEX shift_project_time ON shift (district, project, starts_at);
CREATE INDEX shift_unfollowed ON shift (district, unfollowed, starts_at);

-- A role of a shift with its own places; the frame makes one role a shift, the table holds any number.
CREATE TABLE shift_role (
    district BIGINT NOT NULL,
    shift UUID NOT NULL,
    role TEXT NOT NULL,
    title TEXT NOT NULL,
    skill TEXT,
    min_places BIGINT NOT NULL,
    ideal_places BIGINT NOT NULL,
    max_places BIGINT NOT NULL,
    taken BIGINT NOT NULL,
    PRIMARY KEY (district, shift, role),
    CONSTRAINT shift_role_shift FOREIGN KEY (district, shift) REFERENCES shift (district, id),
    CONSTRAINT shift_role_not_over_full CHECK (taken >= 0 AND taken <= max_places)
);

CREATE TABLE signup (
    district BIGINT NOT NULL,
    id UUID NOT NULL,
    shift UUID NOT NULL,
    role TEXT NOT NULL,
    person UUID NOT NULL,
    state TEXT NOT NULL,
    queued_at BIGINT NOT NULL,
    moves BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (district, id),
    CONSTRAINT signup_shift FOREIGN KEY (district, shift) REFERENCES shift (district, id)
);
CREATE UNIQUE INDEX signup_once ON signup (district, shift, person);
CREATE INDEX signup_queue ON signup (district, shift, role, state, queued_at);

-- A person's own copy of a sign-up, in the home district: one list of everything, wherever the shifts are.
CREATE TABLE own_signup (
    district BIGINT NOT NULL,
    person UUID NOT NULL,
    shift UUID NOT NULL,
    state TEXT NOT NULL,
    title TEXT NOT NULL,
    category TEXT NOT NULL,
    address TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    PRIMARY KEY (district, person, shift),
    CONSTRAINT own_signup_person FOREIGN KEY (district, person) REFERENCES person (district, id)
);
CREATE INDEX own_signup_time ON own_signup (district, person, ends_at);

-- What one caller said of a person at the roll call. It can be taken back until `settles_at`; then it becomes hours.
CREATE TABLE roll_call (
    district BIGINT NOT NULL,
    id UUID NOT NULL,
    shift UUID NOT NULL,
    person UUID NOT NULL,
    came BIGINT NOT NULL,
    late BIGINT NOT NULL,
    early BIGINT NOT NULL,
    called_by UUID NOT NULL,
    called_at BIGINT NOT NULL,
    settles_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    refused TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (district, id),
    CONSTRAINT roll_call_shift FOREIGN KEY (district, shift) REFERENCES shift (district, id)
);
CREATE UNIQUE INDEX roll_call_once ON roll_call (district, shift, person, called_by);
CREATE INDEX roll_call_due ON roll_call (district, state, settles_at);

-- Tries of the six digits by one person since an instant; a restart forgets none.
CREATE TABLE code_try (
    district BIGINT NOT NULL,
    person UUID NOT NULL,
    since BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    PRIMARY KEY (district, person),
    CONSTRAINT code_try_person FOREIGN KEY (district, person) REFERENCES person (district, id)
);

-- One person's presence at one engagement (a shift or a need), open until it is claimed and recorded.
CREATE TABLE attendance (
    district BIGINT NOT NULL,
    id UUID NOT NULL,
    engagement UUID NOT NULL,
    kind TEXT NOT NULL,
    category TEXT NOT NULL,
    division BIGINT NOT NULL,
    person UUID NOT NULL,
    home_division BIGINT NOT NULL,
    planned_from BIGINT NOT NULL,
    planned_to BIGINT NOT NULL,
    arrived_at BIGINT,
    left_at BIGINT,
    state TEXT NOT NULL,
    grade TEXT,
    minutes BIGINT NOT NULL,
    claimed_at BIGINT,
    decided_by UUID,
    decided_at BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (district, id)
);
CREATE UNIQUE INDEX attendance_once ON attendance (district, engagement, person);
CREATE INDEX attendance_state ON attendance (district, state, division);
CREATE INDEX attendance_of_person ON attendance (district, person);

-- Where somebody was expected or seen outside their home district: in that home district, so that they find it again.
CREATE TABLE presence_elsewhere (
    district BIGINT NOT NULL,
    person UUID NOT NULL,
    attendance UUID NOT NULL,
    PRIMARY KEY (district, person, attendance)
);

-- Evidence, insert-only: who or what saw the person arrive, leave or serve.
CREATE TABLE signal (
    district BIGINT NOT NULL,
    id UUID NOT NULL,
    attendance UUID NOT NULL,
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    witness UUID NOT NULL,
    device BYTEA NOT NULL,
    at BIGINT NOT NULL,
    entered_at BIGINT NOT NULL,
    PRIMARY KEY (district, id),
    CONSTRAINT signal_attendance FOREIGN KEY (district, attendance) REFERENCES attendance (district, id)
);
CREATE INDEX signal_of_attendance ON signal (district, attendance);

-- The hour, insert-only, in the person's home district. `minutes` may be negative in a correction: the sum counts. A
-- grade that rose is a pair of rows of kind `regrade`.
CREATE TABLE service_record (
    district BIGINT NOT NULL,
    id UUID NOT NULL,
    person UUID NOT NULL,
    attendance UUID NOT NULL,
    engagement UUID NOT NULL,
    category TEXT NOT NULL,
    division BIGINT NOT NULL,
    home_division BIGINT NOT NULL,
    day BIGINT NOT NULL,
    from_at BIGINT NOT NULL,
    to_at BIGINT NOT NULL,
    minutes BIGINT NOT NULL,
    grade TEXT NOT NULL,
    kind TEXT NOT NULL,
    corrects UUID,
    policy BIGINT NOT NULL,
    recorded_by UUID NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (district, id),
    CONSTRAINT service_record_person FOREIGN KEY (district, person) REFERENCES person (district, id)
);
CREATE INDEX service_record_of_person ON service_record (district, person, day);

-- Minutes over the daily limit, waiting for the community's or the street's yes. The row stands in the person's home
-- district, where it counts for the day, and once more in the place's when that is another, where `decider` looks.
CREATE TABLE hours_review (
    district BIGINT NOT NULL,
    id UUID NOT NULL,
    person UUID NOT NULL,
    attendance UUID NOT NULL,
    division BIGINT NOT NULL,
    decider BIGINT NOT NULL,
    day BIGINT NOT NULL,
    from_at BIGINT NOT NULL,
    to_at BIGINT NOT NULL,
    minutes BIGINT NOT NULL,
    level TEXT NOT NULL,
    state TEXT NOT NULL,
    decided_by UUID,
    decided_at BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (district, id)
);
CREATE INDEX hours_review_open ON hours_review (district, state, decider);
CREATE INDEX hours_review_of_person ON hours_review (district, person, day);

-- Time bank: in the owner's district ---------------------------------------------------------------------------

CREATE TABLE account (
    district BIGINT NOT NULL,
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    owner UUID,
    counterpart BIGINT,
    unit TEXT NOT NULL,
    balance BIGINT NOT NULL,
    pending_out BIGINT NOT NULL DEFAULT 0,
    floor BIGINT,
    ceiling BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (district, id),
    CONSTRAINT account_above_floor CHECK (floor IS NULL OR balance - pending_out >= floor)
);
CREATE INDEX account_of_owner ON account (district, owner, unit);

CREATE TABLE transfer (
    district BIGINT NOT NULL,
    id UUID NOT NULL,
    debit UUID NOT NULL,
    credit UUID NOT NULL,
    amount BIGINT NOT NULL,
    unit TEXT NOT NULL,
    kind TEXT NOT NULL,
    refers_to UUID,
    cause UUID NOT NULL,
    policy BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (district, id),
    CONSTRAINT transfer_debit FOREIGN KEY (district, debit) REFERENCES account (district, id),
    CONSTRAINT transfer_credit FOREIGN KEY (district, credit) REFERENCES account (district, id),
    CONSTRAINT transfer_positive CHECK (amount > 0)
);
CREATE INDEX transfer_of_debit ON transfer (district, debit, at);
CREATE INDEX transfer_of_credit ON transfer (district, credit, at);

-- Recognition --------------------------------------------------------------------------------------------------

-- A signed statement. The token's hash is the owner key: whoever holds the code may check it, nobody can list it.
CREATE TABLE statement (
    token_hash BYTEA NOT NULL,
    id UUID NOT NULL,
    person UUID NOT NULL,
    record UUID NOT NULL,
    body BYTEA NOT NULL,
    signature BYTEA NOT NULL,
    issued_at BIGINT NOT NULL,
    revoked_at BIGINT,
    PRIMARY KEY (token_hash)
);

-- Insight: roll-ups fed by the journal, in the district whose journal they follow ------------------------------------

CREATE TABLE figure_day (
    district BIGINT NOT NULL,
    division BIGINT NOT NULL,
    day BIGINT NOT NULL,
    figure TEXT NOT NULL,
    part TEXT NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (district, division, day, figure, part)
);
CREATE INDEX figure_series ON figure_day (district, figure, day);

-- Days from which to which a person counts as active: one confirmed service in the last 12 months.
CREATE TABLE active_interval (
    district BIGINT NOT NULL,
    person UUID NOT NULL,
    from_day BIGINT NOT NULL,
    to_day BIGINT NOT NULL,
    division BIGINT NOT NULL,
    PRIMARY KEY (district, person, from_day)
);
CREATE INDEX active_interval_day ON active_interval (district, to_day);

-- What the insight consumer remembers of each need, to measure its times and count its end once.
CREATE TABLE need_clock (
    district BIGINT NOT NULL,
    need UUID NOT NULL,
    division BIGINT NOT NULL,
    category TEXT NOT NULL,
    submitted_at BIGINT NOT NULL,
    answered_at BIGINT,
    accepted_at BIGINT,
    PRIMARY KEY (district, need)
);
