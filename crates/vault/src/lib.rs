//! What must stay secret, and what must be provable: identity documents, encryption at rest, signatures.
//!
//! * [`document`], [`phone`], [`credit_code`]: numbers as people type them, parsed once at the edge. A value of
//!   these types is valid; nobody checks again. Their `Debug` shows the masked form.
//! * [`keys`]: the key file and everything done with a key: [`Keys::seal`], [`Keys::open`],
//!   [`Keys::blind_index`], [`Keys::sign`].
//! * [`digest`] and [`digest_sm3`]: plain hashes.
//!
//! Two suites stand side by side ([`Suite`]): AES-256-GCM with HMAC-SHA256, and SM4-GCM with HMAC-SM3 where
//! GB/T 39786-2021 asks for the national algorithms. The suite and the key's number are written into every
//! sealed value, so both may be present in one database while an operator moves from one to the other.
//! Signatures are SM2 with SM3 in either suite.
//!
//! How a personal value is stored: the sealed bytes for showing it, the blind index for finding it and keeping
//! it unique, the last four characters for telling two apart. The key file stays outside the database, mode
//! 0600, backed up apart: who has only one of the two can read nothing.
//!
//! **Invariants.** This crate knows no table, no language and no clock; today's date, nonces and randomness are
//! arguments. The only thing it reads or writes is the key file. No `Debug` of it prints a secret.

mod cipher;
pub mod credit_code;
pub mod document;
mod key_file;
pub mod keys;
pub mod phone;
mod signature;
mod text;

pub use cipher::{NONCE_BYTES, Suite};
pub use credit_code::{CreditCode, CreditCodeError};
pub use document::{Document, DocumentError, DocumentKind, Sex};
pub use key_file::{KEY_FILE_BYTES_MAX, KeyFileError};
pub use keys::{KeyId, Keys, VaultError};
pub use phone::{Phone, PhoneError};
pub use signature::{FormerKey, PublicKey, Signature, signer_among, verify};
pub use text::{hex, unhex};

/// SHA-256 (FIPS 180-4).
pub fn digest(bytes: &[u8]) -> [u8; 32] {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).into()
}

/// SHA-256 of bytes that come one piece after the other.
#[derive(Clone, Debug, Default)]
pub struct Digesting(sha2::Sha256);

impl Digesting {
    /// Takes the next piece.
    pub fn update(&mut self, bytes: &[u8]) {
        sha2::Digest::update(&mut self.0, bytes);
    }

    /// What [`digest`] gives for all of them together.
    pub fn finish(self) -> [u8; 32] {
        sha2::Digest::finalize(self.0).into()
    }
}

/// SM3 (GB/T 32905-2016).
pub fn digest_sm3(bytes: &[u8]) -> [u8; 32] {
    use sm3::Digest;
    sm3::Sm3::digest(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::from_hex;

    #[test]
    fn digests_give_the_known_answers() {
        let sha256 = from_hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(digest(b"abc").to_vec(), sha256);
        let mut pieces = Digesting::default();
        pieces.update(b"a");
        pieces.update(b"bc");
        assert_eq!(pieces.finish().to_vec(), sha256);
        // GB/T 32905-2016, A.1.
        let sm3 = from_hex("66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
        assert_eq!(digest_sm3(b"abc").to_vec(), sm3);
    }
}
