//! Which places somebody chooses from in a form.

use journal::Call;
use kernel::{Action, DivisionCode};
use web::Choice;

use crate::Edition;

/// Places offered in a form at most.
const CHOICES_MAX: usize = 200;

/// The places in which the asker may do this, the largest of each role.
pub fn own(call: &Call, action: Action) -> Vec<DivisionCode> {
    let scope = call.actor.scope(action);
    scope.iter().filter_map(|range| DivisionCode::new(*range.start())).collect()
}

/// What a form offers: each own place, and the places right below it.
pub fn choices(tree: &Edition, own: &[DivisionCode], chosen: &str) -> Vec<Choice> {
    let below = own.iter().flat_map(|code| {
        let whole = Choice::new(code.to_string(), tree.full_name(*code).unwrap_or_else(|| code.to_string()));
        [whole].into_iter().chain(tree.children(*code).map(|one| Choice::new(one.code.to_string(), one.name)))
    });
    below.take(CHOICES_MAX).map(|choice| choice.chosen_if(chosen)).collect()
}
