//! The hashes: leaf and tree as in RFC 9162 §2.1.1, and the link from one event to the next.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// Hash of one event's bytes: SHA-256 of `0x00 ‖ body` (RFC 9162 §2.1.1).
pub fn leaf_hash(body: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update([0]).chain_update(body).finalize().into()
}

fn node_hash(left: &[u8; 32], right: &[u8; 32]) -> [u8; 32] {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The link after event `seq`, sealed at `sealed_at` (µs): SHA-256 of
/// `0x02 ‖ previous link ‖ seq ‖ sealed_at ‖ leaf`, numbers as 8 bytes, most significant first.
pub fn link_hash(before: &[u8; 32], seq: i64, sealed_at: i64, leaf: &[u8; 32]) -> [u8; 32] {
    Sha256::new()
        .chain_update([2])
        .chain_update(before)
        .chain_update(seq.to_be_bytes())
        .chain_update(sealed_at.to_be_bytes())
        .chain_update(leaf)
        .finalize()
        .into()
}

/// Root of the Merkle tree over `leaves` (RFC 9162 §2.1.1); of none, SHA-256 of nothing. Linear.
pub fn merkle_root(leaves: &[[u8; 32]]) -> [u8; 32] {
    let mut level = leaves.to_vec();
    if level.is_empty() {
        return Sha256::digest([]).into();
    }
    while level.len() > 1 {
        level = level
            .chunks(2)
            .map(|pair| match pair {
                [left, right] => node_hash(left, right),
                [single, ..] => *single,
                [] => [0; 32],
            })
            .collect();
    }
    level.first().copied().unwrap_or_default()
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree as RFC 9162 defines it: split at the largest power of two below n.
    fn by_definition(leaves: &[[u8; 32]]) -> [u8; 32] {
        match leaves {
            [] => Sha256::digest([]).into(),
            [one] => *one,
            many => {
                let split = many.len().next_power_of_two() / 2;
                node_hash(&by_definition(&many[..split]), &by_definition(&many[split..]))
            }
        }
    }

    #[test]
    fn the_root_is_that_of_the_rfc_for_every_small_size() {
        assert_eq!(
            hex(&merkle_root(&[])),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        for n in 0..70_u8 {
            let leaves: Vec<_> = (0..n).map(|i| leaf_hash(&[i])).collect();
            assert_eq!(merkle_root(&leaves), by_definition(&leaves), "{n} leaves");
        }
    }
}
