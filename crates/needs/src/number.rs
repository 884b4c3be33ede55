//! The short number a person reads out on the phone: five signs and a check sign, `N7K3-2Q`.

use kernel::Random;

/// Digits and letters that are not mistaken for one another: no 0, 1, I, L, O. Thirty-one, a prime, so that the
/// weighted sum below finds every single wrong sign and every two that changed places.
const SIGNS: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";

/// Signs without the check sign.
const DATA: usize = 5;

/// A new number, by chance: 28 million a district. Whether it is taken, the table's unique index says.
pub(crate) fn draw(random: &Random) -> String {
    let values: Vec<usize> = (0..DATA).map(|_| random.below(SIGNS.len() as u64) as usize).collect();
    let text: String = values.iter().copied().chain([check(&values)]).filter_map(sign).collect();
    let (head, tail) = text.split_at(4);
    format!("{head}-{tail}")
}

/// The number as it is stored, from what a person types: in any case, with or without the dash. `None` when the
/// check sign does not fit.
pub fn parse(text: &str) -> Option<String> {
    let typed = text.trim().to_ascii_uppercase().replace(['-', ' '], "");
    let values: Option<Vec<usize>> =
        typed.bytes().map(|byte| SIGNS.iter().position(|sign| *sign == byte)).collect();
    let values = values.filter(|values| values.len() == DATA + 1)?;
    let (last, data) = values.split_last()?;
    (check(data) == *last).then(|| {
        let (head, tail) = typed.split_at(4);
        format!("{head}-{tail}")
    })
}

fn sign(value: usize) -> Option<char> {
    SIGNS.get(value).copied().map(char::from)
}

/// The value whose addition makes the sum of `(place + 1) × value` a multiple of 31; the check sign counts once.
fn check(data: &[usize]) -> usize {
    let sum: usize = data.iter().enumerate().map(|(place, value)| (place + 2) * value).sum();
    (SIGNS.len() - sum % SIGNS.len()) % SIGNS.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_slip_is_noticed(seed in 0_u64..100_000, place in 0_usize..6, other in 0_usize..31) {
            let number = draw(&Random::seeded(seed));
            prop_assert_eq!(number.len(), 7);
            prop_assert_eq!(parse(&number), Some(number.clone()));
            prop_assert_eq!(parse(&number.to_lowercase().replace('-', " ")), Some(number.clone()));
            let plain: Vec<u8> = number.bytes().filter(|b| *b != b'-').collect();
            let mut wrong = plain.clone();
            wrong[place] = SIGNS[other];
            prop_assert_eq!(parse(std::str::from_utf8(&wrong).unwrap()).is_some(), wrong == plain);
            let mut swapped = plain.clone();
            swapped.swap(place, (place + 1) % 6);
            prop_assert_eq!(parse(std::str::from_utf8(&swapped).unwrap()).is_some(), swapped == plain);
        }
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in ["", "N7K3", "N7K3-2", "N7K3-2Q7", "邻里", "O0I1-LL"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
