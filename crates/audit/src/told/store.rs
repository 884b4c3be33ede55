//! Rows of `alarm_look` and `alarm_told`.

use std::ops::RangeInclusive;

use alarms::{Alarm, Alike};
use db::{Fault, FromRow, Row, Span, Tx, params, spanning};
use kernel::{Day, District, Id, Instant, Person};

use super::{AlarmTold, Placed, State, ToldAlarm, concern_of, concern_words};

macro_rules! select_told {
    () => {
        "SELECT id, alarm, concern_kind, concern, quarter, division, measured, threshold, told_at, state, note, decided_by, version, looks_like
         FROM alarm_told"
    };
}

const NEWEST: (&str, &str) = spanning!(
    select_told!(),
    "district = $4",
    "district BETWEEN $4 AND $5",
    " AND division BETWEEN $1 AND $2
     ORDER BY CASE state WHEN 'closed' THEN 1 ELSE 0 END, id DESC LIMIT $3"
);

impl FromRow for ToldAlarm {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        let id = row.take()?;
        let unknown = |word: String| Fault::Defect(format!("alarm_told {id} has `{word}`"));
        let alarm: String = row.take()?;
        let alarm = Alarm::from_word(&alarm).ok_or_else(|| unknown(alarm))?;
        let (kind, concern): (String, String) = (row.take()?, row.take()?);
        let concern = concern_of(&kind, &concern)?;
        let (quarter, division) = (row.take()?, row.take()?);
        let (measured, threshold, told_at) = (row.take()?, row.take()?, row.take()?);
        let state: String = row.take()?;
        let state = State::from_word(&state).ok_or_else(|| unknown(state))?;
        let (note, decided_by, version) = (row.take()?, row.take()?, row.take()?);
        let looks_like: String = row.take()?;
        let looks_like = match Alike::from_word(&looks_like) {
            None if !looks_like.is_empty() => return Err(unknown(looks_like)),
            found => found,
        };
        Ok(Self {
            id,
            alarm,
            concern,
            quarter,
            division,
            measured,
            threshold,
            looks_like,
            told_at,
            state,
            note,
            decided_by,
            version,
        })
    }
}

/// Districts that were not looked at on this day.
pub(super) fn due(tx: &mut Tx<'_>, today: Day) -> Result<Vec<District>, Fault> {
    let rows: Vec<(District,)> = tx.query(
        "SELECT h.district FROM journal_head h LEFT JOIN alarm_look l ON l.district = h.district
         WHERE l.day IS NULL OR l.day < $1 ORDER BY h.district",
        params![today],
    )?;
    Ok(rows.into_iter().map(|(district,)| district).collect())
}

/// Notes that the district was looked at on this day; `false` when it was already.
pub(super) fn claim(tx: &mut Tx<'_>, district: District, today: Day) -> Result<bool, Fault> {
    let claimed = tx.execute(
        "INSERT INTO alarm_look (district, day) VALUES ($1, $2)
         ON CONFLICT (district) DO UPDATE SET day = excluded.day WHERE alarm_look.day < excluded.day",
        params![district, today],
    )?;
    Ok(claimed == 1)
}

/// Notes what is told; `false` when it was told before.
pub(super) fn insert(tx: &mut Tx<'_>, id: Id<AlarmTold>, one: &Placed, now: Instant) -> Result<bool, Fault> {
    let (kind, concern) = concern_words(one.finding.concern);
    let inserted = tx.execute(
        "INSERT INTO alarm_told (district, id, alarm, concern_kind, concern, quarter, division, measured, threshold,
             told_at, state, note, version, looks_like)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'open', '', 1, $11)
         ON CONFLICT (district, alarm, concern_kind, concern, quarter) DO NOTHING",
        params![
            id.district(),
            id,
            one.finding.alarm.word(),
            kind,
            concern,
            one.quarter,
            one.division,
            one.finding.measured,
            one.finding.threshold,
            now,
            one.finding.looks_like.map_or("", Alike::word)
        ],
    )?;
    Ok(inserted == 1)
}

pub(super) fn newest(
    tx: &mut Tx<'_>,
    codes: &RangeInclusive<u64>,
    most: i64,
) -> Result<Vec<ToldAlarm>, Fault> {
    Span::of_range(codes).query(tx, NEWEST, params![most])
}

pub(super) fn locked(tx: &mut Tx<'_>, id: Id<AlarmTold>) -> Result<Option<ToldAlarm>, Fault> {
    tx.query_opt(
        concat!(select_told!(), " WHERE district = $1 AND id = $2 FOR UPDATE"),
        params![id.district(), id],
    )
}

pub(super) fn decide(tx: &mut Tx<'_>, one: &ToldAlarm, by: Id<Person>, now: Instant) -> Result<(), Fault> {
    tx.execute_one(
        "UPDATE alarm_told SET state = $3, note = $4, decided_by = $5, decided_at = $6, version = $7
         WHERE district = $1 AND id = $2",
        params![one.id.district(), one.id, one.state.word(), one.note, by, now, one.version],
    )
}
