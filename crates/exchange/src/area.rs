//! Which places somebody may exchange sheets of.

use db::{Outcome, Tx};
use journal::Call;
use kernel::{Action, DivisionCode, Refusal};
use places::Edition;
use web::Choice;

/// Places offered in a form at most.
const CHOICES_MAX: usize = 200;

/// The places whose sheets the asker exchanges, the largest of each role.
pub(crate) fn own(call: &Call) -> Vec<DivisionCode> {
    let scope = call.actor.scope(Action::ExchangeSheets);
    scope.iter().filter_map(|range| DivisionCode::new(*range.start())).collect()
}

/// The place that was named, else the asker's own.
///
/// # Errors
/// `sheet-area` (invalid) when it is no place; forbidden when it is another's.
pub(crate) fn read(tx: &mut Tx<'_>, call: &Call, typed: &str) -> Outcome<DivisionCode> {
    let area = if typed.is_empty() {
        own(call).first().copied().ok_or_else(Refusal::forbidden)?
    } else {
        let code = DivisionCode::parse(typed).map_err(|_| Refusal::invalid("division", "sheet-area"))?;
        if code != DivisionCode::NATION && !places::tree_in(tx)?.contains(code) {
            return Err(Refusal::invalid("division", "sheet-area").into());
        }
        code
    };
    call.actor.must(Action::ExchangeSheets, area)?;
    Ok(area)
}

/// What a form offers: each own place, and the places right below it.
pub(crate) fn choices(tree: &Edition, own: &[DivisionCode], chosen: &str) -> Vec<Choice> {
    let below = own.iter().flat_map(|code| {
        let whole = Choice::new(code.to_string(), tree.full_name(*code).unwrap_or_else(|| code.to_string()));
        [whole].into_iter().chain(tree.children(*code).map(|one| Choice::new(one.code.to_string(), one.name)))
    });
    below.take(CHOICES_MAX).map(|choice| choice.chosen_if(chosen)).collect()
}
