use kernel::{DivisionCode, Level};

/// What a community is, by the last three digits of its code (rules of the National Bureau of Statistics for
/// 统计用区划代码, as summed up with GB/T 10114).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CommunityKind {
    /// 居民委员会, 001 to 199.
    Residents,
    /// 村民委员会, 200 to 399.
    Villagers,
    /// 类似居民委员会 such as a factory's or a farm's quarters, 400 to 499.
    LikeResidents,
    /// 类似村民委员会, 500 to 599.
    LikeVillagers,
    /// A number the rules leave open.
    Other,
}

impl CommunityKind {
    /// The kind of a community; `None` for a code above that level.
    pub fn of(code: DivisionCode) -> Option<Self> {
        if code.level() != Level::Community {
            return None;
        }
        Some(match code.number() % 1_000 {
            1..=199 => Self::Residents,
            200..=399 => Self::Villagers,
            400..=499 => Self::LikeResidents,
            500..=599 => Self::LikeVillagers,
            _ => Self::Other,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_three_digits_tell_the_kind() {
        let of = |text: &str| CommunityKind::of(DivisionCode::parse(text).unwrap());
        assert_eq!(of("420103001001"), Some(CommunityKind::Residents));
        assert_eq!(of("420103001199"), Some(CommunityKind::Residents));
        assert_eq!(of("420103001200"), Some(CommunityKind::Villagers));
        assert_eq!(of("420103001400"), Some(CommunityKind::LikeResidents));
        assert_eq!(of("420103001599"), Some(CommunityKind::LikeVillagers));
        assert_eq!(of("420103001600"), Some(CommunityKind::Other));
        assert_eq!(of("420103001"), None);
    }
}
