//! Whether what a phone noted without network was noted when it says: the phone's clocks are evidence, not truth.
//!
//! The phone reads two clocks with every note: the wall clock, which anybody can set, and the one that counts since the page
//! was loaded, which nobody can set and which may stand still while the phone sleeps. Our own clock is read twice, when
//! the roster is made and when it comes back. What these bound is believed; what they do not is "typed later".

use kernel::Instant;

/// The phone's clock may be set right by its network by this much, and a request may take as long, in milliseconds.
pub const SLACK_MS: i64 = 120_000;
/// The wall clock may run behind the counting one by this much.
const DRIFT_MS: i64 = 5_000;

/// The phone's clocks at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The wall clock, in milliseconds since 1970.
    pub wall_ms: i64,
    /// Milliseconds since the page was loaded.
    pub counted_ms: i64,
    /// Which loading of the page it was.
    pub load: i64,
}

/// Both of our own readings, with the phone's at the same moments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contacts {
    /// When the roster was made, and what the phone read when it had it.
    pub issued: (Instant, Reading),
    /// When it came back, and what the phone read when it sent it.
    pub synced: (Instant, Reading),
}

/// When something was noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Noted {
    /// By our clock, as far as is known; never before the roster was made, never after it came back.
    pub at: Instant,
    /// Whether our clock bounds it, and the phone's clocks agree with each other.
    pub is_in_time: bool,
}

/// When each reading was taken, in the order in which they were.
pub fn noted(contacts: &Contacts, readings: &[Reading]) -> Vec<Noted> {
    let Contacts { issued: (issued_at, first), synced: (synced_at, last) } = contacts;
    let ms = |at: &Instant| at.micros().div_euclid(1_000);
    let (issued, synced) = (ms(issued_at), ms(synced_at));
    let offset = synced.saturating_sub(last.wall_ms);
    let is_steady = offset.abs_diff(issued.saturating_sub(first.wall_ms)) <= SLACK_MS.unsigned_abs();
    let whole: Vec<&Reading> = std::iter::once(first).chain(readings).chain([last]).collect();
    let is_ordered = whole.windows(2).all(|pair| matches!(pair, [a, b] if follows(a, b)));
    let runs_true = runs_true(&whole);
    readings
        .iter()
        .map(|reading| {
            let at = reading.wall_ms.saturating_add(offset);
            // The counting clock may have slept, so it bounds from one side only.
            let since_issue = (reading.load == first.load)
                .then(|| issued.saturating_add(reading.counted_ms.saturating_sub(first.counted_ms)));
            let until_sync = (reading.load == last.load)
                .then(|| synced.saturating_sub(last.counted_ms.saturating_sub(reading.counted_ms)));
            let is_bound = since_issue.is_some() || until_sync.is_some();
            let from = since_issue.unwrap_or(issued).saturating_sub(SLACK_MS);
            let to = until_sync.unwrap_or(synced).saturating_add(SLACK_MS);
            Noted {
                at: Instant::from_micros(at.saturating_mul(1_000))
                    .clamp(*issued_at, (*synced_at).max(*issued_at)),
                is_in_time: is_steady && is_ordered && runs_true && is_bound && (from..=to).contains(&at),
            }
        })
        .collect()
}

/// Whether `b` can have been read after `a`: no clock went back.
fn follows(a: &Reading, b: &Reading) -> bool {
    let counted = a.load != b.load || a.counted_ms <= b.counted_ms;
    counted && a.wall_ms.saturating_sub(b.wall_ms) <= DRIFT_MS
}

