-- Whether the skill that is asked must be proved; what was asked until now was described as proved.
ALTER TABLE project ADD COLUMN skill_proof INTEGER NOT NULL DEFAULT 1;
ALTER TABLE shift ADD COLUMN skill_proof INTEGER NOT NULL DEFAULT 1;
