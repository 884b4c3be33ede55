-- Lists of one presence, engagement or person in the order of ids: with the id at the end of the index. Without it SQLite
-- read every row of the district by the primary key, which has that order.
DROP INDEX signal_of_attendance;
CREATE INDEX signal_of_attendance ON signal (district, attendance, id);
DROP INDEX role_grant_of_person;
CREATE INDEX role_grant_of_person ON role_grant (district, person, id);
DROP INDEX reveal_of_person;
CREATE INDEX reveal_of_person ON reveal (district, person, id);
CREATE INDEX attendance_of_engagement ON attendance (district, engagement, id);
CREATE INDEX hours_review_of_presence ON hours_review (district, attendance, id);
