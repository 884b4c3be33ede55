//! Keys are rotated while a process may die at any moment: everybody is found and can be read afterwards, by the new keys
//! alone. From outside, on both databases.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::{
    process::{Command, Output, Stdio},
    sync::Arc,
    time::Duration,
};

use journal::{Call, Kit};
use kernel::{Actor, Calendar, Clock, IdSource, Random};
use load::{Server, Town};
use vault::{Keys, Phone};

const PEOPLE: usize = 400;

fn linli(town: &Town, command: &[&str]) -> Command {
    let mut linli = Command::new(env!("CARGO_BIN_EXE_linli"));
    linli.args(command).args(["--database", &town.database]).arg("--keys").arg(&town.key_file);
    linli
}

fn run(command: &mut Command) -> (bool, String) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    (status.success(), format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr)))
}

fn done(town: &Town, command: &[&str]) -> String {
    let (success, words) = run(&mut linli(town, command));
    assert!(success, "{command:?}: {words}");
    words
}

fn rotate(town: &Town) -> (bool, String) {
    let mut linli = Command::new(env!("CARGO_BIN_EXE_linli"));
    run(linli.args(["keys", "rotate", "--suite", "shangmi"]).arg(&town.key_file))
}

fn kit_of(keys: Keys) -> Arc<Kit> {
    Arc::new(Kit {
        clock: Clock::System,
        ids: IdSource::new(Random::system()),
        random: Random::system(),
        keys,
        calendar: Calendar::default().into(),
    })
}

/// Everybody is found by their phone, and the phone reads as it was; so does the phone of the need.
fn all_are_there(town: &Town) {
    let kit = kit_of(Keys::load(&town.key_file).unwrap());
    for (n, neighbour) in town.neighbours.iter().enumerate() {
        let phone = Phone::parse(&format!("199{n:08}")).unwrap();
        let (person, read) = town
            .db
            .read_now("test_found", {
                let (kit, phone) = (Arc::clone(&kit), phone.clone());
                move |tx| {
                    let person = people::person_by_phone(tx, &kit.keys, &phone)?.unwrap();
                    Ok::<_, db::Failure>((person, people::phone_of(tx, &kit.keys, person)?))
                }
            })
            .unwrap();
        assert_eq!((person, read), (neighbour.person, Some(phone)));
    }
    let count = |sql: &'static str| {
        town.db.read_now("test_count", move |tx| tx.query_one::<(i64,)>(sql, &[])).unwrap().0
    };
    assert_eq!(count("SELECT COUNT(*) FROM phone_owner"), PEOPLE as i64);
    assert_eq!(count("SELECT COUNT(*) FROM document_owner"), PEOPLE as i64);
}

/// A document typed again is still its owner's, and nobody's second account.
fn a_document_is_still_owned(town: &Town) {
    let keys = Keys::load(&town.key_file).unwrap();
    let (number, kind): (Vec<u8>, String) = town
        .db
        .read_now("test_document", |tx| {
            tx.query_one("SELECT number, kind FROM person_document ORDER BY district, person LIMIT 1", &[])
        })
        .unwrap();
    let number = String::from_utf8(keys.open("person.document", &number).unwrap()).unwrap();
    let kit = kit_of(keys);
    let document = people::read_document(&kind, &number, kit.clock.now().day()).unwrap();
    let owner = town.db.read_now("test_owner", move |tx| {
        people::owner_elsewhere(tx, &Call::new(&kit, Actor::system()), &document, None)
    });
    assert!(owner.unwrap().is_some());
}

fn rotated_in_spite_of_kills(database: &str) {
    let folder = tempfile::tempdir().unwrap();
    let database = database.replace("FOLDER", &folder.path().to_string_lossy());
    let mut town = Town::found(&database, folder.path(), PEOPLE, 1);
    town.come_to_now();
    let actor = town.actor(town.neighbours[0].person);
    let typed = needs::Typed {
        category: "convenience".to_owned(),
        for_name: "李立春".to_owned(),
        for_phone: "19800000001".to_owned(),
        ..needs::Typed::default()
    };
    town.act("test_need", &actor, move |tx, call| needs::submit(tx, call, &typed).map(drop)).unwrap();
    let before = std::fs::read(&town.key_file).unwrap();

    assert!(rotate(&town).0);
    assert_ne!(std::fs::read(&town.key_file).unwrap(), before);
    let (again, words) = rotate(&town);
    assert!(!again && words.contains("keys reindex"), "{words}");
    all_are_there(&town);
    let mut kills = 0;
    for wait_ms in [40, 60, 80, 100, 120, 140] {
        let mut child =
            linli(&town, &["keys", "reindex"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(wait_ms));
        kills += usize::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        all_are_there(&town);
    }
    assert!(kills > 0, "none was killed half-way");
    done(&town, &["keys", "reindex"]);
    let twice = done(&town, &["keys", "reindex"]);
    assert!(twice.contains("0 values encrypted anew, 0 blind indexes"), "{twice}");
    done(&town, &["keys", "retire"]);
    assert!(done(&town, &["keys", "retire"]).contains("no old key"));

    // Only the new keys are left, and everything is there.
    assert_eq!(Keys::load(&town.key_file).unwrap().replaced(), []);
    all_are_there(&town);
    a_document_is_still_owned(&town);
    done(&town, &["journal", "verify"]);
    let server = Server::start_by(
        Command::new(env!("CARGO_BIN_EXE_linli")),
        &town.database,
        &town.key_file,
        "420103002",
    );
    let mut client = load::Client::new(server.at, Some(&town.neighbours[0].token));
    assert_eq!(client.get("/my/needs").unwrap().status, 200);
}

#[test]
fn keys_are_rotated_in_spite_of_kills_on_sqlite() {
    rotated_in_spite_of_kills("sqlite:FOLDER/linli.db");
}

#[test]
fn keys_are_rotated_in_spite_of_kills_on_postgres() {
    rotated_in_spite_of_kills(testkit::TestDatabase::create().url());
}
