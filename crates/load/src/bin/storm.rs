//! A thousand signed-in people want ten places at once, over HTTP, from a process of their own: overlapping shifts in
//! two districts, withdrawals and a waiting list in between. Afterwards SQL looks for one person too many, one person
//! in two places, a lost sign-up.
//!
//! `storm sqlite|postgres [--people 1000]`; prints JSON lines, exit code 1 when an invariant is broken.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a tool stops with words"
)]

use std::{
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use db::params;
use kernel::{Id, Random};
use load::{COMMUNITIES, Client, Cluster, Server, Town};
use serde_json::json;
use shifts::Shift;

/// Requests under way at once.
const AT_ONCE: usize = 64;
/// Places of the shift everybody wants.
const PLACES: i64 = 10;

/// What the server said of one sign-up.
#[derive(Clone, Debug, PartialEq)]
struct Said {
    person: usize,
    shift: Id<Shift>,
    words: String,
}

fn main() {
    let engine = std::env::args().nth(1).unwrap_or_else(|| "sqlite".to_owned());
    let count: usize = std::env::args()
        .skip_while(|arg| arg != "--people")
        .nth(1)
        .map_or(1_000, |n| n.parse().expect("a number"));
    let folder = tempfile::tempdir().expect("a folder");
    let cluster = (engine == "postgres")
        .then(|| Cluster::create(&std::env::temp_dir().join(format!("linli-storm-{}", std::process::id()))));
    let database = cluster
        .as_ref()
        .map_or_else(|| format!("sqlite:{}", folder.path().join("linli.db").display()), Cluster::url);
    let town = Town::build(&database, folder.path(), count);
    let worker = town.worker();

    // The famous shift, and two more that overlap it: one in the same district, one in the other.
    let day = 24 * 60;
    let here = town.shifts(&worker, COMMUNITIES[0], 2, PLACES, |n| day + 30 * n as i64);
    let there = town.shifts(&worker, COMMUNITIES[1], 1, PLACES, |_| day + 60);
    let famous = here[0];
    let all = [here[0], here[1], there[0]];

    let server = Server::start(&database, &town.key_file, "42");
    let (next, said) = (AtomicUsize::new(1), Mutex::new(Vec::<Said>::new()));
    let began = Instant::now();
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let n = next.fetch_add(1, Ordering::SeqCst);
                    if n >= count {
                        return;
                    }
                    let mut client = Client::new(server.at, Some(&town.neighbours[n].token));
                    let reply = client
                        .post(&format!("/api/v1/shifts/{famous}/sign-up"), &format!("storm-{n}"), &json!({}))
                        .expect("an answer");
                    assert!(reply.status < 500, "{}: {}", reply.status, reply.body);
                    let state = reply.json()["state"].as_str().unwrap_or("refused").to_owned();
                    said.lock().expect("no panic").push(Said { person: n, shift: famous, words: state });
                }
            });
        }
    });
    let storm = began.elapsed();
    let accepted = said.lock().expect("no panic").iter().filter(|one| one.words == "placed").count();

    // Second act: everybody also tries the overlapping shifts, the placed ones change their minds.
    let (next, random) = (AtomicUsize::new(1), Random::seeded(7));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let n = next.fetch_add(1, Ordering::SeqCst);
                    if n >= count {
                        return;
                    }
                    let mut client = Client::new(server.at, Some(&town.neighbours[n].token));
                    for round in 0..2 {
                        let shift = all[random.below(3) as usize];
                        let what = if random.below(3) == 0 { "withdraw" } else { "sign-up" };
                        let path = format!("/api/v1/shifts/{shift}/{what}");
                        let reply =
                            client.post(&path, &format!("act2-{n}-{round}"), &json!({})).expect("an answer");
                        assert!(reply.status < 500, "{}: {}", reply.status, reply.body);
                    }
                }
            });
        }
    });
    // The waiting list moves behind the answers; give it time to come to rest.
    let mut broken = Vec::new();
    for _ in 0..60 {
        thread::sleep(Duration::from_millis(500));
        broken = invariants(&town);
        if broken.is_empty() {
            break;
        }
    }
    drop(server);
    let report = journal::verify(&town.db, &town.kit.keys, [hours::SEALED, timebank::SEALED].concat(), &[])
        .expect("verify");
    broken.extend(report.findings.iter().map(|finding| format!("{finding:?}")));
    for words in &broken {
        println!("BROKEN {words}");
    }
    let prefix = if engine == "postgres" { "postgres_" } else { "" };
    println!(
        "{}",
        json!({"figure": format!("{prefix}storm_accepted"), "value": accepted, "unit": "people", "target": PLACES})
    );
    println!(
        "{}",
        json!({"figure": format!("{prefix}storm_s"), "value": storm.as_secs_f64(), "unit": "s", "target": 3, "people": count})
    );
    std::process::exit(i32::from(!broken.is_empty() || accepted != usize::try_from(PLACES).unwrap_or(0)));
}

/// What must hold at rest.
fn invariants(town: &Town) -> Vec<String> {
    const LOOKS: [(&str, &str); 5] = [
        ("more placed than places", "SELECT COUNT(*) FROM shift WHERE taken > places"),
        (
            "taken is not the number of those placed",
            "SELECT COUNT(*) FROM shift s WHERE s.taken <>
             (SELECT COUNT(*) FROM signup u WHERE u.district = s.district AND u.shift = s.id AND u.state = 'placed')",
        ),
        (
            "somebody in two places at once",
            "SELECT COUNT(*) FROM signup a JOIN shift x ON x.district = a.district AND x.id = a.shift
             JOIN signup b ON b.person = a.person AND b.id > a.id JOIN shift y ON y.district = b.district AND y.id = b.shift
             WHERE a.state = 'placed' AND b.state = 'placed' AND x.starts_at < y.ends_at AND y.starts_at < x.ends_at",
        ),
        (
            "a placed person without a commitment",
            "SELECT COUNT(*) FROM signup u WHERE u.state = 'placed' AND NOT EXISTS
             (SELECT 1 FROM commitment c WHERE c.person = u.person AND c.engagement = u.shift)",
        ),
        (
            "a free place while somebody free waits",
            "SELECT COUNT(*) FROM signup u JOIN shift s ON s.district = u.district AND s.id = u.shift
             WHERE u.state = 'waiting' AND s.taken < s.places AND NOT EXISTS
             (SELECT 1 FROM commitment c WHERE c.person = u.person AND c.starts_at < s.ends_at AND c.ends_at > s.starts_at)",
        ),
    ];
    let mut broken = Vec::new();
    for (words, sql) in LOOKS {
        let (count,): (i64,) =
            town.db.read_now("storm_look", |tx| tx.query_one(sql, params![])).expect("a look");
        if count > 0 {
            broken.push(format!("{words}: {count}"));
        }
    }
    broken
}
