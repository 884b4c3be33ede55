//! The file on a real disk.

use std::sync::atomic::{AtomicU32, Ordering};

use rand::{SeedableRng, rngs::StdRng};

use super::*;

/// A folder of its own, removed at the end of the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("vault-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn keys(&self) -> PathBuf {
        self.0.join("keys.json")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn keys() -> Keys {
    Keys::generate(Suite::International, &mut StdRng::seed_from_u64(1)).unwrap()
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn what_was_written_comes_back_after_rotations_too() {
    let folder = Folder::new();
    let path = folder.keys();
    let mut keys = keys();
    let sealed = keys.seal("person.phone", b"13800000001", [1; 12]).unwrap();
    keys.create(&path).unwrap();
    let rng = &mut StdRng::seed_from_u64(2);
    for suite in [Suite::ShangMi, Suite::International] {
        keys.rotate_sealing(suite, rng).unwrap();
        keys.rotate_index(suite, rng).unwrap();
        keys.replace(&path).unwrap();
    }

    let loaded = Keys::load(&path).unwrap();
    assert_eq!(format!("{loaded:?}"), format!("{keys:?}"));
    assert_eq!(loaded.open("person.phone", &sealed).unwrap(), b"13800000001");
    assert_eq!(
        loaded.blind_indexes("person.phone", "13800000001"),
        keys.blind_indexes("person.phone", "13800000001")
    );
    assert_eq!(loaded.sign(b"root").unwrap(), keys.sign(b"root").unwrap());
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn a_replaced_signing_key_leaves_its_public_half_and_what_both_said() {
    let folder = Folder::new();
    let path = folder.keys();
    let mut keys = keys();
    keys.create(&path).unwrap();
    let rng = &mut StdRng::seed_from_u64(3);
    let mut signed = vec![(keys.public_key(), keys.sign(b"root").unwrap())];
    for now in [5, 9] {
        keys.rotate_signing(now, rng).unwrap();
        keys.replace(&path).unwrap();
        signed.push((keys.public_key(), keys.sign(b"root").unwrap()));
    }

    let loaded = Keys::load(&path).unwrap();
    for (key, signature) in &signed {
        assert_eq!(loaded.signer_of(b"root", signature.as_bytes()), Ok(*key));
        assert_eq!(loaded.signer_of(b"toor", signature.as_bytes()), Err(crate::VaultError::BadSignature));
    }
    let untils: Vec<i64> = loaded.former_signers().iter().map(|former| former.until).collect();
    assert_eq!(untils, [9, 5]);
    assert!(loaded.former_signers().iter().all(|former| former.verify().is_ok()));
    // Who changes the day on which a key ended is found out.
    let changed = fs::read_to_string(&path).unwrap().replace("\"until\": 5", "\"until\": 6");
    fs::write(&path, changed).unwrap();
    assert!(matches!(Keys::load(&path), Err(KeyFileError::Malformed { .. })));
}

#[test]
fn a_key_file_is_never_overwritten() {
    let folder = Folder::new();
    keys().create(&folder.keys()).unwrap();
    let before = fs::read(folder.keys()).unwrap();
    let other = Keys::generate(Suite::ShangMi, &mut StdRng::seed_from_u64(2)).unwrap();
    assert!(matches!(other.create(&folder.keys()), Err(KeyFileError::Exists { .. })));
    assert_eq!(fs::read(folder.keys()).unwrap(), before);
}

#[test]
fn a_replacement_needs_a_file_and_leaves_no_half_of_one() {
    let folder = Folder::new();
    assert!(matches!(keys().replace(&folder.keys()), Err(KeyFileError::Io { .. })));
    keys().create(&folder.keys()).unwrap();
    fs::write(folder.0.join("keys.json.next"), "cut").unwrap();
    assert!(matches!(keys().replace(&folder.keys()), Err(KeyFileError::Exists { .. })));
    assert!(Keys::load(&folder.keys()).is_ok());
}

#[test]
fn a_file_that_others_may_read_or_write_is_refused() {
    let folder = Folder::new();
    let path = folder.keys();
    keys().create(&path).unwrap();
    for mode in [0o640, 0o604, 0o644, 0o620, 0o602, 0o666] {
        set_mode(&path, mode);
        let error = Keys::load(&path).unwrap_err();
        assert!(matches!(error, KeyFileError::Exposed { mode: found, .. } if found == mode));
        assert!(error.to_string().contains(&format!("(mode {mode:04o}): run chmod 600 ")), "{error}");
    }
    for mode in [0o600, 0o400] {
        set_mode(&path, mode);
        assert!(Keys::load(&path).is_ok());
    }
}

#[test]
fn a_missing_file_and_a_folder_are_named() {
    let folder = Folder::new();
    let missing = Keys::load(&folder.keys()).unwrap_err();
    assert!(missing.to_string().contains("keys.json"), "{missing}");
    assert!(matches!(missing, KeyFileError::Io { .. }));
    assert!(matches!(Keys::load(&folder.0), Err(KeyFileError::Malformed { .. })));
}

#[test]
fn a_damaged_file_is_refused_without_quoting_it() {
    let folder = Folder::new();
    let path = folder.keys();
    keys().create(&path).unwrap();
    let whole = fs::read_to_string(&path).unwrap();
    let secret = whole.split("\"secret\": \"").nth(1).unwrap().split('"').next().unwrap();
    let damages = [
        whole[..whole.len() / 2].to_owned(),
        whole.replace(FORMAT, "linli-keys-9"),
        whole.replace("\"id\": 2", "\"id\": 1"),
        whole.replace("\"international\"", "\"shang_mi\""),
        whole.replacen(secret, &secret[4..], 1),
        whole.replacen(secret, &format!("!{secret}"), 1),
        String::new(),
    ];
    for damaged in damages {
        assert_ne!(damaged, whole);
        fs::write(&path, &damaged).unwrap();
        let error = Keys::load(&path).unwrap_err();
        assert!(matches!(error, KeyFileError::Malformed { .. }), "{error}");
        assert!(!error.to_string().contains(&secret[4..]));
    }
}

#[test]
fn keys_must_be_listed_newest_first_and_must_not_be_missing() {
    let key = |id| StoredKey { id: KeyId(id), suite: Suite::ShangMi, secret: Secret(vec![0; 16].into()) };
    let ids =
        |ids: &[u16]| ring(ids.iter().map(|id| key(*id)).collect(), SealingKey::new).map(|r| r.current.0);
    assert_eq!(ids(&[3, 1]), Ok(KeyId(3)));
    assert!(ids(&[1, 3]).is_err());
    assert!(ids(&[]).is_err());
}
