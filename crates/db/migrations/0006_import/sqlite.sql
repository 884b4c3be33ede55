-- A sheet that somebody uploaded, sealed, until it was brought in or is a day old; in the district of who uploaded it.
-- `next_row` is where the next block begins, so that bringing in goes on after a kill.
CREATE TABLE import_file (
    district INTEGER NOT NULL,
    id BLOB NOT NULL,
    actor BLOB NOT NULL,
    kind TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    content BLOB,
    state TEXT NOT NULL,
    row_count INTEGER NOT NULL,
    fresh INTEGER NOT NULL,
    wrong INTEGER NOT NULL,
    next_row INTEGER NOT NULL,
    made INTEGER NOT NULL,
    left_out TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    touched_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (district, id)
) STRICT;
CREATE INDEX import_file_of_actor ON import_file (district, actor);
CREATE INDEX import_file_state ON import_file (district, state, touched_at);

-- Where an imported hour comes from, insert-only: which file by its SHA-256, which line of it. `row_key` is the digest of
-- what the line says, so that the same line is brought in once.
CREATE TABLE imported_hour (
    district INTEGER NOT NULL,
    id BLOB NOT NULL,
    person BLOB NOT NULL,
    file BLOB NOT NULL,
    line INTEGER NOT NULL,
    row_key BLOB NOT NULL,
    minutes INTEGER NOT NULL,
    times_known INTEGER NOT NULL,
    imported_by BLOB NOT NULL,
    imported_at INTEGER NOT NULL,
    PRIMARY KEY (district, id),
    CONSTRAINT imported_hour_person FOREIGN KEY (district, person) REFERENCES person (district, id)
) STRICT;
CREATE UNIQUE INDEX imported_hour_once ON imported_hour (district, person, row_key);

-- What was done and who recorded it, in the words of the file; beside the sealed row, since words may have to go.
CREATE TABLE imported_words (
    district INTEGER NOT NULL,
    hour BLOB NOT NULL,
    what TEXT NOT NULL,
    unit TEXT NOT NULL,
    PRIMARY KEY (district, hour),
    CONSTRAINT imported_words_of FOREIGN KEY (district, hour) REFERENCES imported_hour (district, id)
) STRICT;
