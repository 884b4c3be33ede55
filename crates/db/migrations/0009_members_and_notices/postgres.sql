-- The shifts of a team, from which its members are known.
CREATE INDEX shift_organisation ON shift (district, organisation);

-- Since when a volunteer agrees to be named, by surname and the end of the number, in public notices; nothing when not.
ALTER TABLE volunteer ADD COLUMN named_since BIGINT;
CREATE INDEX volunteer_named ON volunteer (district, named_since);

-- What was served in an area and a time, open to anybody until a day. It holds no copy of any hour: what counts is read
-- each time. Taken down before its time, it keeps the reason.
CREATE TABLE public_notice (
    district BIGINT NOT NULL,
    id UUID NOT NULL,
    division BIGINT NOT NULL,
    first_day BIGINT NOT NULL,
    last_day BIGINT NOT NULL,
    until_day BIGINT NOT NULL,
    put_up_by UUID NOT NULL,
    put_up_at BIGINT NOT NULL,
    taken_down_by UUID,
    taken_down_at BIGINT,
    reason TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (district, id)
);
CREATE INDEX public_notice_up ON public_notice (district, until_day);
CREATE INDEX public_notice_division ON public_notice (district, division);

-- By what a word on the roll was given: the roll call, or the signed paper sheet.
ALTER TABLE roll_call ADD COLUMN source TEXT NOT NULL DEFAULT 'roll_call';
