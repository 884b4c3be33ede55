//! What people are told of their hours, and of hours that wait for them, in the transaction of what it tells.

use db::{Outcome, Tx};
use journal::Call;
use kernel::{Arg, District, Id, Person};
use notify::Channel;
use web::{Language, Said};

use crate::quiet::not_at_night;

kernel::words! {
    /// What is told, and the kind of its message.
    Notice {
        /// Somebody typed in hours of yours: were you there?
        Typed = "hours_typed",
        /// The same once more, before it lapses.
        TypedAgain = "hours_typed_again",
        /// A claim in an area below waits for an answer that nobody gave in time.
        ClaimLate = "hours_claim_late",
    }
}

/// Tells the person, not at night; who has no phone is told by nobody. The message lies in `district`.
pub(crate) fn tell(
    tx: &mut Tx<'_>,
    call: &Call,
    notice: Notice,
    district: District,
    person: Id<Person>,
    args: &[(&'static str, Arg)],
) -> Outcome<()> {
    static SAID: Said = Said::of(crate::LOCALES);
    let (Some(phone), Some(text)) = (people::phone_of(tx, call.keys(), person)?, SAID.text()) else {
        return Ok(());
    };
    let words = text.get(Language::Chinese, &format!("notice-{}", notice.word()), args);
    notify::send(tx, call, district, Channel::Sms, &phone, notice.word(), &words, not_at_night(call.now))?;
    Ok(())
}
