-- A sheet that somebody uploaded, sealed, until it was brought in or is a day old; in the district of who uploaded it.
-- `next_row` is where the next block begins, so that bringing in goes on after a kill.
CREATE TABLE import_file (
    district BIGINT NOT NULL,
    id UUID NOT NULL,
    actor UUID NOT NULL,
    kind TEXT NOT NULL,
    sha256 BYTEA NOT NULL,
    content BYTEA,
    state TEXT NOT NULL,
    row_count BIGINT NOT NULL,
    fresh BIGINT NOT NULL,
    wrong BIGINT NOT NULL,
    next_row BIGINT NOT NULL,
    made BIGINT NOT NULL,
    left_out TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    touched_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (district, id)
);
CREATE INDEX import_file_of_actor ON import_file (district, actor);
CREATE INDEX import_file_state ON import_file (district, state, touched_at);

-- Where an imported hour comes from, insert-only: which file by its SHA-256, which line of it. `row_key` is the digest of
-- what the line says, so that the same line is brought in once.
CREATE TABLE imported_hour (
    district BIGINT NOT NULL,
    id UUID NOT NULL,
    person UUID NOT NULL,
    file BYTEA NOT NULL,
    line BIGINT NOT NULL,
    row_key BYTEA NOT NULL,
    minutes BIGINT NOT NULL,
    times_known BIGINT NOT NULL,
    imported_by UUID NOT NULL,
    imported_at BIGINT NOT NULL,
    PRIMARY KEY (district, id),
    CONSTRAINT imported_hour_person FOREIGN KEY (district, person) REFERENCES person (district, id)
);
CREATE UNIQUE INDEX imported_hour_once ON imported_hour (district, person, row_key);

-- What was done and who recorded it, in the words of the file; beside the sealed row, since words may have to go.
CREATE TABLE imported_words (
    district BIGINT NOT NULL,
    hour UUID NOT NULL,
    what TEXT NOT NULL,
    unit TEXT NOT NULL,
    PRIMARY KEY (district, hour),
    CONSTRAINT imported_words_of FOREIGN KEY (district, hour) REFERENCES imported_hour (district, id)
);
