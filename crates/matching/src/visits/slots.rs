//! Slots for the relaxation: visits that nobody can serve both share one.
//!
//! Two visits that are both under way at one moment, whenever they begin, exclude each other. The fewest moments that
//! meet every such visit are found from the earliest end on; the visits of a moment share a slot. A visit that has
//! such room that it can always make way has a slot of its own. Numbers are used again where no volunteer sees both.

use super::{Visit, rules::Stay};
use crate::plan::Pair;

/// The slot of each visit. Where a volunteer has more than there are numbers the rest share the last one: the first
/// prices are worse then, and nothing else, as every bound is taken again from the rules.
pub(super) fn slots(visits: &[Visit], pairs: &[Pair], volunteers: usize) -> Vec<u16> {
    let groups = moments(visits);
    let mut by_group: Vec<Vec<u32>> = vec![Vec::new(); groups.iter().max().map_or(0, |last| last + 1)];
    for pair in pairs {
        by_group[groups[pair.need as usize]].push(pair.volunteer);
    }
    let mut used: Vec<Vec<u16>> = vec![Vec::new(); volunteers];
    let mut number = vec![0_u16; by_group.len()];
    let mut taken = Vec::new();
    for (group, members) in by_group.iter_mut().enumerate() {
        members.sort_unstable();
        members.dedup();
        taken.clear();
        taken.extend(members.iter().flat_map(|&volunteer| used[volunteer as usize].iter().copied()));
        taken.sort_unstable();
        taken.dedup();
        let free = (0..u16::MAX).zip(taken.iter().map(Some).chain(std::iter::repeat(None)));
        let free =
            free.into_iter().find(|(number, taken)| *taken != Some(number)).map_or(u16::MAX, |at| at.0);
        number[group] = free;
        for &volunteer in members.iter() {
            used[volunteer as usize].push(free);
        }
    }
    groups.into_iter().map(|group| number[group]).collect()
}

/// Numbers visits by the moment they share.
fn moments(visits: &[Visit]) -> Vec<usize> {
    let sure = |visit: &Visit| {
        let stay = Stay::of(visit);
        (stay.to - stay.length, stay.from + stay.length)
    };
    let mut order: Vec<usize> = (0..visits.len()).collect();
    order.sort_by_key(|&need| sure(&visits[need]).1);
    let mut groups = vec![0; visits.len()];
    let (mut moment, mut last, mut count) = (None, 0, 0);
    for need in order {
        let (begins, ends) = sure(&visits[need]);
        if begins >= ends {
            groups[need] = count;
            count += 1;
            continue;
        }
        if moment.is_none_or(|moment| begins >= moment) {
            moment = Some(ends);
            last = count;
            count += 1;
        }
        groups[need] = last;
    }
    groups
}
