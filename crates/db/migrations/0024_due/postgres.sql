-- What the timers look for twice a second stands in indexes that hold nothing else.
CREATE INDEX shift_waiting ON shift (district, starts_at) WHERE waiting > 0;
CREATE INDEX message_waiting ON message (not_before, district) WHERE sent_at IS NULL;
CREATE INDEX offer_open ON offer (answer_by, district) WHERE state IN ('held', 'sent');
CREATE INDEX roll_call_called ON roll_call (settles_at, district) WHERE state = 'called';
