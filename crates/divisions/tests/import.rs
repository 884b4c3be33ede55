//! The importer: what it takes, what it refuses and in which words, and what a new edition changes.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

use divisions::{
    Changes, Continued, FAULTS_MAX, Fault, ImportError, Imported, LEVEL_STORED, Succession, Tree, Version,
    diff, parse_csv,
};
use kernel::{Day, DivisionCode, DivisionCodeError};
use proptest::prelude::*;

const OLD: &str = "\
code,name
42,甲省
4201,乙市
420103,丙区
420103001,丁街道
420103001001,戊社区居委会
420103001002,己社区居委会
420103001003,庚社区居委会
420103002,辛街道
420103002001,壬社区居委会
4299,无区市
429900001,癸镇
";

const NEW: &str = "\
code,name,predecessors
42,甲省
4201,乙市
420103,丙新区
420103002,辛街道
420103002001,壬社区居委会
420103002002,合社区居委会,420103001001;420103001002
420103009,子街道,420103001
420103009003,庚社区居委会,420103001003
420103009004,丑社区居委会
4299,无区市
";

fn code(text: &str) -> DivisionCode {
    DivisionCode::parse(text).unwrap()
}

fn parse(text: impl AsRef<[u8]>) -> Result<Imported, ImportError> {
    let version = Version { day: Day::from_ymd(2025, 12, 31).unwrap(), source: "a test".to_owned() };
    parse_csv(text.as_ref(), version)
}

/// The faults of a file by line.
fn refused(text: impl AsRef<[u8]>) -> Vec<(u64, Fault)> {
    let error = parse(text).err().unwrap();
    error.faults.into_iter().map(|fault| (fault.line, fault.fault)).collect()
}

#[test]
fn a_new_edition_is_told_apart_from_the_old() {
    let old = parse(OLD).unwrap().tree;
    let Imported { tree: new, successions } = parse(NEW).unwrap();
    let changes = diff(&old, &new, &successions);
    let to = |old: &str, new: &str| Succession { old: code(old), new: code(new) };
    let pairs = |list: &[Continued<'_>]| {
        list.iter().map(|c| Succession { old: c.from.code, new: c.to.code }).collect::<Vec<_>>()
    };
    let codes = |list: &[divisions::Division<'_>]| list.iter().map(|d| d.code).collect::<Vec<_>>();
    assert_eq!(codes(&changes.added), [code("420103009004")]);
    assert_eq!(codes(&changes.ended), [code("429900001")]);
    assert_eq!(changes.renamed.len(), 1);
    assert_eq!((changes.renamed[0].from, changes.renamed[0].to), ("丙区", "丙新区"));
    let elsewhere = [to("420103001001", "420103002002"), to("420103001002", "420103002002")];
    assert_eq!(pairs(&changes.moved), elsewhere);
    assert_eq!((changes.moved[0].from.name, changes.moved[0].to.name), ("戊社区居委会", "合社区居委会"));
    // The community follows its street to the street's new code: no move.
    assert_eq!(pairs(&changes.replaced), [to("420103001", "420103009"), to("420103001003", "420103009003")]);
    assert_eq!(changes.unknown, []);
    assert!(diff(&new, &new, &[]).is_empty());
    // Where nothing is said about the past, what is gone has ended and what is new is added.
    let silent = diff(&old, &new, &[]);
    assert_eq!((silent.added.len(), silent.ended.len(), silent.moved.len()), (4, 5, 0));
    let wrong = diff(&old, &new, &[to("420109", "420103")]);
    assert_eq!(wrong.unknown, [to("420109", "420103")]);
}

#[test]
fn spelling_and_order_of_the_file_do_not_matter() {
    let plain = parse(OLD).unwrap().tree;
    let mut lines: Vec<&str> = OLD.lines().skip(1).collect();
    lines.reverse();
    let spellings = [
        format!("\u{feff}{OLD}"),
        OLD.replace('\n', "\r\n"),
        OLD.replace("code,name", "代码,名称"),
        OLD.replace("code,name\n", ""),
        OLD.replace("code,name\n", "\u{feff}"),
        OLD.replace("4201,乙市", "420100000000 , \"乙市\" ,"),
        lines.join("\n"),
    ];
    for spelling in spellings {
        let tree = parse(&spelling).unwrap_or_else(|error| panic!("{spelling}: {error}")).tree;
        assert!(diff(&plain, &tree, &[]).is_empty(), "{spelling}");
    }
    let stored = Tree::from_bytes(&plain.to_bytes(LEVEL_STORED).unwrap()).unwrap();
    assert!(stored.iter().eq(plain.iter()));
    assert_eq!(stored.version(), plain.version());
}

#[test]
fn each_fault_is_told_with_its_line() {
    let with = |line: &str| format!("{OLD}{line}\n");
    let duplicate = Fault::Duplicate(code("420103"), 4);
    assert_eq!(refused(with("420103,丙区")), [(13, duplicate.clone())]);
    assert_eq!(refused(with("420103000000,别名")), [(13, duplicate)]);
    assert_eq!(
        refused(with("420104001,寅街道")),
        [(13, Fault::MissingParent(code("420104001"), code("420104")))]
    );
    assert_eq!(
        refused(with("420103000001,卯社区")),
        [(13, Fault::SkipsLevel(code("420103000001"), code("420103")))]
    );
    assert_eq!(refused(with("420003,辰县")), [(13, Fault::SkipsLevel(code("420003"), code("42")))]);
    assert_eq!(refused(with("42010,巳")), [(13, Fault::Code("42010".into(), DivisionCodeError::Length(5)))]);
    assert_eq!(refused(with("4201O3,午")), [(13, Fault::Code("4201O3".into(), DivisionCodeError::Digit))]);
    assert_eq!(refused(with("000000,全国")), [(13, Fault::Nation)]);
    assert_eq!(refused(with("420104, ")), [(13, Fault::NameEmpty)]);
    assert_eq!(refused(with("420104")), [(13, Fault::Columns(1))]);
    assert_eq!(refused(with("420104,未,申,酉")), [(13, Fault::Columns(4))]);
    assert_eq!(refused(with("420104,戌\"区")), [(13, Fault::NameCharacter)]);
    assert_eq!(refused(with("420104,戌\t区")), [(13, Fault::NameCharacter)]);
    assert_eq!(refused(with(&format!("420104,{}", "长".repeat(61)))), [(13, Fault::NameLong(61))]);
    assert_eq!(
        refused(with("420104,亥区,4201x4")),
        [(13, Fault::Predecessor("4201x4".into(), DivisionCodeError::Digit))]
    );
    assert_eq!(refused(with("420104,亥区,420103")), [(13, Fault::PredecessorAlive(code("420103"), 4))]);
    assert_eq!(
        refused(with("420104,亥区,420105001")),
        [(13, Fault::PredecessorLevel(code("420105001"), code("420104")))]
    );
    assert_eq!(
        refused(with("420104,亥区,420105\n420106,牛区,420105")),
        [(14, Fault::PredecessorTwice(code("420105"), 13))]
    );
    assert_eq!(refused(""), [(0, Fault::Empty)]);
    assert_eq!(refused("code,name\n"), [(0, Fault::Empty)]);
    let latin: Vec<u8> = [OLD.as_bytes(), b"420104,\xb1\xfb\n", b"42010,x\n"].concat();
    let told = refused(latin);
    assert_eq!(told[0], (13, Fault::NotUtf8));
    assert_eq!(told[1].0, 14);
    // An empty line counts as a line.
    assert_eq!(refused(with("\n\n420104,"))[0], (15, Fault::NameEmpty));
}

#[test]
fn faults_are_told_together_up_to_a_limit() {
    let mut text = OLD.to_owned();
    for n in 0..FAULTS_MAX + 5 {
        text.push_str(&format!("9{n:03},\n"));
    }
    let error = parse(&text).err().unwrap();
    assert_eq!((error.faults.len(), error.more), (FAULTS_MAX, 5));
    assert!(error.faults.is_sorted_by_key(|fault| fault.line));
    let words = error.to_string();
    assert!(words.starts_with("line 13: the name is empty\nline 14: "), "{words}");
    assert!(words.ends_with("\nand 5 more"), "{words}");

    let cause = parse(OLD.replace("4201,乙市\n", "")).err().unwrap();
    let words: Vec<_> = cause.faults.iter().map(ToString::to_string).collect();
    assert_eq!(words, ["line 3: 420103000000 lies in 420100000000, which is not in the file"]);
}

/// A change of one character, or of one line, of a file.
fn mutate(text: &str, at: usize, how: u8, with: char) -> String {
    let characters: Vec<char> = text.chars().collect();
    let at = at % characters.len();
    let mut lines: Vec<&str> = text.lines().collect();
    let line = at % (lines.len() - 1) + 1;
    match how {
        0 => characters.iter().enumerate().map(|(i, c)| if i == at { with } else { *c }).collect(),
        1 => characters.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, c)| c).collect(),
        2 => {
            lines.remove(line);
            lines.join("\n")
        }
        _ => {
            lines.insert(line, lines[line]);
            lines.join("\n")
        }
    }
}

