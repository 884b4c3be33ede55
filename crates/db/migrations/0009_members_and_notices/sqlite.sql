-- The shifts of a team, from which its members are known.
CREATE INDEX shift_organisation ON shift (district, organisation);