/// Whether the wall clock never lost time against the counting one: a phone that sleeps only gains, so time that is lost
/// again after it was gained was set by hand.
fn runs_true(readings: &[&Reading]) -> bool {
    let mut most: Option<(i64, i64)> = None;
    readings.iter().all(|reading| {
        let gained = reading.wall_ms.saturating_sub(reading.counted_ms);
        let before = most.filter(|(load, _)| *load == reading.load).map(|(_, gained)| gained);
        most = Some((reading.load, before.map_or(gained, |before| before.max(gained))));
        before.is_none_or(|before| before.saturating_sub(gained) <= DRIFT_MS)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ISSUED: i64 = 1_773_000_000_000;

    fn at(ms: i64) -> Instant {
        Instant::from_micros(ms * 1_000)
    }

    /// A phone that is `off` by so much, kept open from the making to the coming back, at true times in milliseconds after
    /// the making; it slept `slept` before each.
    fn phone(off: i64, times: &[(i64, i64)]) -> (Contacts, Vec<Reading>) {
        let mut asleep = 0;
        let mut all: Vec<Reading> = Vec::new();
        for (time, slept) in std::iter::once(&(0, 0)).chain(times) {
            asleep += slept;
            all.push(Reading { wall_ms: ISSUED + time + off, counted_ms: 700 + time - asleep, load: 1 });
        }
        let last = all.pop().unwrap();
        let first = all.remove(0);
        let end = times.last().unwrap().0;
        (Contacts { issued: (at(ISSUED), first), synced: (at(ISSUED + end), last) }, all)
    }

    /// True times in order, and how long the phone slept before each.
    fn times() -> impl Strategy<Value = Vec<(i64, i64)>> {
        proptest::collection::vec((1_i64..7_200_000, 0_i64..=100), 2..12).prop_map(|steps| {
            let mut now = 0;
            let walk = |(step, percent): (i64, i64)| {
                now += step;
                (now, step * percent / 100)
            };
            steps.into_iter().map(walk).collect()
        })
    }

    proptest! {
        #[test]
        fn an_honest_phone_is_believed_however_wrong_its_clock_is(
            off in -86_400_000_i64..86_400_000,
            times in times(),
        ) {
            let (contacts, readings) = phone(off, &times);
            let said = noted(&contacts, &readings);
            for (noted, (time, _)) in said.iter().zip(&times) {
                prop_assert_eq!(*noted, Noted { at: at(ISSUED + time), is_in_time: true });
            }
        }

        #[test]
        fn a_clock_that_was_set_for_some_notes_is_found(
            times in times(),
            which in any::<prop::sample::Index>(),
            by in prop_oneof![-7_200_000_i64..-125_001, 125_001_i64..7_200_000],
        ) {
            prop_assume!(times.len() > 2);
            // A phone that never sleeps, so that every set clock shows.
            let awake: Vec<_> = times.iter().map(|(time, _)| (*time, 0)).collect();
            let (contacts, mut readings) = phone(0, &awake);
            let set = which.index(readings.len());
            readings[set].wall_ms += by;
            prop_assert!(!noted(&contacts, &readings)[set].is_in_time);
        }

        #[test]
        fn nothing_is_noted_before_it_was_made_or_after_it_came_back(
            walls in proptest::collection::vec((any::<i64>(), any::<i64>(), 0_i64..3), 1..8),
            first in (any::<i64>(), any::<i64>(), 0_i64..3),
            last in (any::<i64>(), any::<i64>(), 0_i64..3),
            length in 0_i64..86_400_000,
        ) {
            let reading = |(wall_ms, counted_ms, load)| Reading { wall_ms, counted_ms, load };
            let readings: Vec<Reading> = walls.into_iter().map(reading).collect();
            let (from, to) = (at(ISSUED), at(ISSUED + length));
            let contacts = Contacts { issued: (from, reading(first)), synced: (to, reading(last)) };
            for noted in noted(&contacts, &readings) {
                prop_assert!((from..=to).contains(&noted.at));
            }
        }
    }

    #[test]
    fn a_clock_set_while_the_page_was_closed_bounds_nothing() {
        let hour = 3_600_000;
        let (contacts, _) = phone(0, &[(hour, 0), (4 * hour, 0)]);
        let elsewhere = Reading { wall_ms: ISSUED + hour, counted_ms: 100, load: 2 };
        assert!(!noted(&contacts, &[elsewhere])[0].is_in_time, "no contact in that loading");
        let back = Reading { wall_ms: ISSUED + 4 * hour, counted_ms: 3 * hour + 100, load: 2 };
        let kept_open = Contacts { synced: (contacts.synced.0, back), ..contacts };
        assert!(noted(&kept_open, &[elsewhere])[0].is_in_time, "the page was open from then on");
    }

    #[test]
    fn a_clock_that_is_right_at_one_end_only_was_set_between() {
        let (mut contacts, readings) = phone(0, &[(600_000, 0), (1_200_000, 0)]);
        contacts.issued.1.wall_ms -= SLACK_MS + 1;
        assert!(!noted(&contacts, &readings)[0].is_in_time);
    }
}
