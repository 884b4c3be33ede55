//! The two suites: authenticated encryption and keyed hashing, each with one key.

use std::fmt;

use aes_gcm::{
    Aes256Gcm, AesGcm,
    aead::{Aead, KeyInit, Nonce, Payload, consts::U12},
};
use hmac::{Hmac, Mac};
use rand::CryptoRng;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use sm3::Sm3;
use sm4::Sm4;
use zeroize::Zeroizing;

/// Bytes of a nonce in both suites (NIST SP 800-38D; RFC 8998).
pub const NONCE_BYTES: usize = 12;

/// Bytes of a key for the blind index in both suites.
const INDEX_KEY_BYTES: usize = 32;

/// SM4 in Galois/counter mode (RFC 8998).
type Sm4Gcm = AesGcm<Sm4, U12>;

/// Which algorithms a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Suite {
    /// AES-256-GCM (NIST SP 800-38D) and HMAC-SHA256 (RFC 2104).
    International,
    /// SM4-GCM (GB/T 32907-2016, RFC 8998) and HMAC-SM3 (GB/T 15852.2), for GB/T 39786-2021.
    ShangMi,
}

impl Suite {
    /// The byte that stands for the suite in a sealed value.
    pub(crate) const fn byte(self) -> u8 {
        match self {
            Self::International => 1,
            Self::ShangMi => 2,
        }
    }

    /// Bytes of an encryption key.
    const fn key_bytes(self) -> usize {
        match self {
            Self::International => 32,
            Self::ShangMi => 16,
        }
    }
}

/// Key material as it stands in the key file; wiped when dropped.
pub(crate) struct Secret(pub(crate) Zeroizing<Vec<u8>>);

impl Secret {
    fn random(bytes: usize, rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        let mut secret = Zeroizing::new(vec![0; bytes]);
        rng.fill_bytes(&mut secret);
        Self(secret)
    }
}

/// A key that encrypts and decrypts, with its key schedule ready.
pub(crate) struct SealingKey {
    pub(crate) suite: Suite,
    pub(crate) secret: Secret,
    schedule: Schedule,
}

enum Schedule {
    International(Box<Aes256Gcm>),
    ShangMi(Box<Sm4Gcm>),
}

impl SealingKey {
    /// `None` when the secret has not the suite's length.
    pub(crate) fn new(suite: Suite, secret: Secret) -> Option<Self> {
        let schedule = match suite {
            Suite::International => {
                Schedule::International(Box::new(Aes256Gcm::new_from_slice(&secret.0).ok()?))
            }
            Suite::ShangMi => Schedule::ShangMi(Box::new(Sm4Gcm::new_from_slice(&secret.0).ok()?)),
        };
        Some(Self { suite, secret, schedule })
    }

    pub(crate) fn random(suite: Suite, rng: &mut (impl CryptoRng + ?Sized)) -> Option<Self> {
        Self::new(suite, Secret::random(suite.key_bytes(), rng))
    }

    /// Ciphertext followed by the 16-byte tag; `None` only beyond the 64 GiB that GCM can carry.
    pub(crate) fn encrypt(&self, nonce: &[u8; NONCE_BYTES], aad: &[u8], msg: &[u8]) -> Option<Vec<u8>> {
        let payload = Payload { msg, aad };
        match &self.schedule {
            Schedule::International(aes) => aes.encrypt(&Nonce::<Aes256Gcm>::from(*nonce), payload),
            Schedule::ShangMi(sm4) => sm4.encrypt(&Nonce::<Sm4Gcm>::from(*nonce), payload),
        }
        .ok()
    }

    /// The plain text; `None` when the tag does not fit.
    pub(crate) fn decrypt(&self, nonce: &[u8; NONCE_BYTES], aad: &[u8], msg: &[u8]) -> Option<Vec<u8>> {
        let payload = Payload { msg, aad };
        match &self.schedule {
            Schedule::International(aes) => aes.decrypt(&Nonce::<Aes256Gcm>::from(*nonce), payload),
            Schedule::ShangMi(sm4) => sm4.decrypt(&Nonce::<Sm4Gcm>::from(*nonce), payload),
        }
        .ok()
    }
}

/// A key for the blind index, with its inner state ready.
pub(crate) struct IndexKey {
    pub(crate) suite: Suite,
    pub(crate) secret: Secret,
    keyed: Keyed,
}

