-- Training: courses, their sessions, who takes part, and what each learner keeps of it. --------------------------------

-- What is taught, and what passing gives: `basic` for the basic training, the word of a skill, or nothing; good for so many
-- months, 0 for good. `sessions` counts those there were, so that each has a number.
CREATE TABLE course (
    district BIGINT NOT NULL,
    id UUID NOT NULL,
    division BIGINT NOT NULL,
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    gives TEXT NOT NULL,
    months BIGINT NOT NULL,
    unit TEXT NOT NULL,
    sessions BIGINT NOT NULL,
    created_by UUID NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (district, id)
);
CREATE INDEX course_by_division ON course (district, division);

-- One date of a course, with what the course was then. `follow_at` is when the timer has something to do with it: results
-- that can no longer be taken back, people to be told that it was called off; nothing otherwise.
CREATE TABLE training_session (
    district BIGINT NOT NULL,
    id UUID NOT NULL,
    course UUID NOT NULL,
    number BIGINT NOT NULL,
    division BIGINT NOT NULL,
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    gives TEXT NOT NULL,
    months BIGINT NOT NULL,
    unit TEXT NOT NULL,
    address TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    break_minutes BIGINT NOT NULL,
    places BIGINT NOT NULL,
    taken BIGINT NOT NULL,
    trainer UUID NOT NULL,
    state TEXT NOT NULL,
    notice TEXT NOT NULL,
    closed_by UUID,
    follow_at BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (district, id),
    CONSTRAINT training_session_places CHECK (taken >= 0 AND taken <= places),
    CONSTRAINT training_session_course FOREIGN KEY (district, course) REFERENCES course (district, id)
);
CREATE INDEX training_session_by_time ON training_session (district, starts_at);
CREATE INDEX training_session_follow ON training_session (follow_at, district) WHERE follow_at IS NOT NULL;

-- Somebody's place in a session. `present` is nothing until the roll is called, `result` empty until results are said;
-- `state` becomes the result when it can no longer be taken back.
CREATE TABLE enrolment (
    district BIGINT NOT NULL,
    id UUID NOT NULL,
    session UUID NOT NULL,
    person UUID NOT NULL,
    state TEXT NOT NULL,
    enrolled_at BIGINT NOT NULL,
    present BIGINT,
    result TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (district, id),
    CONSTRAINT enrolment_session FOREIGN KEY (district, session) REFERENCES training_session (district, id)
);
CREATE UNIQUE INDEX enrolment_once ON enrolment (district, session, person);

-- The learner's own record, in the learner's district: name, main content, learning time, unit and date (志愿服务记录与证明
-- 出具办法, art. 8), and the result.
CREATE TABLE own_training (
    district BIGINT NOT NULL,
    person UUID NOT NULL,
    session UUID NOT NULL,
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    unit TEXT NOT NULL,
    address TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    minutes BIGINT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (district, person, session),
    CONSTRAINT own_training_person FOREIGN KEY (district, person) REFERENCES person (district, id)
);
