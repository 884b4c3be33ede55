//! The database goes away, or has no room left: the pages say so, nothing is written by halves, and work resumes by
//! itself. From outside, with a real PostgreSQL that is stopped and a real disk that is full.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use load::{Client, Cluster, Reply, Server, Town};
use serde_json::{Value, json};

const AREA: &str = "420103002";
/// How long the server may take to notice that its database is back.
const BACK_WAIT: Duration = Duration::from_secs(30);
/// Needs sent before the disk must be full.
const NEEDS_MAX: usize = 5_000;

fn linli() -> Command {
    Command::new(env!("CARGO_BIN_EXE_linli"))
}

/// Three people; the first works for the others, the second lives in another district.
fn town(database: &str, folder: &Path) -> Town {
    let mut town = Town::found(database, folder, 3, 1);
    town.come_to_now();
    town
}

/// Runs a command of `linli` over the town's database; its exit code must be 0.
fn check(town: &Town, command: &[&str]) {
    let mut linli = linli();
    linli.args(command).args(["--database", &town.database]).arg("--keys").arg(&town.key_file);
    let output = linli.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stdout));
}

fn serve(town: &Town, program: Command) -> Server {
    Server::start_by(program, &town.database, &town.key_file, AREA)
}

fn need(n: usize) -> Value {
    json!({ "category": "convenience", "day": "tomorrow", "address": "3栋501", "detail": format!("{n}，{}", "帮忙".repeat(200)) })
}

fn ask(client: &mut Client, n: usize) -> std::io::Result<Reply> {
    client.post("/api/v1/needs", &format!("need-{n}"), &need(n))
}

fn is_told(reply: &Reply, status: u16, words: &str) {
    assert_eq!(reply.status, status, "{}", reply.body);
    assert!(reply.body.contains(words), "{words}: {}", reply.body);
    let seconds: i64 = reply.header("retry-after").expect("when to try again").parse().unwrap();
    assert!(seconds > 0);
}

#[test]
fn a_database_that_goes_away_is_told_and_work_resumes_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let cluster = Cluster::create(&format!("gone-{}", std::process::id()), Vec::new());
    let town = town(cluster.url(), folder.path());
    let server = serve(&town, linli());
    let token = town.neighbours[2].token.clone();
    let mut client = Client::new(server.at, Some(&token));
    let mut english = Client::new(server.at, None).speaking("en");
    assert_eq!(ask(&mut client, 1).unwrap().status, 201);
    assert_eq!(client.get("/v").unwrap().status, 200);

    cluster.stop_now();
    for path in ["/", "/v", "/needs", "/sign-in"] {
        is_told(&client.get(path).unwrap(), 503, "系统暂时连不上数据");
        is_told(&english.get(path).unwrap(), 503, "The data cannot be reached right now");
    }
    let sent = ask(&mut client, 2).unwrap();
    is_told(&sent, 503, "系统暂时连不上数据");
    assert_eq!(sent.header("content-type"), Some("application/problem+json"));
    assert_eq!(sent.json()["rule"], "unavailable");
    assert_eq!(client.get("/healthz").unwrap().status, 503);
    assert!(!server.is_healthy());

    cluster.start();
    let began = Instant::now();
    while !server.is_healthy() {
        assert!(began.elapsed() < BACK_WAIT, "it does not come back");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(client.get("/v").unwrap().status, 200);
    let (first, again) = (ask(&mut client, 2).unwrap(), ask(&mut client, 2).unwrap());
    assert_eq!((first.status, again.body), (201, first.body), "the same key, the same need");
    // The follower seals again without anybody starting it.
    let began = Instant::now();
    while town.db.read_now("test_pending", pending).unwrap() > 0 {
        assert!(began.elapsed() < BACK_WAIT, "nothing is sealed any more");
        std::thread::sleep(Duration::from_millis(50));
    }
    let needs = client.get("/api/v1/needs/mine").unwrap().json();
    assert_eq!(needs["needs"].as_array().unwrap().len(), 2);
    check(&town, &["doctor"]);
    check(&town, &["journal", "verify"]);
}

fn pending(tx: &mut db::Tx<'_>) -> db::Outcome<i64> {
    Ok(tx.query_one::<(i64,)>("SELECT COUNT(*) FROM journal_pending", &[])?.0)
}

