//! What an engagement asks of a volunteer, as far as the index can tell: by columns for 64 at once, and by row.

use kernel::{Day, Instant};

use super::{
    columns::{self as column, Columns, Kind},
    hours::Hours,
    promises::Promises,
    row::Row,
    store::{PAGE, Span, Store, Words},
};
use crate::{
    Distance, Engagement, Limits, Metres, Purpose, Sex,
    rules::days,
    time::{Starts, starts},
};

/// The words of a column that nobody has.
const NOBODY: Words = [0; PAGE];

/// An engagement, ready to be held against leaves and rows.
#[derive(Clone, Debug)]
pub(super) struct Filter<'q> {
    engagement: &'q Engagement,
    limits: &'q Limits,
    now: Instant,
    /// Columns that must hold, the rarest first.
    all: Vec<u32>,
    /// Of each of these, one column must hold.
    some: Vec<Vec<u32>>,
    /// Columns that must not hold.
    none: Vec<u32>,
    hours: Hours,
    starts: Starts,
    last_day: i32,
    /// Last day of birth of those who are old enough, of adults, and of those who may come without company.
    born: [i32; 3],
}

impl<'q> Filter<'q> {
    /// `None` when a word is asked that nobody has, or an age that nobody has reached.
    pub(super) fn new(
        engagement: &'q Engagement,
        now: Instant,
        limits: &'q Limits,
        columns: &Columns,
        store: &Store,
    ) -> Option<Self> {
        let (first, last) = days(engagement);
        let must = |kind, codes: &[_]| -> Option<Vec<u32>> {
            codes.iter().map(|code| columns.find(kind, *code)).collect()
        };
        let mut all = must(Kind::Skill, &engagement.skills)?;
        all.extend(must(Kind::Training, &engagement.trainings)?);
        all.extend(engagement.insurance.then_some(column::INSURED));
        all.extend(engagement.sex.map(|sex| match sex {
            Sex::Female => column::FEMALE,
            Sex::Male => column::MALE,
        }));
        let mut some: Vec<Vec<u32>> = Vec::new();
        if engagement.purpose == Purpose::Ask {
            let named = columns.find(Kind::Category, engagement.category);
            some.push([column::ANY_CATEGORY].into_iter().chain(named).collect());
        }
        if !engagement.languages.is_empty() {
            let spoken = engagement.languages.iter().filter_map(|code| columns.find(Kind::Language, *code));
            some.push(spoken.collect());
        }
        // Of one column that one must hold.
        all.extend(some.extract_if(.., |columns| columns.len() == 1).flatten());
        // The rarest first: what it leaves, the others need not be asked of.
        all.sort_unstable_by_key(|column| (store.count(*column), *column));
        let none = engagement.demands.iter().filter_map(|code| columns.find(Kind::Limit, *code)).collect();
        let born = [engagement.age_min, limits.adult_age, limits.accompanied_age];
        let filter = Self {
            engagement,
            limits,
            now,
            all,
            some,
            none,
            hours: Hours::of(engagement),
            starts: starts(engagement),
            last_day: last.number(),
            born: born.map(|age| born_by(first, age)),
        };
        store.pages().any(|first| filter.suits(store.page_span(first))).then_some(filter)
    }

    fn asks(&self) -> bool {
        self.engagement.purpose == Purpose::Ask
    }

    /// Whether anybody in a leaf may be old enough, and insured long enough.
    fn suits(&self, leaf: &Span) -> bool {
        let [old_enough, ..] = self.born;
        leaf.born_min <= old_enough && !(self.engagement.insurance && leaf.insured_max < self.last_day)
    }

    /// About how many have everything that must hold, if no column depends on another.
    pub(super) fn about(&self, store: &Store, people: usize) -> usize {
        let count = |column: &u32| store.count(*column) as usize;
        let some = self.some.iter().map(|columns| columns.iter().map(count).sum());
        let counts = self.all.iter().map(count).chain(some);
        counts.fold(people, |left, count| left * count.min(people) / people.max(1))
    }

    /// Of a leaf's volunteers, those who go beyond so many bands, if Linli asks.
    pub(super) fn beyond(&self, store: &Store, leaf: u32, band: usize) -> u64 {
        let column = (band as u32).checked_sub(1).filter(|_| self.asks());
        column.map_or(u64::MAX, |band| store.word(column::BEYOND + band, leaf))
    }

