//! Kills the server (and with PostgreSQL, stops the database as a power cut would) at random moments under load. A
//! client in this process keeps what was acknowledged: sign-ups, and roll calls of shifts that are over. Afterwards
//! each of it must be there exactly once, with its record, its coin and its minutes in the figures; the journal and
//! the ledger must verify, and every consumer must have caught up.
//!
//! `kills sqlite|postgres [--kills 20] [--stops 5]`; exit code 1 when something was lost or doubled.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a tool stops with words"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    process::ExitCode,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use db::params;
use kernel::{Id, Person, Random};
use load::{COMMUNITIES, Checks, Client, Cluster, Ground, Server, Town, option};
use serde_json::json;
use shifts::Shift;

/// Clients under way at once.
const AT_ONCE: usize = 8;
/// Volunteers, shifts to come that do not overlap, and shifts that are over: each person signs up for each shift to
/// come once, and is called once at each that is over.
const PEOPLE: usize = 90;
const AHEAD: usize = 90;
const OVER: usize = 18;
/// How long ago the town was founded.
const DAYS: i32 = 11;
/// A shift lasts an hour, one follows the other after these many: at most 20 hours a week are nobody's too many.
const OVER_EVERY: i64 = 12;
const AHEAD_EVERY: i64 = 9;
/// How often it is looked, every hundredth of a second, whether anything was acknowledged.
const BITE_LOOKS: usize = 300;
/// What a client waits before it asks a server again that could not answer.
const REST: Duration = Duration::from_millis(20);

/// One thing to be done once.
#[derive(Clone, Copy)]
struct Task {
    person: usize,
    shift: Id<Shift>,
    roll: bool,
}

/// What a client heard.
enum Heard {
    /// It is done.
    Done,
    /// It was refused, in the server's words.
    Refused(String),
    /// 503, or the connection broke: nobody knows yet. The same key finds out.
    Nothing,
}

impl Task {
    fn send(&self, at: std::net::SocketAddr, town: &Town) -> Heard {
        let Self { person, shift, roll } = *self;
        let (key, what, by) = if roll { ("roll", "roll", 0) } else { ("sign", "sign-up", person) };
        let body = if roll {
            json!({"people": [{"person": town.neighbours[person].person.to_string(), "came": true}]})
        } else {
            json!({})
        };
        let path = format!("/api/v1/shifts/{shift}/{what}");
        let key = format!("{key}-{person}-{shift}");
        match Client::new(at, Some(&town.neighbours[by].token)).post(&path, &key, &body) {
            Err(_) => Heard::Nothing,
            Ok(reply) if reply.status == 503 => Heard::Nothing,
            Ok(reply) if reply.status >= 500 => panic!("{path}: {} {}", reply.status, reply.body),
            Ok(reply) if reply.status >= 300 => Heard::Refused(reply.body),
            Ok(_) => Heard::Done,
        }
    }
}

/// What the clients kept.
#[derive(Default)]
struct Kept {
    done: Mutex<BTreeSet<(bool, usize, Id<Shift>)>>,
    refused: Mutex<Vec<String>>,
    unanswered: AtomicUsize,
    again: Mutex<Vec<Task>>,
}

impl Kept {
    fn count(&self) -> usize {
        self.done.lock().expect("no panic").len()
    }

    fn keep(&self, task: Task, heard: Heard) {
        match heard {
            Heard::Done => {
                self.done.lock().expect("no panic").insert((task.roll, task.person, task.shift));
            }
            Heard::Refused(words) => self.refused.lock().expect("no panic").push(words),
            Heard::Nothing => {
                self.unanswered.fetch_add(1, Ordering::SeqCst);
                self.again.lock().expect("no panic").push(task);
                thread::sleep(REST);
            }
        }
    }
}

