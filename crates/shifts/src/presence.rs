//! A shift as far as hours are concerned.

use hours::{Engagement, EngagementKind};

use crate::shift::ShiftCard;

/// What `hours` needs to know of a shift.
pub(crate) fn engagement(shift: &ShiftCard) -> Engagement {
    Engagement {
        id: shift.id.cast(),
        kind: EngagementKind::Shift,
        division: shift.division,
        category: shift.category.clone(),
        from: shift.starts_at,
        to: shift.ends_at,
        apart: shift.apart,
        no_hours: shift.no_hours.clone(),
    }
}
