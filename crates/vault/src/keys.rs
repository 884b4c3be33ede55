//! Everything that is done with a key.
//!
//! A [`Keys`] holds one or more encryption keys, one or more index keys and one signing key. The newest of each
//! is in use; older ones still open and still find, until they are retired. To rotate: add a key, replace the
//! file, restart; re-seal what [`Keys::is_current`] denies and recompute the indexes; retire the old key.
//! Of a signing key that was replaced the public half stays for ever, so that what it signed can still be checked.
//!
//! A sealed value is `version, suite, key id (2, big endian), nonce (12), ciphertext, tag (16)`. Its first four
//! bytes and the purpose are authenticated with it, so a value moved to another column does not open.

use std::fmt;

use rand::CryptoRng;

use crate::{
    FormerKey, NONCE_BYTES, PublicKey, Signature, Suite,
    cipher::{IndexKey, SealingKey},
    signature::{SignerKey, signer_among},
};

#[cfg(test)]
mod tests;

/// The layout of sealed values that this code writes.
const VERSION: u8 = 1;

/// Version, suite and key id.
const HEADER_BYTES: usize = 4;

/// The number of a key within its file; the next key takes the next number, and none is used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct KeyId(pub(crate) u16);

/// Why something could not be done with the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VaultError {
    /// Not a sealed value: too short, or of a version or suite this code does not know.
    Malformed,
    /// Sealed with a key that the key file does not hold: another file, or the key was retired too early.
    UnknownKey(KeyId),
    /// The value was changed, or sealed for another purpose.
    Refused,
    /// More than the 64 GiB that one sealed value can carry.
    TooLong,
    /// Not a key of the curve.
    BadKey,
    /// The signature does not fit key and bytes.
    BadSignature,
    /// The key is in use and cannot be retired.
    InUse(KeyId),
    /// All 65,535 key numbers are used.
    NoMoreKeys,
}

/// The keys of one installation. Share it by `Arc`; it is not `Clone`, so that secrets are not copied about.
pub struct Keys {
    /// Oldest first, never empty.
    pub(crate) sealing: Ring<SealingKey>,
    /// Oldest first, never empty.
    pub(crate) index: Ring<IndexKey>,
    pub(crate) signer: SignerKey,
    /// Newest first.
    pub(crate) former_signers: Vec<FormerKey>,
}

/// The key in use and those it replaced.
pub(crate) struct Ring<K> {
    pub(crate) current: (KeyId, K),
    /// Newest first.
    pub(crate) older: Vec<(KeyId, K)>,
}

impl<K> Ring<K> {
    /// The key in use, then the older ones, newest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &(KeyId, K)> {
        std::iter::once(&self.current).chain(&self.older)
    }

    fn get(&self, id: KeyId) -> Option<&K> {
        self.iter().find(|(held, _)| *held == id).map(|(_, key)| key)
    }

    fn add(&mut self, id: KeyId, key: K) {
        let replaced = std::mem::replace(&mut self.current, (id, key));
        self.older.insert(0, replaced);
    }
}

impl Keys {
    /// Fresh keys of a suite.
    ///
    /// # Errors
    /// [`VaultError::BadKey`] when the generator gives a number that is no key of the curve; a working one does so
    /// once in 2^256.
    pub fn generate(suite: Suite, rng: &mut (impl CryptoRng + ?Sized)) -> Result<Self, VaultError> {
        let sealing = SealingKey::random(suite, rng).ok_or(VaultError::BadKey)?;
        let index = IndexKey::random(suite, rng).ok_or(VaultError::BadKey)?;
        Ok(Self {
            sealing: Ring { current: (KeyId(1), sealing), older: Vec::new() },
            index: Ring { current: (KeyId(2), index), older: Vec::new() },
            signer: SignerKey::random(rng).ok_or(VaultError::BadKey)?,
            former_signers: Vec::new(),
        })
    }

    /// Encrypts a value for one purpose, such as `person.phone`; it opens for the same purpose only.
    ///
    /// `nonce` must be random and fresh for every call: two values under one nonce betray each other. With
    /// random nonces one key is good for 2^32 values (NIST SP 800-38D, 8.3); rotate before.
    ///
    /// # Errors
    /// [`VaultError::TooLong`].
    pub fn seal(&self, purpose: &str, plain: &[u8], nonce: [u8; NONCE_BYTES]) -> Result<Vec<u8>, VaultError> {
        let (id, key) = &self.sealing.current;
        let header = header(key.suite, *id);
        let body = key.encrypt(&nonce, &aad(header, purpose), plain).ok_or(VaultError::TooLong)?;
        Ok([header.as_slice(), &nonce, &body].concat())
    }

