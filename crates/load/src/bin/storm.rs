//! A thousand signed-in people want ten places at once, over HTTP, from a process of their own: overlapping shifts in
//! two districts, withdrawals and a waiting list in between. Afterwards SQL looks for one person too many, one person
//! in two places, a lost sign-up.
//!
//! `storm sqlite|postgres [--people 1000]`; exit code 1 when an invariant is broken.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a tool stops with words"
)]

use std::{process::ExitCode, thread, time::Duration};

use kernel::Random;
use load::{COMMUNITIES, Checks, Client, Ground, PLACES, Server, Town, at_once, option, storm};
use serde_json::json;

/// Requests under way at once.
const AT_ONCE: usize = 64;

/// What must hold at rest: nothing of this is found.
const WRONG: [(&str, &str); 5] = [
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

fn main() -> ExitCode {
    let ground = Ground::of_arguments("storm");
    let count: usize = option("--people", 1_000);
    let mut town = Town::found(&ground.database(), ground.folder(), count, 1);
    town.come_to_now();

    // The famous shift, and two more that overlap it: one in the same district, one in the other.
    let day = 24 * 60;
    let here = town.shifts(COMMUNITIES[0], 2, PLACES, 120, |n| day + 30 * n as i64);
    let there = town.shifts(COMMUNITIES[1], 1, PLACES, 120, |_| day + 60);
    let all = [here[0], here[1], there[0]];

    let server = Server::start(&town.database, &town.key_file, "420103");
    let first = storm(&town, &server, here[0]);
    let mut checks = Checks::default();
    checks.hold(
        i64::try_from(first.accepted) == Ok(PLACES),
        format!("{} were told that they have one of {PLACES} places", first.accepted),
    );

    // Second act: everybody also tries the overlapping shifts, and some change their minds.
    let random = Random::seeded(7);
    at_once(1..count, AT_ONCE, |n| {
        let mut client = Client::new(server.at, Some(&town.neighbours[n].token));
        for round in 0..2 {
            let shift = all[random.below(3) as usize];
            let what = if random.below(3) == 0 { "withdraw" } else { "sign-up" };
            let path = format!("/api/v1/shifts/{shift}/{what}");
            let reply = client.post(&path, &format!("act2-{n}-{round}"), &json!({})).expect("an answer");
            assert!(reply.status < 500, "{}: {}", reply.status, reply.body);
        }
    });
    // The waiting list moves behind the answers; give it time to come to rest.
    for _ in 0..60 {
        thread::sleep(Duration::from_millis(500));
        if WRONG.iter().all(|(_, sql)| town.number(sql) == 0) {
            break;
        }
    }
    drop(server);
    for (words, sql) in WRONG {
        let found = town.number(sql);
        checks.hold(found == 0, format!("{words}: {found}"));
    }
    checks.none(&town.verify().findings, "the journal does not verify");
    let prefix = ground.prefix();
    println!(
        "{}",
        json!({"figure": format!("{prefix}storm_accepted"), "value": first.accepted, "unit": "people", "target": PLACES})
    );
    println!(
        "{}",
        json!({"figure": format!("{prefix}storm_s"), "value": first.took.as_secs_f64(), "unit": "s", "target": 3, "people": count - 1})
    );
    checks.finish(&format!("storm on {}", ground.engine()))
}
