//! The volunteer's number: for speaking and for cards. It says nothing of its bearer; the row's key is the id.

use kernel::Random;

/// Letters and digits of GB 32100: no I, O, S, V, Z, which are misread.
const LETTERS: [char; 31] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'L',
    'M', 'N', 'P', 'Q', 'R', 'T', 'U', 'W', 'X', 'Y',
];

/// Characters of a number: nine by chance (31^9, so that two alike are not met in a city) and a check character.
pub const VOLUNTEER_NUMBER_CHARS: usize = 10;

/// The check character of GB 32100: weights 3^(i-1) modulo 31, which finds every single wrong character and every
/// pair of neighbours exchanged.
fn check(body: impl Iterator<Item = usize>) -> Option<char> {
    let (sum, _) = body.fold((0, 1), |(sum, weight), value| ((sum + value * weight) % 31, weight * 3 % 31));
    LETTERS.get((31 - sum) % 31).copied()
}

/// A new number.
pub(super) fn new_number(random: &Random) -> String {
    let values: Vec<usize> = (1..VOLUNTEER_NUMBER_CHARS).map(|_| random.below(31) as usize).collect();
    let body = values.iter().filter_map(|value| LETTERS.get(*value));
    body.chain(&check(values.iter().copied())).collect()
}

/// Whether the text is a number somebody may have: its check character fits.
pub fn is_volunteer_number(text: &str) -> bool {
    let values: Option<Vec<usize>> =
        text.chars().map(|c| LETTERS.iter().position(|letter| *letter == c)).collect();
    values.is_some_and(|values| {
        values.len() == VOLUNTEER_NUMBER_CHARS
            && values
                .split_last()
                .is_some_and(|(last, body)| check(body.iter().copied()) == LETTERS.get(*last).copied())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_number_is_found() {
        let random = Random::seeded(5);
        for _ in 0..50 {
            let number = new_number(&random);
            assert!(is_volunteer_number(&number), "{number}");
            let letters: Vec<char> = number.chars().collect();
            for at in 0..letters.len() {
                let mut wrong = letters.clone();
                wrong[at] = if wrong[at] == '7' { '8' } else { '7' };
                assert!(!is_volunteer_number(&wrong.iter().collect::<String>()) || wrong == letters);
                let mut swapped = letters.clone();
                if at > 0 && swapped[at] != swapped[at - 1] {
                    swapped.swap(at, at - 1);
                    assert!(!is_volunteer_number(&swapped.iter().collect::<String>()), "{number}");
                }
            }
        }
        assert!(!is_volunteer_number(""));
    }
}
