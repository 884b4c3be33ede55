-- The day up to which a district's alarms were looked for and told.
CREATE TABLE alarm_look (
    district INTEGER NOT NULL,
    day INTEGER NOT NULL,
    PRIMARY KEY (district)
) STRICT;

-- What the auditors were told, once a quarter for each alarm and whom it concerns: a team, whoever typed, or a place. It
-- holds no copy of the evidence. What waits is `open`, then `looked_at`, then `closed` with a note that names nobody.
CREATE TABLE alarm_told (
    district INTEGER NOT NULL,
    id BLOB NOT NULL,
    alarm TEXT NOT NULL,
    concern_kind TEXT NOT NULL,
    concern TEXT NOT NULL,
    quarter INTEGER NOT NULL,
    division INTEGER NOT NULL,
    measured INTEGER NOT NULL,
    threshold INTEGER NOT NULL,
    told_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    decided_by BLOB,
    decided_at INTEGER,
    note TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (district, id)
) STRICT;
CREATE UNIQUE INDEX alarm_told_once ON alarm_told (district, alarm, concern_kind, concern, quarter);
CREATE INDEX alarm_told_division ON alarm_told (district, division);
