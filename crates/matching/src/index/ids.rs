//! From a person's id to their place in the index: open addressing over 4 bytes each, as the ids stand in the rows.

use kernel::{Id, Person};

use super::NONE;

/// Places by id. The caller tells which id stands at a place.
#[derive(Clone, Debug, Default)]
pub(super) struct Ids {
    table: Vec<u32>,
    len: usize,
}

/// Three quarters full at most.
const fn room(table: usize) -> usize {
    table / 4 * 3
}

const TABLE_MIN: usize = 64;

fn hash(id: Id<Person>) -> u64 {
    let raw = u128::from_be_bytes(id.bytes());
    // Fibonacci hashing of both halves: the time above, chance below.
    ((raw >> 64) as u64 ^ (raw as u64).rotate_left(32)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

impl Ids {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    fn home(&self, id: Id<Person>) -> usize {
        // The table's length is a power of two, so its trailing zeros are the bits of a place in it.
        let bits = self.table.len().trailing_zeros();
        (hash(id) >> (64 - bits).min(63)) as usize
    }

    fn after(&self, at: usize) -> usize {
        (at + 1) & (self.table.len() - 1)
    }

    fn spot(&self, id: Id<Person>, id_at: impl Fn(u32) -> Id<Person>) -> Option<usize> {
        if self.table.is_empty() {
            return None;
        }
        let mut at = self.home(id);
        loop {
            match self.table[at] {
                NONE => return None,
                slot if id_at(slot) == id => return Some(at),
                _ => at = self.after(at),
            }
        }
    }

    /// Where somebody stands.
    pub(super) fn get(&self, id: Id<Person>, id_at: impl Fn(u32) -> Id<Person>) -> Option<u32> {
        self.spot(id, id_at).map(|at| self.table[at])
    }

    /// Notes where somebody new stands.
    pub(super) fn insert(&mut self, id: Id<Person>, slot: u32, id_at: impl Fn(u32) -> Id<Person>) {
        if self.len >= room(self.table.len()) {
            let size = (self.table.len() * 2).max(TABLE_MIN);
            let old = std::mem::replace(&mut self.table, vec![NONE; size]);
            for slot in old.into_iter().filter(|slot| *slot != NONE) {
                self.place(id_at(slot), slot);
            }
        }
        self.place(id, slot);
        self.len += 1;
    }

    fn place(&mut self, id: Id<Person>, slot: u32) {
        let mut at = self.home(id);
        while self.table[at] != NONE {
            at = self.after(at);
        }
        self.table[at] = slot;
    }

    /// Notes that somebody stands elsewhere now; `id_at` still finds them where they stood.
    pub(super) fn shift(&mut self, id: Id<Person>, to: u32, id_at: impl Fn(u32) -> Id<Person>) {
        if let Some(at) = self.spot(id, id_at) {
            self.table[at] = to;
        }
    }

    /// Forgets somebody; those who were put behind them for want of room move up.
    pub(super) fn remove(&mut self, id: Id<Person>, id_at: impl Fn(u32) -> Id<Person>) {
        let Some(mut hole) = self.spot(id, &id_at) else { return };
        self.len -= 1;
        let mut at = self.after(hole);
        while self.table[at] != NONE {
            let home = self.home(id_at(self.table[at]));
            // It may move up unless its home lies behind the hole, round the end of the table.
            let mask = self.table.len() - 1;
            if at.wrapping_sub(home) & mask >= at.wrapping_sub(hole) & mask {
                self.table[hole] = self.table[at];
                hole = at;
            }
            at = self.after(at);
        }
        self.table[hole] = NONE;
    }

    /// Bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        self.table.capacity() * size_of::<u32>()
    }
}
