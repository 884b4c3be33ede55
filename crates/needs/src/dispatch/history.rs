//! What became of earlier askings, as the waves learn from it: the rows of `offer`, nothing beside them.

use std::collections::BTreeMap;

use db::{Fault, Outcome, Tx, Value, params};
use kernel::{District, Id, Instant, Minutes, Person};
use matching::{
    Code,
    waves::{Answer, Asking},
};

use crate::dispatch::OfferState;

/// People asked for in one statement: the ranked and those whose answer is awaited.
const PEOPLE: usize = 80;
/// Askings read at most, the latest; each of so many people was asked four times a week for a quarter.
const ASKINGS_MAX: i64 = 4_000;
/// What is older weighs less than a hundredth.
const REACHES_BACK: Minutes = Minutes::from_hours(26 * 7 * 24);

/// The askings of these people in a district, of the first [`PEOPLE`] of them. One statement.
pub(super) fn of(
    tx: &mut Tx<'_>,
    district: District,
    people: &[Id<Person>],
    now: Instant,
) -> Outcome<BTreeMap<Id<Person>, Vec<Asking>>> {
    let since = now - REACHES_BACK;
    let mut values = params![district, since, ASKINGS_MAX].to_vec();
    values.extend(people.iter().take(PEOPLE).map(|id| Value::Uuid(id.bytes())));
    values.resize(PEOPLE + 3, Value::Null);
    let mut histories: BTreeMap<Id<Person>, Vec<Asking>> = BTreeMap::new();
    // What was closed before it was told was never asked.
    tx.each(
        "SELECT o.volunteer, n.category, n.starts_at, o.sent_at, o.answered_at, o.state
         FROM offer o JOIN need n ON n.district = o.district AND n.id = o.need
         WHERE o.district = $1 AND o.sent_at > $2 AND (o.answered_at IS NULL OR o.answered_at >= o.sent_at)
         AND o.volunteer IN ($4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
             $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42,
             $43, $44, $45, $46, $47, $48, $49, $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61,
             $62, $63, $64, $65, $66, $67, $68, $69, $70, $71, $72, $73, $74, $75, $76, $77, $78, $79, $80,
             $81, $82, $83)
         ORDER BY o.sent_at DESC LIMIT $3",
        &values,
        |row| {
            let volunteer = row.take()?;
            let category: String = row.take()?;
            let (visit_at, told_at, answered_at): (_, _, Option<Instant>) =
                (row.take()?, row.take()?, row.take()?);
            let state = OfferState::from_word(&row.take::<String>()?)?;
            histories.entry(volunteer).or_default().push(Asking {
                kind: Code::parse(&category).map_err(|error| Fault::Defect(format!("`{category}`: {error}")))?,
                visit_at,
                told_at,
                settled_at: answered_at.unwrap_or(told_at),
                answer: answer(state),
            });
            Ok(())
        },
    )?;
    Ok(histories)
}

const fn answer(state: OfferState) -> Answer {
    match state {
        OfferState::Accepted => Answer::Yes,
        OfferState::Declined => Answer::No,
        OfferState::Expired => Answer::Silent,
        OfferState::Held | OfferState::Sent => Answer::Open,
        OfferState::Closed => Answer::Taken,
    }
}
