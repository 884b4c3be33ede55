//! What was said at a roll call becomes hours when it can no longer be taken back.

use std::sync::Arc;

use db::{Db, Failure, Fault, Outcome, Tx};
use hours::{Signal, SignalKind};
use journal::{Call, Kit, append};
use kernel::{Actor, Instant, Minutes, Refusal};

use super::{Said, store};
use crate::{
    presence::engagement,
    shift::{self, ShiftCard},
};

/// Makes hours of what is due, in every district; gives how many people were settled. Several processes may.
///
/// # Errors
/// A [`Fault`]. What a rule refuses is noted on the roll, for the leader to look at.
pub(crate) fn settle(db: &Db, kit: &Arc<Kit>) -> Result<usize, Fault> {
    let now = kit.clock.now();
    let mut settled = 0;
    for (district,) in db.read_now("roll_districts", move |tx| store::districts_due(tx, now))? {
        for said in db.read_now("roll_due", move |tx| store::due(tx, district, now))? {
            settled += usize::from(settle_one(db, kit, &said)?);
        }
    }
    Ok(settled)
}

/// Why hours that were typed in are not recorded before their person has said yes.
const WANTS_A_YES: [&str; 2] = ["hours-no-evidence", "hours-too-late"];

fn settle_one(db: &Db, kit: &Arc<Kit>, said: &Said) -> Result<bool, Fault> {
    let (one, sources) = (said.clone(), Arc::clone(kit));
    let outcome = db.write_now("roll_settle", move |tx| confirm(tx, &following(&sources, &one), &one));
    match outcome {
        Ok(done) => Ok(done),
        Err(Failure::Fault(fault)) => Err(fault),
        Err(Failure::Refused(refusal)) => {
            let (one, sources) = (said.clone(), Arc::clone(kit));
            let noted: Outcome<bool> = db.write_now("roll_refused", move |tx| {
                let Some(said) = still(tx, &one)? else { return Ok(false) };
                end(tx, &following(&sources, &one), said, "refused", refusal.rule)?;
                Ok(true)
            });
            noted.map_err(|failure| match failure {
                Failure::Fault(fault) => fault,
                Failure::Refused(refusal) => Fault::Defect(refusal.to_string()),
            })
        }
    }
}

/// Linli follows up what this leader said.
fn following(kit: &Arc<Kit>, said: &Said) -> Call {
    Call::new(kit, Actor { person: Some(said.called_by), ..Actor::system() })
}

/// The person, then the row of what was said, then the hours. Its transaction is called `roll_settle`: it writes in
/// the person's and in the place's district.
fn confirm(tx: &mut Tx<'_>, call: &Call, said: &Said) -> Outcome<bool> {
    let locked = people::lock(tx, said.present.person)?;
    let Some(said) = still(tx, said)? else { return Ok(false) };
    if !said.present.came {
        end(tx, call, said, "settled", "")?;
        return Ok(true);
    }
    let shift = shift::shift(tx, said.shift)?;
    // What was seen was seen when it was said.
    let mut then = call.clone();
    then.now = said.called_at;
    let attendance = hours::open(tx, &then, &engagement(&shift), said.present.person, locked.home)?;
    for (kind, at) in unknown_ends(tx, &shift, &said)? {
        let signal = Signal { kind, source: said.source, witness: said.called_by, device: &[], at };
        hours::signal(tx, &then, attendance, &signal)?;
    }
    let state = match hours::confirm(tx, call, attendance, None) {
        Ok(_) => "settled",
        // What was said is kept, so that the person can say yes to it.
        Err(Failure::Refused(refusal)) if WANTS_A_YES.contains(&refusal.rule) => {
            if let Some(reason) = said.reason {
                hours::type_in(tx, call, attendance, said.called_by, reason)?;
            }
            "waits"
        }
        Err(failure) => return Err(failure),
    };
    end(tx, call, said, state, "")?;
    Ok(true)
}

/// Coming and going, where nothing says so yet or the leader says otherwise.
fn unknown_ends(tx: &mut Tx<'_>, shift: &ShiftCard, said: &Said) -> Outcome<Vec<(SignalKind, Instant)>> {
    let rows = hours::of_engagement(tx, shift.id.district(), shift.id)?;
    let row = rows.into_iter().find(|row| row.person == said.present.person);
    let (late, early) = (said.present.late, said.present.early);
    // The leader showed the code, so the leader's word adds nothing to it; anybody else who calls is a second witness.
    let is_known = |off: Minutes, at: Option<Instant>| {
        said.called_by == shift.leader && off == Minutes::ZERO && at.is_some()
    };
    let mut ends = Vec::new();
    if !is_known(late, row.as_ref().and_then(|row| row.arrived_at)) {
        ends.push((SignalKind::Arrived, shift.starts_at + late));
    }
    let told = row.as_ref().and_then(|row| row.left_told_at).filter(|_| early == Minutes::ZERO);
    match told {
        // The one tap that confirms what the person said of their going.
        Some(at) => ends.push((SignalKind::Left, at)),
        None if !is_known(early, row.as_ref().and_then(|row| row.left_at)) => {
            ends.push((SignalKind::Left, shift.ends_at - early));
        }
        None => {}
    }
    Ok(ends)
}

/// What was said, under its lock, unless it was taken back, said anew or followed up meanwhile.
fn still(tx: &mut Tx<'_>, said: &Said) -> Outcome<Option<Said>> {
    let now = store::locked(tx, said.id)?.ok_or_else(Refusal::missing)?;
    Ok(Some(now).filter(|now| now.version == said.version && now.state == "called"))
}

fn end(tx: &mut Tx<'_>, call: &Call, said: Said, state: &'static str, refused: &'static str) -> Outcome<()> {
    let ended =
        Said { state: state.to_owned(), refused: refused.to_owned(), version: said.version + 1, ..said };
    store::update(tx, &ended)?;
    append(tx, call, ended.event("roll.settled").with("state", state))?;
    Ok(())
}
