-- The day up to which a district's alarms were looked for and told.
CREATE TABLE alarm_look (
    district BIGINT NOT NULL,
    day BIGINT NOT NULL,
    PRIMARY KEY (district)
);

-- What the auditors were told, once a quarter for each alarm and whom it concerns: a team, whoever typed, or a place. It
-- holds no copy of the evidence. What waits is `open`, then `looked_at`, then `closed` with a note that names nobody.
CREATE TABLE alarm_told (
    district BIGINT NOT NULL,
    id BYTEA NOT NULL,
    alarm TEXT NOT NULL,
    concern_kind TEXT NOT NULL,
    concern TEXT NOT NULL,
    quarter BIGINT NOT NULL,
    division BIGINT NOT NULL,
    measured BIGINT NOT NULL,
    threshold BIGINT NOT NULL,
    told_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    decided_by BYTEA,
    decided_at BIGINT,
    note TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (district, id)
);
CREATE UNIQUE INDEX alarm_told_once ON alarm_told (district, alarm, concern_kind, concern, quarter);
CREATE INDEX alarm_told_division ON alarm_told (district, division);
