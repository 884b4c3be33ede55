//! Bringing a right file in, block by block.

use std::sync::Arc;

use db::{Db, Failure, Outcome, Tx, params};
use hours::import_hour;
use journal::{Call, Kit};
use kernel::{District, Id, Minutes, Person};
use people::{Brought, import_volunteer};

use super::{
    ImportFile, ImportState,
    check::{Checked, Item, check, of_line, open},
    file::{self, Block, KEPT},
};
use crate::words::Words;

/// Lines of one transaction at most: in an unoptimised build a hundred people keep a writer for 80 ms, a hundred hours for
/// 180.
const BLOCK_ROWS: usize = 100;
/// A file that nobody touched for so long was left by who brought it in.
const LEFT_AFTER: Minutes = Minutes(1);

/// The call of who uploaded, with the roles they hold now.
fn call_of(tx: &mut Tx<'_>, kit: &Arc<Kit>, actor: Id<Person>) -> Outcome<Call> {
    let now = kit.clock.now();
    let actor = people::actor(tx, actor, now)?;
    Ok(Call::new(kit, actor))
}

/// Goes on with a file until it is in, from wherever it stands. Each block is one transaction that also notes where the
/// next begins. A line that something stands against by now rolls its block back; the block's lines are then brought in
/// one by one and that line is left out, with its rule. If nothing is in yet, nothing is brought in at all.
///
/// # Errors
/// 404; a fault.
pub(super) fn run(
    db: &Db,
    kit: &Arc<Kit>,
    words: &Words,
    id: Id<ImportFile>,
    actor: Id<Person>,
) -> Outcome<()> {
    run_at_most(db, kit, words, (id, actor), usize::MAX)
}

/// As [`run`], and stops behind so many blocks as if it had been killed there.
#[cfg(test)]
pub(super) fn some_blocks(app: &web::App, id: Id<ImportFile>, actor: Id<Person>, most: usize) -> Outcome<()> {
    run_at_most(app.db(), app.kit(), &Words::of(app), (id, actor), most)
}

fn run_at_most(
    db: &Db,
    kit: &Arc<Kit>,
    words: &Words,
    (id, actor): (Id<ImportFile>, Id<Person>),
    most: usize,
) -> Outcome<()> {
    let own = Arc::clone(kit);
    let (state, bytes) = db.read_now("import_load", move |tx| {
        let call = call_of(tx, &own, actor)?;
        let state = file::load(tx, &call, id)?;
        let bytes =
            if state.state == ImportState::Running { file::content(tx, &call, id)? } else { Vec::new() };
        Ok::<_, Failure>((state, bytes))
    })?;
    if state.state != ImportState::Running {
        return Ok(());
    }
    let table = open(state.kind, &bytes)?;
    let (own, said) = (Arc::clone(kit), words.clone());
    let checked = db.read_now("import_check", move |tx| {
        let call = call_of(tx, &own, actor)?;
        check(tx, &call, &said, (state.kind, state.sha256), table.clone())
    })?;
    if state.next_row == 0 && !checked.problems.is_empty() {
        let wrong = checked.problems.len();
        let own = Arc::clone(kit);
        return db.write_now("import_wrong", move |tx| {
            let call = call_of(tx, &own, actor)?;
            file::turned_wrong(tx, &call, id, wrong)
        });
    }
    // What turned wrong behind what is in already is left out, and said.
    let late = checked.problems.iter().filter(|wrong| i64::from(wrong.line) >= state.next_row);
    let late: Vec<(u32, &'static str)> = late.map(|wrong| (wrong.line, wrong.rule)).collect();
    let runner = Runner { db, kit, id, actor };
    if runner.blocks(state.next_row, checked, most)? {
        let own = Arc::clone(kit);
        db.write_now("import_done", move |tx| {
            let call = call_of(tx, &own, actor)?;
            file::finish(tx, &call, id, &late)
        })?;
    }
    Ok(())
}

struct Runner<'a> {
    db: &'a Db,
    kit: &'a Arc<Kit>,
    id: Id<ImportFile>,
    actor: Id<Person>,
}

