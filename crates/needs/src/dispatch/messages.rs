//! What volunteers are told on their phones: that they are asked, and that they need not answer any more. Never who or
//! where.

use db::{Outcome, Tx};
use journal::Call;
use kernel::{Arg, Instant};
use matching::waves::Pace;
use web::{Language, Said};

use crate::{
    dispatch::{Offer, offer},
    need::Need,
    view::Words,
};

/// Why nobody need answer any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Closing {
    /// A neighbour said yes.
    Taken,
    /// The need ended.
    Ended,
}

/// Tells a volunteer that they are asked.
pub(super) fn tell(tx: &mut Tx<'_>, call: &Call, need: &Need, offer: &Offer) -> Outcome<()> {
    let Some(phone) = people::phone_of(tx, call.keys(), offer.volunteer)? else { return Ok(()) };
    let words = asked(need.category.word, offer.answer_by);
    let district = offer.id.district();
    notify::send(tx, call, district, notify::Channel::Sms, &phone, "offer", &words, offer.sent_at)?;
    Ok(())
}

/// Ends every open offer of a need, and thanks those who had been told and have not answered; at night, if it can wait,
/// in the morning.
pub(crate) fn close_open(tx: &mut Tx<'_>, call: &Call, need: &Need, why: Closing) -> Outcome<()> {
    let told = offer::close(tx, need.id, call.now)?;
    if told.is_empty() {
        return Ok(());
    }
    let words = thanks(need.category.word, why);
    let at = if need.urgent { call.now } else { Pace::default().after_quiet(call.now) };
    for card in people::cards(tx, &told)?.values() {
        if let Some(phone) = card.phone(call.keys())? {
            let district = need.id.district();
            notify::send(tx, call, district, notify::Channel::Sms, &phone, "offer_closed", &words, at)?;
        }
    }
    Ok(())
}

/// Tells the resident what the desk noted down as their word.
pub(crate) fn tell_heard(tx: &mut Tx<'_>, call: &Call, need: &Need) -> Outcome<()> {
    let Some(phone) = people::phone_of(tx, call.keys(), need.recipient)? else { return Ok(()) };
    let (district, at) = (need.id.district(), Pace::default().after_quiet(call.now));
    let words = heard(need.category.word);
    notify::send(tx, call, district, notify::Channel::Sms, &phone, "need_heard", &words, at)?;
    Ok(())
}

fn heard(category: &str) -> String {
    say(|words| {
        let category = words.say(&format!("category-{category}"), &[]);
        words.say("need-message-heard", &[("category", Arg::from(category))])
    })
}

fn asked(category: &str, answer_by: Instant) -> String {
    say(|words| {
        let category = words.say(&format!("category-{category}"), &[]);
        let at = words.moment(answer_by);
        words.say("task-message", &[("category", Arg::from(category)), ("at", Arg::from(at))])
    })
}

fn thanks(category: &str, why: Closing) -> String {
    say(|words| {
        let category = words.say(&format!("category-{category}"), &[]);
        let key = match why {
            Closing::Taken => "task-message-taken",
            Closing::Ended => "task-message-ended",
        };
        words.say(key, &[("category", Arg::from(category))])
    })
}

/// Says something in Chinese.
pub(crate) fn say(what: impl FnOnce(&Words<'_>) -> String) -> String {
    static SAID: Said = Said::of(crate::LOCALES);
    let words = SAID.text().map(|text| Words { text, language: Language::Chinese });
    words.map_or_else(String::new, |words| what(&words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_messages_name_every_category_in_words() {
        for category in crate::CATEGORIES {
            let at = testkit::beginning();
            let messages = [
                asked(category.word, at),
                thanks(category.word, Closing::Taken),
                thanks(category.word, Closing::Ended),
                heard(category.word),
            ];
            for words in messages {
                assert!(!words.is_empty() && !words.contains('['), "{words}");
            }
        }
        assert!(thanks("elderly", Closing::Taken).contains("已有邻居帮忙了，谢谢您"));
        assert!(asked("elderly", testkit::beginning()).contains("3月9日 周一 09:00"));
    }
}
