//! Taking records away as a signed table: all behind a wish, a day after the other, or those of a sample.

pub(crate) mod pages;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};

use db::{Fault, Outcome, Tx};
use hours::{Attendance, RecordedIn, recorded_in};
use journal::{Call, Event, append, sealed_to};
use kernel::{Action, Arg, Day, Id, Level, Person, Refusal};
use people::Card;
use places::Edition;
use proof::{ExportLine, Signed, export_end};
use sheets::csv_line;
use vault::Digesting;
use web::{Language, Text, clock};

use crate::{
    area::Wish,
    sample::{self, Answer, Called, Drawn, Sample, Teams, population, teams},
};

/// What stands in the signed line where the table is of no sample.
const RECORDS: &str = "records";

/// Mark of the id of a table that was taken.
#[derive(Debug)]
enum Export {}

/// The heads of the columns (`export-head-…`).
const HEADS: [&str; 16] = [
    "service",
    "day",
    "from",
    "to",
    "minutes",
    "grade",
    "category",
    "team",
    "community",
    "division",
    "name",
    "number",
    "signals",
    "rules",
    "event",
    "digest",
];
/// Those of what the calls came to.
const CALL_HEADS: [&str; 4] = ["place", "outcome", "said", "tries"];

/// The words of a table.
#[derive(Clone, Copy)]
pub(crate) struct Words<'a> {
    pub(crate) text: &'a Text,
    pub(crate) language: Language,
}

impl Words<'_> {
    fn say(&self, prefix: &str, word: &str) -> String {
        self.text.get(self.language, &format!("{prefix}{word}"), &[] as &[(&str, Arg)])
    }

    /// The first line of a table.
    fn heads(&self, more: &[&str]) -> String {
        let heads: Vec<String> =
            HEADS.iter().chain(more).map(|head| self.say("export-head-", head)).collect();
        csv_line(heads.iter().map(String::as_str))
    }
}

/// The services of some days with everything they are named with.
pub(crate) struct Batch {
    services: Vec<RecordedIn>,
    teams: Teams,
    named: BTreeMap<Id<Person>, (Card, String)>,
}

impl Batch {
    /// The cells of a service, in the order of [`HEADS`]. What people typed or can be recognised by is masked.
    fn cells(&self, one: &RecordedIn, tree: &Edition, words: Words<'_>) -> Vec<String> {
        let team = self.teams.get(&one.engagement).map(|(_, name)| name.clone());
        let (name, number) = match self.named.get(&one.person) {
            Some((card, number)) => (card.name_masked.clone(), number.clone()),
            None => Default::default(),
        };
        vec![
            one.attendance.to_string(),
            one.served.0.day().to_string(),
            clock(one.served.0),
            clock(one.served.1),
            one.minutes.number().to_string(),
            one.grade.word().to_uppercase(),
            words.say("category-", &one.category),
            team.unwrap_or_default(),
            tree.get(one.division).map(|place| place.name.to_owned()).unwrap_or_default(),
            one.division.to_string(),
            name,
            number,
            one.signals.to_string(),
            one.policy.clone(),
            one.told.0.to_string(),
            vault::hex(&one.told.1),
        ]
    }
}

/// A table while it is made: what is signed of it follows from every byte before.
pub(crate) struct Table {
    what: String,
    wish: Wish,
    digest: Digesting,
    rows: u64,
}

impl Table {
    /// A table, and how it begins.
    pub(crate) fn begin(what: String, wish: Wish, heads: &str) -> (Self, String) {
        let mut table = Self { what, wish, digest: Digesting::default(), rows: 0 };
        let begin = format!("{}{heads}", sheets::CSV_BEGIN);
        table.digest.update(begin.as_bytes());
        (table, begin)
    }

    fn row(&mut self, cells: &[String], into: &mut String) {
        let line = csv_line(cells.iter().map(String::as_str));
        self.digest.update(line.as_bytes());
        self.rows += 1;
        into.push_str(&line);
    }

    /// How it ends: what is signed, by the key of the journal.
    pub(crate) fn end(self, call: &Call) -> Result<String, Fault> {
        let Wish { area, days } = self.wish;
        let Self { what, digest, rows, .. } = self;
        let text = ExportLine { what, area, days, rows, digest: digest.finish(), at: call.now }.to_string();
        let keys = call.keys();
        let signature = keys.sign(text.as_bytes()).map_err(|error| Fault::Defect(error.to_string()))?;
        let (signature, key) = (vault::hex(signature.as_bytes()), vault::hex(keys.public_key().as_bytes()));
        Ok(export_end(&Signed { text, signature, key }))
    }
}

