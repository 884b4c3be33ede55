//! What must be said of an enquiry, and when somebody is called back.

use kernel::{Calendar, FieldRefusal, Instant, Minutes, Refusal};

use crate::Said;

/// Characters of what is asked, and of what was answered, at most.
pub const WORDS_CHARS_MAX: usize = 500;
/// How far ahead a call-back may lie, in days.
pub const BACK_DAYS_MAX: i32 = 30;
/// Characters of any other field at most, which their own rules narrow.
const FIELD_CHARS_MAX: usize = 200;
/// Who is called back today is so after this much of the office's time.
const TODAY_MINUTES: Minutes = Minutes(60);
/// When who is called back tomorrow is so, in minutes after midnight.
const TOMORROW_MINUTE: i64 = 9 * 60;

/// What is too long to be kept.
pub(super) fn too_long(said: &Said) -> Vec<FieldRefusal> {
    let fields: [(&'static str, &str, usize); 14] = [
        ("words", &said.words, WORDS_CHARS_MAX),
        ("answer", &said.answer, WORDS_CHARS_MAX),
        ("kind", &said.kind, FIELD_CHARS_MAX),
        ("person", &said.person, FIELD_CHARS_MAX),
        ("name", &said.name, FIELD_CHARS_MAX),
        ("place", &said.place, FIELD_CHARS_MAX),
        ("division", &said.division, FIELD_CHARS_MAX),
        ("category", &said.category, FIELD_CHARS_MAX),
        ("day", &said.day, FIELD_CHARS_MAX),
        ("part", &said.part, FIELD_CHARS_MAX),
        ("urgent", &said.urgent, FIELD_CHARS_MAX),
        ("address", &said.address, FIELD_CHARS_MAX),
        ("back", &said.back, FIELD_CHARS_MAX),
        ("back_at", &said.back_at, FIELD_CHARS_MAX),
    ];
    let over = |(field, text, most): (&'static str, &str, usize)| {
        let most_number = i64::try_from(most).unwrap_or(i64::MAX);
        (text.chars().count() > most)
            .then(|| Refusal::invalid(field, "call-words-too-long").with("most", most_number).fields)
    };
    fields.into_iter().filter_map(over).flatten().collect()
}

/// When who asked is called back; `None` when it is answered.
///
/// # Errors
/// `call-words-missing`, `call-answer-missing`, `call-back-when`, `call-back-number` (invalid).
pub(super) fn enquiry(
    said: &Said,
    has_number: bool,
    (now, days): (Instant, &Calendar),
) -> Result<Option<Instant>, Refusal> {
    let mut wrong: Vec<FieldRefusal> = Vec::new();
    if said.words.is_empty() {
        wrong.extend(Refusal::invalid("words", "call-words-missing").fields);
    }
    let tomorrow = now.day().plus(1);
    let back = match said.back.as_str() {
        "" | "now" => {
            if said.answer.is_empty() {
                wrong.extend(Refusal::invalid("answer", "call-answer-missing").fields);
            }
            None
        }
        "today" => Some(needs::in_opening_hours(now, TODAY_MINUTES, days)),
        "tomorrow" => Some(tomorrow.at_minute(TOMORROW_MINUTE)),
        "at" => Instant::parse_local(&said.back_at)
            .filter(|at| *at > now && at.day() <= now.day().plus(BACK_DAYS_MAX))
            .or_else(|| {
                let most = i64::from(BACK_DAYS_MAX);
                wrong.extend(Refusal::invalid("back_at", "call-back-when").with("days", most).fields);
                None
            }),
        _ => {
            let most = i64::from(BACK_DAYS_MAX);
            wrong.extend(Refusal::invalid("back", "call-back-when").with("days", most).fields);
            None
        }
    };
    if back.is_some() && !has_number {
        wrong.extend(Refusal::invalid("number", "call-back-number").fields);
    }
    if wrong.is_empty() { Ok(back) } else { Err(Refusal::fields(wrong)) }
}

#[cfg(test)]
mod tests {
    use kernel::Day;

    use super::*;

    fn asked(back: &str, back_at: &str, answer: &str) -> Said {
        let text = str::to_owned;
        Said {
            words: text("几点开门"),
            back: text(back),
            back_at: text(back_at),
            answer: text(answer),
            ..Said::default()
        }
    }

    /// Monday, 9 March 2026, so many minutes after midnight.
    fn monday(minute: i64) -> Instant {
        Day::from_ymd(2026, 3, 9).unwrap().at_minute(minute)
    }

    #[test]
    fn who_asks_is_answered_or_called_back_in_the_offices_time() {
        let days = Calendar::default();
        let at = |said: &Said, minute| {
            enquiry(said, true, (monday(minute), &days)).unwrap().map(Instant::local_text)
        };
        assert_eq!(at(&asked("", "", "八点半"), 600), None);
        assert_eq!(at(&asked("now", "", "八点半"), 600), None);
        assert_eq!(at(&asked("today", "", ""), 600).as_deref(), Some("2026-03-09T11:00"));
        assert_eq!(at(&asked("today", "", ""), 22 * 60).as_deref(), Some("2026-03-10T09:30"));
        assert_eq!(at(&asked("tomorrow", "", ""), 600).as_deref(), Some("2026-03-10T09:00"));
        assert_eq!(at(&asked("at", "2026-03-12T15:30", ""), 600).as_deref(), Some("2026-03-12T15:30"));
    }

    #[test]
    fn everything_that_is_missing_is_said_at_once() {
        let days = Calendar::default();
        let rules = |said: &Said, number| {
            let refusal = enquiry(said, number, (monday(600), &days)).unwrap_err();
            refusal.fields.iter().map(|one| (one.field, one.rule)).collect::<Vec<_>>()
        };
        assert_eq!(
            rules(&Said::default(), true),
            [("words", "call-words-missing"), ("answer", "call-answer-missing")]
        );
        assert_eq!(rules(&asked("at", "2026-03-08T10:00", ""), true), [("back_at", "call-back-when")]);
        assert_eq!(rules(&asked("at", "2026-05-08T10:00", ""), true), [("back_at", "call-back-when")]);
        assert_eq!(rules(&asked("some day", "", ""), true), [("back", "call-back-when")]);
        assert_eq!(rules(&asked("today", "", ""), false), [("number", "call-back-number")]);
        let long = Said { words: "长".repeat(501), place: "长".repeat(201), ..Said::default() };
        assert_eq!(too_long(&long).len(), 2);
    }
}
