-- When the level above last urged a need on that was late; nothing once it has gone on.
ALTER TABLE need ADD COLUMN urged_at BIGINT;
