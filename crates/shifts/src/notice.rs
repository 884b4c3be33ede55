//! What a person is told of a sign-up that changed without them: in the same transaction, so that the message exists
//! exactly when the change does. Nothing that can be taken back is told.

use db::{Outcome, Tx};
use journal::Call;
use kernel::{Arg, Id, Person};
use notify::Channel;
use web::{Language, Said};

use crate::shift::ShiftCard;

kernel::words! {
    /// What is told, and the kind of its message.
    Notice {
        /// Got a place from the waiting list.
        Place = "shift_place",
        /// The time or the place of the shift changed.
        Changed = "shift_changed",
        /// The time changed to one at which the person has promised to be elsewhere: the place is given up.
        Clash = "shift_clash",
        /// The shift was called off.
        Cancelled = "shift_cancelled",
        /// Checked in and not out: when did they leave?
        Left = "shift_left",
        /// A leader put the person on the list on the spot.
        WalkIn = "shift_walk_in",
        /// To the leader: somebody is still to be called, and the record has its day.
        DutyLeader = "duty_leader",
        /// To who is next: the leader has not called the roll.
        DutyNext = "duty_next",
        /// To the level above: it is the last day.
        DutyAbove = "duty_above",
    }
}

/// Tells the person; who has no phone is told by nobody. The message lies in the shift's district.
pub(crate) fn tell(
    tx: &mut Tx<'_>,
    call: &Call,
    notice: Notice,
    person: Id<Person>,
    shift: &ShiftCard,
) -> Outcome<()> {
    tell_more(tx, call, notice, person, shift, &[])
}

/// [`tell`] with more to say than the shift gives.
pub(crate) fn tell_more(
    tx: &mut Tx<'_>,
    call: &Call,
    notice: Notice,
    person: Id<Person>,
    shift: &ShiftCard,
    more: &[(&'static str, Arg)],
) -> Outcome<()> {
    let Some(phone) = people::phone_of(tx, call.keys(), person)? else { return Ok(()) };
    let words = words(notice, shift, more);
    let district = shift.id.district();
    notify::send(tx, call, district, Channel::Sms, &phone, notice.word(), &words, call.now)?;
    Ok(())
}

/// The text message, with the leader's own words at the end where there are any.
fn words(notice: Notice, shift: &ShiftCard, more: &[(&'static str, Arg)]) -> String {
    static SAID: Said = Said::of(crate::LOCALES);
    let Some(text) = SAID.text() else { return String::new() };
    let mut args = vec![
        ("title", Arg::from(shift.title.clone())),
        ("when", Arg::from(shift.starts_at)),
        ("address", Arg::from(shift.address.clone())),
    ];
    args.extend_from_slice(more);
    let mut words = text.get(Language::Chinese, &format!("notice-{}", notice.word()), &args);
    if matches!(notice, Notice::Cancelled | Notice::Changed | Notice::Clash) && !shift.notice.is_empty() {
        let note = [("note", Arg::from(shift.notice.clone()))];
        words.push_str(&text.get(Language::Chinese, "notice-note", &note));
    }
    words
}
