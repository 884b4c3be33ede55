-- The breaks of a shift and the way there and back within its time: as they are planned, and in an attendance as they were
-- kept apart from what counts.
ALTER TABLE shift ADD COLUMN break_minutes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE shift ADD COLUMN travel_minutes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attendance ADD COLUMN break_planned INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attendance ADD COLUMN travel_planned INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attendance ADD COLUMN break_apart INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attendance ADD COLUMN travel_apart INTEGER NOT NULL DEFAULT 0;
