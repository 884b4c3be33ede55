-- Auditing: samples of what was recorded, drawn to call people back, in the district where it was served. ------------

-- A sample: from what it was drawn and by which seed. Who draws it again from the same wish, seed and cut gets the same.
-- `cut` is the last event of the district's journal that it takes into account.
CREATE TABLE audit_sample (
    district BIGINT NOT NULL,
    id UUID NOT NULL,
    area BIGINT NOT NULL,
    first_day BIGINT NOT NULL,
    last_day BIGINT NOT NULL,
    grades TEXT NOT NULL,
    team UUID,
    seed TEXT NOT NULL,
    wanted BIGINT NOT NULL,
    population BIGINT NOT NULL,
    cut BIGINT NOT NULL,
    drawn_by UUID NOT NULL,
    drawn_at BIGINT NOT NULL,
    PRIMARY KEY (district, id)
);
CREATE INDEX audit_sample_area ON audit_sample (district, area, id);

-- One service of a sample, as it stood on record at the cut.
CREATE TABLE audit_call (
    district BIGINT NOT NULL,
    sample UUID NOT NULL,
    number BIGINT NOT NULL,
    attendance UUID NOT NULL,
    person UUID NOT NULL,
    division BIGINT NOT NULL,
    category TEXT NOT NULL,
    from_at BIGINT NOT NULL,
    to_at BIGINT NOT NULL,
    minutes BIGINT NOT NULL,
    grade TEXT NOT NULL,
    PRIMARY KEY (district, sample, number),
    CONSTRAINT audit_call_sample FOREIGN KEY (district, sample) REFERENCES audit_sample (district, id)
);

-- What a call came to, insert-only: the last word on a service counts, the ones before stay.
CREATE TABLE audit_outcome (
    district BIGINT NOT NULL,
    id UUID NOT NULL,
    sample UUID NOT NULL,
    number BIGINT NOT NULL,
    division BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    minutes BIGINT,
    note TEXT NOT NULL,
    entered_by UUID NOT NULL,
    entered_at BIGINT NOT NULL,
    PRIMARY KEY (district, id),
    CONSTRAINT audit_outcome_call FOREIGN KEY (district, sample, number) REFERENCES audit_call (district, sample, number)
);
CREATE INDEX audit_outcome_of_sample ON audit_outcome (district, sample, number, id);
CREATE INDEX audit_outcome_division ON audit_outcome (district, division, id);

-- Whose number it is, which an auditor types from a card.
CREATE INDEX volunteer_number ON volunteer (district, number);