fn tasks(ahead: &[Id<Shift>], over: &[Id<Shift>]) -> Vec<Task> {
    let each = |shifts: &[Id<Shift>], roll| {
        let shifts = shifts.to_vec();
        (1..PEOPLE)
            .flat_map(move |person| shifts.clone().into_iter().map(move |shift| Task { person, shift, roll }))
    };
    let (mut sign_ups, mut rolls) = (each(ahead, false), each(over, true));
    let mut all = Vec::new();
    loop {
        let before = all.len();
        all.extend(sign_ups.by_ref().take(6));
        all.extend(rolls.by_ref().take(1));
        if all.len() == before {
            return all;
        }
    }
}

fn main() -> ExitCode {
    let ground = Ground::of_arguments("kills");
    let (kills, stops): (usize, usize) = (option("--kills", 20), option("--stops", 5));
    let stops = if ground.cluster().is_some() { stops } else { 0 };
    let mut town = Town::found(&ground.database(), ground.folder(), PEOPLE, DAYS);
    let places = PEOPLE as i64;
    let over = town.shifts(COMMUNITIES[0], OVER, places, 60, |n| 60 + 60 * OVER_EVERY * n as i64);
    over.iter().for_each(|shift| town.hold(*shift));
    town.come_to_now();
    let ahead = town.shifts(COMMUNITIES[0], AHEAD, places, 60, |n| 24 * 60 + 60 * AHEAD_EVERY * n as i64);

    let tasks = tasks(&ahead, &over);
    let (next, kept) = (AtomicUsize::new(0), Kept::default());
    let random = Random::seeded(std::process::id().into());
    let began = Instant::now();
    for round in 0..kills + stops {
        // What was called in the last round becomes hours in this one.
        town.let_rolls_settle();
        let mut server = Some(Server::start(&town.database, &town.key_file, "420103"));
        let at = server.as_ref().expect("started").at;
        let end = AtomicBool::new(false);
        thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                scope.spawn(|| {
                    while !end.load(Ordering::SeqCst) {
                        // What nobody answered is asked again under its key, before anything new.
                        let again = kept.again.lock().expect("no panic").pop();
                        let task =
                            again.unwrap_or_else(|| tasks[next.fetch_add(1, Ordering::SeqCst) % tasks.len()]);
                        kept.keep(task, task.send(at, &town));
                    }
                });
            }
            // Three times out of four the load has begun to bite; the fourth may hit the start.
            let before = kept.count();
            if random.below(4) > 0 {
                (0..BITE_LOOKS).any(|_| {
                    thread::sleep(Duration::from_millis(10));
                    kept.count() > before
                });
            }
            thread::sleep(Duration::from_millis(20 + random.below(400)));
            if round < kills {
                server.take().expect("running").kill();
            } else if let (Some(cluster), Some(server)) = (ground.cluster(), &server) {
                power_cut(cluster, server);
            }
            end.store(true, Ordering::SeqCst);
        });
    }

    // The last server: roll calls settle, consumers catch up.
    town.let_rolls_settle();
    let server = Server::start(&town.database, &town.key_file, "420103");
    let behind = catch_up(&town);
    drop(server);

    let mut checks = Checks::default();
    let done = kept.done.into_inner().expect("no panic");
    let (refused, unanswered) = (kept.refused.into_inner().expect("no panic"), kept.unanswered.into_inner());
    checks.hold(behind == 0, format!("{behind} events and roll calls were not followed"));
    checks.none(&refused, "tasks that were refused, though each is asked under its own key");
    checks.hold(
        done.len() > 2 * (kills + stops) && unanswered > 0,
        format!("too little load: {} acknowledged, {unanswered} unanswered", done.len()),
    );
    look(&town, &done, &mut checks);
    let report = town.verify();
    checks.none(&report.findings, "the journal does not verify");
    let ledger = timebank::ledger_report(&town.db).expect("a verified ledger");
    checks.none(&ledger.findings, "the ledger does not verify");
    let rolls = done.iter().filter(|(roll, ..)| *roll).count();
    println!(
        "{}",
        json!({"figure": format!("{}kills_survived", ground.prefix()),
               "value": if checks.all_held() { kills + stops } else { 0 }, "unit": "kills", "target": kills + stops,
               "sigkills": kills, "database_stops": stops, "acknowledged_sign_ups": done.len() - rolls,
               "acknowledged_roll_calls": rolls, "unanswered": unanswered, "events": report.events,
               "rows": report.rows, "transfers": ledger.transfers, "seconds": began.elapsed().as_secs()})
    );
    checks.finish(&format!("kills on {}", ground.engine()))
}

