-- Photographs of a signed sheet, encrypted: what was typed in can be held against what was signed.
CREATE TABLE sheet_photo (
    district INTEGER NOT NULL,
    id BLOB NOT NULL,
    shift BLOB NOT NULL,
    content BLOB NOT NULL,
    sha256 BLOB NOT NULL,
    sent_by BLOB NOT NULL,
    sent_at INTEGER NOT NULL,
    PRIMARY KEY (district, id),
    CONSTRAINT sheet_photo_shift FOREIGN KEY (district, shift) REFERENCES shift (district, id)
) STRICT;
CREATE UNIQUE INDEX sheet_photo_of ON sheet_photo (district, shift, sha256);
