-- One root over the roots of all districts of a day, signed by the node. Its rows stand at the district of the nation.
CREATE TABLE node_day (
    district INTEGER NOT NULL,
    day INTEGER NOT NULL,
    districts INTEGER NOT NULL,
    root BLOB NOT NULL,
    signature BLOB NOT NULL,
    closed_at INTEGER NOT NULL,
    PRIMARY KEY (district, day)
) STRICT;
