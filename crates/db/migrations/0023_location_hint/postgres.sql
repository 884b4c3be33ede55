-- Whether somebody was near the meeting point when they came and when they went, as far as they let their phone say so:
-- `inside`, `outside`, `unknown`; empty where they did not. Where they were is not kept.
ALTER TABLE attendance ADD COLUMN hint_arrived TEXT NOT NULL DEFAULT '';
ALTER TABLE attendance ADD COLUMN hint_left TEXT NOT NULL DEFAULT '';

-- Where a project meets at one address, in millionths of a degree (WGS 84); NULL where it was taken away again.
CREATE TABLE meeting_point (
    district BIGINT NOT NULL,
    id UUID NOT NULL,
    project UUID NOT NULL,
    address TEXT NOT NULL,
    lat BIGINT,
    lon BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (district, id),
    CONSTRAINT meeting_point_project FOREIGN KEY (district, project) REFERENCES project (district, id)
);
CREATE UNIQUE INDEX meeting_point_once ON meeting_point (district, project, address);
