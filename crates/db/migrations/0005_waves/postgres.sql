-- Asking in waves: when whom to ask is decided again (none: a person decides), until when somebody must be found, and why
-- it was decided so, in codes.
ALTER TABLE need ADD COLUMN look_at BIGINT;
ALTER TABLE need ADD COLUMN ask_until BIGINT;
ALTER TABLE need ADD COLUMN asking TEXT NOT NULL DEFAULT '';
CREATE INDEX need_look ON need (look_at, district);
