//! The tree in the repository: known answers, the round trip, damage.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use divisions::{CommunityKind, FormatError, LEVEL_STORED, Tree, Version, diff};
use kernel::{Day, DivisionCode, Level};

const BYTES: &[u8] = include_bytes!("../data/divisions.bin");

fn code(text: &str) -> DivisionCode {
    DivisionCode::parse(text).unwrap()
}

#[test]
fn it_has_what_the_package_has_less_the_five_repetitions() {
    let tree = Tree::embedded();
    let counts = [Level::Province, Level::City, Level::District, Level::Street, Level::Community]
        .map(|level| tree.count(level));
    // The package lists 441900, 442000, 460400 (districts) and 350527000, 350527000000 once more under the
    // twelve digits of the division above.
    assert_eq!(counts, [31, 342, 2_978 - 3, 41_352 - 1, 620_573 - 1]);
    assert_eq!(tree.count(Level::Nation), 0);
    assert_eq!(tree.len(), counts.iter().sum::<usize>());
    assert_eq!(tree.iter().count(), tree.len());
    assert!(!tree.is_empty());
    for level in [Level::Province, Level::City, Level::District, Level::Street, Level::Community] {
        assert_eq!(tree.iter().filter(|d| d.level == level).count(), tree.count(level));
    }
    assert_eq!(tree.version().day, Day::from_ymd(2023, 6, 30).unwrap());
    assert!(tree.version().source.contains("china-division 2.7.0"));
    assert_eq!(&Version::of_bytes(BYTES).unwrap(), tree.version());
}

#[test]
fn it_is_small_on_disk_and_in_memory() {
    assert!(BYTES.len() < 3_000_000, "{} bytes", BYTES.len());
    let tree = Tree::from_bytes(BYTES).unwrap();
    let bare = tree.memory_bytes();
    assert!(bare > tree.len() * 8 && bare < 25_000_000, "{bare} bytes");
    assert!(!tree.search("jhq", None, 5).is_empty());
    let indexed = tree.memory_bytes();
    assert!(indexed > bare && indexed < 35_000_000, "{indexed} bytes");
}

#[test]
fn known_codes_have_their_names() {
    let tree = Tree::embedded();
    let full = |text: &str| tree.full_name(code(text));
    assert_eq!(full("42").as_deref(), Some("湖北省"));
    assert_eq!(full("4201").as_deref(), Some("湖北省武汉市"));
    assert_eq!(full("420103").as_deref(), Some("湖北省武汉市江汉区"));
    assert_eq!(full("110101001001").as_deref(), Some("北京市东城区东华门街道多福巷社区居委会"));
    assert_eq!(full("1101").as_deref(), Some("北京市市辖区"));
    assert_eq!(full("441900").as_deref(), Some("广东省东莞市"));
    assert_eq!(full("350527").as_deref(), Some("福建省泉州市金门县"));
    assert_eq!(full("420199"), None);
    assert_eq!(tree.full_name(DivisionCode::NATION), None);

    let path = tree.path(code("110101001001"));
    let names: Vec<_> = path.iter().map(|d| d.name).collect();
    assert_eq!(names, ["北京市", "市辖区", "东城区", "东华门街道", "多福巷社区居委会"]);
    assert_eq!(tree.path(code("110101001999")), []);
    assert_eq!(CommunityKind::of(path.last().unwrap().code), Some(CommunityKind::Residents));
}

#[test]
fn children_are_those_right_below() {
    let tree = Tree::embedded();
    let provinces: Vec<_> = tree.children(DivisionCode::NATION).map(|d| d.name).collect();
    assert_eq!(provinces.len(), 31);
    assert_eq!((provinces[0], provinces[30]), ("北京市", "新疆维吾尔自治区"));
    for parent in ["42", "4201", "420103", "4419", "110101001", "110101001001", "350527", "999999"] {
        let parent = code(parent);
        let slow: Vec<_> = tree.iter().filter(|d| d.code.parent() == parent && d.code != parent).collect();
        let fast: Vec<_> = tree.children(parent).collect();
        assert_eq!(fast, slow, "{parent}");
        assert_eq!(fast.is_empty(), ["110101001001", "350527", "999999"].map(code).contains(&parent));
    }
    assert_eq!(tree.children(code("4419")).next().unwrap().level, Level::Street);
    assert_eq!(tree.subtree(code("110101001")).count(), 1 + tree.children(code("110101001")).count());
}

#[test]
fn packing_and_unpacking_changes_nothing() {
    let tree = Tree::embedded();
    let again = Tree::from_bytes(&tree.to_bytes(LEVEL_STORED).unwrap()).unwrap();
    assert_eq!(again.version(), tree.version());
    assert!(again.iter().eq(tree.iter()));
    assert!(diff(tree, &again, &[]).is_empty());
}

#[test]
fn damaged_bytes_are_refused() {
    assert!(matches!(Tree::from_bytes(b""), Err(FormatError::Header)));
    assert!(matches!(Tree::from_bytes(b"code,name"), Err(FormatError::Header)));
    for at in [0, 7, BYTES.len() / 2, BYTES.len() - 1] {
        let mut bytes = BYTES.to_vec();
        bytes[at] ^= 0x10;
        assert!(Tree::from_bytes(&bytes).is_err(), "byte {at}");
    }
    for length in [4, 20, BYTES.len() / 3, BYTES.len() - 1] {
        assert!(Tree::from_bytes(&BYTES[..length]).is_err(), "{length} bytes");
    }
}
