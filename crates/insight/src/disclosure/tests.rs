//! Nobody can tell a count below the limit: every history of small trees, and subtraction over random larger ones.

use std::collections::{BTreeMap, HashMap};

use kernel::{DivisionCode, Random};

use super::{
    OPEN_CELL, SMALL_CELL,
    rules::{self, Divisions, circles_above},
};

/// A district's streets with their communities, and the chain above it.
struct Plan(BTreeMap<DivisionCode, Vec<DivisionCode>>);

const DISTRICT: &str = "420103";

impl Plan {
    /// Streets with so many communities each.
    fn of(streets: &[usize]) -> Self {
        let mut below: BTreeMap<DivisionCode, Vec<DivisionCode>> = BTreeMap::new();
        let mut add = |code: DivisionCode| {
            for (child, parent) in code.ancestors().zip(code.ancestors().skip(1)) {
                let children = below.entry(parent).or_default();
                if !children.contains(&child) {
                    children.push(child);
                }
            }
        };
        // The district has neighbours, so that nothing above it is one community.
        for code in ["420104001001", "420104001002", "430000000000", "430100000000"] {
            add(code.parse().unwrap());
        }
        for (street, communities) in (1..).zip(streets) {
            for community in 1..=*communities {
                add(format!("{DISTRICT}{street:03}{community:03}").parse().unwrap());
            }
        }
        Self(below)
    }

    /// The district and everything below it.
    fn nodes(&self) -> Vec<DivisionCode> {
        let district: DivisionCode = DISTRICT.parse().unwrap();
        let mut nodes = vec![district];
        let mut at = 0;
        while at < nodes.len() {
            nodes.extend(self.live(nodes[at]));
            at += 1;
        }
        nodes
    }

    fn leaves(&self) -> Vec<DivisionCode> {
        self.nodes().into_iter().filter(|node| self.live(*node).is_empty()).collect()
    }

    /// What each node tells: its count, or nothing.
    fn told(&self, nodes: &[DivisionCode], counts: &[i64], open_cell: i64) -> Vec<Option<i64>> {
        let of = |code: &DivisionCode| -> i64 {
            nodes.iter().position(|node| node == code).map_or(0, |position| counts[position])
        };
        let tells = |code: &DivisionCode| {
            let circles = circles_above(self, *code);
            circles.iter().all(|circle| rules::is_open(circle.members.iter().map(of), open_cell))
        };
        nodes.iter().map(|node| tells(node).then(|| of(node))).collect()
    }
}

impl Divisions for Plan {
    fn live(&self, code: DivisionCode) -> Vec<DivisionCode> {
        self.0.get(&code).cloned().unwrap_or_default()
    }
    fn ended(&self, _: DivisionCode) -> Vec<DivisionCode> {
        Vec::new()
    }
}

/// The counts of all nodes from those of the leaves.
fn sums(nodes: &[DivisionCode], leaves: &[DivisionCode], counts: &[i64]) -> Vec<i64> {
    let of = |node: &DivisionCode| {
        leaves.iter().zip(counts).filter(|(leaf, _)| node.contains(**leaf)).map(|(_, count)| count).sum()
    };
    nodes.iter().map(of).collect()
}

/// Every rising history of one leaf over so many days.
fn rising(days: usize, most: i64) -> Vec<Vec<i64>> {
    let mut histories = vec![vec![]];
    for _ in 0..days {
        let longer = histories.iter().flat_map(|history: &Vec<i64>| {
            let from = history.last().copied().unwrap_or(0);
            (from..=most).map(|next| history.iter().copied().chain([next]).collect())
        });
        histories = longer.collect();
    }
    histories
}

/// What is told of every place on every day; `None` is not told.
type Told = Vec<Option<i64>>;

