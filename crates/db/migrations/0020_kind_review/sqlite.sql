-- Projects that look like something other than volunteering, and what a second person of the place says: `open`, `passed` or
-- `refused`. By rule alone, without anybody, where `decided_by` is empty.
CREATE TABLE kind_review (
    district INTEGER NOT NULL,
    id BLOB NOT NULL,
    project BLOB NOT NULL,
    division INTEGER NOT NULL,
    kinds TEXT NOT NULL,
    asked_by BLOB NOT NULL,
    asked_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    decided_by BLOB,
    decided_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (district, id),
    CONSTRAINT kind_review_project FOREIGN KEY (district, project) REFERENCES project (district, id)
) STRICT;
CREATE UNIQUE INDEX kind_review_once ON kind_review (district, project);
CREATE INDEX kind_review_state ON kind_review (district, state, division);

-- The kinds for which nothing counts, as words with a comma between; empty where it counts.
ALTER TABLE shift ADD COLUMN no_hours TEXT NOT NULL DEFAULT '';
ALTER TABLE attendance ADD COLUMN no_hours TEXT NOT NULL DEFAULT '';
