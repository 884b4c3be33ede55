//! The roll-up and the independent recount agree on random histories, for every kind of area and any day,
//! also when the follower is killed in the middle of its work again and again.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test's helpers fail by panicking")]

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use db::{Fault, Outcome, Tx, params};
use insight::{Trend, figures, trend};
use journal::{Call, Consumer, Event, Follower, Lag, Sealed, append};
use kernel::{Actor, Day, District, DivisionCode, Id, Instant, Person, Random};
use serde_json::json;
use testkit::{World, on_both};

enum Thing {}

/// Two districts of one city. The last community ended: nothing happens there after the first third.
const COMMUNITIES: [&str; 6] =
    ["420103001001", "420103001002", "420103002001", "420106001001", "420106001002", "420103001099"];
const AREAS: [&str; 14] = [
    "420103001001",
    "420103001002",
    "420103002001",
    "420106001001",
    "420106001002",
    "420103001099",
    "420103001",
    "420103002",
    "420106001",
    "420103",
    "420106",
    "4201",
    "42",
    "00",
];
const CATEGORIES: [&str; 3] = ["elderly", "care", "medicine"];
const POPULATION: &str = "division,year,residents,source\n4201,2024,1000,First\n4201,2026,1200,Second\n\
                          420103001001,2025,37,\"Third, with a comma\"\n420103,2026,333,Fourth\n";

/// Dies after so many events, each time after it has written what the event adds.
struct Dying {
    inner: Arc<dyn Consumer>,
    left: AtomicI64,
}

impl Consumer for Dying {
    fn name(&self) -> &'static str {
        self.inner.name()
    }
    fn follow(&self, tx: &mut Tx<'_>, call: &Call, event: &Sealed) -> Outcome<()> {
        self.inner.follow(tx, call, event)?;
        if self.left.fetch_sub(1, Ordering::SeqCst) == 1 {
            return Err(Fault::Unavailable("killed".to_owned()).into());
        }
        Ok(())
    }
}

/// Cannot follow some events until it is mended.
struct Confused {
    inner: Arc<dyn Consumer>,
    every: i64,
}

impl Consumer for Confused {
    fn name(&self) -> &'static str {
        self.inner.name()
    }
    fn follow(&self, tx: &mut Tx<'_>, call: &Call, event: &Sealed) -> Outcome<()> {
        if event.seq % self.every == 1 {
            return Err(Fault::Defect("not understood".to_owned()).into());
        }
        self.inner.follow(tx, call, event)
    }
}

/// Follows with followers that are dropped when they die; how many did.
fn follow(world: &World, random: &Random) -> usize {
    let mut died = 0;
    loop {
        let left = AtomicI64::new(1 + i64::try_from(random.below(90)).unwrap());
        let inner = insight::consumers().into_iter().next().unwrap();
        let consumer: Arc<dyn Consumer> = Arc::new(Dying { inner, left });
        let follower = Follower::new(world.db.clone(), Arc::clone(&world.kit), vec![consumer]);
        match follower.drain() {
            Ok(_) => return died,
            Err(Fault::Unavailable(_)) => died += 1,
            Err(fault) => panic!("{fault}"),
        }
    }
}

/// Attendance: person, home, place, grade, day of service, minutes.
type Served = (Id<Person>, DivisionCode, DivisionCode, &'static str, i64, i64);

struct History<'w> {
    world: &'w World,
    random: Random,
    volunteers: Vec<(Id<Person>, DivisionCode)>,
    needs: Vec<(Id<Thing>, DivisionCode)>,
    /// What was recorded, for corrections.
    served: Vec<Served>,
    versions: HashMap<String, i64>,
    actor: Actor,
}

