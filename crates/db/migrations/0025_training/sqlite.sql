-- Training: courses, their sessions, who takes part, and what each learner keeps of it. --------------------------------

-- What is taught, and what passing gives: `basic` for the basic training, the word of a skill, or nothing; good for so many
-- months, 0 for good. `sessions` counts those there were, so that each has a number.
CREATE TABLE course (
    district INTEGER NOT NULL,
    id BLOB NOT NULL,
    division INTEGER NOT NULL,
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    gives TEXT NOT NULL,
    months INTEGER NOT NULL,
    unit TEXT NOT NULL,
    sessions INTEGER NOT NULL,
    created_by BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (district, id)
) STRICT;
CREATE INDEX course_by_division ON course (district, division);

-- One date of a course, with what the course was then. `follow_at` is when the timer has something to do with it: results
-- that can no longer be taken back, people to be told that it was called off; nothing otherwise.
CREATE TABLE training_session (
    district INTEGER NOT NULL,
    id BLOB NOT NULL,
    course BLOB NOT NULL,
    number INTEGER NOT NULL,
    division INTEGER NOT NULL,
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    gives TEXT NOT NULL,
    months INTEGER NOT NULL,
    unit TEXT NOT NULL,
    address TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    break_minutes INTEGER NOT NULL,
    places INTEGER NOT NULL,
    taken INTEGER NOT NULL,
    trainer BLOB NOT NULL,
    state TEXT NOT NULL,
    notice TEXT NOT NULL,
    closed_by BLOB,
    follow_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (district, id),
    CONSTRAINT training_session_places CHECK (taken >= 0 AND taken <= places),
    CONSTRAINT training_session_course FOREIGN KEY (district, course) REFERENCES course (district, id)
) STRICT;
CREATE INDEX training_session_by_time ON training_session (district, starts_at);
CREATE INDEX training_session_follow ON training_session (follow_at, district) WHERE follow_at IS NOT NULL;

-- Somebody's place in a session. `present` is nothing until the roll is called, `result` empty until results are said;
-- `state` becomes the result when it can no longer be taken back.
CREATE TABLE enrolment (
    district INTEGER NOT NULL,
    id BLOB NOT NULL,
    session BLOB NOT NULL,
    person BLOB NOT NULL,
    state TEXT NOT NULL,
    enrolled_at INTEGER NOT NULL,
    present INTEGER,
    result TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (district, id),
    CONSTRAINT enrolment_session FOREIGN KEY (district, session) REFERENCES training_session (district, id)
) STRICT;
CREATE UNIQUE INDEX enrolment_once ON enrolment (district, session, person);

-- The learner's own record, in the learner's district: name, main content, learning time, unit and date (志愿服务记录与证明
-- 出具办法, art. 8), and the result.
CREATE TABLE own_training (
    district INTEGER NOT NULL,
    person BLOB NOT NULL,
    session BLOB NOT NULL,
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    unit TEXT NOT NULL,
    address TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    minutes INTEGER NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (district, person, session),
    CONSTRAINT own_training_person FOREIGN KEY (district, person) REFERENCES person (district, id)
) STRICT;