/// Lets an auditor take the records behind a wish, as they stand in the journal now; gives its last event. That they were
/// taken is in the journal.
///
/// # Errors
/// Forbidden; `audit-district` (invalid) for a place above a district.
pub(crate) fn begin_records(tx: &mut Tx<'_>, call: &Call, wish: Wish) -> Outcome<(i64, Edition)> {
    call.actor.must(Action::Audit, wish.area)?;
    if wish.area.level() < Level::District {
        return Err(Refusal::invalid("division", "audit-district").into());
    }
    let district = wish.area.district();
    let cut = sealed_to(tx, district)?;
    let id: Id<Export> = call.id(district);
    let event = Event::new("records.taken", district, id, 1)
        .with("area", wish.area.number())
        .with("from", wish.days.0.number())
        .with("to", wish.days.1.number())
        .with("cut", cut);
    append(tx, call, event)?;
    Ok((cut, places::tree_in(tx)?))
}

/// The services of one day of a wish: three statements, one more for each further district its people live in.
pub(crate) fn day_of(tx: &mut Tx<'_>, call: &Call, wish: Wish, day: Day, cut: i64) -> Outcome<Batch> {
    let wish = Wish { days: (day, day), ..wish };
    let services = recorded_in(tx, call, wish.area, wish.days, cut)?;
    let people: Vec<Id<Person>> = services.iter().map(|one| one.person).collect();
    Ok(Batch { named: people::named(tx, &people)?, teams: teams(tx, call, wish)?, services })
}

/// The lines of some services.
pub(crate) fn lines(table: &mut Table, batch: &Batch, tree: &Edition, words: Words<'_>) -> String {
    let mut lines = String::new();
    for one in &batch.services {
        table.row(&batch.cells(one, tree, words), &mut lines);
    }
    lines
}

/// The first bytes of a table of records.
pub(crate) fn begin(wish: Wish, words: Words<'_>) -> (Table, String) {
    Table::begin(RECORDS.to_owned(), wish, &words.heads(&[]))
}

/// Everything a table of a sample is made of.
pub(crate) struct Sampled {
    drawn: Drawn,
    calls: Vec<Called>,
    batch: Batch,
    tree: Edition,
}

/// Lets an auditor take a sample with what the calls came to. That it was taken is in the journal.
///
/// # Errors
/// 404 for none, and for one of another place; those of [`population`].
pub(crate) fn take_sample(tx: &mut Tx<'_>, call: &Call, id: Id<Sample>) -> Outcome<Sampled> {
    let drawn = sample::found(tx, call, id)?;
    let calls = sample::calls(tx, id)?;
    let teams = teams(tx, call, drawn.drawing.wish)?;
    let mut services = population(tx, call, &drawn.drawing, (drawn.cut, &teams))?;
    let ours: HashSet<Id<Attendance>> = calls.iter().map(|one| one.attendance).collect();
    services.retain(|one| ours.contains(&one.attendance));
    let people: Vec<Id<Person>> = services.iter().map(|one| one.person).collect();
    let batch = Batch { named: people::named(tx, &people)?, teams, services };
    let export: Id<Export> = call.id(id.district());
    append(tx, call, Event::new("sample.taken", id.district(), export, 1).with_id("sample", id))?;
    Ok(Sampled { drawn, calls, batch, tree: places::tree_in(tx)? })
}

/// The table of a sample.
///
/// # Errors
/// A defect when it cannot be signed.
pub(crate) fn sample_table(sampled: &Sampled, call: &Call, words: Words<'_>) -> Result<Vec<u8>, Fault> {
    let Sampled { drawn, calls, batch, tree } = sampled;
    let heads = words.heads(&CALL_HEADS);
    let (mut table, mut file) = Table::begin(drawn.id.to_string(), drawn.drawing.wish, &heads);
    let services: HashMap<_, _> = batch.services.iter().map(|one| (one.attendance, one)).collect();
    for called in calls {
        let Some(one) = services.get(&called.attendance) else { continue };
        let mut cells = batch.cells(one, tree, words);
        cells.extend(answered(called, words));
        table.row(&cells, &mut file);
    }
    file.push_str(&table.end(call)?);
    Ok(file.into_bytes())
}

/// The cells of what the calls came to, in the order of [`CALL_HEADS`].
fn answered(called: &Called, words: Words<'_>) -> [String; 4] {
    let said = called.entries.last().and_then(|entry| entry.minutes);
    [
        called.number.to_string(),
        called.answer().map(|answer: Answer| words.say("call-answer-", answer.word())).unwrap_or_default(),
        said.map(|minutes| minutes.number().to_string()).unwrap_or_default(),
        called.tries().to_string(),
    ]
}
