//! The closed lists: what may read across districts, and which transactions may write in two.

use shapes::{Allowance, Owner};

/// Small tables that every node has whole.
pub const REFERENCE_TABLES: &[&str] =
    &["calendar_day", "division_change", "division_version", "migration", "policy", "population"];

/// Tables that hold one fact for the whole country, each distributed by its own key.
pub const OWNERS: &[Owner] = &[
    Owner { table: "document_owner", column: "number_index" },
    Owner { table: "phone_owner", column: "phone_index" },
    Owner { table: "sign_in_code", column: "phone_index" },
    Owner { table: "statement", column: "token_hash" },
];

/// Reads without a district. Each is an operator's or a follower's, the figures' or that of staff whose area is a city or
/// above, never a page's of one person.
pub const ACROSS_DISTRICTS: &[Allowance] = &[
    Allowance { statement: "SELECT district FROM journal_head", reason: "which districts there are to seal" },
    Allowance { statement: "SELECT DISTINCT district FROM account", reason: "ledger verify" },
    Allowance {
        statement: "SELECT DISTINCT district FROM blob",
        reason: "the needs' timer forgets recordings that were never sent",
    },
    Allowance { statement: "SELECT DISTINCT district FROM message", reason: "keys reindex" },
    Allowance { statement: "SELECT DISTINCT district FROM need", reason: "keys reindex" },
    Allowance { statement: "SELECT DISTINCT district FROM person", reason: "keys reindex" },
    Allowance { statement: "SELECT DISTINCT district FROM phone_call", reason: "keys reindex" },
    Allowance {
        statement: "SELECT DISTINCT district FROM phone_call WHERE began_at < $1 AND need IS NULL AND said IS NOT NULL",
        reason: "the hotline's timer forgets numbers and words",
    },
    Allowance { statement: "SELECT DISTINCT district FROM person_document", reason: "keys reindex" },
    Allowance { statement: "SELECT DISTINCT district FROM volunteer", reason: "keys reindex" },
    Allowance { statement: "SELECT DISTINCT district FROM import_file", reason: "keys reindex" },
    Allowance { statement: "SELECT DISTINCT district FROM identity_case", reason: "keys reindex" },
    Allowance {
        statement: "SELECT DISTINCT district FROM import_file WHERE (state = 'running' AND touched_at < $1)
             OR (state IN ('checked', 'wrong') AND touched_at < $2)",
        reason: "the imports' timer forgets files that waited for too long and goes on with interrupted ones",
    },
    Allowance { statement: "SELECT DISTINCT district FROM journal", reason: "journal verify" },
    Allowance { statement: "SELECT DISTINCT district FROM journal_day", reason: "journal verify" },
    Allowance {
        statement: "SELECT district, day, first_seq, last_seq, root, closed_at FROM journal_day",
        reason: "journal verify recomputes the roots of roots",
    },
    Allowance {
        statement: "SELECT district, day, districts, root, signature, closed_at FROM node_day ORDER BY day",
        reason: "journal verify finds a root of roots wherever it stands",
    },
    Allowance {
        statement: "SELECT MIN(day) FROM journal_head",
        reason: "the node's day is over when it is over in every district",
    },
    Allowance {
        statement: "SELECT DISTINCT day FROM journal_day WHERE day > $1 AND day <= $2 ORDER BY day LIMIT $3",
        reason: "which days of the node are to be closed",
    },
    Allowance {
        statement: "SELECT district, day, first_seq, last_seq, root, closed_at, signature FROM journal_day
         WHERE day >= $1 AND day <= $2 ORDER BY day, district",
        reason: "the root of roots and the public file hold the roots of all districts",
    },
    Allowance {
        statement: "SELECT body, revoked_at FROM statement WHERE revoked_at IS NOT NULL",
        reason: "the public list of what was taken back is of the whole installation",
    },
    Allowance { statement: "SELECT DISTINCT district FROM transfer", reason: "ledger verify" },
    Allowance {
        statement: "SELECT DISTINCT district FROM message WHERE sent_at IS NULL AND not_before <= $1",
        reason: "which districts have a message to send",
    },
    Allowance {
        statement: "SELECT id, channel, recipient, body, kind, not_before FROM message
         WHERE not_before <= $1 ORDER BY not_before DESC, id DESC LIMIT $2",
        reason: "the demo's outbox",
    },
    Allowance {
        statement: "SELECT DISTINCT district FROM journal_pending",
        reason: "which districts have something to seal after a start",
    },
    Allowance {
        statement: "SELECT DISTINCT district FROM offer
         WHERE state IN ('held', 'sent') AND (answer_by < $1 OR (state = 'held' AND sent_at <= $1))",
        reason: "the needs' timer tells and ends offers that are due",
    },
    Allowance {
        statement: "SELECT DISTINCT district FROM need WHERE look_at <= $1",
        reason: "the needs' timer decides anew whom to ask where a wave has waited long enough",
    },
    Allowance {
        statement: "SELECT DISTINCT district FROM roll_call WHERE state = 'called' AND settles_at <= $1",
        reason: "the shifts' timer makes hours of what was said at roll calls",
    },
    Allowance {
        statement: "SELECT h.district FROM journal_head h WHERE EXISTS
             (SELECT 1 FROM shift s WHERE s.district = h.district AND s.duty_at <= $1)",
        reason: "the shifts' timer reminds where a record has its day",
    },
    Allowance {
        statement: "SELECT h.district FROM journal_head h WHERE EXISTS
             (SELECT 1 FROM shift s WHERE s.district = h.district AND s.unfollowed = 1)
         OR EXISTS
             (SELECT 1 FROM shift s WHERE s.district = h.district AND s.state = 'published' AND s.starts_at > $1
                  AND s.waiting > 0 AND s.taken < s.places)",
        reason: "the shifts' timer moves who waits and who has not followed a change",
    },
    Allowance {
        statement: "SELECT h.district FROM journal_head h WHERE EXISTS
             (SELECT 1 FROM attendance a WHERE a.district = h.district AND a.state = 'open' AND a.left_at IS NULL
                  AND a.left_asked_at IS NULL AND a.planned_to > $1 AND a.planned_to <= $2 AND a.arrived_at IS NOT NULL
                  AND a.kind = 'shift')",
        reason: "the shifts' timer asks who did not check out",
    },
    Allowance {
        statement: "SELECT h.district FROM journal_head h WHERE EXISTS
             (SELECT 1 FROM typed_hours t WHERE t.district = h.district AND t.state = 'open' AND t.next_at <= $1)
         OR EXISTS
             (SELECT 1 FROM attendance a WHERE a.district = h.district AND a.state = 'open' AND a.claimed_at IS NOT NULL
                  AND a.escalated_at IS NULL AND a.answer_by <= $1)",
        reason: "the hours' timer follows typed hours and claims that nobody answers",
    },
    Allowance {
        statement: "SELECT h.district, c.name, h.seq - c.seq,
                (SELECT COUNT(*) FROM parked_event p WHERE p.district = c.district AND p.consumer = c.name), c.halted
         FROM journal_head h JOIN consumer c ON c.district = h.district
         ORDER BY h.district, c.name",
        reason: "doctor shows every consumer's lag",
    },
    Allowance {
        statement: "SELECT CASE WHEN from_day > $3 THEN from_day ELSE $3 END, CASE WHEN to_day < $4 THEN to_day ELSE $4 END, COUNT(*)
         FROM active_interval WHERE district BETWEEN $5 AND $6 AND division BETWEEN $1 AND $2 AND from_day <= $4 AND to_day >= $3 GROUP BY 1, 2",
        reason: "figures of a city, a province or the nation: active people over a trend",
    },
    Allowance {
        statement: "SELECT division / $4, COUNT(*) FROM active_interval WHERE district BETWEEN $5 AND $6 AND division BETWEEN $1 AND $2 AND from_day <= $3 AND to_day >= $3 GROUP BY 1",
        reason: "parts of a city, a province or the nation side by side: active people",
    },
    Allowance {
        statement: "SELECT division / $7, figure, part, CAST(SUM(amount) AS BIGINT) FROM figure_day WHERE district BETWEEN $8 AND $9 AND division BETWEEN $1 AND $2 AND day <= $3
         AND (figure IN ('volunteers', 'born', 'teams', 'projects', 'minutes', 'served_as', 'asked_as')
              OR (figure = 'answered' AND day > $4)
              OR (figure IN ('needs', 'matched', 'served') AND part BETWEEN $5 AND $6))
         GROUP BY 1, 2, 3",
        reason: "parts of a city, a province or the nation side by side: sums",
    },
    Allowance {
        statement: "SELECT part, CAST(SUM(amount) AS BIGINT) FROM figure_day WHERE district BETWEEN $5 AND $6 AND division BETWEEN $1 AND $2 AND figure = 'served' AND part BETWEEN $3 AND $4 GROUP BY part",
        reason: "the yearly report of a city, a province or the nation: hours by month",
    },
    Allowance {
        statement: "SELECT COUNT(*) FROM active_interval WHERE district BETWEEN $4 AND $5 AND division BETWEEN $1 AND $2 AND from_day <= $3 AND to_day >= $3",
        reason: "figures of a city, a province or the nation: active people",
    },
    Allowance {
        statement: "SELECT division, 'active', '', CASE WHEN from_day > $3 THEN from_day ELSE $3 END,
                CASE WHEN to_day < $4 THEN to_day ELSE $4 END, COUNT(*)
             FROM active_interval WHERE district BETWEEN $8 AND $9 AND division BETWEEN $1 AND $2 AND from_day <= $4 AND to_day >= $3 GROUP BY 1, 2, 3, 4, 5
             UNION ALL
             SELECT division, figure, CASE WHEN figure IN ('answered', 'asked_as', 'born') THEN part ELSE '' END,
                CASE WHEN figure = 'volunteers' AND day > $3 THEN day ELSE $3 END, $4, CAST(SUM(amount) AS BIGINT)
             FROM figure_day WHERE district BETWEEN $8 AND $9 AND division BETWEEN $1 AND $2 AND day <= $4
                AND (figure IN ('volunteers', 'asked_as', 'born') OR (figure = 'answered' AND day > $5)
                     OR (figure IN ('needs', 'matched') AND part BETWEEN $6 AND $7))
             GROUP BY 1, 2, 3, 4, 5",
        reason: "what may be told of areas that are one community each, above a district",
    },
    Allowance {
        statement: "SELECT id, name, phone_last4, division FROM person WHERE district BETWEEN $6 AND $7 AND division BETWEEN $1 AND $2 AND phone_last4 = $3 AND id > $4 ORDER BY id LIMIT $5",
        reason: "somebody of a city or above looks for a person by the end of the phone",
    },
    Allowance {
        statement: "SELECT id, name, phone_last4, division FROM person WHERE district BETWEEN $6 AND $7 AND division BETWEEN $1 AND $2 AND initials LIKE $3 ESCAPE '\\' AND id > $4 ORDER BY id LIMIT $5",
        reason: "somebody of a city or above looks for a person by initials",
    },
    Allowance {
        statement: "SELECT id, name, phone_last4, division FROM person WHERE district BETWEEN $6 AND $7 AND division BETWEEN $1 AND $2 AND name LIKE $3 ESCAPE '\\' AND id > $4 ORDER BY id LIMIT $5",
        reason: "somebody of a city or above looks for a person by name",
    },
    Allowance {
        statement: "SELECT id, person, role, division, organisation, until_at, version FROM role_grant WHERE district BETWEEN $5 AND $6 AND division BETWEEN $1 AND $2 AND from_at <= $3 AND (until_at IS NULL OR until_at > $3)
         ORDER BY id LIMIT $4",
        reason: "who gives roles in a city or above sees those that are held there",
    },
    Allowance {
        statement: "SELECT r.id, r.person, r.attendance, r.division, r.decider, r.day, r.from_at, r.to_at, r.minutes, r.level,
         r.state, r.version, a.grade
     FROM hours_review r JOIN attendance a ON a.district = r.district AND a.id = r.attendance WHERE r.district BETWEEN $5 AND $6 AND r.state = 'open' AND r.decider BETWEEN $1 AND $2 AND r.id > $3 ORDER BY r.id LIMIT $4",
        reason: "minutes over the daily limit that wait in a city or above",
    },
    Allowance {
        statement: "SELECT r.id, r.project, r.division, r.kinds, r.asked_by, r.asked_at, r.state, r.reason, r.version, p.title, p.summary
     FROM kind_review r JOIN project p ON p.district = r.district AND p.id = r.project WHERE r.district BETWEEN $4 AND $5 AND r.state = 'open' AND r.division BETWEEN $1 AND $2 ORDER BY r.id LIMIT $3",
        reason: "activities of a city or above that look like no volunteering and wait",
    },
    Allowance {
        statement: "SELECT id, division, first_day, last_day, until_day, put_up_at, taken_down_at, reason, version
         FROM public_notice WHERE district BETWEEN $7 AND $8 AND (division BETWEEN $1 AND $2 OR division = $3 OR division = $4) AND until_day >= $5
     AND taken_down_at IS NULL ORDER BY until_day, id LIMIT $6",
        reason: "public notices of a city or above that are up",
    },
    Allowance {
        statement: "SELECT id, division, first_day, last_day, until_day, put_up_at, taken_down_at, reason, version
         FROM public_notice WHERE district BETWEEN $4 AND $5 AND division BETWEEN $1 AND $2 ORDER BY id DESC LIMIT $3",
        reason: "staff of a city or above see what notices were put up there",
    },
    Allowance {
        statement: "SELECT id, person, division, decider, via, recorded_by, made_by, state, opened_at, due_day, decided_at,
             reason, version, contact FROM identity_case WHERE district BETWEEN $5 AND $6 AND state = 'open' AND decider BETWEEN $1 AND $2 AND id > $3 ORDER BY id LIMIT $4",
        reason: "refused registrations that wait in a city or above",
    },
    Allowance {
        statement: "SELECT id, person, division, decider, via, recorded_by, made_by, state, opened_at, due_day, decided_at,
             reason, version, contact FROM identity_case WHERE district BETWEEN $4 AND $5 AND state <> 'open' AND decider BETWEEN $1 AND $2 ORDER BY id DESC LIMIT $3",
        reason: "refused registrations that are over in a city or above",
    },
    Allowance {
        statement: "SELECT id, person, planned_from, planned_to, claimed_at, answer_by FROM attendance WHERE district BETWEEN $5 AND $6 AND state = 'open' AND division BETWEEN $1 AND $2 AND claimed_at IS NOT NULL AND id > $3 ORDER BY id LIMIT $4",
        reason: "claims that wait in a city or above",
    },
    Allowance {
        statement: "SELECT id, number, division, category, recipient, asked_by, channel, detail, voice, address,
             contact_phone, risk, urgent, starts_at, ends_at, minutes, state, due_at, look_at, ask_until, asking,
             urged_at, refused_reason, helper, rating, reopened, created_at, version FROM need WHERE district BETWEEN $4 AND $5 AND state IN ('submitted', 'verified', 'offered', 'accepted', 'in_service', 'done_claimed', 'reopened')
     AND division BETWEEN $1 AND $2 ORDER BY due_at, id LIMIT $3",
        reason: "the needs that wait in a city or above",
    },
    Allowance {
        statement: "SELECT id, number, division, category, recipient, asked_by, channel, detail, voice, address,
             contact_phone, risk, urgent, starts_at, ends_at, minutes, state, due_at, look_at, ask_until, asking,
             urged_at, refused_reason, helper, rating, reopened, created_at, version FROM need WHERE district BETWEEN $5 AND $6 AND state IN ('submitted', 'verified', 'offered', 'accepted', 'in_service', 'done_claimed', 'reopened')
     AND division BETWEEN $1 AND $2 AND due_at < $3 ORDER BY due_at, id LIMIT $4",
        reason: "the needs that are late in a city or above",
    },
    Allowance {
        statement: "SELECT day, figure, CAST(SUM(amount) AS BIGINT) FROM figure_day WHERE district BETWEEN $5 AND $6 AND division BETWEEN $1 AND $2 AND day > $3 AND day <= $4
         AND figure IN ('volunteers', 'teams', 'projects', 'minutes')
         GROUP BY day, figure",
        reason: "figures of a city, a province or the nation: what each day of a trend added",
    },
    Allowance {
        statement: "SELECT figure, part, CAST(SUM(amount) AS BIGINT) FROM figure_day WHERE district BETWEEN $8 AND $9 AND division BETWEEN $1 AND $2 AND day <= $3
                AND (figure IN ('volunteers', 'born', 'teams', 'projects', 'minutes', 'served_as', 'asked_as')
                     OR (figure = 'answered' AND day > $4)
                     OR (figure IN ('needs', 'matched', 'served') AND part BETWEEN $5 AND $6))
             GROUP BY figure, part
             UNION ALL
             SELECT 'below', CAST(division / $7 AS TEXT), CAST(SUM(amount) AS BIGINT) FROM figure_day WHERE district BETWEEN $8 AND $9 AND division BETWEEN $1 AND $2 AND day <= $3 AND figure = 'minutes' GROUP BY 1, 2",
        reason: "the board of a city, a province or the nation: sums, and the hours of each part",
    },
    Allowance {
        statement: "SELECT figure, part, CAST(SUM(amount) AS BIGINT) FROM figure_day WHERE district BETWEEN $7 AND $8 AND division BETWEEN $1 AND $2 AND day <= $3
         AND (figure IN ('volunteers', 'born', 'teams', 'projects', 'minutes', 'served_as', 'asked_as')
              OR (figure = 'answered' AND day > $4)
              OR (figure IN ('needs', 'matched', 'served') AND part BETWEEN $5 AND $6))
         GROUP BY figure, part",
        reason: "figures of a city, a province or the nation: sums",
    },
    Allowance {
        statement: "SELECT p.id, p.name, p.phone_last4, p.division, p.birth_day, p.state, d.kind, d.last4, v.state, v.number, v.joined_at
     FROM person p
     LEFT JOIN person_document d ON d.district = p.district AND d.person = p.id
     LEFT JOIN volunteer v ON v.district = p.district AND v.person = p.id WHERE p.district BETWEEN $4 AND $5 AND p.division BETWEEN $1 AND $2 ORDER BY p.division, p.id LIMIT $3",
        reason: "a sheet of the people of a city or above",
    },
    Allowance {
        statement: "SELECT s.person, s.skill FROM volunteer_skill s
     JOIN person p ON p.district = s.district AND p.id = s.person WHERE s.district BETWEEN $3 AND $4 AND p.division BETWEEN $1 AND $2 ORDER BY s.person, s.skill",
        reason: "a sheet of the people of a city or above: what they can do",
    },
    Allowance {
        statement: "SELECT id, engagement, kind, category, division, person, COALESCE(arrived_at, planned_from),
         COALESCE(left_at, planned_to), minutes, grade FROM attendance WHERE district BETWEEN $6 AND $7 AND state = 'recorded' AND division BETWEEN $1 AND $2 AND planned_from >= $3 AND planned_from < $4
     AND minutes > 0 AND grade IS NOT NULL ORDER BY planned_from, id LIMIT $5",
        reason: "a sheet of the hours of a city or above",
    },
    Allowance {
        statement: "SELECT id, number, division, category, channel, risk, urgent, state, starts_at, ends_at, recipient, helper, rating,
         created_at FROM need WHERE district BETWEEN $6 AND $7 AND division BETWEEN $1 AND $2 AND created_at >= $3 AND created_at < $4 ORDER BY created_at, id LIMIT $5",
        reason: "a sheet of the needs of a city or above",
    },
    Allowance {
        statement: "SELECT v.number, v.person, p.division FROM volunteer v
     JOIN person p ON p.district = v.district AND p.id = v.person WHERE v.district BETWEEN $3 AND $4 AND p.division BETWEEN $1 AND $2",
        reason: "a sheet of hours is brought in for a city or above: volunteers by number",
    },
    Allowance {
        statement: "SELECT id, engagement, division, person, planned_from, planned_to, COALESCE(arrived_at, planned_from),
         COALESCE(left_at, planned_to), minutes, grade FROM attendance WHERE district BETWEEN $6 AND $7 AND state = 'recorded' AND kind IN ('shift', 'need') AND division BETWEEN $1 AND $2 AND planned_from >= $3
     AND planned_from < $4 AND minutes > 0 AND grade IS NOT NULL ORDER BY id LIMIT $5",
        reason: "the alarms of a city or above: what counts",
    },
    Allowance {
        statement: "SELECT s.attendance, s.kind, s.source, s.witness, s.device, s.at, s.entered_at
     FROM attendance a JOIN signal s ON s.district = a.district AND s.attendance = a.id WHERE a.district BETWEEN $5 AND $6 AND a.state = 'recorded' AND a.kind IN ('shift', 'need') AND a.division BETWEEN $1 AND $2
     AND a.planned_from >= $3 AND a.planned_from < $4 AND a.minutes > 0 AND a.grade IS NOT NULL",
        reason: "the alarms of a city or above: what speaks for it",
    },
    Allowance {
        statement: "SELECT s.id, s.organisation, s.places, g.person, g.id
     FROM shift s LEFT JOIN signup g ON g.district = s.district AND g.shift = s.id WHERE s.district BETWEEN $5 AND $6 AND s.division BETWEEN $1 AND $2 AND s.starts_at >= $3 AND s.starts_at < $4",
        reason: "the alarms of a city or above: shifts, their places and who had signed up",
    },
    Allowance {
        statement: "SELECT h.district FROM journal_head h LEFT JOIN alarm_look l ON l.district = h.district
         WHERE l.day IS NULL OR l.day < $1 ORDER BY h.district",
        reason: "the alarms' timer looks at each district once a day",
    },
    Allowance {
        statement: "SELECT division, person FROM role_grant
         WHERE role IN ('auditor', 'audit_administrator')
             AND (division BETWEEN $1 AND $2 OR division IN ($3, $4, 0))
             AND from_at <= $5 AND (until_at IS NULL OR until_at > $5)
         ORDER BY division, person",
        reason: "the alarms' timer tells auditors, who may live in another district",
    },
    Allowance {
        statement: "SELECT id, alarm, concern_kind, concern, quarter, division, measured, threshold, told_at, state, note, decided_by, version, looks_like
         FROM alarm_told WHERE district BETWEEN $4 AND $5 AND division BETWEEN $1 AND $2
     ORDER BY CASE state WHEN 'closed' THEN 1 ELSE 0 END, id DESC LIMIT $3",
        reason: "what the auditors of a city or above were told",
    },
    Allowance {
        statement: "SELECT id, area, first_day, last_day, grades, team, seed, wanted, population, cut, drawn_by, drawn_at
     FROM audit_sample WHERE district BETWEEN $4 AND $5 AND area BETWEEN $1 AND $2 ORDER BY id DESC LIMIT $3",
        reason: "the samples of a city or above",
    },
    Allowance {
        statement: "SELECT o.id, o.outcome, o.minutes, o.note, o.entered_at, c.attendance, c.person, c.from_at, c.to_at, c.minutes,
         a.minutes, o.division
     FROM audit_outcome o
     JOIN audit_call c ON c.district = o.district AND c.sample = o.sample AND c.number = o.number
     JOIN attendance a ON a.district = c.district AND a.id = c.attendance WHERE o.district BETWEEN $5 AND $6 AND o.division BETWEEN $1 AND $2 AND o.outcome IN ('other_hours', 'not_there') AND o.id < $3
     AND NOT EXISTS (SELECT 1 FROM audit_outcome l WHERE l.district = o.district AND l.sample = o.sample
         AND l.number = o.number AND l.id > o.id) ORDER BY o.id DESC LIMIT $4",
        reason: "what auditors were told is on record wrongly in a city or above",
    },
    Allowance {
        statement: "SELECT id, division, operator, number, person, kind, state, said, need, need_number, began_at, ended_at, due_at,
             tries, taken_by, taken_at, settled_at, settled, version FROM phone_call WHERE district BETWEEN $4 AND $5 AND division BETWEEN $1 AND $2 AND state IN ('due', 'given_up') ORDER BY due_at, id LIMIT $3",
        reason: "the call-backs of a city or above",
    },
    Allowance {
        statement: "SELECT id, division, operator, number, person, kind, state, said, need, need_number, began_at, ended_at, due_at,
             tries, taken_by, taken_at, settled_at, settled, version FROM phone_call WHERE district BETWEEN $6 AND $7 AND division BETWEEN $1 AND $2 AND taken_by = $3 AND settled_at > $4 ORDER BY settled_at DESC, id LIMIT $5",
        reason: "what an operator's call-backs in a city or above came to just now",
    },
    Allowance {
        statement: "SELECT COUNT(*), COALESCE(CAST(SUM(CASE WHEN state = 'closed' AND due_at IS NULL THEN 1 ELSE 0 END) AS BIGINT), 0)
     FROM phone_call WHERE district BETWEEN $4 AND $5 AND division BETWEEN $1 AND $2 AND began_at >= $3",
        reason: "the calls of today to the hotline of a city or above",
    },
    Allowance {
        statement: "SELECT COUNT(*), MIN(began_at) FROM phone_call WHERE district BETWEEN $3 AND $4 AND division BETWEEN $1 AND $2 AND state = 'due'",
        reason: "how many wait to be called back in a city or above",
    },
    Allowance {
        statement: "SELECT v.person FROM volunteer v JOIN person p ON p.district = v.district AND p.id = v.person WHERE v.district BETWEEN $4 AND $5 AND v.number = $3 AND p.division BETWEEN $1 AND $2",
        reason: "an auditor of a city or above looks for a volunteer by number",
    },
    Allowance {
        statement: "SELECT id, division, title, content, gives, months, unit, sessions FROM course WHERE district BETWEEN $4 AND $5 AND division BETWEEN $1 AND $2 ORDER BY id DESC LIMIT $3",
        reason: "the courses of a trainer of a city or above",
    },
    Allowance {
        statement: "SELECT id, course, number, division, title, content, gives, months, unit, address, starts_at, ends_at,
         break_minutes, places, taken, trainer, state, notice, closed_by, follow_at, version
     FROM training_session WHERE district BETWEEN $6 AND $7 AND division BETWEEN $1 AND $2 AND starts_at >= $3
     ORDER BY CASE WHEN state <> 'planned' THEN 2 WHEN trainer = $4 THEN 0 ELSE 1 END, starts_at, id LIMIT $5",
        reason: "the sessions of a trainer of a city or above",
    },
    Allowance {
        statement: "SELECT DISTINCT district FROM training_session WHERE follow_at <= $1",
        reason: "the trainings' timer makes records of results and tells of sessions that were called off",
    },
];

