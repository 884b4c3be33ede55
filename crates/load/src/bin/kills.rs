//! Kills the server (and with PostgreSQL, stops the database as a power cut would) at random moments under load. A
//! client in this process keeps what was acknowledged; afterwards each of it must be there exactly once, the journal
//! and the ledger must verify, and every consumer must have caught up.
//!
//! `kills sqlite|postgres [--kills 20] [--stops 5]`; prints JSON lines, exit code 1 when something was lost or doubled.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a tool stops with words"
)]

use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use db::params;
use kernel::{Id, Random};
use load::{COMMUNITIES, Client, Cluster, Server, Town};
use serde_json::json;
use shifts::Shift;

/// Clients under way at once.
const AT_ONCE: usize = 8;
/// Volunteers, and shifts that do not overlap: every pair is one sign-up that can be made once.
const PEOPLE: usize = 60;
const SHIFTS: usize = 60;

fn option(name: &str, otherwise: usize) -> usize {
    std::env::args().skip_while(|arg| arg != name).nth(1).map_or(otherwise, |n| n.parse().expect("a number"))
}

fn main() {
    let engine = std::env::args().nth(1).unwrap_or_else(|| "sqlite".to_owned());
    let kills = option("--kills", 20);
    let stops = if engine == "postgres" { option("--stops", 5) } else { 0 };
    let folder = tempfile::tempdir().expect("a folder");
    let cluster = (engine == "postgres")
        .then(|| Cluster::create(&std::env::temp_dir().join(format!("linli-kills-{}", std::process::id()))));
    let database = cluster
        .as_ref()
        .map_or_else(|| format!("sqlite:{}", folder.path().join("linli.db").display()), Cluster::url);
    let mut town = Town::build(&database, folder.path(), PEOPLE);
    let worker = town.worker();
    let day = 24 * 60;
    let shifts = town.shifts(&worker, COMMUNITIES[0], SHIFTS, PEOPLE as i64, |n| day + 180 * n as i64);

    let pairs: Vec<(usize, Id<Shift>)> =
        (1..PEOPLE).flat_map(|person| shifts.iter().map(move |shift| (person, *shift))).collect();
    let (next, acknowledged) = (AtomicUsize::new(0), Mutex::new(Vec::<(usize, Id<Shift>)>::new()));
    let random = Random::seeded(std::process::id().into());
    let (mut unanswered, began) = (0_usize, Instant::now());

    for round in 0..kills + stops {
        let mut server = Some(Server::start(&database, &town.key_file, "42"));
        let at = server.as_ref().expect("started").at;
        let (over, broke) = (AtomicBool::new(false), AtomicUsize::new(0));
        thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                scope.spawn(|| {
                    while !over.load(Ordering::SeqCst) {
                        let n = next.fetch_add(1, Ordering::SeqCst);
                        let (person, shift) = pairs[n % pairs.len()];
                        let mut client = Client::new(at, Some(&town.neighbours[person].token));
                        let key = format!("kill-{person}-{shift}");
                        match client.post(&format!("/api/v1/shifts/{shift}/sign-up"), &key, &json!({})) {
                            Ok(reply) if reply.status < 300 => {
                                acknowledged.lock().expect("no panic").push((person, shift));
                            }
                            // 503 while the database is gone, or no answer at all: unknown, and tried again later.
                            Ok(reply) if reply.status == 503 => drop(broke.fetch_add(1, Ordering::SeqCst)),
                            Ok(reply) => assert!(reply.status < 500, "{}: {}", reply.status, reply.body),
                            Err(_) => drop(broke.fetch_add(1, Ordering::SeqCst)),
                        }
                    }
                });
            }
            thread::sleep(Duration::from_millis(20 + random.below(400)));
            if round < kills {
                over.store(true, Ordering::SeqCst);
                server.take().expect("running").kill();
            } else if let Some(cluster) = &cluster {
                cluster.stop_now();
                thread::sleep(Duration::from_millis(100));
                cluster.start();
                // The server was not told; it must find its way back by itself.
                let came_back = (0..400).any(|_| {
                    thread::sleep(Duration::from_millis(25));
                    server.as_ref().is_some_and(Server::is_healthy)
                });
                assert!(came_back, "the server did not come back after the database did");
                over.store(true, Ordering::SeqCst);
            }
        });
        unanswered += broke.into_inner();
    }

    // The last server: consumers catch up.
    let server = Server::start(&database, &town.key_file, "42");
    if cluster.is_some() {
        // The tool's own connections died with the cluster.
        town.db = db::Db::open(&db::Address::parse(&database).expect("a database"), &db::Options::default())
            .expect("the database");
    }
    let mut behind = i64::MAX;
    for _ in 0..240 {
        thread::sleep(Duration::from_millis(250));
        let lags = town.db.read_now("lag", journal::lag).expect("lag");
        let (pending,): (i64,) = town
            .db
            .read_now("kills_look", |tx| tx.query_one("SELECT COUNT(*) FROM journal_pending", params![]))
            .expect("a look");
        behind = pending
            + lags.iter().map(|lag| lag.behind + lag.parked + i64::from(lag.halted.is_some())).sum::<i64>();
        if behind == 0 {
            break;
        }
    }
    drop(server);

    let mut broken = Vec::new();
    if behind != 0 {
        broken.push(format!("{behind} events were not followed"));
    }
    let acknowledged = acknowledged.into_inner().expect("no panic");
    let rows: Vec<(Id<kernel::Person>, Id<Shift>)> = town
        .db
        .read_now("kills_look", |tx| tx.query("SELECT person, shift FROM signup", params![]))
        .expect("a look");
    let mut there: BTreeMap<_, usize> = BTreeMap::new();
    for row in &rows {
        *there.entry(*row).or_default() += 1;
    }
    let lost = acknowledged
        .iter()
        .filter(|(person, shift)| there.get(&(town.neighbours[*person].person, *shift)) != Some(&1))
        .count();
    if lost > 0 {
        broken.push(format!("{lost} acknowledged sign-ups are not there exactly once"));
    }
    let (wrong,): (i64,) = town
        .db
        .read_now("kills_look", |tx| {
            tx.query_one(
                "SELECT COUNT(*) FROM shift s WHERE s.taken <>
                 (SELECT COUNT(*) FROM signup u WHERE u.district = s.district AND u.shift = s.id AND u.state = 'placed')",
                params![],
            )
        })
        .expect("a look");
    if wrong > 0 {
        broken.push(format!("{wrong} shifts count wrongly"));
    }
    let report = journal::verify(&town.db, &town.kit.keys, [hours::SEALED, timebank::SEALED].concat(), &[])
        .expect("verify");
    broken.extend(report.findings.iter().map(|finding| format!("{finding:?}")));
    let ledger = timebank::ledger_report(&town.db).expect("ledger verify");
    broken.extend(ledger.findings.iter().map(|finding| format!("ledger: {finding}")));
    for words in &broken {
        println!("BROKEN {words}");
    }
    let prefix = if engine == "postgres" { "postgres_" } else { "" };
    println!(
        "{}",
        json!({"figure": format!("{prefix}kills_survived"), "value": if broken.is_empty() { kills } else { 0 }, "unit": "kills",
               "target": kills, "database_stops": stops, "acknowledged": acknowledged.len(), "unanswered": unanswered,
               "events": report.events, "seconds": began.elapsed().as_secs()})
    );
    std::process::exit(i32::from(!broken.is_empty()));
}
