//! What a person is told of a sign-up that changed without them: in the same transaction, so that the message exists
//! exactly when the change does. Nothing that can be taken back is told.

use db::{Outcome, Tx};
use journal::Call;
use kernel::{Arg, District, Id, Person};
use notify::Channel;
use web::{Language, Said};

use crate::{kinds::KindReviewCard, shift::ShiftCard};

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
        /// To who wants to publish: a second person says that it is volunteering.
        KindPassed = "kind_passed",
        /// The same: it is none.
        KindRefused = "kind_refused",
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
    send(tx, call, notice, person, shift.id.district(), &words(notice, shift, more))
}

/// Tells who wants to publish an activity what a second person said of it.
pub(crate) fn tell_of_kind(
    tx: &mut Tx<'_>,
    call: &Call,
    review: &KindReviewCard,
    title: &str,
    is_service: bool,
) -> Outcome<()> {
    let notice = if is_service { Notice::KindPassed } else { Notice::KindRefused };
    let words = SAID.say(&format!("notice-{}", notice.word()), &[("title", Arg::from(title.to_owned()))]);
    send(tx, call, notice, review.asked_by, review.id.district(), &words)
}

fn send(
    tx: &mut Tx<'_>,
    call: &Call,
    notice: Notice,
    person: Id<Person>,
    district: District,
    words: &str,
) -> Outcome<()> {
    if let Some(phone) = people::phone_of(tx, call.keys(), person)? {
        notify::send(tx, call, district, Channel::Sms, &phone, notice.word(), words, call.now)?;
    }
    Ok(())
}

static SAID: Said = Said::of(crate::LOCALES);

/// The text message, with the leader's own words at the end where there are any.
fn words(notice: Notice, shift: &ShiftCard, more: &[(&'static str, Arg)]) -> String {
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
