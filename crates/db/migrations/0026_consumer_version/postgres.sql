-- By which version of itself a consumer followed a district: a newer one forgets the district and follows it again.
ALTER TABLE consumer ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
