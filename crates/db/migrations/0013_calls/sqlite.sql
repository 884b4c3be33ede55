-- Auditing: samples of what was recorded, drawn to call people back, in the district where it was served. ------------

-- A sample: from what it was drawn and by which seed. Who draws it again from the same wish, seed and cut gets the same.
-- `cut` is the last event of the district's journal that it takes into account.
CREATE TABLE audit_sample (
    district INTEGER NOT NULL,
    id BLOB NOT NULL,
    area INTEGER NOT NULL,
    first_day INTEGER NOT NULL,
    last_day INTEGER NOT NULL,
    grades TEXT NOT NULL,
    team BLOB,
    seed TEXT NOT NULL,
    wanted INTEGER NOT NULL,
    population INTEGER NOT NULL,
    cut INTEGER NOT NULL,
    drawn_by BLOB NOT NULL,
    drawn_at INTEGER NOT NULL,
    PRIMARY KEY (district, id)
) STRICT;
CREATE INDEX audit_sample_area ON audit_sample (district, area, id);

-- One service of a sample, as it stood on record at the cut.
CREATE TABLE audit_call (
    district INTEGER NOT NULL,
    sample BLOB NOT NULL,
    number INTEGER NOT NULL,
    attendance BLOB NOT NULL,
    person BLOB NOT NULL,
    division INTEGER NOT NULL,
    category TEXT NOT NULL,
    from_at INTEGER NOT NULL,
    to_at INTEGER NOT NULL,
    minutes INTEGER NOT NULL,
    grade TEXT NOT NULL,
    PRIMARY KEY (district, sample, number),
    CONSTRAINT audit_call_sample FOREIGN KEY (district, sample) REFERENCES audit_sample (district, id)
) STRICT;

-- What a call came to, insert-only: the last word on a service counts, the ones before stay.
CREATE TABLE audit_outcome (
    district INTEGER NOT NULL,
    id BLOB NOT NULL,
    sample BLOB NOT NULL,
    number INTEGER NOT NULL,
    division INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    minutes INTEGER,
    note TEXT NOT NULL,
    entered_by BLOB NOT NULL,
    entered_at INTEGER NOT NULL,
    PRIMARY KEY (district, id),
    CONSTRAINT audit_outcome_call FOREIGN KEY (district, sample, number) REFERENCES audit_call (district, sample, number)
) STRICT;
CREATE INDEX audit_outcome_of_sample ON audit_outcome (district, sample, number, id);
CREATE INDEX audit_outcome_division ON audit_outcome (district, division, id);

-- Whose number it is, which an auditor types from a card.
CREATE INDEX volunteer_number ON volunteer (district, number);