impl History<'_> {
    fn pick<T: Copy>(&self, from: &[T]) -> T {
        from[usize::try_from(self.random.below(from.len() as u64)).unwrap()]
    }

    fn number(&self, from: i64, to: i64) -> i64 {
        from + i64::try_from(self.random.below((to - from + 1).cast_unsigned())).unwrap()
    }

    fn community(&self, third: usize) -> DivisionCode {
        let open = if third == 0 { &COMMUNITIES[..] } else { &COMMUNITIES[..5] };
        self.pick(open).parse().unwrap()
    }

    fn id<T>(&self, district: District) -> Id<T> {
        self.world.kit.ids.next(self.world.now(), district)
    }

    fn tell<T>(&mut self, kind: &'static str, subject: Id<T>, with: impl FnOnce(Event) -> Event) {
        let version = self.versions.entry(subject.to_string()).or_default();
        *version += 1;
        let event = with(Event::new(kind, subject.district(), subject, *version));
        let by_person = self.random.below(4) > 0;
        let actor = if by_person { self.actor.clone() } else { Actor::system() };
        self.world.write("history", &actor, move |tx, call| Ok(append(tx, call, event.clone())?)).unwrap();
    }

    fn record(&mut self, one: Served, kind: &'static str) {
        let (person, home, place, grade, day, minutes) = one;
        let category = self.pick(&CATEGORIES);
        let (record, attendance): (Id<Thing>, Id<Thing>) =
            (self.id(person.district()), self.id(place.district()));
        let members = move |event: Event| {
            let event = event.with("division", place.to_string()).with("home_division", home.to_string());
            let event = event.with("minutes", minutes).with("grade", grade).with("day", day);
            event.with("category", category).with_id("person", person)
        };
        self.tell("record.made", record, |event| {
            members(event).with("policy", 1).with("kind", kind).with_id("attendance", attendance)
        });
        self.tell("attendance.recorded", attendance, |event| members(event).with_id("record", record));
    }

    fn step(&mut self, third: usize) {
        let place = self.community(third);
        let here = move |event: Event| event.with("division", place.to_string());
        match self.random.below(21) {
            0..=2 => {
                let person = self.id(place.district());
                let born = if self.random.below(9) == 0 { 0 } else { self.number(1935, 2012) };
                self.volunteers.push((person, place));
                self.tell("volunteer.joined", person, |event| here(event).with("birth_year", born));
            }
            3 => self.tell("organisation.created", self.id::<Thing>(place.district()), here),
            4 => self.tell("project.published", self.id::<Thing>(place.district()), here),
            5 => self.tell("person.registered", self.id::<Person>(place.district()), here),
            6..=10 if !self.volunteers.is_empty() => {
                let who = usize::try_from(self.random.below(self.volunteers.len() as u64)).unwrap();
                // Now and then somebody has moved within the district.
                if self.random.below(6) == 0 && self.volunteers[who].1.district() == place.district() {
                    self.volunteers[who].1 = place;
                }
                let (person, home) = self.volunteers[who];
                // Mostly of the last days, sometimes imported more than a year late.
                let late = if self.random.below(5) == 0 { self.number(0, 420) } else { self.number(0, 12) };
                let day = i64::from(self.world.now().day().number()) - late;
                let grade = self.pick(&["a", "b", "c", "D"]);
                let one = (person, home, place, grade, day, self.number(0, 300));
                self.served.push(one);
                self.record(one, "service");
            }
            11 if !self.served.is_empty() => {
                let (person, home, place, grade, day, minutes) = self.pick(&self.served);
                let taken = self.number(0, minutes.max(1));
                self.record((person, home, place, grade, day, -taken), "correction");
            }
            12 if !self.served.is_empty() => {
                // Later evidence: every minute leaves its grade and comes back at a better one.
                let (person, home, place, grade, day, minutes) = self.pick(&self.served);
                let better = if grade == "b" { "a" } else { "b" };
                self.record((person, home, place, grade, day, -minutes), "regrade");
                self.record((person, home, place, better, day, minutes), "regrade");
            }
            13..=15 => {
                let need = self.id(place.district());
                let category = self.pick(&CATEGORIES);
                self.needs.push((need, place));
                self.tell("need.submitted", need, |event| {
                    here(event).with("category", category).with("channel", "web")
                });
                if self.random.below(3) > 0 {
                    self.world.pass_minutes(self.number(1, 60 * 72));
                    self.tell("need.accepted", need, here);
                }
            }
            _ if !self.needs.is_empty() => {
                let newest = self.needs.len().saturating_sub(8);
                let (need, place) = self.pick(&self.needs[newest..]);
                let kind = self.pick(&[
                    "need.verified",
                    "need.verified",
                    "need.offered",
                    "need.accepted",
                    "need.accepted",
                    "need.started",
                    "need.done",
                    "need.closed",
                    "need.reopened",
                    "need.handed_over",
                    "need.refused",
                    "need.cancelled",
                ]);
                self.tell(kind, need, |event| event.with("division", place.to_string()));
            }
            _ => {}
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
                    params![district],
                )
            })
            .map_err(|fault: Fault| fault)
            .unwrap();
        for (seq, sealed_at, body) in rows {
            let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
            let line = json!({"district": district, "seq": seq, "sealed_at": sealed_at, "body": body});
            text.push_str(&format!("{line}\n"));
        }
    }
    text
}

