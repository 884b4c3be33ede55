//! Which places somebody may exchange sheets of.

use db::{Outcome, Tx};
use journal::Call;
use kernel::{Action, DivisionCode, Refusal};

/// The place that was named, else the asker's own.
///
/// # Errors
/// `sheet-area` (invalid) when it is no place; forbidden when it is another's.
pub(crate) fn read(tx: &mut Tx<'_>, call: &Call, typed: &str) -> Outcome<DivisionCode> {
    let area = if typed.is_empty() {
        places::own(call, Action::ExchangeSheets).first().copied().ok_or_else(Refusal::forbidden)?
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
