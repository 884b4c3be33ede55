//! The check-in rush, over HTTP, on a disk whose every sync takes 4 ms more, so that machines compare: two hundred clients
//! as fast as they can, then two thousand people within ten seconds at one gate, then the same with the server killed and
//! the power of PostgreSQL cut in between. Afterwards every check-in that was acknowledged is there, once.
//!
//! `rush sqlite|postgres --shim FILE [--people 2000] [--clients 200] [--seconds 10] [--kills 3]`, a JSON line a figure;
//! exit code 1 when something was lost or doubled. `--day 100000` instead: so many check-ins of a day in one district, one after
//! the other at five gates, how long they take of the day, and whether the last ones cost more than the first.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a tool stops with words"
)]

use std::{
    collections::HashMap,
    path::PathBuf,
    process::{Command, ExitCode},
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use kernel::{Id, Random};
use load::{COMMUNITIES, Client, Ground, Meter, Server, SlowDisk, Town, at_once, linli, option};
use serde_json::{Value, json};
use shifts::Shift;

/// How much longer a sync takes.
const SYNC_US: u64 = 4_000;
/// Requests under way at once at the gate: people whose phones wait at the same time.
const AT_GATE: usize = 512;
/// People whom one leader checks in; a gate has as many leaders as it needs.
const TOGETHER: usize = 500;
/// A code is good for half a minute and is shown anew before.
const CODE_LIVES: Duration = Duration::from_secs(15);

/// Gates that everybody comes to in a day, one after the other.
const GATES_A_DAY: usize = 5;

/// The shifts whose people come in by one gate at the same time.
type Gate = Vec<Id<Shift>>;

/// The shift of the `n`-th person, from 1.
fn of(gate: &Gate, n: usize) -> Id<Shift> {
    gate[(n - 1) / TOGETHER]
}

struct Rush {
    ground: Ground,
    town: Town,
    disk: SlowDisk,
    clients: usize,
    /// The code of each shift, as its leader's screen shows it.
    shown: Mutex<HashMap<Id<Shift>, (Instant, String)>>,
    /// The code that each person sent last.
    sent: Mutex<HashMap<usize, String>>,
}

fn main() -> ExitCode {
    let engine = std::env::args().nth(1).unwrap_or_default();
    let (day, clients): (usize, usize) = (option("--day", 0), option("--clients", 200));
    let (people, gates) =
        if day > 0 { (day.div_ceil(GATES_A_DAY), GATES_A_DAY) } else { (option("--people", 2_000), 3) };
    let (seconds, kills): (u64, usize) = (option("--seconds", 10), option("--kills", 3));
    let shim: PathBuf = option("--shim", PathBuf::new());
    assert!(shim.is_file(), "usage: rush sqlite|postgres --shim FILE …");
    let disk = SlowDisk::new(&shim, shim.parent().expect("a folder"), SYNC_US);
    let ground = Ground::with("rush", engine == "postgres", disk.environment());
    let mut town = Town::found(&ground.database(), ground.folder(), people + 1, 1);
    town.come_to_now();
    // One after the other, all within the hour in which one may check in.
    let gates: Vec<Gate> = (0..gates as i64)
        .map(|n| town.shifts(COMMUNITIES[0], people.div_ceil(TOGETHER), TOGETHER as i64, 12, |_| 10 + 15 * n))
        .collect();
    for n in 1..=people {
        gates.iter().for_each(|gate| town.sign_up(n, of(gate, n)));
    }
    town.settle();
    let rush = Rush { ground, town, disk, clients, shown: Mutex::default(), sent: Mutex::default() };

    let mut server = rush.start();
    if day > 0 {
        rush.day(&server, &gates, people);
        drop(server);
        return if rush.count(&gates, people) { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    rush.flood(&server, &gates[0], people);
    rush.gate(&server, &gates[1], people, Duration::from_secs(seconds));
    server = rush.killed(server, &gates[2], people, kills);
    drop(server);
    if rush.count(&gates, people) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

impl Rush {
    fn start(&self) -> Server {
        let program = self.disk.before(Command::new(linli()));
        Server::start_by(program, &self.town.database, &self.town.key_file, "420103")
    }

    fn tell(&self, name: &str, value: f64, unit: &str, target: Option<f64>, more: Value) {
        let value = (value * 1_000.0).round() / 1_000.0;
        let name = format!("{}_{name}", self.ground.engine());
        let mut line = json!({"figure": name, "value": value, "unit": unit, "target": target});
        if let (Value::Object(line), Value::Object(more)) = (&mut line, more) {
            line.extend(more);
        }
        println!("{line}");
    }

    /// The code on the leader's screen, read again before it changes; nothing while the server is down.
    fn code(&self, server: &Server, shift: Id<Shift>) -> Option<String> {
        let mut shown = self.shown.lock().expect("no panic");
        let is_old = |(since, _): &(Instant, String)| since.elapsed() > CODE_LIVES;
        if shown.get(&shift).is_none_or(is_old) {
            let mut leader = Client::new(server.at, Some(&self.town.neighbours[0].token));
            let reply = leader.get(&format!("/api/v1/shifts/{shift}/code")).ok()?;
            let code = reply.json()["token"].as_str()?.to_owned();
            shown.insert(shift, (Instant::now(), code));
        }
        shown.get(&shift).map(|(_, code)| code.clone())
    }

    /// The `n`-th person checks in; what they were told instead of "done".
    fn check_in(&self, server: &Server, gate: &Gate, n: usize) -> Result<(), String> {
        let code = self.code(server, of(gate, n)).ok_or("no code")?;
        self.sent.lock().expect("no panic").insert(n, code.clone());
        self.send(server, gate, n, &code)
    }

    /// The `n`-th person, whom nobody answered, sends the same again, which says "done" if it was; else they scan anew.
    fn try_again(&self, server: &Server, gate: &Gate, n: usize) -> Result<(), String> {
        let before = self.sent.lock().expect("no panic").remove(&n);
        let again = before.map(|code| self.send(server, gate, n, &code));
        if again.is_some_and(|again| again.is_ok()) { Ok(()) } else { self.check_in(server, gate, n) }
    }

    fn send(&self, server: &Server, gate: &Gate, n: usize, code: &str) -> Result<(), String> {
        let mut phone = Client::new(server.at, Some(&self.town.neighbours[n].token));
        let body = json!({"code": code, "kind": "arrived"});
        let shift = of(gate, n);
        // The same code sent again is the same check-in.
        let key = format!("{shift}-{n}-{code}");
        let sent = phone.post(
            &format!("/api/v1/shifts/{shift}/check-in"),
            &vault::hex(&vault::digest(key.as_bytes())),
            &body,
        );
        match sent {
            Ok(reply) if reply.status == 200 => Ok(()),
            Ok(reply) => Err(format!("{} {}", reply.status, reply.body)),
            Err(error) => Err(error.to_string()),
        }
    }

    /// As fast as so many clients can.
    fn flood(&self, server: &Server, gate: &Gate, people: usize) {
        let meter = Meter::new(server.pid(), &self.town.db, self.ground.cluster().is_some());
        let refused = AtomicUsize::new(0);
        let (cpu, syncs, began) = (meter.cpu_ms(), self.disk.syncs(), Instant::now());
        at_once(1..people + 1, self.clients, |n| {
            if self.check_in(server, gate, n).is_err() {
                refused.fetch_add(1, Ordering::SeqCst);
            }
        });
        let took = began.elapsed().as_secs_f64();
        let (after, syncs) = (meter.cpu_ms(), self.disk.syncs() - syncs);
        let each = (after.0 + after.1 - cpu.0 - cpu.1) / people as f64;
        let more = json!({"syncs": syncs, "clients": self.clients, "people": people, "refused": refused.into_inner(),
                          "a_second": (people as f64 / took).round()});
        let target = if self.ground.cluster().is_some() { 5.0 } else { 10.0 };
        self.tell("checkins_per_fsync", people as f64 / syncs.max(1) as f64, "", Some(target), more);
        self.tell(
            "checkin_cpu_ms",
            each,
            "ms",
            Some(2.0),
            json!({"server": after.0 - cpu.0, "database": after.1 - cpu.1}),
        );
    }

    /// Everybody comes to every gate, as fast as so many clients can; then until everything that follows has followed.
    fn day(&self, server: &Server, gates: &[Gate], people: usize) {
        let meter = Meter::new(server.pid(), &self.town.db, self.ground.cluster().is_some());
        let cpu_ms = || meter.cpu_ms().0 + meter.cpu_ms().1;
        let (began, refused, mut each) = (Instant::now(), AtomicUsize::new(0), Vec::new());
        for gate in gates {
            let before = cpu_ms();
            at_once(1..people + 1, self.clients, |n| {
                if self.check_in(server, gate, n).is_err() {
                    refused.fetch_add(1, Ordering::SeqCst);
                }
            });
            each.push((cpu_ms() - before) / people as f64);
        }
        let (took, answered) = (began.elapsed().as_secs_f64(), Instant::now());
        while self.waits() > 0 {
            thread::sleep(Duration::from_millis(100));
        }
        let more = json!({"check_ins": people * gates.len(), "refused": refused.into_inner(),
            "a_second": (people as f64 * gates.len() as f64 / took).round(),
            "followed_after_s": answered.elapsed().as_secs_f64().round(), "rss_mb": meter.rss_mb().round(),
            "cpu_ms_each_by_gate": each.iter().map(|ms| (ms * 1_000.0).round() / 1_000.0).collect::<Vec<_>>()});
        self.tell("day_s", took, "s", None, more);
    }

    /// Events that were not sealed yet or that somebody has not followed.
    fn waits(&self) -> i64 {
        self.town.number(
            "SELECT (SELECT COUNT(*) FROM journal_pending)
                 + (SELECT CAST(COALESCE(SUM(h.seq - c.seq), 0) AS BIGINT) FROM consumer c
                    JOIN journal_head h ON h.district = c.district)",
        )
    }

    /// Everybody comes to one gate at some moment of these seconds, whether the server is ready or not.
    fn gate(&self, server: &Server, gate: &Gate, people: usize, within: Duration) {
        let random = Random::seeded(7);
        let span = within.as_micros() as u64;
        let mut arrivals: Vec<Duration> =
            (0..people).map(|_| Duration::from_micros(random.below(span))).collect();
        arrivals.sort_unstable();
        let (waits, refused) = (Mutex::new(Vec::with_capacity(people)), AtomicUsize::new(0));
        let began = Instant::now();
        at_once(1..people + 1, AT_GATE, |n| {
            let comes = arrivals[n - 1];
            thread::sleep(comes.saturating_sub(began.elapsed()));
            if self.check_in(server, gate, n).is_err() {
                refused.fetch_add(1, Ordering::SeqCst);
            }
            waits.lock().expect("no panic").push((began.elapsed() - comes).as_secs_f64() * 1_000.0);
        });
        let mut waits = waits.into_inner().expect("no panic");
        waits.sort_by(f64::total_cmp);
        let at = |share: f64| waits[((waits.len() - 1) as f64 * share) as usize].round();
        let more = json!({"median": at(0.5), "worst": at(1.0), "people": people, "within_s": within.as_secs(),
                          "refused": refused.into_inner()});
        self.tell("gate_p99_ms", at(0.99), "ms", Some(2_000.0), more);
    }

    /// The same while the server is killed, and PostgreSQL's power cut: who is not told tries again, as people do.
    fn killed(&self, mut server: Server, gate: &Gate, people: usize, kills: usize) -> Server {
        let (told, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
        for round in 0..=kills {
            let share = people * round / (kills + 1) + 1..people * (round + 1) / (kills + 1) + 1;
            let last = round == kills;
            stop.store(false, Ordering::SeqCst);
            let half = told.load(Ordering::SeqCst) + share.len() / 2;
            let missed: Mutex<Vec<usize>> = Mutex::new(Vec::new());
            thread::scope(|scope| {
                let (server, missed) = (&server, &missed);
                scope.spawn(|| {
                    at_once(share.clone(), self.clients, |n| {
                        if !stop.load(Ordering::SeqCst) && self.check_in(server, gate, n).is_ok() {
                            told.fetch_add(1, Ordering::SeqCst);
                        } else {
                            missed.lock().expect("no panic").push(n);
                        }
                    });
                });
                if !last {
                    while told.load(Ordering::SeqCst) < half {
                        thread::sleep(Duration::from_millis(1));
                    }
                    Self::sigkill(server);
                    if let Some(cluster) = self.ground.cluster() {
                        cluster.stop_now();
                    }
                    stop.store(true, Ordering::SeqCst);
                }
            });
            if !last {
                drop(server);
                if let Some(cluster) = self.ground.cluster() {
                    cluster.start();
                }
                server = self.start();
                self.shown.lock().expect("no panic").clear();
            }
            for n in missed.into_inner().expect("no panic") {
                if let Err(words) = self.try_again(&server, gate, n) {
                    panic!("{n} cannot check in after the kill: {words}");
                }
                told.fetch_add(1, Ordering::SeqCst);
            }
        }
        self.tell("kills", kills as f64, "", None, json!({"told": told.into_inner(), "people": people}));
        server
    }

    fn sigkill(server: &Server) {
        let killed = Command::new("kill").args(["-9", &server.pid().to_string()]).status();
        assert!(killed.is_ok_and(|status| status.success()), "the server cannot be killed");
    }

    /// Everybody was told; whether everybody is there at each gate, once.
    fn count(&self, gates: &[Gate], people: usize) -> bool {
        let expected = (gates.len() * people) as i64;
        let present = self.town.number(
            "SELECT COUNT(*) FROM attendance a WHERE a.arrived_at IS NOT NULL AND EXISTS
                 (SELECT 1 FROM signal s WHERE s.district = a.district AND s.attendance = a.id AND s.kind = 'arrived')",
        );
        let signals = self.town.number("SELECT COUNT(*) FROM signal WHERE kind = 'arrived'");
        let (lost, doubled) = (expected - present, signals - present);
        self.tell("lost", lost as f64, "", Some(0.0), json!({"told": expected}));
        self.tell("doubled", doubled as f64, "", Some(0.0), json!({}));
        self.town.settle();
        let found = self.town.verify().findings;
        assert!(found.is_empty(), "the journal: {found:?}");
        lost == 0 && doubled == 0
    }
}
