//! Rows of `shift` and `shift_role`.

use db::{Fault, FromRow, Row, Tx, Value, params};
use kernel::{Action, Actor, Day, District, DivisionCode, Id, Instant, Over, Person};

use super::{ROLE, Shift, ShiftCard};
use crate::project::Protection;

impl FromRow for ShiftCard {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            id: row.take()?,
            project: row.take()?,
            division: row.take()?,
            organisation: row.take()?,
            title: row.take()?,
            category: row.take()?,
            address: row.take()?,
            leader: row.take()?,
            starts_at: row.take()?,
            ends_at: row.take()?,
            min_age: row.take()?,
            protection: Protection::from_row(row)?,
            places: row.take()?,
            taken: row.take()?,
            waiting: row.take()?,
            state: row.take()?,
            notice: row.take()?,
            moves: row.take()?,
            unfollowed: row.take::<i64>()? == 1,
            code_secret: row.take()?,
            version: row.take()?,
            apart: hours::Apart { pause: row.take()?, travel: row.take()? },
            no_hours: row.take()?,
        })
    }
}

/// `SELECT` of every column in the order [`ShiftCard`] reads them, then the rest of the statement.
macro_rules! select_shifts {
    ($rest:literal) => {
        select_shifts!("", $rest)
    };
    ($more:literal, $rest:literal) => {
        concat!(
            "SELECT id, project, division, organisation, title, category, address, leader, starts_at, ends_at, min_age,
             insurance, training, skill_proof, skill, places, taken, waiting, state, notice, moves, unfollowed,
             code_secret, version, break_minutes, travel_minutes, no_hours",
            $more,
            " FROM shift WHERE district = $1 ",
            $rest
        )
    };
}

/// What a list of open shifts is narrowed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// This division and what lies below it.
    pub place: DivisionCode,
    /// Only this category.
    pub category: Option<String>,
    /// Beginning at or after.
    pub from: Instant,
    /// Beginning before.
    pub to: Instant,
}

/// The last shift of a page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// When it begins.
    pub starts_at: Instant,
    /// Its id.
    pub id: Id<Shift>,
}

pub(super) fn insert(tx: &mut Tx<'_>, card: &ShiftCard) -> Result<(), Fault> {
    tx.execute_one(
        "INSERT INTO shift (district, id, project, division, organisation, title, category, address, leader,
             starts_at, ends_at, min_age, insurance, training, skill_proof, skill, places, taken, waiting, state,
             notice, moves, unfollowed, code_secret, duty_at, version, break_minutes, travel_minutes)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 0, 0, $18, '', 0, 0, $19,
             $11, 1, $20, $21)",
        params![
            card.id.district(),
            card.id,
            card.project,
            card.division,
            card.organisation,
            card.title,
            card.category,
            card.address,
            card.leader,
            card.starts_at,
            card.ends_at,
            card.min_age,
            i64::from(card.protection.insurance),
            i64::from(card.protection.training),
            i64::from(card.protection.skill_proof),
            card.protection.skill,
            card.places,
            card.state,
            card.code_secret,
            card.apart.pause,
            card.apart.travel
        ],
    )?;
    tx.execute_one(
        "INSERT INTO shift_role (district, shift, role, title, min_places, ideal_places, max_places, taken)
         VALUES ($1, $2, $3, $4, 1, $5, $5, 0)",
        params![card.id.district(), card.id, ROLE, card.title, card.places],
    )
}

/// The shift without a lock.
pub(crate) fn seen(tx: &mut Tx<'_>, id: Id<Shift>) -> Result<Option<ShiftCard>, Fault> {
    tx.query_opt(select_shifts!("AND id = $2"), params![id.district(), id])
}

/// The row that holds "not one person too many": taken after the person's.
pub(crate) fn locked(tx: &mut Tx<'_>, id: Id<Shift>) -> Result<Option<ShiftCard>, Fault> {
    tx.query_opt(select_shifts!("AND id = $2 FOR UPDATE"), params![id.district(), id])
}

/// Opens a locked draft; `no_hours` says for which kinds nothing of it counts.
pub(super) fn publish(tx: &mut Tx<'_>, id: Id<Shift>, no_hours: &str) -> Result<(), Fault> {
    tx.execute_one(
        "UPDATE shift SET state = 'published', no_hours = $3, version = version + 1 WHERE district = $1 AND id = $2",
        params![id.district(), id, no_hours],
    )
}

/// Calls a locked shift off, with the reason; everybody in it still has to follow.
pub(super) fn cancel(tx: &mut Tx<'_>, id: Id<Shift>, reason: &str) -> Result<(), Fault> {
    tx.execute_one(
        "UPDATE shift SET state = 'cancelled', notice = $3, unfollowed = 1, duty_at = NULL, version = version + 1
         WHERE district = $1 AND id = $2",
        params![id.district(), id, reason],
    )
}

