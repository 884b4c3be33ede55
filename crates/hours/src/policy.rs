//! The numbers of the rules: dated, of a division, inherited down the tree.

use std::collections::{BTreeMap, HashMap};

use db::{Fault, Outcome, Tx};
use journal::Call;
use kernel::{Day, DivisionCode, Id, Instant, Minutes, Person, Refusal};
use places::Edition;

use crate::{kinds::NoService, presence::Presence, rules::RuleSet, served::Limits};

kernel::words! {
    /// What a rule's number counts.
    Unit {
        /// Minutes.
        Minutes = "minutes",
        /// Times.
        Times = "times",
        /// Per cent.
        Percent = "percent",
        /// Working days.
        WorkingDays = "working-days",
        /// Days.
        Days = "days",
        /// Minutes at most; none where it is 0.
        Most = "most",
        /// Metres.
        Metres = "metres",
        /// Yes where it is 1.
        YesNo = "yes-no",
        /// Whether a kind of activity is service: 0 as any other, 1 when a second person says so, 2 never.
        Kind = "kind",
    }
}

kernel::words! {
    /// What a rule is about; the order in which they are shown.
    Section {
        /// What comes of coming and going: another number would have made other hours.
        Counting = "counting",
        /// Deadlines, notices and hints: no minute depends on them.
        Around = "around",
        /// Kinds of activities: decided when a project is published.
        Kinds = "kinds",
    }
}

/// One number: its name in the table `policy`, what it is without a row, and what a division may make of it. Where the
/// number comes from is said beside it, and for people in the sentence `rule-source-{word}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name in the table.
    pub name: &'static str,
    /// What it counts.
    pub unit: Unit,
    /// What holds where nobody decided.
    pub usual: i64,
    /// The least and the most that may be decided.
    pub range: (i64, i64),
    /// Which way it is stricter; none where neither is.
    pub stricter: Option<Stricter>,
    /// What it is about.
    pub section: Section,
}

/// Which way a number is stricter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stricter {
    /// The smaller one.
    Less,
    /// The greater one.
    More,
}

impl Rule {
    /// Its word in the keys of sentences: `day-at-once-minutes`.
    pub fn word(&self) -> String {
        self.name.trim_start_matches(PREFIX).replace('_', "-")
    }
}

/// How the name of every rule of hours begins.
pub(crate) const PREFIX: &str = "hours.";

/// How the name of a rule about a kind of activity begins.
const KIND: &str = "hours.kind_";

const fn rule(name: &'static str, unit: Unit, usual: i64, range: (i64, i64)) -> Rule {
    Rule { name, unit, usual, range, stricter: None, section: Section::Counting }
}

impl Rule {
    const fn stricter(self, stricter: Stricter) -> Self {
        Self { stricter: Some(stricter), ..self }
    }

    const fn about(self, section: Section) -> Self {
        Self { section, ..self }
    }
}

/// Minutes before the planned time from which one may check in.
const OPENS: Rule = rule(
    "hours.opens_minutes",
    Unit::Minutes,
    OPENS_USUAL.number(),
    (OPENS_LEAST.number(), OPENS_MOST.number()),
)
.stricter(Stricter::Less);
/// Minutes after the planned time in which a signal counts as given at the time.
const GRACE: Rule = rule("hours.grace_minutes", Unit::Minutes, 60, (0, 240)).stricter(Stricter::Less);
/// Minutes after the planned time in which a paper sheet or the resident's nod counts as of the time: one day.
const SHEET: Rule = rule("hours.sheet_minutes", Unit::Minutes, 1_440, (0, 10_080)).stricter(Stricter::Less);
/// Minutes before and after the planned time that may count. Order 67 art. 7 leaves it to the organisation.
const TOLERANCE: Rule = rule("hours.tolerance_minutes", Unit::Minutes, 30, (0, 120)).stricter(Stricter::Less);
/// How often a day one may come and go at one service with a code (广东 i志愿: three times).
const PAIRS: Rule = rule("hours.day_pairs", Unit::Times, 3, (1, 10)).stricter(Stricter::Less);
/// Per cent of a shift's planned time below which nothing is recorded. Order 67 art. 7 counts what was really served and
/// sets no minimum; 云南 asks for 60.
const LEAST: Rule = rule("hours.least_percent", Unit::Percent, 0, (0, 100)).stricter(Stricter::More);
/// Smallest unit in minutes. Order 67 art. 7 counts in hours and sets none; nothing is lost by one minute.
const UNIT: Rule = rule("hours.unit_minutes", Unit::Minutes, 1, (1, 60));
/// Minutes a day that count at once (广东 i志愿: 8 hours).
const AT_ONCE: Rule =
    rule("hours.day_at_once_minutes", Unit::Minutes, 480, (30, 1_440)).stricter(Stricter::Less);
