//! When a person has promised to be somewhere: no two promises at one time.

use db::{Outcome, Tx, params};
use kernel::{DivisionCode, Id, Instant, Person, Refusal};

/// Notes that the person has promised to be at `engagement`; the same engagement again moves it. The caller holds
/// the person's [`crate::lock`].
///
/// # Errors
/// `busy-then` (conflict), with the local times `from` and `to` of the promise in the way.
pub fn commit<E>(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    engagement: Id<E>,
    division: DivisionCode,
    from: Instant,
    to: Instant,
) -> Outcome<()> {
    if let Some((busy_from, busy_to)) = overlap(tx, person, from, to, Some(engagement.bytes()))? {
        let refusal = Refusal::conflict("busy-then").with("from", busy_from).with("to", busy_to);
        return Err(refusal.into());
    }
    tx.execute_one(
        "INSERT INTO commitment (district, person, engagement, division, starts_at, ends_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (district, person, engagement) DO UPDATE
         SET division = excluded.division, starts_at = excluded.starts_at, ends_at = excluded.ends_at",
        params![person.district(), person, engagement, division, from, to],
    )?;
    Ok(())
}

/// Whether the person has promised to be elsewhere at any time between `from` and `to`, the engagement `except`
/// not counted. One that ends when the other begins is no overlap.
///
/// # Errors
/// A fault.
pub fn is_busy(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    from: Instant,
    to: Instant,
    except: Option<[u8; 16]>,
) -> Outcome<bool> {
    Ok(overlap(tx, person, from, to, except)?.is_some())
}

fn overlap(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    from: Instant,
    to: Instant,
    except: Option<[u8; 16]>,
) -> Outcome<Option<(Instant, Instant)>> {
    // No engagement has the id of zeros.
    let except = db::Value::Uuid(except.unwrap_or_default());
    Ok(tx.query_opt(
        "SELECT starts_at, ends_at FROM commitment
         WHERE district = $1 AND person = $2 AND ends_at > $3 AND starts_at < $4 AND engagement <> $5
         ORDER BY starts_at LIMIT 1",
        params![person.district(), person, from, to, except],
    )?)
}

/// Takes the promise back; harmless when there is none.
///
/// # Errors
/// A fault.
pub fn release<E>(tx: &mut Tx<'_>, person: Id<Person>, engagement: Id<E>) -> Outcome<()> {
    tx.execute(
        "DELETE FROM commitment WHERE district = $1 AND person = $2 AND engagement = $3",
        params![person.district(), person, engagement],
    )?;
    Ok(())
}
