-- One root over the roots of all districts of a day, signed by the node. Its rows stand at the district of the nation.
CREATE TABLE node_day (
    district BIGINT NOT NULL,
    day BIGINT NOT NULL,
    districts BIGINT NOT NULL,
    root BYTEA NOT NULL,
    signature BYTEA NOT NULL,
    closed_at BIGINT NOT NULL,
    PRIMARY KEY (district, day)
);
