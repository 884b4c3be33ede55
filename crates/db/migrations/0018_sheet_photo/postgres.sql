-- Photographs of a signed sheet, encrypted: what was typed in can be held against what was signed.
CREATE TABLE sheet_photo (
    district BIGINT NOT NULL,
    id UUID NOT NULL,
    shift UUID NOT NULL,
    content BYTEA NOT NULL,
    sha256 BYTEA NOT NULL,
    sent_by UUID NOT NULL,
    sent_at BIGINT NOT NULL,
    PRIMARY KEY (district, id),
    CONSTRAINT sheet_photo_shift FOREIGN KEY (district, shift) REFERENCES shift (district, id)
);
CREATE UNIQUE INDEX sheet_photo_of ON sheet_photo (district, shift, sha256);