enum Keyed {
    International(Box<Hmac<Sha256>>),
    ShangMi(Box<Hmac<Sm3>>),
}

impl IndexKey {
    /// `None` when the secret is not 32 bytes.
    pub(crate) fn new(suite: Suite, secret: Secret) -> Option<Self> {
        if secret.0.len() != INDEX_KEY_BYTES {
            return None;
        }
        let keyed = match suite {
            Suite::International => Keyed::International(Box::new(Hmac::new_from_slice(&secret.0).ok()?)),
            Suite::ShangMi => Keyed::ShangMi(Box::new(Hmac::new_from_slice(&secret.0).ok()?)),
        };
        Some(Self { suite, secret, keyed })
    }

    pub(crate) fn random(suite: Suite, rng: &mut (impl CryptoRng + ?Sized)) -> Option<Self> {
        Self::new(suite, Secret::random(INDEX_KEY_BYTES, rng))
    }

    /// The HMAC of the parts, one after the other.
    pub(crate) fn hmac(&self, parts: &[&[u8]]) -> [u8; 32] {
        match &self.keyed {
            Keyed::International(keyed) => {
                parts.iter().fold((**keyed).clone(), Mac::chain_update).finalize().into_bytes().into()
            }
            Keyed::ShangMi(keyed) => {
                parts.iter().fold((**keyed).clone(), Mac::chain_update).finalize().into_bytes().into()
            }
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::from_hex;

    fn sealing_key(suite: Suite, hex: &str) -> SealingKey {
        SealingKey::new(suite, Secret(Zeroizing::new(from_hex(hex)))).unwrap()
    }

    fn known_answer(key: &SealingKey, nonce: &str, aad: &str, plain: &str, sealed: &str) {
        let nonce: [u8; NONCE_BYTES] = from_hex(nonce).try_into().unwrap();
        let (aad, plain, sealed) = (from_hex(aad), from_hex(plain), from_hex(sealed));
        assert_eq!(key.encrypt(&nonce, &aad, &plain).unwrap(), sealed);
        assert_eq!(key.decrypt(&nonce, &aad, &sealed).unwrap(), plain);
    }

    /// RFC 8998, A.1.
    #[test]
    fn sm4_gcm_gives_the_answer_of_rfc_8998() {
        known_answer(
            &sealing_key(Suite::ShangMi, "0123456789ABCDEFFEDCBA9876543210"),
            "00001234567800000000ABCD",
            "FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2",
            "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD
             EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA",
            "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735
             D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D
             83DE3541E4C2B58177E065A9BF7B62EC",
        );
    }

    /// McGrew and Viega, The Galois/Counter Mode of Operation, test case 16, as submitted to NIST.
    #[test]
    fn aes_256_gcm_gives_the_answer_of_its_authors() {
        known_answer(
            &sealing_key(
                Suite::International,
                "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
            ),
            "cafebabefacedbaddecaf888",
            "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72
             1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa
             8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662
             76fc6ece0f4e1768cddf8853bb2d551b",
        );
    }

    fn index_key(suite: Suite, secret: &[u8]) -> IndexKey {
        IndexKey::new(suite, Secret(Zeroizing::new(secret.to_vec()))).unwrap()
    }

    /// RFC 4231, test case 2; HMAC fills a shorter key with zeros up to the block, so 32 bytes are the same key.
    #[test]
    fn hmac_sha256_gives_the_answer_of_rfc_4231() {
        let mut secret = [0; 32];
        secret[..4].copy_from_slice(b"Jefe");
        assert_eq!(
            index_key(Suite::International, &secret).hmac(&[b"what do ya want ", b"for nothing?"]).to_vec(),
            from_hex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        );
    }

    /// GM/T 0042-2015, appendix D.3.
    #[test]
    fn hmac_sm3_gives_the_answer_of_gm_t_0042() {
        let secret: Vec<u8> = (1..=32).collect();
        let message = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".repeat(2);
        assert_eq!(
            index_key(Suite::ShangMi, &secret).hmac(&[&message]).to_vec(),
            from_hex("ca05e144ed05d1857840d1f318a4a8669e559fc8391f414485bfdf7bb408963a")
        );
    }
}
