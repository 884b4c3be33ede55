-- The shifts of a team, from which its members are known.
CREATE INDEX shift_organisation ON shift (district, organisation);

-- Since when a volunteer agrees to be named, by surname and the end of the number, in public notices; nothing when not.
ALTER TABLE volunteer ADD COLUMN named_since INTEGER;
CREATE INDEX volunteer_named ON volunteer (district, named_since);

-- What was served in an area and a time, open to anybody until a day. It holds no copy of any hour: what counts is read
-- each time. Taken down before its time, it keeps the reason.
CREATE TABLE public_notice (
    district INTEGER NOT NULL,
    id BLOB NOT NULL,
    division INTEGER NOT NULL,
    first_day INTEGER NOT NULL,
    last_day INTEGER NOT NULL,
    until_day INTEGER NOT NULL,
    put_up_by BLOB NOT NULL,
    put_up_at INTEGER NOT NULL,
    taken_down_by BLOB,
    taken_down_at INTEGER,
    reason TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (district, id)
) STRICT;
CREATE INDEX public_notice_up ON public_notice (district, until_day);
CREATE INDEX public_notice_division ON public_notice (district, division);

-- By what a word on the roll was given: the roll call, or the signed paper sheet.
ALTER TABLE roll_call ADD COLUMN source TEXT NOT NULL DEFAULT 'roll_call';
