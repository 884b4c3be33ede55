//! Every command answers a wrong call in words, with how to mend it; nothing is made by a slip.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    net::TcpListener,
    process::{Command, Output},
};

fn linli(args: &[&str]) -> (Option<i32>, String) {
    let Output { status, stdout, stderr } =
        Command::new(env!("CARGO_BIN_EXE_linli")).args(args).output().unwrap();
    (status.code(), format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr)))
}

/// Every command that does something: those of a group, and those without one.
const COMMANDS: [&[&str]; 16] = [
    &["demo"],
    &["serve"],
    &["migrate"],
    &["doctor"],
    &["import", "divisions"],
    &["import", "population"],
    &["export", "journal"],
    &["journal", "verify"],
    &["journal", "retry"],
    &["ledger", "verify"],
    &["hours", "try"],
    &["roles", "give"],
    &["keys", "create"],
    &["keys", "rotate"],
    &["keys", "reindex"],
    &["keys", "retire"],
];

#[test]
fn every_command_has_an_example_and_says_what_it_needs() {
    let (code, all) = linli(&["--help"]);
    assert_eq!(code, Some(0));
    for command in COMMANDS {
        assert!(all.contains(&format!("  {} ", command[0])), "{command:?} is not in the list");
        let (code, help) = linli(&[command, &["--help"]].concat());
        assert_eq!(code, Some(0));
        assert!(help.contains(&format!("Example: linli {}", command.join(" "))), "{command:?}: {help}");
        let (code, words) = linli(&[command, &["--no-such-option"]].concat());
        assert_eq!(code, Some(2), "{words}");
        if command != ["demo"] {
            let (code, words) = linli(command);
            assert!(code == Some(2) && words.contains("required"), "{command:?}: {words}");
        }
    }
}

#[test]
fn a_wrong_call_is_answered_in_words_and_makes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (keys, file) = (path("keys"), path("linli.db"));
    let (none, database) = (format!("sqlite:{}", path("none.db")), format!("sqlite:{file}"));
    assert_eq!(linli(&["keys", "create", &keys]).0, Some(0));
    let (code, words) = linli(&["keys", "create", &keys]);
    assert!(code == Some(2) && words.contains("never overwritten"), "{words}");
    let (first, again) =
        (linli(&["migrate", "--database", &database]), linli(&["migrate", "--database", &database]));
    assert!(
        first.1.contains("applied 0001_frame")
            && first.1.contains("0002_root_of_roots")
            && again.1.contains("up to date"),
        "{first:?} {again:?}"
    );

    let busy = TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = busy.local_addr().unwrap().to_string();
    let place = ["--database", database.as_str(), "--keys", keys.as_str()];
    let pairs = [&["--name", "hours.day_pairs"], &place[..]].concat();
    let calls: [(&[&str], &str); 15] = [
        (&["migrate", "--database", "mysql://x"], "sqlite:PATH or postgres://"),
        (&["export", "journal", "--database", &none], "there is no database"),
        (&["journal", "verify", "--database", &none, "--keys", &keys], "linli migrate"),
        (&["ledger", "verify", "--database", &database, "--keys", "/none"], "linli keys create"),
        (
            &[&["serve", "--area", "420103002", "--listen", &listen], &place[..]].concat(),
            "choose another with",
        ),
        (&[&["serve", "--area", "42010"], &place[..]].concat(), "not 5"),
        (&[&["serve", "--area", "999999"], &place[..]].concat(), "give --name"),
        (&[&["serve", "--area", "42", "--public-url", "x"], &place[..]].concat(), "https://linli.example"),
        (&[&["journal", "retry", "nobody", "--district", "1"], &place[..]].concat(), "timebank"),
        (
            &[&["roles", "give", "19900000000", "king", "--over", "42"], &place[..]].concat(),
            "security_administrator",
        ),
        (&[&["roles", "give", "19900000000", "worker", "--over", "42"], &place[..]].concat(), "sign in once"),
        (&[&["hours", "try", "--division", "4201", "--value", "11"], &pairs[..]].concat(), "1 to 10"),
        (&[&["hours", "try", "--division", "42010", "--value", "1"], &pairs[..]].concat(), "not 5"),
        (&["demo", "--area", "420103", "--data", &path("demo")], "9-digit code below it"),
        (&["import", "population", "/none.csv", "--database", &database, "--keys", &keys], "/none.csv"),
    ];
    for (call, expected) in calls {
        let (code, words) = linli(call);
        assert!(code == Some(2) && words.contains(expected), "{call:?}: {code:?} {words}");
    }
    assert!(!folder.path().join("none.db").exists() && !folder.path().join("demo").exists());
    let (code, words) = linli(&["doctor", "--database", &none, "--keys", &keys]);
    assert!(code == Some(1) && words.contains("to mend it") && words.contains("linli migrate"), "{words}");
    assert_eq!(linli(&[&["doctor"], &place[..]].concat()).0, Some(0));
}
