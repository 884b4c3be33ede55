//! Random lives of three volunteers, by the usual rules and by random ones: whatever happens in whatever order, the sums hold,
//! no minute counts twice, and the figures counted from the journal alone are those of the records.

use std::collections::BTreeMap;

use serde_json::json;

use super::*;
use crate::{answer_claim, claim, deny, policy::Unit, services};

/// What may happen without harm: a rule stands against it.
const RULES: [&str; 21] = [
    "check-in-pairs",
    "hours-own",
    "hours-no-evidence",
    "hours-no-check-in",
    "hours-no-check-out",
    "hours-zero",
    "hours-below-least",
    "hours-overlap",
    "hours-too-late",
    "hours-denied",
    "review-decided",
    "correction-of-correction",
    "correction-same",
    "correction-too-long",
    "correction-over-day",
    "claim-too-early",
    "claim-answered",
    "signal-in-future",
    "signal-not-own",
    "invalid",
    "forbidden",
];

/// The most that a day, a month and a year may hold at once where two places set the rules; none without a limit.
#[derive(Clone, Copy)]
struct Most {
    day: Minutes,
    month: Option<Minutes>,
    year: Option<Minutes>,
}

impl Most {
    const USUAL: Self = Self { day: Minutes(480), month: None, year: None };

    /// Decides about half of all numbers, for the city or for each of its two districts, often the least or the most that may
    /// be decided. A month and a year have a limit that these few days reach.
    fn decided_at_random(world: &World, random: &Random) -> Self {
        let areas: &[&str] = if random.below(2) == 0 { &["4201"] } else { &["420103", "420106"] };
        let number = |rule: &crate::policy::Rule| {
            let (least, most) = rule.range;
            match random.below(8) {
                _ if rule.unit == Unit::Most => [0, 200, 700, 1_500][random.below(4) as usize],
                0..=3 => rule.usual,
                4 => least,
                5 => most,
                _ => least + random.below((most - least + 1) as u64) as i64,
            }
        };
        let numbers = crate::RULES.iter().filter(|rule| rule.unit != Unit::Kind);
        let limits: Vec<BTreeMap<&str, Minutes>> = areas
            .iter()
            .map(|area| {
                let decide = |rule: &crate::policy::Rule| {
                    let value = number(rule);
                    decided(world, area, rule.name, value);
                    (rule.name, Minutes(value))
                };
                numbers.clone().map(decide).collect()
            })
            .collect();
        let greatest = |name: &str| limits.iter().map(|held| held[name]).max().unwrap();
        // Where one of the places has no limit, there is none.
        let limit = |name: &str| limits.iter().all(|held| held[name] > Minutes::ZERO).then(|| greatest(name));
        Self {
            day: greatest("hours.day_at_once_minutes"),
            month: limit("hours.month_minutes"),
            year: limit("hours.year_minutes"),
        }
    }
}

struct Life<'w> {
    world: &'w World,
    random: Random,
    most: Most,
    workers: Vec<Actor>,
    residents: Vec<Actor>,
    volunteers: Vec<Actor>,
    presences: Vec<(usize, Id<Attendance>)>,
    refused: BTreeMap<&'static str, usize>,
    done: usize,
}

