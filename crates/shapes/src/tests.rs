//! Planted breaches of every rule, and a set of statements of the kind that the product writes.

mod accepted;
mod refused;
mod schema;
mod transactions;

use crate::{Catalogue, Owner};

const DDL: &str = "
CREATE TABLE division (code TEXT PRIMARY KEY, parent TEXT REFERENCES division (code), name TEXT NOT NULL);
CREATE TABLE person (
    district BIGINT NOT NULL, id UUID NOT NULL, name TEXT NOT NULL, initials TEXT NOT NULL DEFAULT '',
    home TEXT NOT NULL REFERENCES division (code), minutes BIGINT NOT NULL DEFAULT 0, phone BYTEA, version BIGINT NOT NULL,
    PRIMARY KEY (district, id), UNIQUE (district, phone)
);
CREATE TABLE phone_owner (phone_index BYTEA NOT NULL PRIMARY KEY, district BIGINT NOT NULL, person UUID NOT NULL);
CREATE TABLE project (district BIGINT NOT NULL, id UUID NOT NULL, title TEXT NOT NULL, PRIMARY KEY (district, id));
CREATE TABLE shift (
    district BIGINT NOT NULL, id UUID NOT NULL, project UUID NOT NULL, starts_at BIGINT NOT NULL, seats BIGINT NOT NULL,
    PRIMARY KEY (district, id),
    CONSTRAINT shift_project FOREIGN KEY (district, project) REFERENCES project (district, id) ON DELETE CASCADE
);
CREATE INDEX shift_by_start ON shift (district, starts_at);
CREATE TABLE attendance (
    district BIGINT NOT NULL, id UUID NOT NULL, shift UUID NOT NULL, person UUID NOT NULL, state TEXT NOT NULL,
    checked_in_at BIGINT, minutes BIGINT, PRIMARY KEY (district, id), UNIQUE (district, shift, person),
    FOREIGN KEY (district, shift) REFERENCES shift (district, id)
);
CREATE TABLE account (
    district BIGINT NOT NULL, id UUID NOT NULL, owner UUID NOT NULL, posted BIGINT NOT NULL CHECK (posted >= 0),
    PRIMARY KEY (district, id)
);
CREATE TABLE job (
    district BIGINT NOT NULL, id UUID NOT NULL, due_at BIGINT NOT NULL, state TEXT NOT NULL, tries BIGINT NOT NULL,
    PRIMARY KEY (district, id)
);
CREATE TABLE journal_head (district BIGINT NOT NULL, sequence BIGINT NOT NULL, link BYTEA NOT NULL, PRIMARY KEY (district));
CREATE TABLE journal_pending (
    district BIGINT NOT NULL, id UUID NOT NULL, kind TEXT NOT NULL, body BYTEA NOT NULL, PRIMARY KEY (district, id)
);
CREATE TABLE journal (
    district BIGINT NOT NULL, sequence BIGINT NOT NULL, id UUID NOT NULL, kind TEXT NOT NULL, body BYTEA NOT NULL,
    PRIMARY KEY (district, sequence), UNIQUE (district, id)
);
CREATE TABLE day_total (
    district BIGINT NOT NULL, day BIGINT NOT NULL, records BIGINT NOT NULL, minutes BIGINT NOT NULL,
    PRIMARY KEY (district, day)
);
ALTER TABLE person ADD COLUMN active_since BIGINT;
ALTER TABLE person ADD CONSTRAINT person_active CHECK (active_since > 0);
";

const OWNERS: &[Owner] = &[Owner { table: "phone_owner", column: "phone_index" }];

fn catalogue() -> Catalogue {
    Catalogue::from_ddl(&[DDL], &["division"], OWNERS).expect("the text parses")
}
