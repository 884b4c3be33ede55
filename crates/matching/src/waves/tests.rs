//! The rule as properties of any search, and its known answers.

use kernel::{Day, District, Id, IdSource, Instant, Minutes, Person, Random};
use proptest::prelude::*;

use super::*;
use crate::Code;

fn monday(hour: i64) -> Instant {
    Day::from_ymd(2026, 3, 9).unwrap().at_minute(hour * 60)
}

fn people(count: usize) -> Vec<Id<Person>> {
    let source = IdSource::new(Random::seeded(3));
    (0..count).map(|_| source.next(monday(0), District::new(420_103).unwrap())).collect()
}

fn code(word: &str) -> Code {
    Code::parse(word).unwrap()
}

fn asking(days_ago: i64, hour: i64, answer: Answer) -> Asking {
    let told_at = monday(9) - Minutes(days_ago * 1_440);
    Asking {
        kind: code("elderly"),
        visit_at: told_at.day().at_minute(hour * 60),
        told_at,
        settled_at: told_at + Minutes(20),
        answer,
    }
}

/// People and their histories; searches borrow from it.
#[derive(Clone, Debug)]
struct Street {
    ids: Vec<Id<Person>>,
    histories: Vec<Vec<Asking>>,
    knows: Vec<bool>,
}

impl Street {
    fn new(histories: Vec<Vec<Asking>>) -> Self {
        Self { ids: people(histories.len()), knows: vec![false; histories.len()], histories }
    }

    fn ranked(&self) -> Vec<Candidate<'_>> {
        self.ids
            .iter()
            .zip(&self.histories)
            .zip(&self.knows)
            .map(|((id, history), knows)| Candidate { id: *id, knows: *knows, history })
            .collect()
    }
}

