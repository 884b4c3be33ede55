//! What a learner is told, in the transaction of what it is about, so that the message exists exactly when that does.

use db::{Outcome, Tx};
use journal::Call;
use kernel::{Arg, Id, Person};
use notify::Channel;
use web::Said;

use crate::SessionCard;

kernel::words! {
    /// What is told, and the kind of its message.
    Notice {
        /// Has a place.
        Enrolled = "training_enrolled",
        /// The trainer put them on the list on the spot.
        WalkIn = "training_walk_in",
        /// The session was called off.
        Cancelled = "training_cancelled",
        /// Passed.
        Passed = "training_passed",
    }
}

static SAID: Said = Said::of(crate::LOCALES);

/// Tells the person; who has no phone is told by nobody. The message lies in the session's district.
pub(crate) fn tell(
    tx: &mut Tx<'_>,
    call: &Call,
    notice: Notice,
    person: Id<Person>,
    session: &SessionCard,
) -> Outcome<()> {
    let args = [
        ("title", Arg::from(session.title.clone())),
        ("when", Arg::from(session.starts_at)),
        ("address", Arg::from(session.address.clone())),
        ("reason", Arg::from(session.notice.clone())),
    ];
    let words = SAID.say(&format!("notice-{}", notice.word()), &args);
    if let Some(phone) = people::phone_of(tx, call.keys(), person)? {
        let district = session.id.district();
        notify::send(tx, call, district, Channel::Sms, &phone, notice.word(), &words, call.now)?;
    }
    Ok(())
}

/// The session as the proof of a skill: course, number and day.
pub(crate) fn proof(session: &SessionCard) -> String {
    let args = [
        ("title", Arg::from(session.title.clone())),
        ("number", Arg::Number(session.number)),
        ("day", Arg::from(session.starts_at.day().to_string())),
    ];
    SAID.say("training-proof", &args)
}