/// Writes what a change made of a locked shift. When `moved`, everybody in it still has to follow.
pub(super) fn change(tx: &mut Tx<'_>, card: &ShiftCard, moved: bool) -> Result<(), Fault> {
    let step = i64::from(moved);
    tx.execute_one(
        "UPDATE shift SET starts_at = $3, ends_at = $4, address = $5, leader = $6, min_age = $7, places = $8,
             notice = $9, moves = moves + $10, unfollowed = CASE WHEN $10 = 1 THEN 1 ELSE unfollowed END,
             duty_at = $4, version = version + 1, break_minutes = $11, travel_minutes = $12
         WHERE district = $1 AND id = $2",
        params![
            card.id.district(),
            card.id,
            card.starts_at,
            card.ends_at,
            card.address,
            card.leader,
            card.min_age,
            card.places,
            card.notice,
            step,
            card.apart.pause,
            card.apart.travel
        ],
    )?;
    tx.execute_one(
        "UPDATE shift_role SET ideal_places = $4, max_places = $4 WHERE district = $1 AND shift = $2 AND role = $3",
        params![card.id.district(), card.id, ROLE, card.places],
    )
}

/// Everybody has followed, as far as the locked shift's sign-ups say; says whether that is so.
pub(crate) fn settle_followed(tx: &mut Tx<'_>, card: &ShiftCard) -> Result<bool, Fault> {
    let behind: Option<(Id<Shift>,)> = tx.query_opt(
        "SELECT shift FROM signup WHERE district = $1 AND shift = $2 AND state IN ('placed', 'waiting')
             AND moves < $3 LIMIT 1",
        params![card.id.district(), card.id, if card.state == "cancelled" { i64::MAX } else { card.moves }],
    )?;
    if behind.is_some() {
        return Ok(false);
    }
    tx.execute_one(
        "UPDATE shift SET unfollowed = 0 WHERE district = $1 AND id = $2",
        params![card.id.district(), card.id],
    )?;
    Ok(true)
}

/// Writes the counters of a locked shift; the role's are the same, as there is one.
pub(crate) fn set_counts(tx: &mut Tx<'_>, id: Id<Shift>, taken: i64, waiting: i64) -> Result<(), Fault> {
    tx.execute_one(
        "UPDATE shift SET taken = $3, waiting = $4 WHERE district = $1 AND id = $2",
        params![id.district(), id, taken, waiting],
    )?;
    tx.execute_one(
        "UPDATE shift_role SET taken = $4 WHERE district = $1 AND shift = $2 AND role = $3",
        params![id.district(), id, ROLE, taken],
    )
}

pub(super) fn open(
    tx: &mut Tx<'_>,
    district: District,
    filter: &Filter,
    after: Option<Position>,
    limit: i64,
) -> Result<Vec<ShiftCard>, Fault> {
    let place = filter.place.subtree();
    let bound = |code: u64| i64::try_from(code).unwrap_or(i64::MAX);
    // The page goes on behind (starts_at, id); the first begins at `from`, before every id.
    let (from, id) = match after {
        Some(position) => (position.starts_at.max(filter.from), Value::Uuid(position.id.bytes())),
        None => (filter.from, Value::Uuid([0; 16])),
    };
    let (first, last) = (bound(*place.start()), bound(*place.end()));
    // One community has an index of its own; a larger area is read by time and sifted. The CASE keeps PostgreSQL from
    // taking the sieve for a fine one, which made it read and sort every open shift for a page of twenty.
    if first == last {
        return tx.query(
            select_shifts!(
                "AND state = 'published' AND division = $5
                 AND starts_at >= $2 AND starts_at < $3 AND (starts_at > $2 OR id > $4)
                 AND CASE WHEN category = COALESCE($6, category) THEN division = $5 END
             ORDER BY starts_at, id LIMIT $7"
            ),
            params![district, from, filter.to, id, first, filter.category, limit],
        );
    }
    tx.query(
        select_shifts!(
            "AND state = 'published' AND starts_at >= $2 AND starts_at < $3
             AND (starts_at > $2 OR id > $4)
             AND CASE WHEN category = COALESCE($6, category) THEN division BETWEEN $5 AND $8 END
         ORDER BY starts_at, id LIMIT $7"
        ),
        params![district, from, filter.to, id, first, filter.category, limit, last],
    )
}

/// Open shifts of one district within the time that ask for insurance, training or a skill, the first `limit` by time.
pub(crate) fn asking(
    tx: &mut Tx<'_>,
    district: District,
    within: (Instant, Instant),
    limit: i64,
) -> Result<Vec<ShiftCard>, Fault> {
    tx.query(
        select_shifts!(
            "AND state = 'published' AND starts_at >= $2 AND starts_at < $3
             AND (insurance = 1 OR training = 1 OR skill IS NOT NULL)
         ORDER BY starts_at, id LIMIT $4"
        ),
        params![district, within.0, within.1, limit],
    )
}

/// Shifts of one district shown to one leader at most.
const RUN_MAX: i64 = 60;
/// Teams of one leader, and areas of one worker, that are looked for in one district.
const TEAMS: usize = 8;
const AREAS: usize = 3;

