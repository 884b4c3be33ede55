//! The standard's own examples, each way to be wrong, and the promise of the check digit.

use proptest::prelude::*;

use super::{DocumentKind::*, *};

const TODAY: CivilDate = (2026, 3, 1);

fn parse(kind: DocumentKind, text: &str) -> Result<Document, DocumentError> {
    Document::parse(kind, text, TODAY)
}

fn number_with(first_17: &str) -> String {
    format!("{first_17}{}", resident::check(first_17))
}

#[test]
fn the_examples_of_gb_11643_pass_and_say_what_they_bear() {
    let beijing = parse(ResidentId, "11010519491231002X").unwrap();
    assert_eq!(beijing.birth_date(), Some((1949, 12, 31)));
    assert_eq!(beijing.sex(), Some(Sex::Female));
    let guangdong = parse(HouseholdBook, "440524188001010014").unwrap();
    assert_eq!(guangdong.birth_date(), Some((1880, 1, 1)));
    assert_eq!(guangdong.sex(), Some(Sex::Male));
}

#[test]
fn residence_permits_and_the_permanent_residence_card_pass() {
    for number in ["810000199001010000", "820000199001010002", "830000199001010004"] {
        assert_eq!(parse(ResidentId, number).unwrap().birth_date(), Some((1990, 1, 1)));
    }
    let foreigner = parse(ForeignerPermanentResident, "911840198001010005").unwrap();
    assert_eq!(foreigner.birth_date(), Some((1980, 1, 1)));
    let old = parse(ForeignerPermanentResident, "usa110080010101").unwrap();
    assert_eq!((old.number(), old.birth_date(), old.sex()), ("USA110080010101", None, None));
}

#[test]
fn one_number_in_every_writing() {
    for text in ["１１０１０５１９４９１２３１００２ｘ", " 110105 19491231 002x ", "110105-19491231-002X"]
    {
        assert_eq!(parse(ResidentId, text).unwrap().number(), "11010519491231002X");
    }
}

#[test]
fn a_number_is_completed_by_its_check_character() {
    let completed = |body: &str| Document::completed(ResidentId, body, TODAY);
    assert_eq!(completed("11010519491231002").unwrap().number(), "11010519491231002X");
    assert_eq!(completed("81000019900101000").unwrap().number(), "810000199001010000");
    assert_eq!(completed("16010519491231002"), Err(DocumentError::WrongArea));
}

#[test]
fn each_way_to_be_wrong_has_its_name() {
    let refused = |text: &str| parse(ResidentId, text).unwrap_err();
    assert_eq!(refused(""), DocumentError::WrongLength { found: 0 });
    assert_eq!(refused("1101051949123100"), DocumentError::WrongLength { found: 16 });
    assert_eq!(refused("身份证"), DocumentError::WrongLength { found: 3 });
    assert_eq!(refused("110105491231002"), DocumentError::FifteenDigits);
    assert_eq!(refused("1101O519491231002X"), DocumentError::WrongCharacter { position: 5, found: 'O' });
    assert_eq!(refused("X1010519491231002X"), DocumentError::WrongCharacter { position: 1, found: 'X' });
    assert_eq!(refused("11010519491231002A"), DocumentError::WrongCharacter { position: 18, found: 'A' });
    assert_eq!(refused("1１010519491231002五"), DocumentError::WrongCharacter { position: 18, found: '五' });
    assert_eq!(refused("911840198001010005"), DocumentError::WrongArea);
    assert_eq!(refused(&number_with("16010519491231002")), DocumentError::WrongArea);
    assert_eq!(refused("110105194912310021"), DocumentError::WrongCheckDigit { expected: 'X' });
}

#[test]
fn a_birthday_must_be_a_day_that_has_been() {
    let born = |day: &str| parse(HouseholdBook, &number_with(&format!("110105{day}002")));
    assert!(born("20240229").is_ok());
    assert_eq!(born("20230229").unwrap_err(), DocumentError::BirthdayImpossible);
    assert_eq!(born("20231301").unwrap_err(), DocumentError::BirthdayImpossible);
    assert_eq!(born("20230100").unwrap_err(), DocumentError::BirthdayImpossible);
    assert_eq!(born("18751231").unwrap_err(), DocumentError::BirthdayImpossible);
    assert!(born("20260301").is_ok(), "born today");
    assert_eq!(born("20260302").unwrap_err(), DocumentError::BirthdayInFuture { birth: (2026, 3, 2) });
}

