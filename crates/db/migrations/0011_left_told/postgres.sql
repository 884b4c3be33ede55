-- Who checked in and not out is asked once when they left; what they told stands here until somebody else confirms it.
ALTER TABLE attendance ADD COLUMN left_asked_at BIGINT;
ALTER TABLE attendance ADD COLUMN left_told_at BIGINT;
CREATE INDEX attendance_unleft ON attendance (district, planned_to)
    WHERE state = 'open' AND left_at IS NULL AND left_asked_at IS NULL;