impl Life<'_> {
    fn below(&self, n: usize) -> usize {
        usize::try_from(self.random.below(n as u64)).unwrap()
    }

    fn note<T>(&mut self, outcome: db::Outcome<T>) {
        match outcome {
            Ok(_) => self.done += 1,
            Err(failure) => {
                let rule = failure.refusal().unwrap_or_else(|| panic!("{failure:?}")).rule;
                assert!(RULES.contains(&rule), "{rule}");
                *self.refused.entry(rule).or_default() += 1;
            }
        }
    }

    fn open(&mut self) {
        let who = self.below(self.volunteers.len());
        let (person, home) = (self.volunteers[who].person.unwrap(), self.volunteers[who].home);
        let division = people::testing::division([HERE, ELSEWHERE][self.below(2)]);
        let minutes = [30, 60, 300, 481, 800, 1_500][self.below(6)];
        // Most have just ended and were seen by somebody; some are long past, or go on.
        let ago = if self.below(4) == 0 {
            self.below(2_000)
        } else {
            usize::try_from(minutes).unwrap() + self.below(30)
        };
        let from = self.world.now() - Minutes(i64::try_from(ago).unwrap());
        let end = (from + Minutes(minutes)).min(self.world.now());
        let seen = [2, 2, 2, 1, 0][self.below(5)];
        let witness = self.workers[self.below(2)].person.unwrap();
        let apart = match self.below(3) {
            0 => crate::Apart { pause: Minutes(minutes / 6), travel: Minutes(self.below(20) as i64) },
            _ => crate::Apart::default(),
        };
        let id = self
            .world
            .write("check_in", &Actor::system(), move |tx, call| {
                let engagement = Engagement {
                    id: call.id(division.district()),
                    kind: EngagementKind::Shift,
                    division,
                    category: "care".to_owned(),
                    from,
                    to: from + Minutes(minutes),
                    apart,
                    no_hours: String::new(),
                };
                let id = open(tx, call, &engagement, person, home)?;
                for (kind, at) in
                    [(SignalKind::Arrived, from), (SignalKind::Left, end)].into_iter().take(seen)
                {
                    let source = Source::RollCall;
                    signal(tx, call, id, &Signal { kind, source, witness, device: &[], at })?;
                }
                Ok(id)
            })
            .unwrap();
        self.presences.push((who, id));
    }

    /// One of the newest presences, and whose.
    fn pick(&self) -> (usize, Id<Attendance>) {
        let newest = self.presences.len().saturating_sub(6);
        self.presences[newest + self.below(self.presences.len() - newest)]
    }

    fn step(&mut self) {
        let world = self.world;
        if self.presences.is_empty() {
            return self.open();
        }
        let (who, id) = self.pick();
        let volunteer = self.volunteers[who].clone();
        let worker = self.workers[self.below(self.workers.len())].clone();
        match self.below(12) {
            0 | 1 => self.open(),
            2 => world.pass_minutes(i64::try_from(self.below(1_200)).unwrap()),
            3..=5 => {
                let kind = SignalKind::ALL[self.below(3)];
                let (source, witness) = match self.below(7) {
                    0 => (Source::Resident, &self.residents[self.below(2)]),
                    6 => (Source::RotatingCode, &worker),
                    1 => (Source::SelfTap, &volunteer),
                    2 | 3 => (Source::Typed, &worker),
                    _ => (Source::RollCall, &worker),
                };
                let (witness, back) = (witness.person.unwrap(), i64::try_from(self.below(900)).unwrap());
                let told = world.write("check_in", &Actor::system(), move |tx, call| {
                    let at = call.now - Minutes(back);
                    signal(tx, call, id, &Signal { kind, source, witness, device: &[], at })
                });
                self.note(told);
            }
            6 | 7 => {
                let minutes = (self.below(2) == 0).then(|| Minutes(i64::try_from(self.below(900)).unwrap()));
                self.note(world.write("roll_call", &worker, move |tx, call| confirm(tx, call, id, minutes)));
            }
            8 => {
                let lines = self.services(who);
                if lines.is_empty() {
                    return;
                }
                let record = lines[self.below(lines.len())].record.id;
                let minutes = Minutes(i64::try_from(self.below(500)).unwrap());
                let minutes = if self.below(3) == 0 { Minutes::ZERO } else { minutes };
                self.note(
                    world
                        .write("record_correct", &worker, move |tx, call| correct(tx, call, record, minutes)),
                );
            }
            9 => {
                let (above, accept) = (self.workers[self.below(2)].clone(), self.below(2) == 0);
                let reviews = waits(world, &above).reviews;
                if let Some((review, _)) = reviews.first() {
                    let review = review.id;
                    self.note(world.write("review_decide", &above, move |tx, call| {
                        decide_review(tx, call, review, accept)
                    }));
                }
            }
            10 => self.note(world.write("hours_claim", &volunteer, move |tx, call| {
                if call.now.minute_of_day() % 7 == 0 {
                    deny(tx, call, id).map(|()| None)
                } else {
                    claim(tx, call, id)
                }
            })),
            _ => {
                let minutes = (self.below(3) > 0).then(|| Minutes(i64::try_from(self.below(600)).unwrap()));
                self.note(
                    world.write("claim_answer", &worker, move |tx, call| answer_claim(tx, call, id, minutes)),
                );
            }
        }
    }

    fn services(&self, who: usize) -> Vec<crate::Counted> {
        let person = self.volunteers[who].person.unwrap();
        let first = testkit::beginning().day().plus(-10);
        self.world.db.read_now("test_look", move |tx| services(tx, person, (first, first.plus(400)))).unwrap()
    }

    /// What must hold of one volunteer at any time.
    fn holds(&self, who: usize) {
        let (world, person) = (self.world, self.volunteers[who].person.unwrap());
        let services = self.services(who);
        let mut days: BTreeMap<Day, Minutes> = BTreeMap::new();
        for one in &services {
            assert!(one.grades.values().all(|minutes| *minutes > Minutes::ZERO), "{one:?}");
            assert!(one.minutes() <= one.record.to.minutes_since(one.record.from), "{one:?}");
            assert_eq!(one.record.from.day(), one.record.day);
            *days.entry(one.record.day).or_default() += one.minutes();
        }
        let mut counted: Vec<_> = services.iter().filter(|one| one.minutes() > Minutes::ZERO).collect();
        counted.sort_by_key(|one| one.record.from);
        for pair in counted.windows(2) {
            assert!(pair[0].record.to <= pair[1].record.from, "{}: {pair:?}", world.engine);
        }
        self.within_limits(person, &days);
        let mine = world.read("hours_page", &self.volunteers[who], own_hours).unwrap();
        let sum: Minutes = services.iter().map(crate::Counted::minutes).sum();
        assert_eq!(mine.minutes, sum.number());
        for (_, id) in self.presences.iter().filter(|(whose, _)| *whose == who) {
            let id = *id;
            let row = world
                .db
                .read_now("test_look", move |tx| {
                    crate::presence::load(tx, id).map_err(|_| db::Fault::Defect(String::new()))
                })
                .unwrap();
            let of: Minutes =
                services.iter().filter(|one| one.record.attendance == id).map(crate::Counted::minutes).sum();
            assert_eq!(row.minutes, of, "the presence's sum");
            let grades =
                services.iter().filter(|one| one.record.attendance == id).flat_map(|one| one.grades.keys());
            assert!(grades.into_iter().all(|grade| Some(*grade) == row.grade), "one grade a presence");
        }
    }

    /// No day, month or year holds more than the rules let it hold at once, and what was accepted beside.
    fn within_limits(&self, person: Id<Person>, days: &BTreeMap<Day, Minutes>) {
        let accepted: Vec<(Day, Minutes)> = self
            .world
            .db
            .read_now("test_look", move |tx| {
                tx.query(
                    "SELECT day, CAST(SUM(minutes) AS BIGINT) FROM hours_review
                     WHERE district = $1 AND person = $2 AND state = 'accepted' GROUP BY day",
                    db::params![person.district(), person],
                )
            })
            .unwrap();
        let held = |most: Option<Minutes>, (first, last): (Day, Day)| {
            let Some(most) = most else { return };
            let within = |day: Day| first <= day && day <= last;
            let sum: Minutes =
                days.iter().filter(|(day, _)| within(**day)).map(|(_, minutes)| *minutes).sum();
            let extra: Minutes =
                accepted.iter().filter(|(day, _)| within(*day)).map(|(_, minutes)| *minutes).sum();
            let engine = self.world.engine;
            assert!(
                sum <= most + extra,
                "{engine}: {first} to {last}: {sum:?}, at most {most:?} and {extra:?}"
            );
        };
        for day in days.keys() {
            let [month, year] = month_and_year(*day);
            held(Some(self.most.day), (*day, *day));
            held(self.most.month, month);
            held(self.most.year, year);
        }
    }
}