/// Minutes a day that the place itself may review (广东 i志愿: 12 hours).
const PARENT: Rule =
    rule("hours.day_parent_minutes", Unit::Minutes, 720, (60, 1_440)).stricter(Stricter::Less);
/// Working days after the service in which it must be on record (Order 67 art. 11: ten, so no place may give more).
const DUE: Rule = rule("hours.due_working_days", Unit::WorkingDays, 10, (1, 10))
    .stricter(Stricter::Less)
    .about(Section::Around);
/// Days in which the person says yes to typed hours. Order 67 art. 13 says "promptly" of errors and sets no days; seven is
/// the notice inside the unit before hours are certified (民发〔2015〕149号).
const TYPED: Rule =
    rule("hours.typed_days", Unit::Days, 7, (1, 30)).stricter(Stricter::Less).about(Section::Around);
/// Days in which somebody of the place answers who says "I was there"; then the level above is told. Order 67 art. 13 says
/// "promptly" and sets no days.
const ANSWER: Rule =
    rule("hours.answer_days", Unit::Days, 7, (1, 30)).stricter(Stricter::Less).about(Section::Around);

/// Minutes a month that count at once; none where it is 0. No rule of the country sets one.
const MONTH: Rule = rule("hours.month_minutes", Unit::Most, 0, (0, 44_640));
/// Minutes a year that count at once; none where it is 0. No rule of the country sets one.
const YEAR: Rule = rule("hours.year_minutes", Unit::Most, 0, (0, 527_040));
/// Whether the planned break of a shift counts (志愿汇: time of rest does not).
const BREAK: Rule = rule("hours.break_counts", Unit::YesNo, 0, (0, 1)).stricter(Stricter::Less);
/// Whether the planned way to a service and back counts (民函〔2012〕340号: it does not).
const TRAVEL: Rule = rule("hours.travel_counts", Unit::YesNo, 0, (0, 1)).stricter(Stricter::Less);
/// Days for which a public notice of hours stays up at least (民发〔2015〕149号: no fewer than seven).
const NOTICE: Rule =
    rule("hours.notice_days", Unit::Days, 7, (7, 30)).stricter(Stricter::More).about(Section::Around);
/// Metres from the meeting point within which a phone is near it. No rule sets one; phones are often tens of metres wrong
/// between houses. It only says what the hint says.
const NEAR: Rule = rule("hours.near_metres", Unit::Metres, 300, (50, 5_000)).about(Section::Around);

/// Whether what looks like this kind of activity is service; `kinds::NoService` says where each comes from.
const fn kind(name: &'static str) -> Rule {
    rule(name, Unit::Kind, 1, (0, 2)).stricter(Stricter::More).about(Section::Kinds)
}

/// Every rule of hours, in the order in which they are shown: from coming to being on record.
pub const RULES: [Rule; 28] = [
    OPENS,
    GRACE,
    TOLERANCE,
    PAIRS,
    LEAST,
    UNIT,
    BREAK,
    TRAVEL,
    AT_ONCE,
    PARENT,
    MONTH,
    YEAR,
    SHEET,
    DUE,
    TYPED,
    ANSWER,
    NOTICE,
    NEAR,
    kind("hours.kind_paid"),
    kind("hours.kind_commerce"),
    kind("hours.kind_meeting"),
    kind("hours.kind_training"),
    kind("hours.kind_duty"),
    kind("hours.kind_social"),
    kind("hours.kind_online"),
    kind("hours.kind_donation"),
    kind("hours.kind_worship"),
    kind("hours.kind_backfill"),
];

/// The numbers in force at a place on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Policy {
    /// Every rule with what holds: what a record says it was counted by.
    pub(crate) rules: RuleSet,
    /// Minutes before and after the planned time that may count.
    pub(crate) tolerance: Minutes,
    /// From so long before the planned time on one may check in.
    pub(crate) opens: Minutes,
    /// A signal counts as given at the time until so long after the planned time.
    pub(crate) grace: Minutes,
    /// A paper sheet counts as of the time this long after it.
    pub(crate) sheet: Minutes,
    /// How often a day one may come and go at one service with a code; at least once.
    pub(crate) pairs: usize,
    /// Per cent of a shift's planned time below which nothing is recorded.
    pub(crate) least_percent: i64,
    /// Smallest unit.
    pub(crate) unit: Minutes,
    /// The limits of a day, a month and a year.
    pub(crate) limits: Limits,
    /// Whether a planned break counts.
    pub(crate) break_counts: bool,
    /// Whether the planned way there and back counts.
    pub(crate) travel_counts: bool,
    /// What each kind of activity leads to, in the order of the list.
    pub(crate) kinds: [i64; NoService::ALL.len()],
    /// Days for which a public notice stays up at least.
    pub(crate) notice_days: i32,
    /// Metres from the meeting point within which a phone is near it.
    pub(crate) near_metres: i64,
    /// Working days until a record is closed.
    pub(crate) due_working_days: u32,
    /// Days in which typed hours wait for their person's yes.
    pub(crate) typed_days: i32,
    /// Days in which a claim is answered by the place.
    pub(crate) answer_days: i32,
}