#[test]
fn other_documents_are_held_against_their_shapes() {
    let cases: [(DocumentKind, &[&str], &[&str]); 3] = [
        (
            Passport,
            &["E00000001", "EA0000001", "G00000001", "K00000001", "MA0000001"],
            &["E001", "E000000012"],
        ),
        (HkMacauPermit, &["H00000001", "m00000001", "H0000000101"], &["A00000001", "H0000001", "HA0000001"]),
        (TaiwanPermit, &["00000001", "0000000101(B)"], &["0000001", "A0000001", "00000001011"]),
    ];
    for (kind, right, wrong) in cases {
        for number in right {
            assert!(parse(kind, number).is_ok(), "{kind:?} {number}");
        }
        for number in wrong {
            assert!(parse(kind, number).is_err(), "{kind:?} {number}");
        }
    }
    assert_eq!(
        parse(Passport, "E0000_001").unwrap_err(),
        DocumentError::WrongCharacter { position: 6, found: '_' }
    );
    assert!(parse(Passport, "PASSPORT").is_err(), "no digit");
    assert_eq!(
        parse(ForeignerPermanentResident, "11010519491231002X").unwrap_err(),
        DocumentError::WrongCharacter { position: 1, found: '1' }
    );
}

#[test]
fn card_and_household_book_are_one_person() {
    let card = parse(ResidentId, "11010519491231002X").unwrap();
    let book = parse(HouseholdBook, "11010519491231002x").unwrap();
    assert_eq!(card.unique_text(), book.unique_text());
    let passport = parse(Passport, "00000001").unwrap();
    let permit = parse(TaiwanPermit, "00000001").unwrap();
    assert_ne!(passport.unique_text(), permit.unique_text());
}

#[test]
fn views_and_debug_hide_the_number() {
    let card = parse(ResidentId, "11010519491231002X").unwrap();
    assert_eq!(card.masked(), "1****************X");
    assert_eq!(card.last_four(), "002X");
    assert_eq!(format!("{card:?}"), "Document(resident_id 1****************X)");
    assert!(!DocumentError::WrongCheckDigit { expected: '7' }.to_string().contains('7'));
}

#[test]
fn codes_lead_back_to_their_kinds() {
    for kind in DocumentKind::ALL {
        assert_eq!(DocumentKind::from_code(kind.code()), Some(kind));
    }
    assert_eq!(DocumentKind::from_code("other"), None);
}

proptest! {
    /// ISO 7064 MOD 11-2: the check character alone finds every changed digit and every swap of neighbours.
    #[test]
    fn the_check_digit_finds_every_single_slip(
        first_17 in "[0-9]{17}", at in 0..18_usize, to in prop::sample::select("0123456789X".chars().collect::<Vec<_>>())
    ) {
        let original: Vec<char> = number_with(&first_17).chars().collect();
        let sound = |number: &[char]| {
            let text: String = number.iter().collect();
            text.ends_with(resident::check(&text))
        };
        prop_assert!(sound(&original));
        let mut changed = original.clone();
        changed[at] = to;
        if changed != original && (to != 'X' || at == 17) {
            prop_assert!(!sound(&changed));
        }
        let mut swapped = original.clone();
        swapped.swap(at, (at + 1) % 18);
        if at < 17 && swapped != original && swapped[16] != 'X' {
            prop_assert!(!sound(&swapped));
        }
    }

    /// The same promise through the front door, on numbers that are valid before the slip.
    #[test]
    fn a_slip_in_a_valid_number_is_refused(
        area in prop::sample::select(vec!["110105", "330106", "440524", "810000", "830000"]),
        year in 1930..2026_i16, month in 1..=12_i8, day in 1..=28_i8, sequence in 0..1000_u16,
        at in 0..18_usize, to in 0..10_u32
    ) {
        let number = number_with(&format!("{area}{year:04}{month:02}{day:02}{sequence:03}"));
        let document = parse(ResidentId, &number).unwrap();
        prop_assert_eq!(document.birth_date(), Some((year, month, day)));
        prop_assert_eq!(document.sex() == Some(Sex::Male), sequence % 2 == 1);

        let original: Vec<char> = number.chars().collect();
        let mut changed = original.clone();
        changed[at] = char::from_digit(to, 10).unwrap();
        let mut swapped = original.clone();
        swapped.swap(at, (at + 1).min(17));
        for slip in [changed, swapped] {
            if slip != original {
                prop_assert!(parse(ResidentId, &slip.iter().collect::<String>()).is_err());
            }
        }
    }

    /// Nothing typed makes the parsers fail other than by an error.
    #[test]
    fn any_text_is_answered(text in "\\PC{0,24}") {
        for kind in DocumentKind::ALL {
            let _answer = parse(kind, &text);
        }
    }
}
