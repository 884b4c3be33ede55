//! What pages and sign-ups cost over HTTP from another process: CPU milliseconds a request, server and database
//! together, with 10,000 open shifts; the storm; start and memory.
//!
//! `web sqlite|postgres [--shifts 10000] [--requests 2000] [--peer FILE]`; prints a JSON line for each figure. FILE
//! holds one JSON object: what a peer needs on the same machine, by the figure's name without `postgres_`.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a tool stops with words"
)]

use std::{
    sync::Mutex,
    thread,
    time::{Duration, Instant},
};

use kernel::Id;
use load::{COMMUNITIES, Client, Ground, Meter, Server, Town, at_once, option, storm};
use serde_json::{Map, Value, json};
use shifts::Shift;

/// Volunteers beside the leader.
const PEOPLE: usize = 1_000;
/// Clients under way at once, but for the storm.
const AT_ONCE: usize = 8;
/// Volunteers who check in at one shift.
const TOGETHER: usize = 100;
/// The district that the installation stands for.
const AREA: &str = "420103";
/// Starts that are timed.
const STARTS: usize = 7;
/// Pages after which the memory is read.
const PAGES: usize = 1_000;

/// A figure's name without prefix, its unit and its target.
const FIGURES: [(&str, &str, f64); 9] = [
    ("home_cpu_ms", "ms", 1.5),
    ("shift_list_cpu_ms", "ms", 1.5),
    ("shift_cpu_ms", "ms", 1.5),
    ("signup_cpu_ms", "ms", 2.0),
    ("checkin_cpu_ms", "ms", 2.0),
    ("storm_accepted", "people", 10.0),
    ("storm_s", "s", 3.0),
    ("start_ms", "ms", 300.0),
    ("rss_mb", "MB", 100.0),
];

struct Bench {
    ground: Ground,
    town: Town,
    open: Vec<Id<Shift>>,
    peer: Map<String, Value>,
}

fn main() {
    let ground = Ground::of_arguments("web");
    let (shifts, requests): (usize, usize) = (option("--shifts", 10_000), option("--requests", 2_000));
    let peer = match option("--peer", String::new()).as_str() {
        "" => Map::new(),
        file => {
            serde_json::from_str(&std::fs::read_to_string(file).expect("the peer's figures")).expect("JSON")
        }
    };
    let mut town = Town::found(&ground.database(), ground.folder(), PEOPLE + 1, 1);
    town.come_to_now();
    let open = open_shifts(&town, shifts);
    let now = town.shifts(COMMUNITIES[0], PEOPLE / TOGETHER, TOGETHER as i64, 120, |_| 10);
    for n in 0..PEOPLE {
        town.sign_up(n + 1, now[n / TOGETHER]);
    }
    town.settle();
    let bench = Bench { ground, town, open, peer };

    let server = bench.start();
    let meter = bench.meter(&server);
    bench.pages(&server, meter, requests);
    bench.sign_ups(&server, meter);
    bench.check_ins(&server, meter, &now);
    bench.storm(&server);
    drop(server);
    bench.starts();
    bench.memory();
}

/// So many shifts in fifty communities of a district, spread over the year that the list looks ahead.
fn open_shifts(town: &Town, count: usize) -> Vec<Id<Shift>> {
    const STREETS: usize = 10;
    const COMMUNITIES_EACH: usize = 5;
    let communities = STREETS * COMMUNITIES_EACH;
    let every = 350 * 24 * 60 / count as i64;
    let each = |n: usize| {
        let (street, community) = (1 + n / COMMUNITIES_EACH, 1 + n % COMMUNITIES_EACH);
        let code = format!("{AREA}{street:03}{community:03}");
        let start = |k: usize| 24 * 60 + every * (k * communities + n) as i64;
        town.shifts(&code, count / communities, 100, 120, start)
    };
    (0..communities).flat_map(each).collect()
}