/// How many of those who have a place in a shift were not called yet; its leader, who calls nobody's own name, left aside.
pub(crate) fn uncalled(tx: &mut Tx<'_>, id: Id<Shift>) -> Result<i64, Fault> {
    let (count,): (i64,) = tx.query_one(
        "SELECT COUNT(*) FROM signup g JOIN shift s ON s.district = g.district AND s.id = g.shift
         WHERE g.district = $1 AND g.shift = $2 AND g.state = 'placed' AND g.person <> s.leader
             AND NOT EXISTS (SELECT 1 FROM roll_call r WHERE r.district = g.district AND r.shift = g.shift
                 AND r.person = g.person AND r.state IN ('called', 'settled', 'waits'))",
        params![id.district(), id],
    )?;
    Ok(count)
}

/// Shifts that somebody runs in one district, by time: those that are not over, and those in which one of those who have a
/// place was not called yet, nobody being called by themselves; each with the last day for its record, once that is known.
pub(super) fn run_by(
    tx: &mut Tx<'_>,
    district: District,
    actor: &Actor,
    person: Id<Person>,
    (from, to, now): (Instant, Instant, Instant),
) -> Result<Vec<(ShiftCard, Option<Day>)>, Fault> {
    let teams = actor.grants.iter().filter(|grant| grant.role.allows(Action::RunShifts));
    let mut teams: Vec<Value<'_>> = teams
        .filter_map(|grant| match grant.over {
            Over::Organisation(team) if team.district() == district => Some(Value::Uuid(team.bytes())),
            _ => None,
        })
        .collect();
    teams.resize(TEAMS, Value::Null);
    let areas = actor.scope(Action::RunShifts);
    let here = areas.iter().filter(|range| {
        range.contains(&district.division().number())
            || DivisionCode::new(*range.start()).is_some_and(|code| code.district() == district)
    });
    let bound = |code: u64| Value::Int(i64::try_from(code).unwrap_or(i64::MAX));
    let mut areas: Vec<Value<'_>> =
        here.flat_map(|range| [bound(*range.start()), bound(*range.end())]).collect();
    areas.resize(2 * AREAS, Value::Null);
    let mut values = vec![
        Value::Int(i64::from(district.number())),
        Value::Int(from.micros()),
        Value::Int(to.micros()),
        Value::Uuid(person.bytes()),
        Value::Int(RUN_MAX),
    ];
    values.extend(areas);
    values.extend(teams);
    values.push(Value::Int(now.micros()));
    let mut all = Vec::new();
    tx.each(
        select_shifts!(
            ", due_day",
            "AND state IN ('draft', 'published') AND starts_at >= $2 AND starts_at < $3
             AND (ends_at > $20 OR state = 'published' AND EXISTS (SELECT 1 FROM signup g
                 WHERE g.district = shift.district AND g.shift = shift.id AND g.state = 'placed' AND g.person <> $4
                 AND NOT EXISTS (SELECT 1 FROM roll_call r
                     WHERE r.district = g.district AND r.shift = g.shift AND r.person = g.person
                     AND r.state IN ('called', 'settled', 'waits'))))
             AND (leader = $4 OR division BETWEEN $6 AND $7 OR division BETWEEN $8 AND $9
                  OR division BETWEEN $10 AND $11
                  OR organisation IN ($12, $13, $14, $15, $16, $17, $18, $19))
             ORDER BY starts_at, id LIMIT $5"
        ),
        &values,
        |row| {
            all.push((ShiftCard::from_row(row)?, row.take()?));
            Ok(())
        },
    )?;
    Ok(all)
}

/// The districts with shifts as [`to_move`] finds them.
pub(crate) fn to_move_in(tx: &mut Tx<'_>, now: Instant) -> Result<Vec<District>, Fault> {
    let rows: Vec<(District,)> = tx.query(
        "SELECT h.district FROM journal_head h WHERE EXISTS
             (SELECT 1 FROM shift s WHERE s.district = h.district AND s.unfollowed = 1)
         OR EXISTS
             (SELECT 1 FROM shift s WHERE s.district = h.district AND s.state = 'published' AND s.starts_at > $1
                  AND s.waiting > 0 AND s.taken < s.places)",
        params![now],
    )?;
    Ok(rows.into_iter().map(|(district,)| district).collect())
}

/// Shifts of a district whose sign-ups have to move: a place is free while somebody waits, or not everybody has
/// followed a change or the end.
pub(crate) fn to_move(tx: &mut Tx<'_>, district: District, now: Instant) -> Result<Vec<(Id<Shift>,)>, Fault> {
    let mut all: Vec<(Id<Shift>,)> = tx.query(
        "SELECT id FROM shift WHERE district = $1 AND unfollowed = 1 ORDER BY starts_at, id",
        params![district],
    )?;
    all.extend(tx.query::<(Id<Shift>,)>(
        "SELECT id FROM shift WHERE district = $1 AND state = 'published' AND starts_at > $2
             AND waiting > 0 AND taken < places AND unfollowed = 0 ORDER BY starts_at, id",
        params![district, now],
    )?);
    Ok(all)
}
