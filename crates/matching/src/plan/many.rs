//! Many seats at once, where each of them alone would look far.
//!
//! Where hardly anything is lost from need to need, a seat looks at tens of thousands of places before it finds an end that is but
//! some metres away, and so does the next one. One search back from all ends tells every seat how far its own is: the nearest
//! ends are the roots of trees that share no place, so of each tree one seat goes its way, all at the same prices. No volunteer is
//! on two of the ways, since what one of them takes and in which slot is no longer as it was when the search came by.
//!
//! Of 60,000 volunteers and 50,000 needs where half of the city has nobody to spare (seed 15), 753 long searches looked at 62 of 63
//! million places. One search back places half of the 3,332 seats that wait by then. In turn on a busy machine solving took 8.1 s
//! of CPU instead of 15.8 (seed 13: 8.0 instead of 10.0, seed 11: 4.2 instead of 4.6). Where few searches are long it gains
//! nothing: 1.46 instead of 1.34 (seed 7), and 1.8 when it began at the second long search.

use super::{
    amount::Amount,
    goals::Goals,
    market::Market,
    search::{Node, Search},
    toward::Path,
};

/// When one in so many of the seats that wait was reached, the trees are read.
const SHARE: usize = 2;

impl<T: Amount> Market<T> {
    /// Places of these seats, needs that may come several times, as many as have a way of their own. Those that are left stay.
    /// Gives how many places were looked at.
    pub(super) fn place_many(&mut self, search: &mut Search<T>, seats: &mut Vec<u32>) -> usize {
        let bound =
            seats.iter().map(|&need| self.needs[need as usize].dual).max().unwrap_or(T::ZERO) + T::of(1);
        search.begin(self);
        let mut back = search.take_other(self);
        self.begin_at_ends(&mut back, bound);
        let mut waiting = vec![0_u32; self.needs.len()];
        seats.iter().for_each(|&need| waiting[need as usize] += 1);
        let (mut far, mut reached) = (T::ZERO, 0);
        let mut nowhere = Goals::none(bound);
        while let Some((distance, Node::Need(need))) = back.next_node(bound) {
            far = distance;
            reached += std::mem::take(&mut waiting[need]) as usize;
            if reached * SHARE >= seats.len() {
                break;
            }
            self.reach_holders(&mut back, need, distance, &mut nowhere);
        }
        self.reprice_all(&back, far, |dual, by| *dual -= by, |price, by| *price += by);
        let mut is_taken = vec![false; self.units.len()];
        seats.retain(|&seat| {
            let need = seat as usize;
            if back.far(Node::Need(need)).is_none_or(|distance| distance > far) {
                return true;
            }
            let mut path = Path::default();
            if !self.go_on_to_end(&mut path, &back, need, |head| !is_taken[head]) {
                return true;
            }
            for step in &path.steps {
                is_taken[self.pairs[step.pair as usize].head as usize] = true;
            }
            self.go(path);
            false
        });
        let visited = back.width();
        search.put_other(back);
        visited
    }
}