    /// Of a leaf's volunteers, those who have what is asked; their hours are asked by [`Self::free`].
    pub(super) fn people(&self, store: &Store, leaf: u32) -> u64 {
        if !self.suits(store.span(leaf)) {
            return 0;
        }
        let word = |column| store.word(column, leaf);
        let mut mask = store.alive(leaf);
        for column in &self.all {
            mask &= word(*column);
            if mask == 0 {
                return 0;
            }
        }
        for columns in &self.some {
            mask &= columns.iter().fold(0, |found, column| found | word(*column));
        }
        self.none.iter().fold(mask, |mask, column| mask & !word(*column))
    }

    /// Of these volunteers of a leaf, those who are free in the hours.
    pub(super) fn free(&self, store: &Store, leaf: u32, people: u64) -> u64 {
        self.hours.free(people, |hour| store.word(hour, leaf))
    }

    /// Of the volunteers of the leaves of a page, those who have what is asked; some of them may not be free.
    pub(super) fn people_of_page(&self, store: &Store, first: u32) -> Words {
        if !self.suits(store.page_span(first)) {
            return NOBODY;
        }
        let words = |column: u32| store.words(column, first).unwrap_or(&NOBODY);
        let mut masks = [u64::MAX; PAGE];
        for column in &self.all {
            narrow(&mut masks, words(*column), |mask, word| mask & word);
        }
        for columns in &self.some {
            let mut some = NOBODY;
            for column in columns {
                some.iter_mut().zip(words(*column)).for_each(|(some, word)| *some |= word);
            }
            narrow(&mut masks, &some, |mask, word| mask & word);
        }
        for column in &self.none {
            narrow(&mut masks, words(*column), |mask, word| mask & !word);
        }
        for (mask, (alive, span)) in masks.iter_mut().zip(store.people(first)).filter(|(mask, _)| **mask != 0)
        {
            *mask &= if self.suits(span) { alive } else { 0 };
        }
        self.hours.free_of_page(&mut masks, words);
        masks
    }

    /// How far somebody with all of this is, if nothing in their row stands against them; `consent` says whether a
    /// guardian's is known.
    pub(super) fn admits(&self, row: &Row, consent: bool) -> Option<Distance> {
        let [old_enough, adult, alone] = self.born;
        let minor = row.born > adult && !consent;
        if row.born == i32::MAX
            || row.born > old_enough
            || !self.engagement.guardian_present && (minor || row.born > alone)
            || self.engagement.insurance && row.insured_until < self.last_day
        {
            return None;
        }
        let distance = Distance::between(&row.place()?, &self.engagement.place);
        if !self.asks() {
            return Some(distance);
        }
        let rests = row.last_call().is_some_and(|call| self.now < call + self.limits.rest_after_call);
        (!rests && row.goes(metres(distance.metres()))).then_some(distance)
    }

    /// Whether the promises leave room for a visit.
    pub(super) fn leaves_room(&self, promises: &Promises, row: &Row) -> bool {
        promises.leave_room(row.promises, &self.starts)
    }
}

/// Words that the memory gives at once.
const LINE: usize = 8;

/// Narrows the masks of a page, and reads nothing of the words where nobody is left.
fn narrow(masks: &mut Words, words: &Words, with: impl Fn(u64, u64) -> u64) {
    for (masks, words) in masks.chunks_mut(LINE).zip(words.chunks(LINE)) {
        if masks.iter().fold(0, |all, mask| all | mask) != 0 {
            masks.iter_mut().zip(words).for_each(|(mask, word)| *mask = with(*mask, *word));
        }
    }
}

/// Metres in a row's size; nothing on earth is farther than it holds.
pub(super) fn metres(metres: Metres) -> u32 {
    u32::try_from(metres.0).unwrap_or(u32::MAX)
}

/// The last day of birth of those who have completed `age` years on `day`.
fn born_by(day: Day, age: i32) -> i32 {
    let (year, month, of_month) = day.ymd();
    let birthday = i16::try_from(i32::from(year).saturating_sub(age))
        .ok()
        // Of those born on 29 February, in a year without one, the day before is the last.
        .and_then(|year| {
            Day::from_ymd(year, month, of_month).or_else(|| Day::from_ymd(year, month, of_month - 1))
        });
    if let Some(birthday) = birthday {
        return birthday.number();
    }
    // Beyond the calendar: whoever is born later is no older, so the days divide in two.
    let (mut low, mut high) = (i64::from(i32::MIN), i64::from(i32::MAX));
    while low < high {
        let middle = (low + high + 1).div_euclid(2);
        let born = Day::from_number(middle as i32);
        if day.years_since(born) >= age { low = middle } else { high = middle - 1 }
    }
    low as i32
}
