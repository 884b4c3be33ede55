//! Weekly times as a form offers them: parts of the day, on working days and at weekends.

use kernel::Weekday;

/// A weekly time: weekday, from and to minute of the day.
pub(crate) type Time = (Weekday, i64, i64);

/// Word, first and last weekday (0 is Monday), from and to minute.
const PARTS: [(&str, u8, u8, i64, i64); 6] = [
    ("weekday-morning", 0, 4, 480, 720),
    ("weekday-afternoon", 0, 4, 720, 1_080),
    ("weekday-evening", 0, 4, 1_080, 1_260),
    ("weekend-morning", 5, 6, 480, 720),
    ("weekend-afternoon", 5, 6, 720, 1_080),
    ("weekend-evening", 5, 6, 1_080, 1_260),
];

/// The words of the parts.
pub(crate) fn words() -> impl Iterator<Item = &'static str> {
    PARTS.iter().map(|(word, ..)| *word)
}

/// The times of the chosen parts; a word that is none gives none.
pub(crate) fn times<'w>(chosen: impl Iterator<Item = &'w str>) -> Vec<Time> {
    chosen.filter_map(|word| PARTS.iter().find(|part| part.0 == word)).flat_map(of_part).collect()
}

fn of_part(&(_, first, last, from, to): &(&str, u8, u8, i64, i64)) -> impl Iterator<Item = Time> {
    (first..=last).filter_map(Weekday::new).map(move |day| (day, from, to))
}

/// The parts that the times hold whole, and the times that belong to none of these.
pub(crate) fn parts(times: &[Time]) -> (Vec<String>, Vec<Time>) {
    let whole: Vec<_> = PARTS.iter().filter(|part| of_part(part).all(|time| times.contains(&time))).collect();
    let covered: Vec<Time> = whole.iter().flat_map(|part| of_part(part)).collect();
    let other = times.iter().copied().filter(|time| !covered.contains(time)).collect();
    (whole.iter().map(|part| part.0.to_owned()).collect(), other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_become_times_and_come_back() {
        let chosen = ["weekday-evening", "weekend-morning", "nonsense"];
        let mut all = times(chosen.into_iter());
        assert_eq!(all.len(), 7);
        let odd = (Weekday::new(2).unwrap(), 600, 660);
        all.push(odd);
        let (words, other) = parts(&all);
        assert_eq!(words, ["weekday-evening", "weekend-morning"]);
        assert_eq!(other, [odd]);
        assert_eq!(parts(&all[1..]).0, ["weekend-morning"], "a part that lost a day is none");
    }
}