/// What a reader of the file would see, without the freedom that the format leaves: order, spaces, quotes.
fn meaning(text: &str) -> Vec<Vec<String>> {
    let bare = |field: &str| field.replace('"', "").trim().to_owned();
    let mut lines: Vec<Vec<String>> = text
        .lines()
        .filter(|line| !line.is_empty())
        .map(|line| {
            let mut fields: Vec<String> = line.split(',').map(bare).collect();
            if fields.last().is_some_and(String::is_empty) && fields.len() == 3 {
                fields.pop();
            }
            fields
        })
        .collect();
    if lines.first().is_some_and(|line| line[0] == "code") {
        lines.remove(0);
    }
    lines.sort();
    lines
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_single_change_goes_unseen(
        at in 0_usize..2_000,
        how in 0_u8..4,
        with in proptest::sample::select("0123456789,;\n 甲区x\"\u{0}".chars().collect::<Vec<_>>()),
    ) {
        let changed = mutate(NEW, at, how, with);
        prop_assume!(meaning(&changed) != meaning(NEW));
        let old = parse(OLD).unwrap().tree;
        let Imported { tree, successions } = parse(NEW).unwrap();
        let expected: Changes<'_> = diff(&old, &tree, &successions);
        match parse(&changed) {
            Err(error) => prop_assert!(!error.faults.is_empty()),
            Ok(Imported { tree, successions }) => {
                prop_assert_ne!(diff(&old, &tree, &successions), expected, "{}", changed);
            }
        }
    }

    #[test]
    fn any_bytes_are_taken_or_refused_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Tree::from_bytes(&bytes).is_ok();
        let mut text = OLD.as_bytes().to_vec();
        text.extend(&bytes);
        if let Ok(imported) = parse(&text) {
            prop_assert!(imported.tree.len() >= 11);
        }
    }
}