/// A year and a half in one of both districts, checked for random areas and days.
fn history(world: &World, seed: u64) {
    let random = Random::seeded(seed);
    let actor =
        Actor { person: Some(world.kit.ids.next(world.now(), District::default())), ..Actor::default() };
    let mut history = History {
        world,
        random: Random::seeded(seed + 100),
        volunteers: Vec::new(),
        needs: Vec::new(),
        served: Vec::new(),
        versions: HashMap::new(),
        actor,
    };
    insight::import_population(&world.db, &world.kit, POPULATION.as_bytes()).unwrap();
    let (first, mut died) = (world.now().day(), 0);
    for n in 0..1_500_usize {
        // Mostly within hours, so that needs are answered in every bucket; sometimes weeks pass.
        let minutes = match random.below(60) {
            0 => random.below(60 * 24 * 20),
            1..=3 => random.below(60 * 24 * 4),
            _ => random.below(600),
        };
        world.pass_minutes(i64::try_from(minutes).unwrap());
        history.step(n / 500);
        // What is sealed late counts late.
        if random.below(12) == 0 {
            died += follow(world, &random);
        }
    }
    died += follow(world, &random);
    assert!(died > 5, "{died} deaths prove nothing");

    let last = world.now().day();
    assert!(last.number() - first.number() > 400, "long enough for activity to end");
    let (mut seen, counted) = (Seen::default(), Counted::again(world));
    for n in 0..120_usize {
        let area: DivisionCode = AREAS[n % AREAS.len()].parse().unwrap();
        let span = (last.number() - first.number() + 3).unsigned_abs();
        let day = if n < AREAS.len() {
            last
        } else {
            first.plus(i32::try_from(random.below(span.into())).unwrap())
        };
        let (found, expected) = counted.both(area, day);
        assert_eq!(found, expected, "{}: {area} on {day}", world.engine);
        seen.note(&expected);
        if n % 6 == 0 {
            weeks_agree(world, area, day);
        }
    }
    seen.check();
}

/// The journal as it was exported, for counting again.
struct Counted<'w> {
    world: &'w World,
    entries: Vec<recount::Entry>,
    population: Vec<(DivisionCode, recount::Population)>,
}

impl<'w> Counted<'w> {
    fn again(world: &'w World) -> Self {
        Self {
            world,
            entries: recount::read_journal(exported(world).as_bytes()).unwrap(),
            population: recount::read_population(POPULATION.as_bytes()).unwrap(),
        }
    }

