//! What somebody kept of what was published: roots and keys, and what may be believed on the strength of them.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    fmt::Write as _,
};

use kernel::{Day, District, Instant};
use vault::{FormerKey, PublicKey, Signature};

use crate::{Held, Part};

/// The word that stands for the node in a file of roots, where else a district stands.
pub(crate) const NODE_WORD: &str = "node";
/// The word before the public key in a file of roots.
const KEY_WORD: &str = "key";
/// The word before a key that was replaced.
const FORMER_WORD: &str = "former";

/// A file of roots, as it is published and as somebody kept it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// The root of each district's day, hexadecimal.
    pub days: HashMap<(District, Day), String>,
    /// The root of roots of each day, hexadecimal.
    pub node: HashMap<Day, String>,
    /// The key in use when it was published.
    pub public_key: Option<PublicKey>,
    /// The keys that were replaced before, newest first.
    pub former: Vec<FormerKey>,
}

impl Published {
    /// The lines of keys: `key KEY`, then `former KEY NEXT UNTIL BY_FORMER BY_NEXT` for each that was replaced.
    pub fn key_lines(key: &PublicKey, former: &[FormerKey]) -> String {
        let mut lines = format!("{KEY_WORD} {}\n", vault::hex(key.as_bytes()));
        for one in former {
            let (key, next) = (vault::hex(one.key.as_bytes()), vault::hex(one.next.as_bytes()));
            let (by_former, by_next) =
                (vault::hex(one.by_former.as_bytes()), vault::hex(one.by_next.as_bytes()));
            let _ = writeln!(lines, "{FORMER_WORD} {key} {next} {} {by_former} {by_next}", one.until);
        }
        lines
    }

    /// Reads a file of roots: lines `district day root …`, `node day root …`, `key …` and `former …`; what follows the
    /// root, empty lines and those that begin with `#` are passed over.
    ///
    /// # Errors
    /// The number of the first line that is none of these, from 1.
    pub fn parse(text: &str) -> Result<Self, usize> {
        let mut published = Self::default();
        let lines = text.lines().enumerate().map(|(n, line)| (n + 1, line.trim()));
        for (n, line) in lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
            published.line(line).ok_or(n)?;
        }
        Ok(published)
    }

    fn line(&mut self, line: &str) -> Option<()> {
        let mut words = line.split_whitespace();
        match words.next()? {
            KEY_WORD => self.public_key = Some(key(words.next()?)?),
            FORMER_WORD => self.former.push(FormerKey {
                key: key(words.next()?)?,
                next: key(words.next()?)?,
                until: words.next()?.parse().ok()?,
                by_former: signature(words.next()?)?,
                by_next: signature(words.next()?)?,
            }),
            whose => {
                let day: Day = words.next()?.parse().ok()?;
                let root = words.next().filter(|root| root.len() == 64)?.to_owned();
                if whose == NODE_WORD {
                    self.node.insert(day, root);
                } else {
                    self.days.insert((whose.parse().ok().and_then(District::new)?, day), root);
                }
            }
        }
        Some(())
    }
}

fn key(word: &str) -> Option<PublicKey> {
    PublicKey::new(&vault::unhex(word)?)
}

fn signature(word: &str) -> Option<Signature> {
    Signature::new(&vault::unhex(word)?)
}

/// The keys and roots that somebody believes, and what follows from them.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    /// Each key, hexadecimal, and until when it signed; nothing while it is in use for all we know.
    keys: BTreeMap<String, Option<Instant>>,
    days: HashMap<(District, Day), String>,
    node: HashMap<Day, String>,
}

/// Why a proof that holds in itself is not to be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// A part is signed with a key that nobody vouches for.
    Key(Part),
    /// A part is dated later than the day on which its key was replaced.
    Late(Part),
    /// Another root was published for the day.
    Root(Part),
}

impl Trust {
    /// Believes this key, hexadecimal; `None` when it is none.
    pub fn of_key(text: &str) -> Option<Self> {
        let key = key(text.trim())?;
        Some(Self { keys: [(vault::hex(key.as_bytes()), None)].into(), ..Self::default() })
    }

    /// Believes the key and every root of a file that somebody kept.
    pub fn of_roots(kept: &Published) -> Self {
        let key = kept.public_key.map(|key| (vault::hex(key.as_bytes()), None));
        let mut trust =
            Self { keys: key.into_iter().collect(), days: kept.days.clone(), node: kept.node.clone() };
        trust.follow(kept);
        trust
    }

    /// Believes the keys of another file as far as a chain of signatures leads from the keys that are believed.
    pub fn follow(&mut self, other: &Published) {
        let known = |keys: &BTreeMap<String, Option<Instant>>, key: &PublicKey| {
            keys.contains_key(&vault::hex(key.as_bytes()))
        };
        // A pass in each direction finds the whole chain, which the file has newest first.
        for former in other.former.iter().rev().chain(&other.former) {
            let is_linked = known(&self.keys, &former.key) || known(&self.keys, &former.next);
            if is_linked && former.verify().is_ok() {
                let until = Some(Instant::from_micros(former.until));
                self.keys.insert(vault::hex(former.key.as_bytes()), until);
                self.keys.entry(vault::hex(former.next.as_bytes())).or_insert(None);
            }
        }
    }