    /// Decrypts a value that [`seal`](Self::seal) made for the same purpose, with whichever key it names.
    ///
    /// # Errors
    /// [`VaultError::Malformed`], [`VaultError::UnknownKey`], [`VaultError::Refused`].
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        let (header_found, rest) = sealed.split_first_chunk::<HEADER_BYTES>().ok_or(VaultError::Malformed)?;
        let (nonce, body) = rest.split_first_chunk::<NONCE_BYTES>().ok_or(VaultError::Malformed)?;
        let [version, suite, high, low] = *header_found;
        if version != VERSION || ![Suite::International, Suite::ShangMi].map(Suite::byte).contains(&suite) {
            return Err(VaultError::Malformed);
        }
        let id = KeyId(u16::from_be_bytes([high, low]));
        let key = self.sealing.get(id).ok_or(VaultError::UnknownKey(id))?;
        if key.suite.byte() != suite {
            return Err(VaultError::Refused);
        }
        key.decrypt(nonce, &aad(*header_found, purpose), body).ok_or(VaultError::Refused)
    }

    /// Whether a sealed value was made with the key in use. After a rotation, what this denies is to be sealed
    /// again.
    pub fn is_current(&self, sealed: &[u8]) -> bool {
        let (id, key) = &self.sealing.current;
        sealed.starts_with(&header(key.suite, *id))
    }

    /// The text by which a value is found and kept unique without being readable: a keyed hash of purpose and
    /// value under the index key in use. The value must be in one form, as the types of this crate give it.
    pub fn blind_index(&self, purpose: &str, value: &str) -> [u8; 32] {
        index_of(&self.index.current.1, purpose, value)
    }

    /// [`blind_index`](Self::blind_index) under every index key held, the one in use first: what to look for
    /// while a re-index is under way.
    pub fn blind_indexes(&self, purpose: &str, value: &str) -> Vec<[u8; 32]> {
        self.index.iter().map(|(_, key)| index_of(key, purpose, value)).collect()
    }

    /// The encryption key in use.
    pub fn sealing_key_id(&self) -> KeyId {
        self.sealing.current.0
    }

    /// The index key in use. A store keeps it beside its indexes to know whether they are due for re-indexing.
    pub fn index_key_id(&self) -> KeyId {
        self.index.current.0
    }

    /// Signs with SM2 and SM3. The same bytes always give the same signature.
    ///
    /// # Errors
    /// [`VaultError::BadKey`] when the curve has no signature for these bytes, once in 2^256.
    pub fn sign(&self, bytes: &[u8]) -> Result<Signature, VaultError> {
        self.signer.sign(bytes)
    }

    /// The public half of the signing key, to be published; [`verify`](crate::verify) takes it.
    pub fn public_key(&self) -> PublicKey {
        self.signer.public()
    }

    /// The signing keys that were replaced, newest first.
    pub fn former_signers(&self) -> &[FormerKey] {
        &self.former_signers
    }

    /// The public half of every signing key, the one in use first.
    pub fn signers(&self) -> Vec<PublicKey> {
        let former = self.former_signers.iter().map(|former| former.key);
        std::iter::once(self.public_key()).chain(former).collect()
    }

    /// The key of this installation with which `bytes` were signed: the one in use or one that was replaced.
    ///
    /// # Errors
    /// [`VaultError::BadSignature`] when it was none of them.
    pub fn signer_of(&self, bytes: &[u8], signature: &[u8]) -> Result<PublicKey, VaultError> {
        signer_among(&self.signers(), bytes, signature)
    }

    /// Puts a new signing key in the place of the one in use, whose secret half is forgotten. `now` is in microseconds
    /// since 1970-01-01T00:00Z.
    ///
    /// # Errors
    /// [`VaultError::BadKey`], as [`Keys::generate`] and [`Keys::sign`].
    pub fn rotate_signing(
        &mut self,
        now: i64,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<(), VaultError> {
        let (next, former) = self.signer.succeed(now, rng)?;
        self.signer = next;
        self.former_signers.insert(0, former);
        Ok(())
    }

    /// Adds an encryption key, of the same suite or the other, which from now on seals.
    ///
    /// # Errors
    /// [`VaultError::NoMoreKeys`].
    pub fn rotate_sealing(
        &mut self,
        suite: Suite,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<KeyId, VaultError> {
        let id = self.next_id()?;
        self.sealing.add(id, SealingKey::random(suite, rng).ok_or(VaultError::BadKey)?);
        Ok(id)
    }

    /// Adds an index key, of the same suite or the other, which from now on makes the blind indexes.
    ///
    /// # Errors
    /// [`VaultError::NoMoreKeys`].
    pub fn rotate_index(
        &mut self,
        suite: Suite,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<KeyId, VaultError> {
        let id = self.next_id()?;
        self.index.add(id, IndexKey::random(suite, rng).ok_or(VaultError::BadKey)?);
        Ok(id)
    }

    /// Keys that were replaced and are still held.
    pub fn replaced(&self) -> Vec<KeyId> {
        let sealing = self.sealing.older.iter().map(|(id, _)| *id);
        sealing.chain(self.index.older.iter().map(|(id, _)| *id)).collect()
    }

    /// Forgets a key that was replaced, once nothing is sealed or indexed with it.
    ///
    /// # Errors
    /// [`VaultError::InUse`] for a key in use, [`VaultError::UnknownKey`] for one that is not held.
    pub fn retire(&mut self, id: KeyId) -> Result<(), VaultError> {
        if id == self.sealing_key_id() || id == self.index_key_id() {
            return Err(VaultError::InUse(id));
        }
        let held = |keys: usize, index_keys: usize| keys + index_keys;
        let before = held(self.sealing.older.len(), self.index.older.len());
        self.sealing.older.retain(|(held, _)| *held != id);
        self.index.older.retain(|(held, _)| *held != id);
        if held(self.sealing.older.len(), self.index.older.len()) == before {
            return Err(VaultError::UnknownKey(id));
        }
        Ok(())
    }

    /// The highest number held is always of a key in use, so retiring never frees a number.
    fn next_id(&self) -> Result<KeyId, VaultError> {
        let highest = self.sealing_key_id().max(self.index_key_id());
        highest.0.checked_add(1).map(KeyId).ok_or(VaultError::NoMoreKeys)
    }
}

fn header(suite: Suite, id: KeyId) -> [u8; HEADER_BYTES] {
    let [high, low] = id.0.to_be_bytes();
    [VERSION, suite.byte(), high, low]
}

/// The header has one length, so no purpose can be taken for another header's.
fn aad(header: [u8; HEADER_BYTES], purpose: &str) -> Vec<u8> {
    [header.as_slice(), purpose.as_bytes()].concat()
}

/// The purpose's length comes first, so that purpose and value cannot flow into each other.
fn index_of(key: &IndexKey, purpose: &str, value: &str) -> [u8; 32] {
    key.hmac(&[&(purpose.len() as u64).to_be_bytes(), purpose.as_bytes(), value.as_bytes()])
}

impl KeyId {
    /// The number.
    pub const fn number(self) -> u16 {
        self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids = |ids: Vec<KeyId>| ids.into_iter().map(|id| id.0).collect::<Vec<_>>();
        f.debug_struct("Keys")
            .field("sealing", &ids(self.sealing.iter().map(|(id, _)| *id).collect()))
            .field("index", &ids(self.index.iter().map(|(id, _)| *id).collect()))
            .field("public_key", &self.public_key())
            .finish_non_exhaustive()
    }
}

impl fmt::Display for VaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => write!(f, "not a sealed value"),
            Self::UnknownKey(id) => write!(f, "the key file has no key {id}"),
            Self::Refused => write!(f, "the sealed value was changed or belongs elsewhere"),
            Self::TooLong => write!(f, "too long to seal"),
            Self::BadKey => write!(f, "not a key of the curve"),
            Self::BadSignature => write!(f, "the signature does not fit"),
            Self::InUse(id) => write!(f, "key {id} is in use"),
            Self::NoMoreKeys => write!(f, "all key numbers are used"),
        }
    }
}

impl std::error::Error for VaultError {}
