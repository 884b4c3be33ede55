//! The key file: JSON, mode 0600, beside the database and never in it.

use std::{
    fmt,
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use zeroize::Zeroizing;

use crate::{
    FormerKey, Keys, PublicKey, Signature, Suite,
    cipher::{IndexKey, SealingKey, Secret},
    hex,
    keys::{KeyId, Ring},
    signature::SignerKey,
    unhex,
};

#[cfg(test)]
mod tests;

/// What the field `format` says.
const FORMAT: &str = "linli-keys-1";

/// A larger file is not read: it is no key file.
pub const KEY_FILE_BYTES_MAX: u64 = 1 << 20;

/// Why a key file could not be read or written.
#[derive(Debug)]
pub enum KeyFileError {
    /// The system refused, with what and where.
    Io {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// There is a file already; keys are never overwritten, since what they sealed would be lost.
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// Group or others may read or write the file.
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Not a key file of this format, with the reason; it never quotes the content.
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: &'static str,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    format: String,
    /// Newest first in both lists: the first is in use.
    sealing: Vec<StoredKey>,
    index: Vec<StoredKey>,
    /// The SM2 secret scalar.
    signing: Secret,
    /// Signing keys that were replaced, newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    former_signing: Vec<StoredFormer>,
}

/// A signing key that was replaced, in hexadecimal. The key after it is the one before it in the list, or the one in use.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredFormer {
    key: String,
    until: i64,
    by_former: String,
    by_next: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredKey {
    id: KeyId,
    suite: Suite,
    secret: Secret,
}

impl Keys {
    /// Reads a key file.
    ///
    /// # Errors
    /// [`KeyFileError::Exposed`] when anyone but the owner may read or write it, [`KeyFileError::Malformed`],
    /// [`KeyFileError::Io`].
    pub fn load(path: &Path) -> Result<Self, KeyFileError> {
        let io = |source| KeyFileError::Io { path: path.to_owned(), source };
        let malformed = |reason| KeyFileError::Malformed { path: path.to_owned(), reason };
        let file = File::open(path).map_err(io)?;
        // Of the open file, not of the path, which may lead elsewhere by now.
        let metadata = file.metadata().map_err(io)?;
        if !metadata.is_file() || metadata.len() > KEY_FILE_BYTES_MAX {
            return Err(malformed("not a small regular file"));
        }
        let mode = metadata.permissions().mode() & 0o7777;
        if mode & 0o077 != 0 {
            return Err(KeyFileError::Exposed { path: path.to_owned(), mode });
        }
        let mut text = Zeroizing::new(Vec::new());
        file.take(KEY_FILE_BYTES_MAX).read_to_end(&mut text).map_err(io)?;
        let stored: Stored =
            serde_json::from_slice(&text).map_err(|_| malformed("not JSON of this format"))?;
        stored.into_keys().map_err(malformed)
    }

    /// Writes a new key file with mode 0600 and waits until the disk has it.
    ///
    /// # Errors
    /// [`KeyFileError::Exists`] when there is a file already, [`KeyFileError::Io`].
    pub fn create(&self, path: &Path) -> Result<(), KeyFileError> {
        write_new(path, &self.stored(path)?)?;
        sync_folder(path)
    }

    /// Puts these keys in the place of an existing key file, whole or not at all, after a rotation.
    ///
    /// # Errors
    /// [`KeyFileError::Io`], also when there is no file to replace; [`KeyFileError::Exists`] when a replacement
    /// that was cut off stands beside it, with `.next` at the end of its name.
    pub fn replace(&self, path: &Path) -> Result<(), KeyFileError> {
        let io = |source| KeyFileError::Io { path: path.to_owned(), source };
        fs::metadata(path).map_err(io)?;
        let mut next = path.as_os_str().to_owned();
        next.push(".next");
        let next = PathBuf::from(next);
        write_new(&next, &self.stored(path)?)?;
        fs::rename(&next, path).map_err(io)?;
        sync_folder(path)
    }

    fn stored(&self, path: &Path) -> Result<Zeroizing<Vec<u8>>, KeyFileError> {
        let sealing = |(id, key): &(KeyId, SealingKey)| StoredKey::new(*id, key.suite, &key.secret);
        let index = |(id, key): &(KeyId, IndexKey)| StoredKey::new(*id, key.suite, &key.secret);
        let stored = Stored {
            format: FORMAT.to_owned(),
            sealing: self.sealing.iter().map(sealing).collect(),
            index: self.index.iter().map(index).collect(),
            signing: self.signer.secret(),
            former_signing: self.former_signers.iter().map(StoredFormer::from).collect(),
        };
        match serde_json::to_vec_pretty(&stored) {
            Ok(text) => Ok(Zeroizing::new(text)),
            Err(error) => Err(KeyFileError::Io { path: path.to_owned(), source: error.into() }),
        }
    }
}

impl StoredKey {
    fn new(id: KeyId, suite: Suite, secret: &Secret) -> Self {
        Self { id, suite, secret: Secret(secret.0.clone()) }
    }
}

impl From<&FormerKey> for StoredFormer {
    fn from(former: &FormerKey) -> Self {
        Self {
            key: hex(former.key.as_bytes()),
            until: former.until,
            by_former: hex(former.by_former.as_bytes()),
            by_next: hex(former.by_next.as_bytes()),
        }
    }
}

impl StoredFormer {
    /// The key that `next` replaced; `None` when it is no key or its signatures do not hold.
    fn replaced_by(self, next: PublicKey) -> Option<FormerKey> {
        let former = FormerKey {
            key: PublicKey::new(&unhex(&self.key)?)?,
            next,
            until: self.until,
            by_former: Signature::new(&unhex(&self.by_former)?)?,
            by_next: Signature::new(&unhex(&self.by_next)?)?,
        };
        former.verify().ok()?;
        Some(former)
    }
}

impl Stored {
    fn into_keys(self) -> Result<Keys, &'static str> {
        if self.format != FORMAT {
            return Err("another format");
        }
        let mut ids: Vec<KeyId> = self.sealing.iter().chain(&self.index).map(|key| key.id).collect();
        ids.sort_unstable();
        if ids.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
            return Err("two keys with one id");
        }
        let signer = SignerKey::new(&self.signing).ok_or("the signing key is no key of the curve")?;
        let (mut next, mut former_signers) = (signer.public(), Vec::new());
        for stored in self.former_signing {
            let former = stored.replaced_by(next).ok_or("a former signing key does not lead to the next")?;
            next = former.key;
            former_signers.push(former);
        }
        Ok(Keys {
            sealing: ring(self.sealing, SealingKey::new)?,
            index: ring(self.index, IndexKey::new)?,
            signer,
            former_signers,
        })
    }
}