impl Bench {
    fn start(&self) -> Server {
        Server::start(&self.town.database, &self.town.key_file, AREA)
    }

    fn meter(&self, server: &Server) -> Meter {
        Meter::new(server.pid(), &self.town.db, self.ground.cluster().is_some())
    }

    fn client(&self, server: &Server, n: usize) -> Client {
        Client::new(server.at, Some(&self.town.neighbours[n].token))
    }

    /// Prints the figure, and what else is known of it.
    fn tell(&self, name: &str, value: f64, more: Value) {
        let (_, unit, target) = FIGURES.into_iter().find(|(figure, ..)| *figure == name).expect("a figure");
        let value = (value * 1_000.0).round() / 1_000.0;
        let peer = self.peer.get(name).and_then(Value::as_f64);
        let ratio = peer.filter(|_| value > 0.0).map(|peer| (peer / value * 100.0).round() / 100.0);
        let mut line = json!({"figure": format!("{}{name}", self.ground.prefix()), "value": value, "unit": unit,
                              "target": target, "peer": peer, "ratio": ratio});
        if let (Value::Object(line), Value::Object(more)) = (&mut line, more) {
            line.extend(more);
        }
        println!("{line}");
    }

    /// Measures what `work` costs for each of `count` requests, with everything that follows behind the answers.
    fn measure(&self, meter: Meter, name: &str, count: usize, work: impl FnOnce()) {
        self.rest();
        let (before, began) = (meter.cpu_ms(), Instant::now());
        work();
        let wall = began.elapsed();
        self.rest();
        let after = meter.cpu_ms();
        let (server, database) = (after.0 - before.0, after.1 - before.1);
        let each = |ms: f64| (ms / count as f64 * 1_000.0).round() / 1_000.0;
        let more = json!({"server_ms": each(server), "database_ms": each(database), "requests": count,
                          "wall_ms": each(wall.as_secs_f64() * 1_000.0)});
        self.tell(name, (server + database) / count as f64, more);
    }

