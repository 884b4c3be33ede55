//! From rows to a file.

use hours::ServedIn;
use kernel::{Arg, Id, Person};
use needs::AskedIn;
use people::{Card, Field, Listed};
use sheets::{Book, Column, Unwritable, Value};

use super::{Gathered, Kind, Rows};
use crate::words::{Words, clock, place, ymd};

/// Heads of the columns (`sheet-head-…`) and their widths.
pub(super) fn columns(kind: Kind) -> &'static [(&'static str, u8)] {
    match kind {
        Kind::People => &[
            ("volunteer-number", 14),
            ("name", 12),
            ("document-kind", 20),
            ("document", 22),
            ("phone", 14),
            ("community", 18),
            ("division", 15),
            ("age", 10),
            ("skills", 28),
            ("state", 12),
            ("joined", 12),
        ],
        Kind::Needs => &[
            ("need-number", 12),
            ("category", 24),
            ("community", 18),
            ("division", 15),
            ("need-state", 12),
            ("asked-at", 18),
            ("day", 12),
            ("from", 8),
            ("to", 8),
            ("channel", 12),
            ("risk", 16),
            ("urgent", 8),
            ("recipient", 12),
            ("recipient-phone", 14),
            ("helper", 12),
            ("helper-number", 14),
            ("rating", 10),
        ],
        Kind::Hours => &[
            ("volunteer-number", 14),
            ("name", 12),
            ("document", 22),
            ("day", 12),
            ("from", 8),
            ("to", 8),
            ("minutes", 12),
            ("grade", 16),
            ("category", 24),
            ("community", 18),
            ("division", 15),
            ("source", 12),
            ("attendance", 40),
        ],
    }
}

/// The file of what was gathered, and its name.
///
/// # Errors
/// [`Unwritable`], which is a defect.
pub(super) fn file(gathered: &Gathered, words: &Words) -> Result<(String, Vec<u8>), Unwritable> {
    let wish = gathered.wish;
    let head = |(name, width): &(&str, u8)| Column::new(words.say(&format!("sheet-head-{name}")), *width);
    let title = words.word("sheet-kind-", wish.kind.word());
    let columns = columns(wish.kind).iter().map(head).collect();
    let mut book = Book::new(title.clone(), ymd(gathered.at.day()), columns);
    let maker = Maker { gathered, words };
    match &gathered.rows {
        Rows::People(rows) => rows.iter().for_each(|row| book.push(maker.person(row))),
        Rows::Needs(rows) => rows.iter().for_each(|row| book.push(maker.need(row))),
        Rows::Hours(rows) => rows.iter().for_each(|row| book.push(maker.hours(row))),
    }
    book.notes_name = words.say("sheet-notes");
    book.notes = maker.notes(&title);
    if let Some((who, reason)) = &gathered.taken {
        let args = [
            ("who", Arg::from(who.clone())),
            ("at", Arg::from(maker.at())),
            ("reason", Arg::from(reason.clone())),
        ];
        book.mark = words.with("sheet-mark", &args);
        book.notes.push(book.mark.clone());
    }
    let name = format!("{title}-{}-{}.xlsx", wish.area, gathered.at.day());
    Ok((name, book.bytes()?))
}

struct Maker<'a> {
    gathered: &'a Gathered,
    words: &'a Words,
}

