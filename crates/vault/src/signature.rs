//! Signatures: SM2 with SM3 (GB/T 32918.2-2016), for daily roots and the statements of service records.

use std::fmt;

use rand::CryptoRng;
use sm2::{
    SecretKey,
    dsa::{
        self, SigningKey, VerifyingKey,
        signature::{Signer, Verifier},
    },
    elliptic_curve::Generate,
};
use zeroize::Zeroizing;

use crate::{VaultError, cipher::Secret, hex};

/// The signer's name that goes into every signature: the default of GM/T 0009-2012, which other implementations
/// use when they are told none.
const SIGNER: &str = "1234567812345678";

/// r and s, 32 bytes each, big endian.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature([u8; 64]);

/// An uncompressed point (SEC 1, 2.3.3): `04`, x, y.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PublicKey([u8; 65]);

impl Signature {
    /// The bytes as stored or published; `None` when they are not 64.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The 64 bytes, for storing and publishing.
    pub const fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }
}

impl PublicKey {
    /// The bytes as stored or published; `None` when they are no point of the curve.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        VerifyingKey::from_sec1_bytes(SIGNER, bytes).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// The 65 bytes, for storing and publishing.
    pub const fn as_bytes(&self) -> &[u8; 65] {
        &self.0
    }
}

/// Whether `signature` over `bytes` was made with the key that belongs to `public_key`, both as published.
///
/// # Errors
/// [`VaultError::BadKey`] when the key is no point of the curve; [`VaultError::BadSignature`] when the signature
/// does not fit.
pub fn verify(public_key: &[u8], bytes: &[u8], signature: &[u8]) -> Result<(), VaultError> {
    let key = VerifyingKey::from_sec1_bytes(SIGNER, public_key).map_err(|_| VaultError::BadKey)?;
    let signature = dsa::Signature::from_slice(signature).map_err(|_| VaultError::BadSignature)?;
    key.verify(bytes, &signature).map_err(|_| VaultError::BadSignature)
}

/// A signing key that was replaced: its public half, and that both keys said so. The secret half is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormerKey {
    /// The key that was replaced.
    pub key: PublicKey,
    /// The key that took its place.
    pub next: PublicKey,
    /// When, in microseconds since 1970-01-01T00:00Z: it signed nothing later.
    pub until: i64,
    /// Its signature over [`FormerKey::statement`]: the holder of an earlier key may trust the next.
    pub by_former: Signature,
    /// The next key's signature over the same: the holder of a later key may trust the former, up to `until`.
    pub by_next: Signature,
}

impl FormerKey {
    /// What both keys sign: `linli-key FORMER NEXT UNTIL`.
    pub fn statement(&self) -> String {
        succession(&self.key, &self.next, self.until)
    }

    /// Whether both signatures hold.
    ///
    /// # Errors
    /// As [`verify`].
    pub fn verify(&self) -> Result<(), VaultError> {
        let statement = self.statement();
        verify(&self.key.0, statement.as_bytes(), &self.by_former.0)?;
        verify(&self.next.0, statement.as_bytes(), &self.by_next.0)
    }
}

fn succession(former: &PublicKey, next: &PublicKey, until: i64) -> String {
    format!("linli-key {} {} {until}", hex(&former.0), hex(&next.0))
}

/// The key among `keys` that made `signature` over `bytes`.
///
/// # Errors
/// [`VaultError::BadSignature`] when it was none of them.
pub fn signer_among(keys: &[PublicKey], bytes: &[u8], signature: &[u8]) -> Result<PublicKey, VaultError> {
    let made = |key: &&PublicKey| verify(&key.0, bytes, signature).is_ok();
    keys.iter().find(made).copied().ok_or(VaultError::BadSignature)
}

/// The secret key with its public half.
pub(crate) struct SignerKey {
    key: SigningKey,
    public: PublicKey,
}