/// The counts below `small` that somebody can tell who sees everything told on all days, knows the rule, and knows
/// that people only join: all histories that look the same have the same count there.
fn certain(plan: &Plan, days: usize, most: i64, (small, open_cell): (i64, i64)) -> Vec<String> {
    let (nodes, leaves) = (plan.nodes(), plan.leaves());
    let one = rising(days, most);
    let mut classes: HashMap<Told, (Vec<i64>, Vec<bool>)> = HashMap::new();
    let mut told_by_counts: HashMap<Vec<i64>, Told> = HashMap::new();
    for number in 0..one.len().pow(u32::try_from(leaves.len()).unwrap()) {
        let mut rest = number;
        let picked: Vec<&Vec<i64>> = leaves
            .iter()
            .map(|_| {
                let history = &one[rest % one.len()];
                rest /= one.len();
                history
            })
            .collect();
        let (mut seen, mut true_counts) = (Vec::new(), Vec::new());
        for day in 0..days {
            let counts: Vec<i64> = picked.iter().map(|history| history[day]).collect();
            let counts = sums(&nodes, &leaves, &counts);
            let told =
                told_by_counts.entry(counts.clone()).or_insert_with(|| plan.told(&nodes, &counts, open_cell));
            seen.extend(told.iter().copied());
            true_counts.extend(counts);
        }
        let (first, varies) =
            classes.entry(seen).or_insert_with(|| (true_counts.clone(), vec![false; true_counts.len()]));
        for (varies, (first, now)) in varies.iter_mut().zip(first.iter().zip(&true_counts)) {
            *varies |= first != now;
        }
    }
    let mut certain = Vec::new();
    for (seen, (counts, varies)) in classes {
        for (at, count) in counts.iter().enumerate() {
            if seen[at].is_none() && !varies[at] && *count < small {
                certain.push(format!(
                    "{} on day {}: {count} of {counts:?}",
                    nodes[at % nodes.len()],
                    at / nodes.len()
                ));
            }
        }
    }
    certain
}

#[test]
fn nobody_who_sees_everything_on_all_days_can_tell_a_small_count() {
    let (small, open_cell) = (2, 4);
    for (streets, days, most) in [
        (&[2][..], 3, 6),
        (&[3], 2, 6),
        (&[1, 2], 2, 6),
        (&[2, 1], 2, 6),
        (&[1, 1], 3, 6),
        (&[1, 1, 1], 2, 6),
        (&[2, 2], 2, 4),
        (&[1, 1, 2], 2, 4),
    ] {
        let certain = certain(&Plan::of(streets), days, most, (small, open_cell));
        assert!(certain.is_empty(), "{streets:?}: {} can be told: {:?}", certain.len(), certain.first());
    }
    assert_eq!(OPEN_CELL, 2 * SMALL_CELL, "as it was tried here");
}

#[test]
fn a_circle_that_opened_at_the_limit_itself_would_tell_who_came_last() {
    let at_the_limit = certain(&Plan::of(&[2]), 2, 6, (2, 2));
    assert!(!at_the_limit.is_empty(), "the search finds nothing, so it proves nothing");
}

/// Whether the count of `wanted` is a combination of the told ones: elimination over a large prime field.
fn is_a_combination(rows: &[Vec<i64>], wanted: &[i64]) -> bool {
    const PRIME: i64 = 1_000_000_007;
    fn inverse(number: i64) -> i64 {
        let (mut power, mut base, mut result) = (PRIME - 2, number.rem_euclid(PRIME), 1);
        while power > 0 {
            if power & 1 == 1 {
                result = result * base % PRIME;
            }
            base = base * base % PRIME;
            power >>= 1;
        }
        result
    }
    let rank = |rows: &[Vec<i64>]| {
        let mut rows = rows.to_vec();
        let mut rank = 0;
        for column in 0..wanted.len() {
            let Some(pivot) = (rank..rows.len()).find(|row| rows[*row][column] != 0) else { continue };
            rows.swap(rank, pivot);
            let scale = inverse(rows[rank][column]);
            let top = rows[rank].clone();
            for row in rows.iter_mut().skip(rank + 1).filter(|row| row[column] != 0) {
                let factor = row[column] * scale % PRIME;
                for (cell, above) in row.iter_mut().zip(&top) {
                    *cell = (*cell - factor * above).rem_euclid(PRIME);
                }
            }
            rank += 1;
        }
        rank
    };
    let with: Vec<Vec<i64>> = rows.iter().cloned().chain([wanted.to_vec()]).collect();
    rank(rows) == rank(&with)
}

