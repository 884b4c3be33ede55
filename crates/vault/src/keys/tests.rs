//! Sealing, indexing and rotation, in both suites.

use std::sync::Arc;

use proptest::prelude::*;
use rand::{SeedableRng, rngs::StdRng};

use super::*;

const SUITES: [Suite; 2] = [Suite::International, Suite::ShangMi];
const PHONE: &str = "person.phone";
const NONCE: [u8; NONCE_BYTES] = [9; NONCE_BYTES];

fn keys(suite: Suite) -> Keys {
    Keys::generate(suite, &mut StdRng::seed_from_u64(1)).unwrap()
}

#[test]
fn a_value_opens_for_its_purpose_only() {
    for suite in SUITES {
        let keys = keys(suite);
        let sealed = keys.seal(PHONE, b"13800000001", NONCE).unwrap();
        assert_eq!(sealed.len(), 4 + 12 + 11 + 16);
        assert!(!sealed.windows(11).any(|part| part == b"13800000001"));
        assert_eq!(keys.open(PHONE, &sealed).unwrap(), b"13800000001");
        assert_eq!(keys.open("person.document", &sealed), Err(VaultError::Refused));
        assert_eq!(keys.open("", &sealed), Err(VaultError::Refused));
    }
}

#[test]
fn every_flipped_bit_and_every_cut_is_refused() {
    for suite in SUITES {
        let keys = keys(suite);
        let sealed = keys.seal(PHONE, b"13800000001", NONCE).unwrap();
        for bit in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(keys.open(PHONE, &changed).is_err(), "{suite:?} bit {bit}");
        }
        for length in 0..sealed.len() {
            assert!(keys.open(PHONE, &sealed[..length]).is_err(), "{suite:?} length {length}");
        }
    }
}

#[test]
fn another_installation_cannot_open_or_find() {
    let ours = keys(Suite::International);
    let theirs = Keys::generate(Suite::International, &mut StdRng::seed_from_u64(2)).unwrap();
    let sealed = ours.seal(PHONE, b"13800000001", NONCE).unwrap();
    assert_eq!(theirs.open(PHONE, &sealed), Err(VaultError::Refused));
    assert_ne!(ours.blind_index(PHONE, "13800000001"), theirs.blind_index(PHONE, "13800000001"));
}

#[test]
fn the_blind_index_depends_on_purpose_value_and_suite() {
    let [international, shangmi] = SUITES.map(keys);
    let index = international.blind_index(PHONE, "13800000001");
    assert_eq!(index, keys(Suite::International).blind_index(PHONE, "13800000001"));
    assert_ne!(index, international.blind_index(PHONE, "13800000002"));
    assert_ne!(index, international.blind_index("person.document", "13800000001"));
    assert_ne!(international.blind_index("ab", "c"), international.blind_index("a", "bc"));
    assert_ne!(index, shangmi.blind_index(PHONE, "13800000001"));
}

#[test]
fn after_a_rotation_to_the_other_suite_old_values_open_and_new_ones_use_the_new_key() {
    let mut keys = keys(Suite::International);
    let rng = &mut StdRng::seed_from_u64(3);
    let old = keys.seal(PHONE, b"13800000001", NONCE).unwrap();
    let old_index = keys.blind_index(PHONE, "13800000001");
    let old_id = keys.sealing_key_id();

    let id = keys.rotate_sealing(Suite::ShangMi, rng).unwrap();
    let new = keys.seal(PHONE, b"13800000001", NONCE).unwrap();
    assert_eq!((old_id.number(), id.number(), keys.sealing_key_id()), (1, 3, id));
    assert_eq!(keys.open(PHONE, &old).unwrap(), keys.open(PHONE, &new).unwrap());
    assert!(keys.is_current(&new) && !keys.is_current(&old));

    keys.rotate_index(Suite::ShangMi, rng).unwrap();
    let new_index = keys.blind_index(PHONE, "13800000001");
    assert_ne!(new_index, old_index);
    assert_eq!(keys.blind_indexes(PHONE, "13800000001"), [new_index, old_index]);
}

#[test]
fn a_retired_key_is_gone_and_one_in_use_stays() {
    let mut keys = keys(Suite::ShangMi);
    let rng = &mut StdRng::seed_from_u64(3);
    let old_id = keys.sealing_key_id();
    let old = keys.seal(PHONE, b"13800000001", NONCE).unwrap();
    assert_eq!(keys.retire(old_id), Err(VaultError::InUse(old_id)));
    assert_eq!(keys.retire(keys.index_key_id()), Err(VaultError::InUse(keys.index_key_id())));

    let new_id = keys.rotate_sealing(Suite::ShangMi, rng).unwrap();
    assert_eq!(keys.retire(old_id), Ok(()));
    assert_eq!(keys.retire(old_id), Err(VaultError::UnknownKey(old_id)));
    assert_eq!(keys.open(PHONE, &old), Err(VaultError::UnknownKey(old_id)));
    assert!(keys.rotate_index(Suite::ShangMi, rng).unwrap() > new_id, "no number comes twice");
}

#[test]
fn keys_are_shared_between_threads() {
    let keys = Arc::new(keys(Suite::ShangMi));
    let sealed = keys.seal(PHONE, b"13800000001", NONCE).unwrap();
    let opened: Vec<_> = (0..4)
        .map(|_| {
            let (keys, sealed) = (Arc::clone(&keys), sealed.clone());
            std::thread::spawn(move || keys.open(PHONE, &sealed))
        })
        .map(|thread| thread.join().unwrap())
        .collect();
    assert!(opened.iter().all(|plain| plain.as_deref() == Ok(b"13800000001")));
}

#[test]
fn debug_shows_ids_and_the_public_key_only() {
    let keys = keys(Suite::International);
    let shown = format!("{keys:?}");
    assert!(shown.starts_with("Keys { sealing: [1], index: [2], public_key: PublicKey(04"), "{shown}");
    assert!(shown.ends_with("), .. }"), "{shown}");
    assert_eq!(format!("{:?}", keys.sealing.current.1.secret), "Secret(…)");
}

proptest! {
    #[test]
    fn whatever_is_sealed_opens(
        plain in prop::collection::vec(any::<u8>(), 0..200), purpose in "[a-z.]{0,20}", nonce in any::<[u8; 12]>()
    ) {
        for suite in SUITES {
            let keys = keys(suite);
            let sealed = keys.seal(&purpose, &plain, nonce).unwrap();
            prop_assert_eq!(keys.open(&purpose, &sealed), Ok(plain.clone()));
        }
    }
}
