-- Projects that look like something other than volunteering, and what a second person of the place says: `open`, `passed` or
-- `refused`. By rule alone, without anybody, where `decided_by` is empty.
CREATE TABLE kind_review (
    district BIGINT NOT NULL,
    id UUID NOT NULL,
    project UUID NOT NULL,
    division BIGINT NOT NULL,
    kinds TEXT NOT NULL,
    asked_by UUID NOT NULL,
    asked_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    decided_by UUID,
    decided_at BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (district, id),
    CONSTRAINT kind_review_project FOREIGN KEY (district, project) REFERENCES project (district, id)
);
CREATE UNIQUE INDEX kind_review_once ON kind_review (district, project);
CREATE INDEX kind_review_state ON kind_review (district, state, division);

-- The kinds for which nothing counts, as words with a comma between; empty where it counts.
ALTER TABLE shift ADD COLUMN no_hours TEXT NOT NULL DEFAULT '';
ALTER TABLE attendance ADD COLUMN no_hours TEXT NOT NULL DEFAULT '';
