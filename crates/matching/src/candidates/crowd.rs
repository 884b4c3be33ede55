//! Volunteers arranged by where they live, in leaves of sixty-four.
//!
//! A k-d tree without pointers: the leaves stand in a row, a node is a run of them, its halves are the two runs beside
//! its middle. A leaf keeps for every skill and every slot one word with a bit a volunteer, so that who fits among
//! sixty-four is one `and`. A node knows its corners and everything that anybody in it offers.

use super::Offered;

/// Volunteers of a leaf: the bits of a word.
pub(super) const LEAF: usize = 64;

/// Where somebody lives.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    pub(super) x_dm: i32,
    pub(super) y_dm: i32,
    pub(super) row: u32,
}

/// The bits of a leaf.
#[derive(Clone, Debug)]
struct Leaf {
    skills: [u64; u32::BITS as usize],
    slots: [u64; u64::BITS as usize],
}

/// A run of leaves.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    low: (i32, i32),
    high: (i32, i32),
    skills: u32,
    slots: u64,
}

/// A node and its leaves: nodes stand parent first, so a run of `n` leaves has `2n - 1` of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    node: usize,
    first: usize,
    leaves: usize,
}

/// Everybody.
#[derive(Debug)]
pub(super) struct Crowd {
    spots: Vec<Spot>,
    leaves: Vec<Leaf>,
    nodes: Vec<Node>,
}

/// Brings spots into runs of [`LEAF`] that lie together; the order is the same whatever it was before.
pub(super) fn arrange(spots: &mut [Spot]) {
    if spots.len() <= LEAF {
        return;
    }
    let (mut low, mut high) = ((i32::MAX, i32::MAX), (i32::MIN, i32::MIN));
    for spot in &*spots {
        low = (low.0.min(spot.x_dm), low.1.min(spot.y_dm));
        high = (high.0.max(spot.x_dm), high.1.max(spot.y_dm));
    }
    let middle = half(spots.len().div_ceil(LEAF)) * LEAF;
    if high.0.abs_diff(low.0) >= high.1.abs_diff(low.1) {
        spots.select_nth_unstable_by_key(middle, |spot| (spot.x_dm, spot.row));
    } else {
        spots.select_nth_unstable_by_key(middle, |spot| (spot.y_dm, spot.row));
    }
    let (left, right) = spots.split_at_mut(middle);
    arrange(left);
    arrange(right);
}

/// Leaves of the first half of a run.
const fn half(leaves: usize) -> usize {
    leaves / 2
}

impl Crowd {
    pub(super) fn of(volunteers: &[Offered]) -> Self {
        let serving = volunteers.iter().enumerate().filter(|(_, of)| of.shifts_max > 0);
        let mut spots: Vec<Spot> =
            serving.map(|(row, of)| Spot { x_dm: of.x_dm, y_dm: of.y_dm, row: row as u32 }).collect();
        arrange(&mut spots);
        let offers =
            |spot: &Spot| volunteers.get(spot.row as usize).map_or((0, 0), |of| (of.skills, of.slots));
        let leaves = spots.chunks(LEAF).map(|spots| Leaf::of(spots.iter().map(offers))).collect();
        let mut crowd = Self { spots, leaves, nodes: Vec::new() };
        if let Some(root) = crowd.root() {
            crowd.nodes.reserve(2 * root.leaves);
            crowd.build(root.first, root.leaves, &offers);
        }
        crowd
    }

    /// Adds the node of a run and those below it.
    fn build(&mut self, first: usize, leaves: usize, offers: &impl Fn(&Spot) -> (u32, u64)) -> Node {
        let at = self.nodes.len();
        if leaves == 1 {
            let mut node =
                Node { low: (i32::MAX, i32::MAX), high: (i32::MIN, i32::MIN), skills: 0, slots: 0 };
            for spot in self.spots_of(first) {
                let (skills, slots) = offers(spot);
                let place = (spot.x_dm, spot.y_dm);
                node = node.with(&Node { low: place, high: place, skills, slots });
            }
            self.nodes.push(node);
            return node;
        }
        self.nodes.push(Node { low: (0, 0), high: (0, 0), skills: 0, slots: 0 });
        let left = self.build(first, half(leaves), offers);
        let right = self.build(first + half(leaves), leaves - half(leaves), offers);
        let node = left.with(&right);
        if let Some(place) = self.nodes.get_mut(at) {
            *place = node;
        }
        node
    }