    /// Waits until nothing is left to seal and to follow.
    fn rest(&self) {
        for _ in 0..1_200 {
            let lags = self.town.db.read_now("lag", journal::lag).expect("lag");
            let pending = self.town.number("SELECT COUNT(*) FROM journal_pending");
            if pending + lags.iter().map(|lag| lag.behind).sum::<i64>() == 0 {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Pages as signed-in volunteers see them, compressed as a browser takes them.
    fn pages(&self, server: &Server, meter: Meter, requests: usize) {
        let open = self.town.number("SELECT COUNT(*) FROM shift WHERE state = 'published'");
        assert!(open >= self.open.len() as i64, "{open} shifts are open");
        let detail = |n: usize| format!("/activities/{}", self.open[n * 37 % self.open.len()]);
        // The whole district's, from its beginning and from a day on; a street's; a community's.
        let day =
            |n: usize| kernel::Clock::System.now().day().plus(2 + i32::try_from(n % 300).expect("small"));
        let lists = |n: usize| match n % 4 {
            0 => "/activities".to_owned(),
            1 => format!("/activities?day={}", day(n)),
            2 => format!("/activities?place={AREA}{:03}", 1 + n % 10),
            _ => format!("/activities?place={AREA}{:03}{:03}", 1 + n % 10, 1 + n % 5),
        };
        for n in 0..4 {
            let list = self.client(server, 1).get(&lists(n)).expect("a page");
            let cards = list.body.matches("href=\"/activities/").count();
            assert!(cards >= 20, "{} shows {cards} shifts", lists(n));
        }
        let clients: Vec<Mutex<Client>> = (1..=PEOPLE).map(|n| Mutex::new(self.client(server, n))).collect();
        let get = |n: usize, path: &str| {
            let reply =
                clients[n % clients.len()].lock().expect("no panic").get_compressed(path).expect("a page");
            assert_eq!(reply.status, 200, "{path}");
        };
        at_once(0..200, AT_ONCE, |n| get(n, &lists(n)));
        self.measure(meter, "home_cpu_ms", requests, || at_once(0..requests, AT_ONCE, |n| get(n, "/")));
        self.measure(meter, "shift_list_cpu_ms", requests, || {
            at_once(0..requests, AT_ONCE, |n| get(n, &lists(n)))
        });
        self.measure(meter, "shift_cpu_ms", requests, || {
            at_once(0..requests, AT_ONCE, |n| get(n, &detail(n)))
        });
    }

    /// Everybody signs up for a shift, a hundred shifts in all.
    fn sign_ups(&self, server: &Server, meter: Meter) {
        let sign_up = |n: usize| {
            let path = format!("/api/v1/shifts/{}/sign-up", self.open[n % 100]);
            let reply =
                self.client(server, n).post(&path, &format!("sign-{n}"), &json!({})).expect("an answer");
            assert_eq!(reply.status, 200, "{}", reply.body);
        };
        self.measure(meter, "signup_cpu_ms", PEOPLE, || at_once(1..PEOPLE + 1, AT_ONCE, sign_up));
    }

    /// Everybody checks in at a shift that is about to begin, by the code its leader shows.
    fn check_ins(&self, server: &Server, meter: Meter, shifts: &[Id<Shift>]) {
        let codes: Vec<Mutex<Option<(Instant, String)>>> = shifts.iter().map(|_| Mutex::new(None)).collect();
        let token = |at: usize| {
            let mut kept = codes[at].lock().expect("no panic");
            if kept.as_ref().is_none_or(|(since, _)| since.elapsed() > Duration::from_secs(15)) {
                let path = format!("/api/v1/shifts/{}/code", shifts[at]);
                let reply = self.client(server, 0).get(&path).expect("a code");
                let token = reply.json()["token"].as_str().expect("a token").to_owned();
                *kept = Some((Instant::now(), token));
            }
            kept.as_ref().map(|(_, token)| token.clone())
        };
        let check_in = |n: usize| {
            let body = json!({"code": token(n / TOGETHER), "kind": "arrived"});
            let path = format!("/api/v1/shifts/{}/check-in", shifts[n / TOGETHER]);
            let reply =
                self.client(server, n + 1).post(&path, &format!("check-{n}"), &body).expect("an answer");
            assert_eq!(reply.status, 200, "{}", reply.body);
        };
        self.measure(meter, "checkin_cpu_ms", PEOPLE, || at_once(0..PEOPLE, AT_ONCE, check_in));
    }

    fn storm(&self, server: &Server) {
        let famous = self.town.shifts(COMMUNITIES[0], 1, load::PLACES, 120, |_| 360 * 24 * 60)[0];
        let storm = storm(&self.town, server, famous);
        self.tell("storm_accepted", storm.accepted as f64, json!({}));
        self.tell("storm_s", storm.took.as_secs_f64(), json!({"people": PEOPLE}));
    }

    /// From the start of the process to its first answer, the middle one of several.
    fn starts(&self) {
        let mut took: Vec<f64> =
            (0..STARTS).map(|_| self.start().started_in.as_secs_f64() * 1_000.0).collect();
        took.sort_by(f64::total_cmp);
        self.tell("start_ms", took[STARTS / 2], json!({"slowest": took[STARTS - 1].round()}));
    }

    fn memory(&self) {
        let server = self.start();
        let meter = self.meter(&server);
        at_once(0..PAGES, AT_ONCE, |n| {
            let shift = format!("/activities/{}", self.open[n % self.open.len()]);
            let path = ["/", "/activities", &shift, "/v"][n % 4];
            let reply = self.client(&server, 1 + n % PEOPLE).get_compressed(path).expect("a page");
            assert!(reply.status < 400, "{path}: {}", reply.status);
        });
        let more = json!({"pages": PAGES, "database_mb": meter.database_mb().round()});
        self.tell("rss_mb", meter.rss_mb(), more);
    }
}