/// What holds at a place on a day, of decisions that were read once; what one day shares with another is reckoned once.
pub(crate) struct Held<'a> {
    decided: &'a [(String, places::Policy)],
    /// By the place, and the last day until then on which a decision of any place began to hold.
    known: HashMap<(DivisionCode, Option<Day>), Policy>,
}

impl<'a> Held<'a> {
    pub(crate) fn of(decided: &'a [(String, places::Policy)]) -> Self {
        Self { decided, known: HashMap::new() }
    }

    pub(crate) fn at(&mut self, place: DivisionCode, day: Day) -> Policy {
        let decided = self.decided;
        let since = decided.iter().map(|(_, policy)| policy.from_day).filter(|from| *from <= day).max();
        *self
            .known
            .entry((place, since))
            .or_insert_with(|| Policy::of(&places::in_force(decided, place, day)))
    }
}

impl Policy {
    /// What was decided, and the usual number of every rule about which nothing was.
    pub(crate) fn of(decided: &BTreeMap<String, places::Policy>) -> Self {
        let take = |one: Rule| decided.get(one.name).map_or(one.usual, |policy| policy.value.max(0));
        let (tolerance, grace, sheet, unit) = (take(TOLERANCE), take(GRACE), take(SHEET), take(UNIT));
        let (opens, pairs, least_percent) = (take(OPENS), take(PAIRS), take(LEAST));
        let (at_once, parent, due) = (take(AT_ONCE), take(PARENT), take(DUE));
        let days = |value: i64| i32::try_from(value).unwrap_or(i32::MAX).min(366);
        let most = |value: i64| (value > 0).then_some(Minutes(value));
        let (typed, answer) = (take(TYPED), take(ANSWER));
        Self {
            rules: RuleSet::of(decided),
            tolerance: Minutes(tolerance),
            opens: Minutes(opens).max(OPENS_LEAST),
            grace: Minutes(grace),
            sheet: Minutes(sheet),
            pairs: usize::try_from(pairs).unwrap_or(usize::MAX).max(1),
            least_percent,
            unit: Minutes(unit),
            limits: Limits {
                at_once: Minutes(at_once),
                parent: Minutes(parent),
                month: most(take(MONTH)),
                year: most(take(YEAR)),
            },
            break_counts: take(BREAK) == 1,
            travel_counts: take(TRAVEL) == 1,
            notice_days: days(take(NOTICE)),
            near_metres: take(NEAR),
            kinds: std::array::from_fn(|at| {
                let word = NoService::ALL.get(at).map(|kind| kind.word());
                let rule = RULES.iter().find(|rule| rule.name.strip_prefix(KIND) == word);
                rule.map_or(1, |rule| take(*rule))
            }),
            due_working_days: u32::try_from(due).unwrap_or(u32::MAX).min(366),
            typed_days: days(typed),
            answer_days: days(answer),
        }
    }

    /// What a kind of activity leads to: 0 nothing, 1 a look by a second person, 2 no hours.
    pub(crate) fn about(&self, kind: NoService) -> i64 {
        NoService::ALL.iter().zip(self.kinds).find(|(one, _)| **one == kind).map_or(1, |(_, held)| held)
    }

    /// What the signals of a presence are held against.
    pub(crate) fn setting(&self, presence: &Presence) -> crate::Setting {
        self.setting_of(presence.person, presence.planned)
    }

    /// What the signals of one person at a planned time are held against.
    pub(crate) fn setting_of(&self, person: Id<Person>, planned: (Instant, Instant)) -> crate::Setting {
        crate::Setting { person, planned, opens: self.opens, grace: self.grace, sheet: self.sheet }
    }

    /// First and last day on which a presence can have minutes.
    pub(crate) fn days(&self, presence: &Presence) -> (Day, Day) {
        ((presence.planned.0 - self.tolerance).day(), (presence.planned.1 + self.tolerance).day())
    }