    /// What the roll-up says, and what the recount says.
    fn both(&self, area: DivisionCode, day: Day) -> (serde_json::Value, serde_json::Value) {
        let expected = recount::count(&self.entries, &self.population, area, day).unwrap();
        let found = self.world.read("figures", &Actor::guest(), move |tx, _| figures(tx, area, day)).unwrap();
        (serde_json::to_value(found).unwrap(), serde_json::to_value(expected).unwrap())
    }
}

#[test]
fn what_was_parked_counts_in_its_place_after_a_retry() {
    on_both(|world| {
        insight::import_population(&world.db, &world.kit, POPULATION.as_bytes()).unwrap();
        let mut history = History {
            world,
            random: Random::seeded(5),
            volunteers: Vec::new(),
            needs: Vec::new(),
            served: Vec::new(),
            versions: HashMap::new(),
            actor: Actor {
                person: Some(world.kit.ids.next(world.now(), District::default())),
                ..Actor::default()
            },
        };
        for n in 0..300_usize {
            world.pass_minutes(i64::try_from(history.random.below(900)).unwrap());
            history.step(n / 100);
            if n % 30 == 0 {
                world.drain(Vec::new());
            }
        }
        world.drain(Vec::new());
        let inner = insight::consumers().into_iter().next().unwrap();
        let confused: Arc<dyn Consumer> = Arc::new(Confused { inner: Arc::clone(&inner), every: 9 });
        let follower = Follower::new(world.db.clone(), Arc::clone(&world.kit), vec![confused]);
        let lag = || world.db.read_now("lag", journal::lag).unwrap();
        while lag().len() < 3 || lag().iter().any(|lag| lag.behind > 0) {
            follower.drain().unwrap();
        }
        assert!(lag().iter().map(|lag| lag.parked).sum::<i64>() > 20, "{:?}", lag());
        let counted = Counted::again(world);
        let differs = || {
            let days = [0, 5, 40, 100].map(|back| world.now().day().plus(-back));
            let areas = AREAS.iter().flat_map(|area| days.map(|day| (area.parse().unwrap(), day)));
            areas
                .filter(|(area, day)| {
                    let (found, expected) = counted.both(*area, *day);
                    found != expected
                })
                .count()
        };
        assert!(differs() > 20, "{}: parked events are not in the figures", world.engine);
        for Lag { district, .. } in lag() {
            let mended = Arc::clone(&inner);
            world
                .write("follow", &Actor::system(), move |tx, call| {
                    journal::retry(tx, call, mended.as_ref(), district)
                })
                .unwrap();
        }
        world.drain(insight::consumers());
        assert_eq!((differs(), lag().iter().map(|lag| lag.parked).sum::<i64>()), (0, 0), "{}", world.engine);
    });
}

fn trend_of(world: &World, area: DivisionCode, day: Day) -> Trend {
    let read = world.read("trend", &Actor::guest(), move |tx, _| {
        let edition = places::tree_in(tx)?;
        trend(tx, &edition, area, day)
    });
    read.unwrap()
}

/// Every week of a trend is what the figures of its last day say.
fn weeks_agree(world: &World, area: DivisionCode, day: Day) {
    let trend = trend_of(world, area, day);
    for part in &trend.parts {
        let place = part.division;
        let own = world.read("figures", &Actor::guest(), move |tx, _| figures(tx, place, day)).unwrap();
        assert_eq!(part.minutes, own.minutes.total, "{place} {day}");
    }
    assert_eq!(trend.weeks.len(), 12);
    assert_eq!(trend.weeks.last().unwrap().day, day);
    for week in trend.weeks {
        let end = week.day;
        let then = world.read("figures", &Actor::guest(), move |tx, _| figures(tx, area, end)).unwrap();
        let by_figures = (then.volunteers, then.active, then.teams, then.projects, then.minutes.total);
        assert_eq!(
            (week.volunteers, week.active, week.teams, week.projects, week.minutes),
            by_figures,
            "{area} {end}"
        );
        assert_eq!(week.resident_share_bp, then.resident_share_bp, "{area} {end}");
        assert_eq!(week.hours_a_head_hundredths, then.hours_a_head_hundredths, "{area} {end}");
    }
}

