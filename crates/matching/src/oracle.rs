//! The rules said over again, one by one and without a thought of speed, held against random pairs.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Day, Instant, Minutes};
use proptest::prelude::*;

use crate::{
    tests::{at, busy, code, codes, engagements, need, pairs, proofs, volunteer, volunteers},
    *,
};

/// Rules about when; `tests.rs` says these over again by the quarter of an hour.
const TIME: [&str; 4] = ["not-free", "busy", "daily-load", "weekly-load"];

fn days(e: &Engagement) -> (Day, Day) {
    let last = Instant::from_micros(e.window.to.micros() - 1).day();
    (e.window.from.day(), last.max(e.window.from.day()))
}

fn valid(validity: Validity, e: &Engagement) -> bool {
    let (first, last) = days(e);
    (first.number()..=last.number()).map(Day::from_number).all(|day| {
        validity.from.is_none_or(|from| day >= from) && validity.until.is_none_or(|until| day <= until)
    })
}

/// Names of the rules that stand against it, those about time left out.
fn restated(e: &Engagement, v: &Volunteer, now: Instant, limits: &Limits) -> BTreeSet<&'static str> {
    let mut found = BTreeSet::new();
    let mut rule = |name, stands: bool| {
        if stands {
            found.insert(name);
        }
    };
    let asks = e.purpose == Purpose::Ask;
    rule("refused-by-resident", e.refused.contains(&v.id));
    rule("refuses-resident", v.refuses.iter().any(|id| Some(*id) == e.recipient));
    rule("already-asked", asks && e.asked.contains(&v.id));
    let rested =
        v.last_call.is_none_or(|call| now.micros() - call.micros() >= limits.rest_after_call.micros());
    rule("rest-after-call", asks && !rested);
    let wanted = v.categories.is_empty() || v.categories.contains(&e.category);
    rule("category-not-wanted", asks && !wanted);
    rule("limit-exceeded", v.limits.iter().any(|one| e.demands.contains(one)));
    let speaks = v.languages.iter().any(|one| e.languages.contains(one));
    rule("language-wish", !e.languages.is_empty() && !speaks);
    rule("sex-wish", matches!((e.sex, v.sex), (Some(a), b) if b != Some(a)));
    let last = days(e).1;
    for skill in &e.skills {
        let held: Vec<_> = v.skills.iter().filter(|proof| proof.code == *skill).collect();
        let lasts = held.iter().any(|proof| valid(proof.validity, e));
        let ended = held.iter().any(|proof| proof.validity.until.is_some_and(|until| until < last));
        rule("skill-expired", !lasts && ended);
        rule("skill-missing", !lasts && !ended);
    }
    let trained =
        |training: &Code| v.trainings.iter().any(|proof| proof.code == *training && valid(proof.validity, e));
    rule("training-missing", !e.trainings.iter().all(trained));
    rule("insurance-missing", e.insurance && !v.insured.is_some_and(|cover| valid(cover, e)));
    rule("age-unknown", v.born.is_none());
    if let Some(born) = v.born {
        // A birthday at a time, from the day of birth on.
        let birthday = |age: i32| {
            let (year, month, day) = born.ymd();
            Day::from_ymd(year + age as i16, month, day).unwrap()
        };
        let age = (1..200).take_while(|age| birthday(*age) <= days(e).0).count() as i32;
        rule("underage", age < e.age_min);
        let consent = v.guardian_consent.is_some_and(|consent| valid(consent, e));
        let alone = age >= limits.adult_age || consent && age >= limits.accompanied_age;
        rule("guardian-missing", !e.guardian_present && !alone);
    }
    let metres = Distance::between(&v.home, &e.place).metres();
    rule("too-far", asks && v.radius.is_some_and(|radius| metres > radius));
    found
}

