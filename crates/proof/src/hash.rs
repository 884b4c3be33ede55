//! The hashes: leaf, tree and path as in RFC 9162 §2.1, and the link from one event to the next.

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
        level = level.chunks(2).map(pair).collect();
    }
    level.first().copied().unwrap_or_default()
}

/// The path from the leaf at `index` to the root over `leaves`, lowest first (RFC 9162 §2.1.3.1); `None` when there
/// is no such leaf. Linear.
pub fn merkle_path(leaves: &[[u8; 32]], index: usize) -> Option<Vec<[u8; 32]>> {
    leaves.get(index)?;
    let (mut level, mut at, mut path) = (leaves.to_vec(), index, Vec::new());
    while level.len() > 1 {
        path.extend(level.get(at ^ 1));
        level = level.chunks(2).map(pair).collect();
        at /= 2;
    }
    Some(path)
}

/// The root that `path` leads to from a leaf at `index` of `size` (RFC 9162 §2.1.3.2); `None` when the path has not the
/// length that those two ask for.
pub fn root_by_path(leaf: &[u8; 32], index: u64, size: u64, path: &[[u8; 32]]) -> Option<[u8; 32]> {
    let (mut at, mut last) = (index, size.checked_sub(1).filter(|last| index <= *last)?);
    let mut hash = *leaf;
    for beside in path {
        if last == 0 {
            return None;
        }
        if at & 1 == 1 || at == last {
            hash = node_hash(beside, &hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, beside);
        }
        at >>= 1;
        last >>= 1;
    }
    (last == 0).then_some(hash)
}

fn pair(pair: &[[u8; 32]]) -> [u8; 32] {
    match pair {
        [left, right] => node_hash(left, right),
        [single, ..] => *single,
        [] => [0; 32],
    }
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
            vault::hex(&merkle_root(&[])),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        for n in 0..70_u8 {
            let leaves: Vec<_> = (0..n).map(|i| leaf_hash(&[i])).collect();
            assert_eq!(merkle_root(&leaves), by_definition(&leaves), "{n} leaves");
        }
    }

    #[test]
    fn every_leaf_has_a_path_that_leads_to_the_root_and_nothing_else_does() {
        for n in 1..70_u8 {
            let leaves: Vec<_> = (0..n).map(|i| leaf_hash(&[i])).collect();
            let (root, size) = (merkle_root(&leaves), u64::from(n));
            for (at, leaf) in leaves.iter().enumerate() {
                let path = merkle_path(&leaves, at).unwrap();
                let index = at as u64;
                assert_eq!(root_by_path(leaf, index, size, &path), Some(root), "{at} of {n}");
                for wrong in (0..size + 2).filter(|wrong| *wrong != index) {
                    assert_ne!(root_by_path(leaf, wrong, size, &path), Some(root), "{at} as {wrong} of {n}");
                }
                let longer = [path.as_slice(), &[root]].concat();
                assert_eq!(root_by_path(leaf, index, size, &longer), None);
                if let Some((_, shorter)) = path.split_last() {
                    assert_eq!(root_by_path(leaf, index, size, shorter), None);
                }
            }
            assert_eq!(merkle_path(&leaves, leaves.len()), None);
        }
        assert_eq!(root_by_path(&[0; 32], 0, 0, &[]), None);
    }
}