impl SignerKey {
    /// `None` when the bytes are no secret key of the curve.
    pub(crate) fn new(secret: &Secret) -> Option<Self> {
        Self::from_key(SigningKey::from_slice(SIGNER, &secret.0).ok()?)
    }

    pub(crate) fn random(rng: &mut (impl CryptoRng + ?Sized)) -> Option<Self> {
        Self::from_key(SigningKey::new(SIGNER, &SecretKey::generate_from_rng(rng)).ok()?)
    }

    fn from_key(key: SigningKey) -> Option<Self> {
        let public = PublicKey(key.verifying_key().to_sec1_bytes().as_ref().try_into().ok()?);
        Some(Self { key, public })
    }

    pub(crate) fn secret(&self) -> Secret {
        Secret(Zeroizing::new(self.key.to_bytes().to_vec()))
    }

    pub(crate) const fn public(&self) -> PublicKey {
        self.public
    }

    /// A new key in the place of this one, and what both say of it.
    pub(crate) fn succeed(
        &self,
        until: i64,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<(Self, FormerKey), VaultError> {
        let next = Self::random(rng).ok_or(VaultError::BadKey)?;
        let statement = succession(&self.public, &next.public, until);
        let former = FormerKey {
            key: self.public,
            next: next.public,
            until,
            by_former: self.sign(statement.as_bytes())?,
            by_next: next.sign(statement.as_bytes())?,
        };
        Ok((next, former))
    }

    /// The nonce is derived from the key and the message (RFC 6979), so one message has one signature.
    pub(crate) fn sign(&self, bytes: &[u8]) -> Result<Signature, VaultError> {
        let signature: dsa::Signature = self.key.try_sign(bytes).map_err(|_| VaultError::BadKey)?;
        Ok(Signature(signature.to_bytes().into()))
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({})", hex(&self.0))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", hex(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;
    use crate::text::from_hex;

    /// The example of GB/T 32918.5-2017, A.2, on the curve that the standard recommends.
    #[test]
    fn verifies_the_example_of_the_standard() {
        let secret = from_hex("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8");
        let public = from_hex(
            "04 09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020
                CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13",
        );
        let signature = from_hex(
            "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3
             B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA",
        );
        assert_eq!(verify(&public, b"message digest", &signature), Ok(()));
        assert_eq!(verify(&public, b"message digesT", &signature), Err(VaultError::BadSignature));

        let key = SignerKey::new(&Secret(Zeroizing::new(secret))).unwrap();
        assert_eq!(key.public().as_bytes().to_vec(), public);
        let ours = key.sign(b"message digest").unwrap();
        assert_eq!(verify(&public, b"message digest", ours.as_bytes()), Ok(()));
    }

    #[test]
    fn a_signature_is_repeatable_and_every_flipped_byte_breaks_it() {
        let key = SignerKey::random(&mut StdRng::seed_from_u64(1)).unwrap();
        let again = SignerKey::new(&key.secret()).unwrap();
        let root = [7; 32];
        let signature = key.sign(&root).unwrap();
        assert_eq!(again.sign(&root).unwrap(), signature);
        assert_eq!(verify(key.public().as_bytes(), &root, signature.as_bytes()), Ok(()));

        for at in 0..64 {
            let mut bytes = *signature.as_bytes();
            bytes[at] ^= 1;
            assert_eq!(verify(key.public().as_bytes(), &root, &bytes), Err(VaultError::BadSignature), "{at}");
        }
        let other = SignerKey::random(&mut StdRng::seed_from_u64(2)).unwrap();
        assert_eq!(
            verify(other.public().as_bytes(), &root, signature.as_bytes()),
            Err(VaultError::BadSignature)
        );
        assert_eq!(verify(&[4; 65], &root, signature.as_bytes()), Err(VaultError::BadKey));
        assert_eq!(verify(key.public().as_bytes(), &root, &[]), Err(VaultError::BadSignature));
    }
}