    /// The last day on which a presence may be put on record and its grade may rise.
    pub(crate) fn due(&self, call: &Call, presence: &Presence) -> Day {
        call.calendar().working_days_after(presence.planned.1.day(), self.due_working_days)
    }

    /// Refuses what comes after the due date. What was brought in was on record elsewhere, and waits for its person; what is
    /// claimed was claimed in time, and waits for an answer.
    pub(crate) fn must_be_in_time(&self, call: &Call, presence: &Presence) -> Result<(), Refusal> {
        let due = self.due(call, presence);
        if call.now.day() > due && !presence.is_imported() && presence.claimed_at.is_none() {
            return Err(Refusal::conflict("hours-too-late").with("until", due));
        }
        Ok(())
    }
}

/// Reads what is in force at `place` on `day`, in one statement.
///
/// # Errors
/// A fault.
pub(crate) fn policy(tx: &mut Tx<'_>, place: DivisionCode, day: Day) -> Result<Policy, Fault> {
    Ok(Policy::of(&places::policies(tx, place, PREFIX, day)?))
}

/// The same with what of it was decided by whom, and the tree in force; in one statement.
///
/// # Errors
/// A fault.
pub(crate) fn policy_and_tree(
    tx: &mut Tx<'_>,
    place: DivisionCode,
    day: Day,
) -> Outcome<(Policy, BTreeMap<String, places::Policy>, Edition)> {
    let (decided, tree) = places::policies_and_tree(tx, place, PREFIX, day)?;
    Ok((Policy::of(&decided), decided, tree))
}

/// What a place says of checking in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckInRule {
    /// From so long before the planned time on one may.
    pub opens: Minutes,
    /// How often a day one may come and go at one service.
    pub pairs: usize,
    /// Metres from the meeting point within which a phone is near it.
    pub near_metres: i64,
}

/// No place may let people check in only from a shorter time before the planned one on.
pub const OPENS_LEAST: Minutes = Minutes(30);
/// From so long before the planned time on one may check in where nobody decided (Hengde: two hours).
pub const OPENS_USUAL: Minutes = Minutes(120);
/// No place may let people check in from a longer time before the planned one on.
pub const OPENS_MOST: Minutes = Minutes(1_440);

/// What holds for checking in at `place` on `day`. One statement.
///
/// # Errors
/// A fault.
pub fn check_in_rule(tx: &mut Tx<'_>, place: DivisionCode, day: Day) -> Result<CheckInRule, Fault> {
    let policy = policy(tx, place, day)?;
    Ok(CheckInRule { opens: policy.opens, pairs: policy.pairs, near_metres: policy.near_metres })
}

/// Until when what is said of a service counts for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadlines {
    /// Until then a roll call counts as of the time.
    pub roll: Instant,
    /// Until then a paper sheet that is entered counts as of the time.
    pub sheet: Instant,
    /// The last day for the record.
    pub due: Day,
    /// How many working days after the end that is.
    pub due_working_days: u32,
}

/// The deadlines of what was planned from then until then at `place`. One statement.
///
/// # Errors
/// A fault.
pub fn deadlines(
    tx: &mut Tx<'_>,
    call: &Call,
    place: DivisionCode,
    (from, to): (Instant, Instant),
) -> Result<Deadlines, Fault> {
    let policy = policy(tx, place, from.day())?;
    let due = call.calendar().working_days_after(to.day(), policy.due_working_days);
    let due_working_days = policy.due_working_days;
    Ok(Deadlines { roll: to + policy.grace, sheet: to + policy.sheet, due, due_working_days })
}

#[cfg(test)]
mod tests {
    use places::Binding;

    use super::*;

    #[test]
    fn what_was_reckoned_once_is_that_of_the_place_and_the_day() {
        let code = |text: &str| DivisionCode::parse(text).unwrap();
        let first = Day::from_ymd(2026, 3, 2).unwrap();
        let decided = |division: &str, from_day, value| {
            let (version, source) = (1, String::new());
            let policy = places::Policy {
                value,
                version,
                source,
                division: code(division),
                from_day,
                binding: Binding::Free,
            };
            (TOLERANCE.name.to_owned(), policy)
        };
        let all = [decided("420103", first, 20), decided("420103001001", first.plus(5), 10)];
        let mut held = Held::of(&all);
        for (place, day, minutes) in [
            ("420103001001", first.plus(-1), TOLERANCE.usual),
            ("420103001001", first, 20),
            ("420103001001", first.plus(4), 20),
            ("420103001001", first.plus(5), 10),
            ("420103001002", first.plus(5), 20),
        ] {
            assert_eq!(held.at(code(place), day).tolerance, Minutes(minutes), "{place} {day}");
        }
    }
}
