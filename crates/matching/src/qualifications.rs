//! What a qualification includes: a doctor gives first aid.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Code, Proof};

/// The graph of what includes what.
///
/// ```
/// use matching::{Code, Proof, Qualifications, Validity};
///
/// let [doctor, nurse, first_aid] = ["doctor", "nurse", "first_aid"].map(|word| Code::parse(word).unwrap());
/// let graph = Qualifications::new([(doctor, nurse), (nurse, first_aid)]);
/// assert!(graph.includes(doctor, first_aid));
/// let held = [Proof { code: doctor, validity: Validity::default() }];
/// assert_eq!(graph.expand(&held).len(), 3);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Qualifications {
    /// Everything that each includes, through others too, itself left out.
    included: BTreeMap<Code, Vec<Code>>,
}

impl Qualifications {
    /// From pairs: a qualification, and one that it includes. What goes round in a circle is all the same.
    pub fn new(includes: impl IntoIterator<Item = (Code, Code)>) -> Self {
        let mut direct: BTreeMap<Code, Vec<Code>> = BTreeMap::new();
        for (whole, part) in includes {
            direct.entry(whole).or_default().push(part);
        }
        let reach = |whole: Code| {
            let (mut found, mut next) = (BTreeSet::new(), vec![whole]);
            while let Some(one) = next.pop() {
                next.extend(direct.get(&one).into_iter().flatten().filter(|part| found.insert(**part)));
            }
            found.remove(&whole);
            found.into_iter().collect()
        };
        Self { included: direct.keys().map(|whole| (*whole, reach(*whole))).collect() }
    }

    /// Whether who has `held` has `wanted` too.
    pub fn includes(&self, held: Code, wanted: Code) -> bool {
        held == wanted || self.included.get(&held).is_some_and(|parts| parts.binary_search(&wanted).is_ok())
    }

    /// The proofs, and one more for everything they include, valid on the same days: what [`eligible`](crate::eligible)
    /// asks of a volunteer's skills and trainings.
    pub fn expand(&self, proofs: &[Proof]) -> Vec<Proof> {
        let parts = |proof: &Proof| {
            let (validity, parts) = (proof.validity, self.included.get(&proof.code));
            parts.into_iter().flatten().map(move |code| Proof { code: *code, validity })
        };
        let mut all = proofs.to_vec();
        all.extend(proofs.iter().flat_map(parts));
        all
    }
}