/// Stops the database under the server, which is not told; it must find its way back by itself.
fn power_cut(cluster: &Cluster, server: &Server) {
    cluster.stop_now();
    thread::sleep(Duration::from_millis(100));
    cluster.start();
    let came_back = (0..400).any(|_| {
        thread::sleep(Duration::from_millis(25));
        server.is_healthy()
    });
    assert!(came_back, "the server did not come back after the database did");
}

/// Waits for the consumers; gives how many events they are behind at last.
fn catch_up(town: &Town) -> i64 {
    let mut behind = i64::MAX;
    for _ in 0..240 {
        thread::sleep(Duration::from_millis(250));
        let lags = town.db.read_now("lag", journal::lag).expect("lag");
        behind = town.number("SELECT COUNT(*) FROM journal_pending")
            + town.number("SELECT COUNT(*) FROM roll_call WHERE state = 'called'")
            + lags.iter().map(|lag| lag.behind + lag.parked + i64::from(lag.halted.is_some())).sum::<i64>();
        if behind == 0 {
            break;
        }
    }
    behind
}

/// What was acknowledged is there once, and nothing is there twice.
fn look(town: &Town, done: &BTreeSet<(bool, usize, Id<Shift>)>, checks: &mut Checks) {
    let mut found: BTreeMap<(bool, Id<Person>, Id<Shift>), usize> = BTreeMap::new();
    for (roll, sql) in [
        (false, "SELECT person, shift FROM signup WHERE state = 'placed'"),
        (true, "SELECT person, engagement FROM service_record"),
    ] {
        let rows: Vec<(Id<Person>, Id<Shift>)> =
            town.db.read_now("kills_look", move |tx| tx.query(sql, params![])).expect("a look");
        for (person, shift) in rows {
            *found.entry((roll, person, shift)).or_default() += 1;
        }
    }
    for (roll, what) in [(false, "sign-ups"), (true, "roll calls")] {
        let lost = done
            .iter()
            .filter(|one| one.0 == roll)
            .filter(|(_, n, shift)| !found.contains_key(&(roll, town.neighbours[*n].person, *shift)))
            .count();
        checks.hold(lost == 0, format!("{lost} acknowledged {what} are lost"));
        let doubled = found.iter().filter(|((is_roll, ..), count)| *is_roll == roll && **count > 1).count();
        checks.hold(doubled == 0, format!("{doubled} {what} are there more than once"));
    }
    const WRONG: [(&str, &str); 4] = [
        (
            "shifts that count wrongly",
            "SELECT COUNT(*) FROM shift s WHERE s.taken <>
             (SELECT COUNT(*) FROM signup u WHERE u.district = s.district AND u.shift = s.id AND u.state = 'placed')",
        ),
        (
            "records without a coin",
            "SELECT COUNT(*) FROM service_record r WHERE NOT EXISTS
             (SELECT 1 FROM transfer t WHERE t.district = r.district AND t.cause = r.id)",
        ),
        (
            "records, all of one hour, that do not earn the same",
            "SELECT COUNT(DISTINCT earned) - 1 FROM
             (SELECT SUM(amount) AS earned FROM transfer GROUP BY district, cause) AS each_record",
        ),
        (
            "minutes of the figures over those of the records",
            "SELECT CAST((SELECT COALESCE(SUM(amount), 0) FROM figure_day WHERE figure = 'minutes')
                       - (SELECT COALESCE(SUM(minutes), 0) FROM service_record) AS BIGINT)",
        ),
    ];
    for (words, sql) in WRONG {
        let wrong = town.number(sql);
        checks.hold(wrong == 0, format!("{words}: {wrong}"));
    }
}