impl Maker<'_> {
    fn at(&self) -> String {
        self.gathered.at.local_text().replace('T', " ")
    }

    fn notes(&self, title: &str) -> Vec<String> {
        let (wish, words) = (self.gathered.wish, self.words);
        let area = self.gathered.tree.full_name(wish.area).unwrap_or_else(|| wish.area.to_string());
        let text = |text: String| Arg::from(text);
        let mut notes =
            vec![words.with("sheet-note-what", &[("what", text(title.to_owned())), ("area", text(area))])];
        if wish.kind != Kind::People {
            let days = [("from", text(wish.days.0.to_string())), ("to", text(wish.days.1.to_string()))];
            notes.push(words.with("sheet-note-days", &days));
        }
        let rows = i64::try_from(self.gathered.rows.len()).unwrap_or(i64::MAX);
        notes.push(words.with("sheet-note-rows", &[("rows", Arg::Number(rows)), ("at", text(self.at()))]));
        let masked = if self.gathered.taken.is_some() { "sheet-note-clear" } else { "sheet-note-masked" };
        notes.push(words.say(masked));
        notes.push(words.say("sheet-note-text"));
        if wish.kind == Kind::Hours {
            notes.push(words.say("sheet-note-grades"));
        }
        notes
    }

    /// What is shown of a person in clear, else what is masked.
    fn shown(&self, person: Id<Person>, field: Field, masked: String) -> Value {
        let at = self.gathered.wish.kind.fields().iter().position(|one| *one == field);
        let clear = at.and_then(|at| self.gathered.clear.get(&person)?.get(at)?.clone());
        clear.unwrap_or(masked).into()
    }

    /// Name and volunteer number of somebody a row names.
    fn named(&self, person: Id<Person>) -> (Value, Value) {
        let (name, number) = match self.gathered.named.get(&person) {
            Some((card, number)) => (card.name_masked.clone(), number.clone()),
            None => Default::default(),
        };
        (self.shown(person, Field::Name, name), number.into())
    }

    fn person(&self, row: &Listed) -> Vec<Value> {
        let (id, words) = (row.card.id, self.words);
        vec![
            row.volunteer_number.clone().into(),
            self.shown(id, Field::Name, row.card.name_masked.clone()),
            words.word("people-document-", &row.document_kind).into(),
            self.shown(id, Field::Document, stars(&row.document_last4)),
            self.shown(id, Field::Phone, stars(&row.card.phone_last4)),
            place(&self.gathered.tree, row.card.division).into(),
            row.card.division.to_string().into(),
            row.age_band.into(),
            row.skills
                .iter()
                .map(|skill| words.word("people-skill-", skill))
                .collect::<Vec<_>>()
                .join("、")
                .into(),
            words.word("sheet-state-", &row.state).into(),
            row.joined.map(|day| day.to_string()).unwrap_or_default().into(),
        ]
    }

    fn need(&self, row: &AskedIn) -> Vec<Value> {
        let words = self.words;
        let (recipient, _) = self.named(row.recipient);
        let (helper, number) = row.helper.map_or_else(|| ("".into(), "".into()), |helper| self.named(helper));
        let phone = |(card, _): &(Card, String)| stars(&card.phone_last4);
        let phone = self.gathered.named.get(&row.recipient).map(phone).unwrap_or_default();
        let rating = row.rating.filter(|rating| *rating > 0).map(|rating| rating.to_string());
        vec![
            row.number.clone().into(),
            words.word("category-", &row.category).into(),
            place(&self.gathered.tree, row.division).into(),
            row.division.to_string().into(),
            words.word("need-staff-", &row.state).into(),
            row.created_at.local_text().replace('T', " ").into(),
            row.starts_at.day().to_string().into(),
            clock(row.starts_at).into(),
            clock(row.ends_at).into(),
            words.word("need-channel-", &row.channel).into(),
            words.word("need-risk-", &row.risk).into(),
            if row.urgent { words.say("sheet-yes") } else { String::new() }.into(),
            recipient,
            self.shown(row.recipient, Field::Phone, phone),
            helper,
            number,
            words.word("sheet-rating-", &rating.unwrap_or_default()).into(),
        ]
    }

    fn hours(&self, row: &ServedIn) -> Vec<Value> {
        let words = self.words;
        let (name, number) = self.named(row.person);
        vec![
            number,
            name,
            self.shown(row.person, Field::Document, String::new()),
            row.from.day().to_string().into(),
            clock(row.from).into(),
            clock(row.to).into(),
            Value::Number(row.minutes.number()),
            words.word("shell-grade-", row.grade.word()).into(),
            words.word("category-", &row.category).into(),
            place(&self.gathered.tree, row.division).into(),
            row.division.to_string().into(),
            words.word("sheet-source-", &row.kind).into(),
            row.attendance.to_string().into(),
        ]
    }
}

/// `****1234`; nothing for nothing.
fn stars(last4: &str) -> String {
    if last4.is_empty() { String::new() } else { format!("****{last4}") }
}