    /// Whether a part that is signed with `key` as of `at` may be believed.
    ///
    /// # Errors
    /// The [`Doubt`].
    pub fn signed(&self, part: Part, key: &str, at: Instant) -> Result<(), Doubt> {
        match self.keys.get(&key.to_lowercase()) {
            None => Err(Doubt::Key(part)),
            Some(Some(until)) if at > *until => Err(Doubt::Late(part)),
            Some(_) => Ok(()),
        }
    }

    /// Whether a proof that holds may be believed; `true` when a root of it was kept, which is more than a signature.
    ///
    /// # Errors
    /// The first [`Doubt`].
    pub fn believes(&self, held: &Held) -> Result<bool, Doubt> {
        for (part, (key, at)) in &held.signed {
            self.signed(*part, key, *at)?;
        }
        let day = self.days.get(&(held.day.district, held.day.day));
        if day.is_some_and(|root| *root != vault::hex(&held.day.root)) {
            return Err(Doubt::Root(Part::Day));
        }
        let node = held.node.as_ref().and_then(|line| Some((line, self.node.get(&line.day)?)));
        if node.is_some_and(|(line, root)| *root != vault::hex(&line.root)) {
            return Err(Doubt::Root(Part::Node));
        }
        Ok(day.is_some() || node.is_some())
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(part) => write!(f, "{part} is signed with a key that is not among those you gave"),
            Self::Late(part) => write!(f, "{part} is dated after its key was replaced"),
            Self::Root(part) => write!(f, "{part} has another root than the one that was published"),
        }
    }
}

impl std::error::Error for Doubt {}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::StdRng};
    use vault::{Keys, Suite};

    use super::*;

    #[test]
    fn a_file_of_roots_is_read_or_the_line_is_named() {
        let mut keys = Keys::generate(Suite::International, &mut StdRng::seed_from_u64(1)).unwrap();
        keys.rotate_signing(5, &mut StdRng::seed_from_u64(2)).unwrap();
        let lines = Published::key_lines(&keys.public_key(), keys.former_signers());
        let root = "ab".repeat(32);
        let whole = format!("# words\n\n{lines}420103 2026-03-09 {root} 1 2 3 00\nnode 2026-03-09 {root}\n");
        let published = Published::parse(&whole).unwrap();
        assert_eq!((published.days.len(), published.node.len()), (1, 1));
        assert_eq!(published.public_key, Some(keys.public_key()));
        assert_eq!(published.former, keys.former_signers());
        for (line, text) in [
            (1, "420103 2026-03-09".to_owned()),
            (2, format!("\n4201031 2026-03-09 {root}")),
            (1, format!("420103 2026-02-30 {root}")),
            (1, "node 2026-03-09 ab".to_owned()),
            (1, "key 04ff".to_owned()),
            (3, "# x\n\nkey".to_owned()),
            (1, "former 04 04 5 00 00".to_owned()),
        ] {
            assert_eq!(Published::parse(&text), Err(line), "{text}");
        }
    }

    #[test]
    fn trust_follows_the_keys_in_both_directions_as_far_as_both_signed() {
        let rng = &mut StdRng::seed_from_u64(3);
        let mut keys = Keys::generate(Suite::International, rng).unwrap();
        let mut held = vec![keys.public_key()];
        for until in [10, 20, 30] {
            keys.rotate_signing(until, rng).unwrap();
            held.push(keys.public_key());
        }
        let text = Published::key_lines(&keys.public_key(), keys.former_signers());
        let newest = Published::parse(&text).unwrap();
        let word = |key: &PublicKey| vault::hex(key.as_bytes());
        let at = Instant::from_micros;
        for anchor in &held {
            let mut trust = Trust::of_key(&word(anchor)).unwrap();
            let before = held.iter().filter(|key| trust.signed(Part::Day, &word(key), at(1)).is_ok()).count();
            assert_eq!(before, 1);
            trust.follow(&newest);
            for (key, until) in held.iter().zip([10, 20, 30, i64::MAX]) {
                assert_eq!(trust.signed(Part::Day, &word(key), at(until)), Ok(()));
                if until < i64::MAX {
                    let late = trust.signed(Part::Day, &word(key), at(until + 1));
                    assert_eq!(late, Err(Doubt::Late(Part::Day)));
                }
            }
        }
        // A key that put itself in the place of another is followed nowhere.
        let stranger = Keys::generate(Suite::International, rng).unwrap();
        let forged = text.replacen(&word(&held[3]), &word(&stranger.public_key()), 2);
        let mut trust = Trust::of_key(&word(&held[0])).unwrap();
        trust.follow(&Published::parse(&forged).unwrap());
        let key = word(&stranger.public_key());
        assert_eq!(trust.signed(Part::Day, &key, at(40)), Err(Doubt::Key(Part::Day)));
    }
}
