//! Who could serve which need, for a whole city at once: skill held, slot free, near enough.
//!
//! Places are decimetres on a plane, skills and slots are bits of a mask, so a million people are a few dozen
//! megabytes. This is the coarse form that a plan for many needs starts from; the full rules are
//! [`eligible`](crate::eligible). [`nearest`] gives each need the few who live nearest among those who hold its skill, are
//! free in its slot and live within reach; who lives as far as another comes after them when their row does.
//!
//! ```
//! use matching::candidates::{Offered, Reach, Wanted, nearest};
//!
//! let live = |x_dm, skills| Offered { x_dm, y_dm: 0, skills, slots: 0b1, shifts_max: 1 };
//! let volunteers = [live(9_000, 0b1), live(50_000, 0b1), live(10, 0b10), live(-400, 0b11)];
//! let need = Wanted { x_dm: 0, y_dm: 0, skill: 0, slot: 0, seats: 1, urgency: 1 };
//! let pairs = nearest(&volunteers, &[need], Reach::default(), 1, &mut |_, _| true).unwrap();
//! // The second lives beyond 3 km, the third lacks the skill.
//! let found: Vec<_> = pairs.iter().map(|pair| (pair.volunteer, pair.metres)).collect();
//! assert_eq!(found, [(3, 40), (0, 900)]);
//! ```
#![expect(
    clippy::cast_possible_truncation,
    reason = "rows of a problem are within 32 bits, and masks have few bits"
)]

mod crowd;
mod search;
#[cfg(test)]
mod tests;

pub use search::nearest;

use crate::plan::{Demand, Supply};

/// How far one looks, and for how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// So far at the most, in decimetres; beyond 2^31 it is as far as 2^31.
    pub radius_dm: u32,
    /// So many for each need at the most.
    pub most: usize,
}

impl Default for Reach {
    /// 3 km, which is half an hour on foot, and twenty, which leaves the optimum of a city as it is.
    fn default() -> Self {
        Self { radius_dm: 30_000, most: 20 }
    }
}

/// A volunteer, as far as candidates are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offered {
    /// East, decimetres.
    pub x_dm: i32,
    /// North, decimetres.
    pub y_dm: i32,
    /// A bit a skill they hold.
    pub skills: u32,
    /// A bit a slot they are free in.
    pub slots: u64,
    /// Needs they serve at most.
    pub shifts_max: u32,
}

/// A need, as far as candidates are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// East, decimetres.
    pub x_dm: i32,
    /// North, decimetres.
    pub y_dm: i32,
    /// The skill it asks: a bit of [`Offered::skills`].
    pub skill: u8,
    /// The slot it is in: a bit of [`Offered::slots`].
    pub slot: u8,
    /// How many people it asks for.
    pub seats: u32,
    /// What a filled seat weighs.
    pub urgency: u32,
}

impl From<Offered> for Supply {
    fn from(of: Offered) -> Self {
        Self { shifts_max: of.shifts_max }
    }
}

impl From<Wanted> for Demand {
    fn from(of: Wanted) -> Self {
        Self { slot: u16::from(of.slot), seats: of.seats, urgency: of.urgency }
    }
}

impl Wanted {
    /// Whether they hold the skill.
    pub const fn is_skill_of(&self, of: &Offered) -> bool {
        self.skill < u32::BITS as u8 && of.skills >> self.skill & 1 == 1
    }

    /// Whether they are free in the slot.
    pub const fn is_slot_of(&self, of: &Offered) -> bool {
        self.slot < u64::BITS as u8 && of.slots >> self.slot & 1 == 1
    }

    /// The square of how far they live, in decimetres.
    pub fn square_dm(&self, of: &Offered) -> u128 {
        let apart = |a: i32, b: i32| u128::from(a.abs_diff(b));
        apart(self.x_dm, of.x_dm).pow(2) + apart(self.y_dm, of.y_dm).pow(2)
    }

    /// How far they live, in metres as [`nearest`] says it; the most there is beyond its reach.
    pub fn metres(&self, of: &Offered) -> u32 {
        u64::try_from(self.square_dm(of)).map_or(u32::MAX, |square| search::metres(square.min(1 << 62)))
    }
}
