//! The icon of each service category. Its words are `category-{word}` in the locale files of this crate.

use kernel::ServiceCategory;

/// Name of the category's icon in the sprite.
pub const fn category_icon(category: ServiceCategory) -> &'static str {
    match category {
        ServiceCategory::Convenience => "tools",
        ServiceCategory::Elderly => "old",
        ServiceCategory::Care => "home-heart",
        ServiceCategory::Medicine => "stethoscope",
        ServiceCategory::Hardship => "heart-handshake",
        ServiceCategory::Disability => "wheelchair",
        ServiceCategory::ParentChild => "baby-carriage",
        ServiceCategory::Study => "book",
        ServiceCategory::SkillTraining => "school",
        ServiceCategory::Psychology => "brain",
        ServiceCategory::LegalAid => "scale",
        ServiceCategory::Rights => "speakerphone",
        ServiceCategory::Jobs => "certificate",
        ServiceCategory::Environment => "leaf",
        ServiceCategory::Traffic => "traffic-lights",
        ServiceCategory::Neighbourhood => "building-community",
        ServiceCategory::Epidemic => "shield-check",
        ServiceCategory::Science => "bulb",
        ServiceCategory::Emergency => "first-aid-kit",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_category_has_an_icon_and_words() {
        let sprite = include_str!("../../assets/icons.svg");
        for category in ServiceCategory::ALL {
            assert!(sprite.contains(&format!("id=\"{}\"", category_icon(*category))), "{category:?}");
            for file in [crate::LOCALES.0, crate::LOCALES.1] {
                assert!(file.contains(&format!("\ncategory-{} = ", category.word())), "{category:?}");
            }
        }
    }
}