/// The ids must fall: the next id is counted from the first.
fn ring<K>(
    stored: Vec<StoredKey>,
    build: impl Fn(Suite, Secret) -> Option<K>,
) -> Result<Ring<K>, &'static str> {
    if !stored.is_sorted_by(|newer, older| newer.id > older.id) {
        return Err("keys are not listed newest first");
    }
    let build = |key: StoredKey| build(key.suite, key.secret).map(|built| (key.id, built));
    let mut keys = stored.into_iter().map(|key| build(key).ok_or("a key has not the length of its suite"));
    let current = keys.next().ok_or("no key")??;
    Ok(Ring { current, older: keys.collect::<Result<_, _>>()? })
}

/// Creates the file with its mode from the first moment; removes it again when it cannot be written whole.
fn write_new(path: &Path, text: &[u8]) -> Result<(), KeyFileError> {
    let io = |source| KeyFileError::Io { path: path.to_owned(), source };
    let mut file = match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            return Err(KeyFileError::Exists { path: path.to_owned() });
        }
        Err(error) => return Err(io(error)),
    };
    file.write_all(text).and_then(|()| file.sync_all()).map_err(|error| {
        // The first error is the one to tell; a rest that stays is refused as malformed at the next start.
        let _ = fs::remove_file(path);
        io(error)
    })
}

/// A new name is on the disk only when its folder is.
fn sync_folder(path: &Path) -> Result<(), KeyFileError> {
    let folder = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|source| KeyFileError::Io { path: folder.to_owned(), source })
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&Zeroizing::new(STANDARD.encode(&*self.0)))
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(deserializer)?);
        // The decoder's own message would quote a character of the secret.
        let bytes = STANDARD.decode(&*text).map_err(|_| D::Error::custom("not base64"))?;
        Ok(Self(Zeroizing::new(bytes)))
    }
}

impl fmt::Display for KeyFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { path, source } => write!(f, "key file {}: {source}", path.display()),
            Self::Exists { path } => {
                write!(f, "{} exists; a key file is never overwritten", path.display())
            }
            Self::Exposed { path, mode } => {
                let path = path.display();
                write!(
                    f,
                    "key file {path} is open to others (mode {mode:04o}): run chmod 600 {path}, and \
                     rotate the keys if anyone may have read it"
                )
            }
            Self::Malformed { path, reason } => write!(f, "{} is no key file: {reason}", path.display()),
        }
    }
}

impl std::error::Error for KeyFileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            Self::Exists { .. } | Self::Exposed { .. } | Self::Malformed { .. } => None,
        }
    }
}
