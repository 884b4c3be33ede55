-- What honest thing an alarm looks like, a word of `alarms::Alike`; empty where the evidence does not tell.
ALTER TABLE alarm_told ADD COLUMN looks_like TEXT NOT NULL DEFAULT '';
