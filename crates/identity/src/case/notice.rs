//! What is told of a case: to those who decide it that it is there, to its person how it was decided.

use db::{Outcome, Tx};
use journal::Call;
use kernel::Arg;
use notify::Channel;
use vault::Phone;
use web::Said;

use super::{Case, CaseState};

static SAID: Said = Said::of(crate::LOCALES);

fn send(
    tx: &mut Tx<'_>,
    call: &Call,
    case: &Case,
    (to, kind, words): (&Phone, &'static str, &str),
) -> Outcome<()> {
    notify::send(tx, call, case.id.district(), Channel::Sms, to, kind, words, call.now)?;
    Ok(())
}

/// Tells the workers of the place that decides, or of the nearest above, and never who made the account.
pub(super) fn opened(tx: &mut Tx<'_>, call: &Call, case: &Case) -> Outcome<()> {
    let workers = people::workers(tx, people::Workers::Nearest, case.decider, case.made_by, call.now)?;
    let words = SAID.say("identity-notice-opened", &[("day", Arg::from(case.due.to_string()))]);
    for card in people::cards(tx, &workers)?.values() {
        if let Some(phone) = card.phone(call.keys())? {
            send(tx, call, case, (&phone, "case_opened", &words))?;
        }
    }
    Ok(())
}

/// Tells the person how it was decided, and why.
pub(super) fn decided(tx: &mut Tx<'_>, call: &Call, case: &Case) -> Outcome<()> {
    let key = if case.state == CaseState::Upheld { "identity-notice-upheld" } else { "identity-notice-kept" };
    let words = SAID.say(key, &[("reason", Arg::from(case.reason.clone()))]);
    send(tx, call, case, (&case.phone(call)?, "case_decided", &words))
}