#[test]
fn no_hidden_small_count_is_a_combination_of_the_told_ones_over_random_trees() {
    let (mut hidden, mut told_communities) = (0, 0);
    for seed in 1..=300 {
        let random = Random::seeded(seed);
        let below = |most: u64| usize::try_from(random.below(most)).unwrap();
        let streets: Vec<usize> = (0..1 + below(7)).map(|_| 1 + below(4) * below(3)).collect();
        let plan = Plan::of(&streets);
        let (nodes, leaves) = (plan.nodes(), plan.leaves());
        let plenty = 8 + random.below(40);
        let counts: Vec<i64> = leaves
            .iter()
            .map(|_| {
                i64::try_from(if below(6) == 0 { random.below(12) } else { plenty + random.below(40) })
                    .unwrap()
            })
            .collect();
        let sums = sums(&nodes, &leaves, &counts);
        let told = plan.told(&nodes, &sums, OPEN_CELL);
        let indicator = |node: &DivisionCode| -> Vec<i64> {
            leaves.iter().map(|leaf| i64::from(node.contains(*leaf))).collect()
        };
        let rows: Vec<Vec<i64>> = nodes
            .iter()
            .zip(&told)
            .filter(|(_, told)| told.is_some())
            .map(|(node, _)| indicator(node))
            .collect();
        for ((node, told), count) in nodes.iter().zip(&told).zip(&sums) {
            let is_leaf = leaves.contains(node);
            told_communities += usize::from(is_leaf && told.is_some());
            // A district of a single community is that community; there is nothing to hide it in.
            if told.is_none() && *count < SMALL_CELL {
                hidden += 1;
                assert!(!is_a_combination(&rows, &indicator(node)), "seed {seed}: {node} of {streets:?}");
            }
        }
    }
    assert!(
        hidden > 100 && told_communities > 100,
        "{hidden} hidden, {told_communities} told: too few to mean it"
    );
}

#[test]
fn a_single_community_of_a_street_takes_a_neighbour_into_its_circle() {
    let code = |text: &str| -> DivisionCode { text.parse().unwrap() };
    let circle = |plan: &Plan, parent: &str| rules::circle(plan, code(parent)).map(|circle| circle.members);
    let plan = Plan::of(&[3, 1, 2]);
    assert_eq!(circle(&plan, "420103"), Some(vec![code("420103002"), code("420103003")]));
    assert_eq!(circle(&plan, "420103002"), Some(vec![code("420103002001")]));
    assert_eq!(circle(&Plan::of(&[2, 2, 1]), "420103"), Some(vec![code("420103003"), code("420103001")]));
    assert_eq!(circle(&Plan::of(&[1, 2, 1]), "420103"), Some(vec![code("420103001"), code("420103003")]));
    assert_eq!(circle(&Plan::of(&[2, 3]), "420103"), None);
    // What lies below an area that is not told is not told either, however many it counts.
    let nodes = plan.nodes();
    let counts = sums(&nodes, &plan.leaves(), &[30, 30, 30, 3, 30, 30]);
    let told: Vec<String> = nodes
        .iter()
        .zip(plan.told(&nodes, &counts, OPEN_CELL))
        .filter_map(|(node, told)| told.map(|_| node.to_string()))
        .collect();
    let expected = ["420103000000", "420103001000", "420103001001", "420103001002", "420103001003"];
    assert_eq!(told, expected, "the street of one community, its neighbour and all below them are hidden");
}