impl Runner<'_> {
    /// Brings in what is left; says whether that was all, which it is not when another runner is at it.
    fn blocks(&self, mut from: i64, checked: Checked, most: usize) -> Outcome<bool> {
        let mut done = 0;
        let mut rest: Vec<(u32, Item)> =
            checked.items.into_iter().filter(|(line, _)| i64::from(*line) >= from).collect();
        while let Some(district) = rest.first().map(|(_, item)| item.district()) {
            if done == most {
                return Ok(false);
            }
            done += 1;
            // A block lies in one district, as every transaction does, and the file in its worker's.
            let same =
                rest.iter().take(BLOCK_ROWS).take_while(|(_, item)| item.district() == district).count();
            let block: Vec<(u32, Item)> = rest.drain(..same).collect();
            match self.block(from, &block) {
                Ok(Some(next)) => from = next,
                Ok(None) => return Ok(false),
                Err(Failure::Refused(_)) => {
                    for one in block {
                        match self.single(from, one)? {
                            Some(next) => from = next,
                            None => return Ok(false),
                        }
                    }
                }
                Err(fault) => return Err(fault),
            }
        }
        Ok(true)
    }

    fn block(&self, from: i64, block: &[(u32, Item)]) -> Outcome<Option<i64>> {
        let (kit, id, actor, block) = (Arc::clone(self.kit), self.id, self.actor, block.to_vec());
        self.db.write_now("import_rows", move |tx| {
            let call = call_of(tx, &kit, actor)?;
            let Some(file) = file::hold(tx, &call, id, from)? else { return Ok(None) };
            let mut made = 0;
            for (_, item) in &block {
                made += i64::from(bring(tx, &call, item)?);
            }
            let next_row = block.last().map_or(from, |(line, _)| i64::from(*line) + 1);
            file::went_on(tx, &call, file, &Block { next_row, made, left_out: None })?;
            Ok(Some(next_row))
        })
    }

    /// One line in a transaction of its own; what stands against it is noted.
    fn single(&self, from: i64, (line, item): (u32, Item)) -> Outcome<Option<i64>> {
        match self.block(from, &[(line, item)]) {
            Err(failure @ Failure::Refused(_)) => {
                let rule = of_line(failure)?.first().map_or("invalid", |wrong| wrong.rule);
                let (kit, id, actor) = (Arc::clone(self.kit), self.id, self.actor);
                self.db.write_now("import_left_out", move |tx| {
                    let call = call_of(tx, &kit, actor)?;
                    let Some(file) = file::hold(tx, &call, id, from)? else { return Ok(None) };
                    let next_row = i64::from(line) + 1;
                    let block = Block { next_row, made: 0, left_out: Some((line, rule)) };
                    file::went_on(tx, &call, file, &block)?;
                    Ok(Some(next_row))
                })
            }
            other => other,
        }
    }
}

/// Brings in one line; says whether it was new.
fn bring(tx: &mut Tx<'_>, call: &Call, item: &Item) -> Outcome<bool> {
    Ok(match item {
        Item::Volunteer(line) => matches!(import_volunteer(tx, call, line)?, Brought::Made(_)),
        Item::Hour(line) => matches!(import_hour(tx, call, line)?, Brought::Made(_)),
    })
}

/// Forgets files that waited for too long, and goes on with those that somebody was bringing in when they were stopped.
///
/// # Errors
/// A fault.
pub fn tick(app: &web::App) -> Outcome<()> {
    let (db, kit, words) = (app.db(), app.kit(), Words::of(app));
    let now = kit.clock.now();
    let (left_before, waited_before) = (now - LEFT_AFTER, now - KEPT);
    let districts: Vec<(District,)> = db.read_now("import_districts", move |tx| {
        tx.query(
            "SELECT DISTINCT district FROM import_file WHERE (state = 'running' AND touched_at < $1)
             OR (state IN ('checked', 'wrong') AND touched_at < $2)",
            params![left_before, waited_before],
        )
    })?;
    for (district,) in districts {
        let left = db.write_now("import_forget", move |tx| {
            file::forget(tx, district, waited_before)?;
            file::stopped(tx, district, left_before)
        })?;
        for (id, actor) in left {
            match run(db, kit, &words, id, actor) {
                Ok(()) => {}
                Err(Failure::Refused(refusal)) => {
                    tracing::warn!(%id, %refusal, "an import that was stopped cannot go on");
                }
                Err(Failure::Fault(fault)) => return Err(Failure::Fault(fault)),
            }
        }
    }
    Ok(())
}