/// A graph of a few words, circles and all.
fn graphs() -> impl Strategy<Value = Vec<(Code, Code)>> {
    let word = || prop::sample::select(vec!["a", "b", "c", "d", "e"]).prop_map(code);
    prop::collection::vec((word(), word()), 0..9)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(768))]

    #[test]
    fn every_rule_says_what_it_says_when_said_over_again((e, v) in pairs()) {
        let now = at(1, 12, 0);
        let limits = Limits::default();
        let found: BTreeSet<_> = eligible(&e, &v, now, &limits).iter().map(Reason::rule).filter(|rule| !TIME.contains(rule)).collect();
        prop_assert_eq!(found, restated(&e, &v, now, &limits));
    }

    #[test]
    fn a_qualification_brings_everything_that_can_be_reached_from_it(pairs in graphs(), held in proofs()) {
        let graph = Qualifications::new(pairs.iter().copied());
        // By as many rounds as there are pairs.
        let mut all: Vec<Proof> = held.clone();
        for _ in 0..=pairs.len() {
            for (whole, part) in &pairs {
                let new: Vec<_> = all.iter().filter(|proof| proof.code == *whole).map(|proof| Proof { code: *part, ..*proof }).collect();
                all.extend(new);
                let mut seen = Vec::new();
                all.retain(|proof| { let new = !seen.contains(proof); seen.push(*proof); new });
            }
        }
        let expanded = graph.expand(&held);
        for proof in &all {
            prop_assert!(expanded.contains(proof), "{:?}", proof);
        }
        prop_assert!(expanded.iter().all(|proof| all.contains(proof)));
        for wanted in ["a", "b", "c", "d", "e"].map(code) {
            let has = held.iter().any(|proof| graph.includes(proof.code, wanted));
            prop_assert_eq!(has, all.iter().any(|proof| proof.code == wanted));
            // And so the rule finds it.
            let e = Engagement { skills: vec![wanted], ..need() };
            let v = Volunteer { skills: expanded.clone(), ..volunteer() };
            let valid_somewhere = all.iter().any(|proof| proof.code == wanted && valid(proof.validity, &e));
            prop_assert_eq!(passes(&e, &v, at(1, 12, 0), &Limits::default()), valid_somewhere);
        }
    }

    #[test]
    fn two_can_go_where_each_can_and_there_is_a_time_for_both(
        e in engagements(), v in volunteers(), w in volunteers(), (a, b) in (busy(), busy()), alike in any::<bool>(), skills in codes()
    ) {
        let now = at(1, 12, 0);
        let limits = Limits::default();
        // Mostly two with nothing but promises, so that time alone decides.
        let plain = |id, commitments| Volunteer { id, commitments, ..volunteer() };
        let (v, w) = if alike { (plain(v.id, a), plain(w.id, b)) } else { (v, w) };
        let e = Engagement { window: e.window, minutes: e.minutes, skills: if alike { vec![] } else { skills }, ..need() };
        let against = eligible_two(&e, [&v, &w], now, &limits);
        let each = passes(&e, &v, now, &limits) && passes(&e, &w, now, &limits);
        let at_once = together(&e, &[&v, &w], &limits).is_some();
        prop_assert_eq!(against.is_empty(), each && at_once && v.id != w.id);
        prop_assert_eq!(against.contains(&AgainstTwo::NoTimeTogether), each && !at_once && v.id != w.id);
        for one in [&v, &w].into_iter().filter(|_| v.id != w.id) {
            let told = against.iter().filter(|one_against| matches!(one_against, AgainstTwo::One { volunteer, .. } if *volunteer == one.id)).count();
            prop_assert_eq!(told, eligible(&e, one, now, &limits).len());
        }
    }

    #[test]
    fn the_best_two_are_the_first_in_the_order_of_the_ranking(
        many in prop::collection::vec(busy(), 0..6), e in engagements()
    ) {
        let limits = Limits::default();
        let e = Engagement { window: e.window, minutes: e.minutes + Minutes(60), ..need() };
        let ids = crate::tests::ids(6);
        let people: Vec<_> = many.into_iter().zip(ids).map(|(commitments, id)| Volunteer { id, commitments, ..volunteer() }).collect();
        let best = rank(&e, &people, usize::MAX, at(1, 12, 0), &limits);
        let mut pairs = BTreeMap::new();
        for (i, one) in best.iter().enumerate() {
            for (j, two) in best.iter().enumerate().filter(|(j, _)| *j > i) {
                if let Some(start) = together(&e, &[two.volunteer, one.volunteer], &limits) {
                    pairs.insert((i, j), start);
                }
            }
        }
        let first = pairs.into_iter().next().map(|((i, j), start)| Two { places: [i, j], start });
        prop_assert_eq!(best_two(&e, &best, &limits), first);
    }
}

#[test]
fn who_is_two_by_themselves_is_one() {
    let v = volunteer();
    let against = eligible_two(&need(), [&v, &v], at(1, 12, 0), &Limits::default());
    assert_eq!(against, [AgainstTwo::SamePerson]);
    assert_eq!(against[0].rule(), "same-person");
}