/// Fills up what `program`, made for a database of so many bytes, leaves the server of room; what was acknowledged is there
/// afterwards, nothing else, and nothing by halves.
fn fills_up(folder: &Path, program: impl FnOnce(u64) -> Command) {
    let file = folder.join("linli.db");
    let town = town(&format!("sqlite:{}", file.display()), folder);
    // What was written is on its way from the log to its place.
    let bytes = |name: &str| folder.join(name).metadata().map_or(0, |file| file.len());
    let server = serve(&town, program(bytes("linli.db") + bytes("linli.db-wal")));
    let token = town.neighbours[2].token.clone();
    let mut client = Client::new(server.at, Some(&token));
    let mut done = BTreeSet::new();
    let refused = (0..NEEDS_MAX).find_map(|n| {
        let reply = ask(&mut client, n).unwrap();
        match reply.status {
            201 => {
                done.insert(reply.json()["id"].as_str().unwrap().to_owned());
                None
            }
            _ => Some(reply),
        }
    });
    let refused = refused.expect("the disk is full at some time");
    is_told(&refused, 507, "存数据的地方满了");
    assert_eq!(refused.json()["rule"], "no-room");
    assert!(!done.is_empty(), "nothing could be written from the first");
    // A little room may come back when what was written is moved to its place; whatever is answered must hold.
    for n in 0..20 {
        let reply = ask(&mut client, NEEDS_MAX + n).unwrap();
        if reply.status == 201 {
            done.insert(reply.json()["id"].as_str().unwrap().to_owned());
        } else {
            assert!(matches!(reply.status, 503 | 507), "{}", reply.body);
        }
    }
    assert_eq!(client.get("/v").unwrap().status, 200, "what is there can be read");
    server.kill();

    let there: Vec<(kernel::Id<needs::Need>, i64)> = town
        .db
        .read_now("test_needs", |tx| {
            tx.query(
                "SELECT n.id, (SELECT COUNT(*) FROM need_step s WHERE s.district = n.district AND s.need = n.id)
                 FROM need n WHERE n.district = $1",
                db::params![420_103_i64],
            )
        })
        .unwrap();
    let ids: BTreeSet<String> = there.iter().map(|(id, _)| id.to_string()).collect();
    assert_eq!(ids, done, "acknowledged and there are the same");
    assert!(there.iter().all(|(_, steps)| *steps == 1));
}

/// After there is room again.
fn goes_on(folder: &Path) {
    let keys = folder.join("keys");
    let database = format!("sqlite:{}", folder.join("linli.db").display());
    let server = Server::start_by(linli(), &database, &keys, AREA);
    let began = Instant::now();
    let doctor = || {
        let mut linli = linli();
        linli.args(["doctor", "--database", &database]).arg("--keys").arg(&keys);
        linli.output().unwrap()
    };
    while !doctor().status.success() {
        assert!(began.elapsed() < BACK_WAIT, "{}", String::from_utf8_lossy(&doctor().stdout));
        std::thread::sleep(Duration::from_millis(200));
    }
    for command in [["journal", "verify"], ["ledger", "verify"]] {
        let mut linli = linli();
        let output = linli.args(command).args(["--database", &database]).arg("--keys").arg(&keys).output();
        let output = output.unwrap();
        assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stdout));
    }
    drop(server);
}

#[test]
fn a_file_that_may_not_grow_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    fills_up(folder.path(), |bytes| {
        // Blocks of 512 bytes in any one file; the signal that would end the process becomes an error of the write.
        let script = format!("trap '' XFSZ; ulimit -f {}; exec \"$0\" \"$@\"", bytes / 512 + 1_000);
        let mut limited = Command::new("sh");
        limited.args(["-c", &script, env!("CARGO_BIN_EXE_linli")]);
        limited
    });
    goes_on(folder.path());
}

/// A small disk of its own; mounting takes root, as the rest of the tests' set-up does.
struct Disk(PathBuf);

impl Disk {
    fn mount(folder: &Path, bytes: u64) -> Option<Self> {
        let options = format!("size={bytes}");
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(folder).output();
        mounted.is_ok_and(|output| output.status.success()).then(|| Self(folder.to_owned()))
    }

    fn grow(&self) {
        let grown = Command::new("mount").args(["-o", "remount,size=64m"]).arg(&self.0).status();
        assert!(grown.is_ok_and(|status| status.success()));
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").args(["-l"]).arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    // Who may not mount has the test above, which fails in the same place by another number.
    let Some(disk) = Disk::mount(folder.path(), 4 * 1024 * 1024) else { return };
    fills_up(folder.path(), |_| linli());
    disk.grow();
    goes_on(folder.path());
}