fn exported(world: &World) -> String {
    let mut text = String::new();
    for district in [420_103_i64, 420_106] {
        let rows: Vec<(i64, i64, Vec<u8>)> = world
            .db
            .read_now("export", move |tx| {
                tx.query(
                    "SELECT seq, sealed_at, body FROM journal WHERE district = $1 ORDER BY seq",
                    db::params![district],
                )
            })
            .unwrap();
        for (seq, sealed_at, body) in rows {
            let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
            let line = json!({"district": district, "seq": seq, "sealed_at": sealed_at, "body": body});
            text.push_str(&format!("{line}\n"));
        }
    }
    text
}

/// What a life came to: how often each rule refused, and the minutes by grade.
type Lived = (BTreeMap<&'static str, usize>, Vec<i64>);

fn live(world: &World, seed: u64, by_random_rules: bool) -> Lived {
    let random = Random::seeded(seed);
    let most = if by_random_rules { Most::decided_at_random(world, &random) } else { Most::USUAL };
    let mut life = Life {
        world,
        random,
        most,
        workers: ["420103", "420106", HERE, ELSEWHERE]
            .map(|over| people::testing::worker(world, "孙惊蛰", HERE, over))
            .into(),
        residents: [HERE, ELSEWHERE].map(|home| people::testing::resident(world, "周春分", home)).into(),
        volunteers: [HERE, ELSEWHERE, HERE]
            .map(|home| people::testing::volunteer(world, "钱雨水", home))
            .into(),
        presences: Vec::new(),
        refused: BTreeMap::new(),
        done: 0,
    };
    for n in 0..400 {
        life.step();
        if n % 20 == 19 {
            (0..3).for_each(|who| life.holds(who));
        }
    }
    verified(world);
    let entries = recount::read_journal(exported(world).as_bytes()).unwrap();
    let whole = people::testing::division("4201");
    let figures = recount::count(&entries, &[], whole, world.now().day()).unwrap();
    let figures = serde_json::to_value(figures).unwrap();
    let mut by_grade = vec![0; 4];
    for volunteer in &life.volunteers {
        let mine = world.read("hours_page", volunteer, own_hours).unwrap();
        by_grade.iter_mut().zip(mine.by_grade).for_each(|(sum, minutes)| *sum += minutes);
    }
    let counted: Vec<i64> =
        ["a", "b", "c", "d"].iter().map(|grade| figures["minutes"][*grade].as_i64().unwrap()).collect();
    assert_eq!(counted, by_grade, "{}", world.engine);
    let seen = |minutes: &i64| by_random_rules || *minutes > 0;
    assert!(by_grade[..2].iter().all(seen) && life.done > 100, "{by_grade:?} {}", life.done);
    let mut seen = life.refused;
    let regraded = world.count("SELECT COUNT(*) FROM service_record WHERE kind = 'regrade'", &[]);
    seen.insert("regrade", usize::try_from(regraded).unwrap());
    let apart = world.count("SELECT COUNT(*) FROM attendance WHERE break_apart + travel_apart > 0", &[]);
    seen.insert("kept apart", usize::try_from(apart).unwrap());
    for (grade, minutes) in
        ["minutes of grade A", "minutes of grade B", "minutes of grade C"].into_iter().zip(&by_grade)
    {
        seen.insert(grade, usize::try_from(*minutes).unwrap());
    }
    (seen, by_grade)
}

/// The same lives on both databases come to the same; all of them together reach what is worth reaching, for an agreement
/// in which nothing happened proves nothing.
fn lives(by_random_rules: bool, reached: &[&str]) {
    let seeds = 0..6;
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut came_to = Vec::new();
    for seed in seeds {
        let (refused, by_grade) = live(&World::sqlite(), seed, by_random_rules);
        refused.into_iter().for_each(|(rule, count)| *seen.entry(rule).or_default() += count);
        came_to.push(by_grade);
    }
    let (_, by_grade) = live(&World::postgres(), 0, by_random_rules);
    assert_eq!(by_grade, came_to[0], "the same life on both databases");
    for rule in reached {
        assert!(seen.get(rule).is_some_and(|count| *count > 0), "{rule}: {seen:?}");
    }
}

#[test]
fn whatever_happens_the_sums_hold() {
    lives(
        false,
        &[
            "regrade",
            "hours-overlap",
            "hours-denied",
            "correction-too-long",
            "hours-no-evidence",
            "kept apart",
            "minutes of grade C",
        ],
    );
}

#[test]
fn whatever_the_rules_are_the_sums_hold() {
    lives(
        true,
        &[
            "hours-below-least",
            "correction-over-day",
            "hours-overlap",
            "kept apart",
            "minutes of grade A",
            "minutes of grade B",
        ],
    );
}