    /// The whole; `None` when there is nobody.
    pub(super) fn root(&self) -> Option<Run> {
        (!self.leaves.is_empty()).then_some(Run { node: 0, first: 0, leaves: self.leaves.len() })
    }

    pub(super) fn node(&self, run: Run) -> Option<&Node> {
        self.nodes.get(run.node)
    }

    /// The spots of a leaf.
    fn spots_of(&self, leaf: usize) -> &[Spot] {
        let end = self.spots.len().min((leaf + 1) * LEAF);
        self.spots.get(leaf * LEAF..end).unwrap_or_default()
    }

    /// Who in a leaf holds the skill and is free in the slot.
    pub(super) fn fitting(&self, leaf: usize, skill: u8, slot: u8) -> impl Iterator<Item = &Spot> {
        let bits = self.leaves.get(leaf).map_or(0, |leaf| {
            let of = |words: &[u64], bit: u8| words.get(usize::from(bit)).copied().unwrap_or(0);
            of(&leaf.skills, skill) & of(&leaf.slots, slot)
        });
        let spots = self.spots_of(leaf);
        Bits(bits).filter_map(move |bit| spots.get(bit))
    }
}

impl Run {
    /// The two halves; `Err` with the leaf when it is one.
    pub(super) const fn halves(self) -> Result<[Self; 2], usize> {
        if self.leaves == 1 {
            return Err(self.first);
        }
        let left = half(self.leaves);
        Ok([
            Self { node: self.node + 1, first: self.first, leaves: left },
            Self { node: self.node + 2 * left, first: self.first + left, leaves: self.leaves - left },
        ])
    }
}

impl Node {
    fn with(&self, other: &Self) -> Self {
        Self {
            low: (self.low.0.min(other.low.0), self.low.1.min(other.low.1)),
            high: (self.high.0.max(other.high.0), self.high.1.max(other.high.1)),
            skills: self.skills | other.skills,
            slots: self.slots | other.slots,
        }
    }

    /// Whether anybody in it holds the skill, and anybody is free in the slot.
    pub(super) const fn may_fit(&self, skill: u8, slot: u8) -> bool {
        skill < u32::BITS as u8
            && slot < u64::BITS as u8
            && self.skills >> skill & 1 == 1
            && self.slots >> slot & 1 == 1
    }

    /// How far it is at the least, by each axis.
    pub(super) fn apart(&self, x_dm: i32, y_dm: i32) -> (u32, u32) {
        let axis = |at: i32, low: i32, high: i32| at.abs_diff(at.clamp(low, high));
        (axis(x_dm, self.low.0, self.high.0), axis(y_dm, self.low.1, self.high.1))
    }
}

impl Leaf {
    fn of(offers: impl Iterator<Item = (u32, u64)>) -> Self {
        let mut leaf = Self { skills: [0; u32::BITS as usize], slots: [0; u64::BITS as usize] };
        for (at, (skills, slots)) in offers.enumerate() {
            for skill in Bits(u64::from(skills)) {
                leaf.skills.get_mut(skill).into_iter().for_each(|word| *word |= 1 << at);
            }
            for slot in Bits(slots) {
                leaf.slots.get_mut(slot).into_iter().for_each(|word| *word |= 1 << at);
            }
        }
        leaf
    }
}

/// The bits of a word that are set, the lowest first.
struct Bits(u64);

impl Iterator for Bits {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let bit = (self.0 != 0).then(|| self.0.trailing_zeros() as usize)?;
        self.0 &= self.0 - 1;
        Some(bit)
    }
}