/// Transactions that may write in two districts, by name: the person's and the place's.
pub const TWO_DISTRICTS: &[&str] = &[
    "activity_create",
    "card_read",
    "check_in",
    "claim_answer",
    "course_create",
    "export_in_clear",
    "hotline_begin",
    "hotline_resume",
    "hotline_save",
    "hotline_send",
    "hotline_take",
    "hours_claim",
    "identity_claim",
    "import_rows",
    "leader_end",
    "leader_name",
    "need_accept",
    "need_cancel",
    "need_close",
    "need_decline",
    "need_done",
    "need_give_back",
    "need_refuse_helper",
    "need_start",
    "need_submit",
    "need_tell",
    "notice_put_up",
    "notice_take_down",
    "person_claim",
    "policy_set",
    "project_create",
    "record_correct",
    "review_decide",
    "role_end",
    "roll_call",
    "roll_settle",
    "roll_undo",
    "sample_call",
    "sample_draw",
    "sample_phone",
    "roster_sync",
    "sheet_enter",
    "shift_cancel",
    "shift_change",
    "shift_copy",
    "shift_create",
    "shift_publish",
    "signup_make",
    "signup_withdraw",
    "team_create",
    "training_cancel",
    "training_copy",
    "training_enrol",
    "training_plan",
    "training_results",
    "training_results_undo",
    "training_roll",
    "training_settle",
    "training_walk_in",
    "training_withdraw",
    "waiting_move_up",
    "walk_in",
];