/// That the histories reached what they are for: an agreement of zeros proves nothing.
#[derive(Default)]
struct Seen {
    rows: Vec<serde_json::Value>,
}

impl Seen {
    fn note(&mut self, figures: &serde_json::Value) {
        self.rows.push(figures.clone());
    }

    fn check(&self) {
        for path in [
            "/volunteers",
            "/teams",
            "/projects",
            "/minutes/a",
            "/minutes/b",
            "/minutes/c",
            "/minutes/d",
            "/active",
            "/needs_valid",
            "/needs_matched",
            "/response/answered",
            "/response/within_limit",
            "/resident_share_bp",
            "/hours_a_head_hundredths",
            "/match_rate_bp",
            "/response/p90/at_most",
        ] {
            let most = self.rows.iter().filter_map(|row| row.pointer(path)?.as_i64()).max().unwrap_or(0);
            assert!(most > 1, "{path} never rose above {most}");
        }
        let number = |row: &serde_json::Value, path| row.pointer(path).and_then(serde_json::Value::as_i64);
        let some_idle = self.rows.iter().any(|row| number(row, "/active") < number(row, "/volunteers"));
        let some_late = self
            .rows
            .iter()
            .any(|row| number(row, "/response/within_limit") < number(row, "/response/answered"));
        let some_unmatched =
            self.rows.iter().any(|row| number(row, "/needs_matched") < number(row, "/needs_valid"));
        assert!(some_idle && some_late && some_unmatched);
    }
}

#[test]
fn the_roll_up_is_what_the_events_say() {
    static SEED: AtomicI64 = AtomicI64::new(0);
    on_both(|world| {
        let seed = SEED.fetch_add(1, Ordering::SeqCst).unsigned_abs();
        history(world, 7 + seed);
    });
    for seed in 20..23 {
        history(&World::sqlite(), seed);
    }
}

#[test]
fn a_figure_of_a_day_that_is_over_never_changes() {
    on_both(|world| {
        let place: DivisionCode = "420103001001".parse().unwrap();
        let mut history = History {
            world,
            random: Random::seeded(3),
            volunteers: Vec::new(),
            needs: Vec::new(),
            served: Vec::new(),
            versions: HashMap::new(),
            actor: Actor::guest(),
        };
        let person: Id<Person> = history.id(place.district());
        let today = i64::from(world.now().day().number());
        history.tell("volunteer.joined", person, |event| {
            event.with("division", place.to_string()).with("birth_year", 1962)
        });
        history.record((person, place, place, "b", today, 90), "service");
        world.drain(insight::consumers());
        let day = world.now().day();
        let then = world.read("figures", &Actor::guest(), move |tx, _| figures(tx, place, day)).unwrap();
        assert_eq!((then.minutes.b, then.active, then.hours_a_head_hundredths), (90, 1, Some(150)));

        world.wait_until(Instant::from_micros(world.now().micros() + 3 * 86_400_000_000));
        history.record((person, place, place, "b", today, -30), "correction");
        history.record((person, place, place, "c", today, 20), "service");
        world.drain(insight::consumers());
        let again = world.read("figures", &Actor::guest(), move |tx, _| figures(tx, place, day)).unwrap();
        assert_eq!(again, then);
        let now = world.now().day();
        let later = world.read("figures", &Actor::guest(), move |tx, _| figures(tx, place, now)).unwrap();
        assert_eq!((later.minutes.b, later.minutes.c, later.minutes.total), (60, 20, 80));
        let served = trend_of(world, place, now).served;
        assert_eq!(served.into_iter().collect::<Vec<_>>(), [(day, 80)], "by the day of service");
    });
}
