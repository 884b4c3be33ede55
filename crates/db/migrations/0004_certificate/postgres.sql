-- A statement covers several records, which its body names; revoking one has a reason.
ALTER TABLE statement DROP COLUMN record;
ALTER TABLE statement ADD COLUMN revoked_reason TEXT;