fn search<'a>(ranked: &'a [Candidate<'a>], open: &'a [Open<'a>]) -> Search<'a> {
    Search {
        now: monday(9),
        kind: code("elderly"),
        visit_at: monday(15),
        deadline: monday(15),
        places: 1,
        urgent: false,
        tapped: false,
        seed: 7,
        ranked,
        open,
        asked: open.len(),
        prior: Prior::default(),
    }
}

fn asked(decision: &Decision) -> Vec<Id<Person>> {
    decision.ask.iter().map(|one| one.id).collect()
}

#[test]
fn known_answers_of_a_street_of_strangers() {
    let street = Street::new(vec![Vec::new(); 30]);
    let ranked = street.ranked();
    let pace = Pace::default();
    // Six hours hold six waves; each must reach 44 of 100, which two strangers of three tenths do (1 - 0.7² = 0.51).
    let decision = decide(&search(&ranked, &[]), &pace);
    assert_eq!(decision.ask.len(), 2);
    assert_eq!(decision.next_at, Some(monday(10)));
    assert!(decision.because.contains(&Because::Time { left: Minutes(360), waves: 6 }), "{decision:?}");
    assert!(decision.because.contains(&Because::Likely { people: 2, filled: Chance::percent(51) }));
    // One hour left is one wave: 97 of 100 would take ten, seven is the most.
    let late = Search { deadline: monday(10), ..search(&ranked, &[]) };
    let decision = decide(&late, &pace);
    assert_eq!(decision.ask.len(), 7);
    assert!(decision.because.contains(&Because::MostAtOnce { most: 7 }));
    // The same hour holds six urgent waves of ten minutes.
    let urgent = Search { urgent: true, ..late };
    assert_eq!(decide(&urgent, &pace).next_at, Some(monday(9) + Minutes(10)));
    // Ten urgent minutes: all that are needed, past seven.
    let now = Search { deadline: monday(9) + Minutes(10), ..urgent };
    assert_eq!(decide(&now, &pace).ask.len(), 10);
}

#[test]
fn who_says_no_is_replaced_and_silence_waits_for_its_wave() {
    let street = Street::new(vec![Vec::new(); 30]);
    let ranked = street.ranked();
    let told = [Open { told_at: monday(9), history: &[] }, Open { told_at: monday(9), history: &[] }];
    let pace = Pace::default();
    let at = |minutes, open: &'static str| {
        let open = if open == "both" { &told[..] } else { &told[..1] };
        decide(&Search { now: monday(9) + Minutes(minutes), asked: 2, ..search(&ranked[2..], open) }, &pace)
    };
    // At 9:20 five waves are left, each a little larger; with both open that is enough, after a no it is not.
    assert_eq!(at(20, "both").ask.len(), 0);
    assert_eq!(at(20, "both").next_at, Some(monday(10)));
    assert_eq!(at(20, "one").ask.len(), 1);
    // The wave is over: the silent count half.
    assert!(!at(60, "both").ask.is_empty());
}

#[test]
fn it_stops_and_says_why() {
    let street = Street::new(vec![Vec::new(); 3]);
    let ranked = street.ranked();
    let pace = Pace::default();
    let stop = |search: Search<'_>| decide(&search, &pace).stop;
    assert_eq!(stop(Search { now: monday(15), ..search(&ranked, &[]) }), Some(Stop::TimeOver));
    assert_eq!(stop(Search { places: 0, ..search(&ranked, &[]) }), Some(Stop::TimeOver));
    assert_eq!(stop(Search { asked: 60, ..search(&ranked, &[]) }), Some(Stop::AskedEnough));
    assert_eq!(stop(search(&[], &[])), Some(Stop::NobodyLeft));
    let waiting = [Open { told_at: monday(7), history: &[] }];
    let decision = decide(&search(&[], &waiting), &pace);
    assert_eq!((decision.stop, decision.next_at), (None, Some(monday(15))), "they may still say yes");
    // Everybody is in peace, and the first may be asked again at noon.
    let tired = Street::new(vec![vec![Asking { told_at: monday(0), ..asking(0, 9, Answer::Yes) }]]);
    let ranked = tired.ranked();
    let decision = decide(&search(&ranked, &[]), &pace);
    assert_eq!((decision.stop, decision.next_at), (None, Some(monday(12))));
    assert!(decision.because.contains(&Because::InPeace { people: 1 }));
}

#[test]
fn at_night_only_what_is_urgent_or_tapped_is_asked() {
    let street = Street::new(vec![Vec::new(); 9]);
    let ranked = street.ranked();
    let night = Search { now: monday(22), deadline: monday(34), ..search(&ranked, &[]) };
    let pace = Pace::default();
    let decision = decide(&night, &pace);
    assert_eq!((asked(&decision), decision.next_at), (Vec::new(), Some(monday(32))));
    // Two waking hours of the morning are left.
    assert!(decision.because.contains(&Because::Time { left: Minutes(120), waves: 2 }), "{decision:?}");
    assert!(!decide(&Search { tapped: true, ..night }, &pace).ask.is_empty());
    assert!(!decide(&Search { urgent: true, ..night }, &pace).ask.is_empty());
    // The next wave of an evening goes in the morning.
    let evening = decide(&Search { now: monday(20) + Minutes(30), ..night }, &pace);
    assert_eq!(evening.next_at, Some(monday(32)));
}

#[test]
fn a_no_costs_nothing() {
    let usual = Prior::default();
    let at = |history: &[Asking], hour| estimate(history, code("elderly"), monday(hour), monday(9), usual);
    let none = at(&[], 15);
    assert_eq!(none.yes, Chance::percent(30));
    let noes: Vec<Asking> = (2..12).map(|days| asking(days, 15, Answer::No)).collect();
    // At that hour a yes is less likely; at other hours they are no worse than a stranger, and known to answer.
    assert!(at(&noes, 15).agrees < none.agrees);
    assert!(at(&noes, 16).agrees < none.agrees && at(&noes, 16).agrees > at(&noes, 15).agrees);
    assert_eq!(at(&noes, 9).agrees, none.agrees);
    assert!(at(&noes, 9).answers > none.answers);
    assert!(at(&noes, 9).yes > none.yes);
    // Another kind at the same hour feels it less.
    let other = estimate(&noes, code("medical"), monday(15), monday(9), usual);
    assert!(other.agrees > at(&noes, 15).agrees && other.agrees < none.agrees);
    // It fades: after half a year it is as if it had never been.
    let old: Vec<Asking> = (200..210).map(|days| asking(days, 15, Answer::No)).collect();
    assert_eq!(at(&old, 15), none);
    // Silence lowers how surely they answer, at every hour, and what nobody could answer changes nothing.
    let silent = [asking(3, 15, Answer::Silent)];
    assert!(at(&silent, 9).answers < none.answers && at(&silent, 9).agrees == none.agrees);
    assert_eq!(at(&[asking(3, 15, Answer::Taken), asking(3, 15, Answer::Open)], 15), none);
    assert!(at(&[asking(3, 15, Answer::Yes)], 15).yes > none.yes);
}

#[test]
fn peace_has_its_reasons() {
    let pace = Pace::default();
    let now = monday(9);
    let of = |history: &[Asking], urgent| peace(history, now, urgent, &pace);
    assert_eq!(of(&[], false), None);
    let lately = Asking { told_at: now - Minutes(60), ..asking(0, 9, Answer::Taken) };
    assert_eq!(of(&[lately], true), Some((monday(20), Peace::CalledLately)));
    // Said no at eight: not before eight tomorrow, however urgent.
    let no = Asking { told_at: monday(-20), settled_at: monday(8), ..asking(0, 9, Answer::No) };
    assert_eq!(of(&[no], true), Some((monday(32), Peace::SaidNoLately)));
    // Two calls in a row found nobody: 48 hours from the last; an answer after them ends it.
    let silent = [asking(1, 9, Answer::Silent), asking(2, 9, Answer::Silent)];
    assert_eq!(of(&silent, false), Some((monday(9 + 24), Peace::CallsUnanswered { calls: 2 })));
    assert_eq!(of(&silent, true), None);
    let many: Vec<Asking> = (1..40).map(|days| asking(days, 9, Answer::Silent)).collect();
    assert_eq!(of(&many, false).map(|(until, _)| until), Some(monday(9) + Minutes(6 * 1_440)));
    let week = [1, 3, 4, 5].map(|days| asking(days, 9, Answer::Yes));
    assert_eq!(of(&week, false), Some((monday(9) + Minutes(2 * 1_440), Peace::WeekOfCalls { calls: 4 })));
    assert_eq!(of(&week, true), None);
    assert_eq!(of(&week[..3], false), None);
}

#[test]
fn who_knows_each_other_is_first_and_who_was_called_often_is_later() {
    let often: Vec<Asking> = (8..20).map(|days| asking(days, 15, Answer::Yes)).collect();
    let mut street = Street::new(vec![often, Vec::new(), Vec::new()]);
    street.knows[2] = true;
    let ranked = street.ranked();
    let pace = Pace { newcomer_every: 0, ..Pace::default() };
    let now = Search { deadline: monday(10), ..search(&ranked, &[]) };
    let decision = decide(&now, &pace);
    let picks: Vec<Pick> = decision.ask.iter().map(|one| one.pick).collect();
    assert_eq!(asked(&decision), [street.ids[2], street.ids[1], street.ids[0]]);
    assert_eq!(picks, [Pick::Knows, Pick::Turn { calls: 0 }, Pick::Turn { calls: 12 }]);
}

#[test]
fn whom_the_week_spares_is_asked_last_and_only_when_time_presses() {
    let spent: Vec<Asking> = (1..6).map(|days| asking(days, 15, Answer::Yes)).collect();
    let street = Street::new(vec![spent, Vec::new()]);
    let ranked = street.ranked();
    let pace = Pace::default();
    let with =
        |hours: i64| asked(&decide(&Search { deadline: monday(9 + hours), ..search(&ranked, &[]) }, &pace));
    assert_eq!(with(6), [street.ids[1]], "there is time: they are left in peace");
    assert_eq!(with(2), [street.ids[1], street.ids[0]]);
}

#[test]
fn places_for_two_ask_more() {
    let street = Street::new(vec![Vec::new(); 30]);
    let ranked = street.ranked();
    let pace = Pace::default();
    let one = decide(&search(&ranked, &[]), &pace).ask.len();
    let two = decide(&Search { places: 2, ..search(&ranked, &[]) }, &pace).ask.len();
    assert!(two > one, "{two}");
}

fn any_answer() -> impl Strategy<Value = Answer> {
    prop::sample::select(vec![Answer::Yes, Answer::No, Answer::Silent, Answer::Open, Answer::Taken])
}

fn any_asking() -> impl Strategy<Value = Asking> {
    (0_i64..90 * 24, 0_i64..24, any_answer(), prop::bool::ANY).prop_map(|(hours_ago, hour, answer, same)| {
        let told_at = monday(9) - Minutes(hours_ago * 60 + 1);
        let kind = code(if same { "elderly" } else { "medical" });
        let visit_at = told_at.day().at_minute(hour * 60);
        Asking { kind, visit_at, told_at, settled_at: (told_at + Minutes(30)).min(monday(9)), answer }
    })
}

fn any_street() -> impl Strategy<Value = Street> {
    prop::collection::vec((prop::collection::vec(any_asking(), 0..8), prop::bool::weighted(0.1)), 0..40)
        .prop_map(|people| {
            let (histories, knows): (Vec<_>, Vec<_>) = people.into_iter().unzip();
            Street { knows, ..Street::new(histories) }
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Nobody twice, nobody in peace, never more than the most, at night nobody; and it always ends or looks again.
    #[test]
    fn any_decision_keeps_its_word(
        street in any_street(),
        open in prop::collection::vec(0_i64..600, 0..10),
        (left, places, asked_before) in (0_i64..3_000, 0_usize..4, 0_usize..60),
        (urgent, tapped, seed, hour) in (prop::bool::ANY, prop::bool::ANY, any::<u64>(), 9_i64..34),
    ) {
        let pace = Pace::default();
        let ranked = street.ranked();
        let now = monday(hour);
        let open: Vec<Open<'_>> = open.iter().map(|ago| Open { told_at: now - Minutes(*ago), history: &[] }).collect();
        let search = Search {
            now, deadline: now + Minutes(left), places, urgent, tapped, seed, asked: asked_before,
            ..search(&ranked, &open)
        };
        let decision = decide(&search, &pace);
        prop_assert_eq!(&decision, &decide(&search, &pace), "the same again");
        let mut ids = asked(&decision);
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        prop_assert_eq!(ids.len(), count);
        for one in &decision.ask {
            let candidate = &ranked[one.rank - 1];
            prop_assert_eq!(candidate.id, one.id);
            let pressing = decision.because.iter().any(
                |one| matches!(one, Because::Time { waves, .. } if *waves <= pace.waves_pressing),
            );
            let pressing = pressing || urgent || asked_before >= pace.asked_pressing * places;
            prop_assert_eq!(peace(candidate.history, now, pressing, &pace), None);
            let fresh = |asking: &&Asking| asking.answer == Answer::No && now < asking.settled_at + pace.rest_after_no;
            prop_assert!(!candidate.history.iter().any(|asking| fresh(&asking)), "a fresh no");
        }
        let most = if urgent { pace.at_once_max_urgent } else { pace.at_once_max } * places;
        prop_assert!(count <= most && count + asked_before <= (pace.asked_max * places).max(asked_before));
        if !urgent && !tapped && pace.quiet(now) {
            prop_assert_eq!(count, 0);
        }
        prop_assert_eq!(decision.stop.is_some(), decision.next_at.is_none());
        prop_assert!(decision.stop.is_none() || count == 0);
        prop_assert!(decision.next_at.is_none_or(|at| at > now && at <= search.deadline), "{:?}", decision.next_at);
        // Newcomers by lot are bounded in any run of invitations.
        let by_lot = decision.ask.iter().filter(|one| one.pick == Pick::Newcomer).count() as u64;
        prop_assert!(by_lot <= (count as u64).div_ceil(pace.newcomer_every));
    }

    /// Less time left never asks fewer, and nobody of those is left out; the lot of newcomers may change the order.
    #[test]
    fn less_time_never_asks_fewer(
        street in any_street(),
        open in prop::collection::vec(0_i64..600, 0..6),
        (short, more, places, seed) in (1_i64..1_500, 0_i64..1_500, 1_usize..3, any::<u64>()),
    ) {
        let ranked = street.ranked();
        let open: Vec<Open<'_>> = open.iter().map(|ago| Open { told_at: monday(9) - Minutes(*ago), history: &[] }).collect();
        let with = |left: i64| {
            let search = Search { deadline: monday(9) + Minutes(left), places, seed, tapped: true, ..search(&ranked, &open) };
            asked(&decide(&search, &Pace::default()))
        };
        let (less, much) = (with(short), with(short + more));
        prop_assert!(less.len() >= much.len(), "{} with {short}, {} with {}", less.len(), much.len(), short + more);
        prop_assert!(much.iter().all(|one| less.contains(one)), "whom more time asks, less time asks too");
    }

    /// A no instead of silence, or one more yes, never makes a yes less likely to be expected elsewhere.
    #[test]
    fn no_number_of_refusals_lowers_a_standing(
        history in prop::collection::vec(any_asking(), 0..10), noes in 1_usize..10, hour in 0_i64..24,
    ) {
        let far = (hour + 12) % 24;
        let at = |history: &[Asking]| estimate(history, code("elderly"), monday(hour), monday(9), Prior::default());
        let mut refused = history.clone();
        refused.extend((0..noes).map(|days| asking(days as i64 + 1, far, Answer::No)));
        prop_assert!(at(&refused).agrees >= at(&history).agrees);
        prop_assert!(at(&refused).yes >= at(&history).yes);
    }
}

#[test]
fn newcomers_get_their_share_by_lot_and_no_more() {
    let known: Vec<Asking> = (30..40).map(|days| asking(days, 15, Answer::Yes)).collect();
    let mut histories = vec![known; 10];
    histories.extend(vec![Vec::new(); 10]);
    let street = Street::new(histories);
    let ranked = street.ranked();
    let pace = Pace::default();
    let mut lots = 0;
    for seed in 0..1_000 {
        // One invitation a need: it is the seed that shares them out.
        let decision = decide(&Search { seed, deadline: monday(33), ..search(&ranked, &[]) }, &pace);
        lots += usize::from(decision.ask.first().is_some_and(|one| one.pick == Pick::Newcomer));
    }
    assert!((150..250).contains(&lots), "one in five of a thousand: {lots}");
}
