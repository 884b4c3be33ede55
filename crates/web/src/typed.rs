//! Reading what was typed: everything that cannot be read is named at once.

use kernel::{FieldRefusal, Instant, Refusal};

use crate::Fields;

/// Reads times and numbers of a form, and keeps what cannot be read.
#[derive(Debug)]
pub struct Typed<'f> {
    fields: &'f Fields,
    wrong: Vec<FieldRefusal>,
}

impl<'f> Typed<'f> {
    /// Of a form.
    pub const fn new(fields: &'f Fields) -> Self {
        Self { fields, wrong: Vec::new() }
    }

    /// Names a field as wrong.
    pub fn refuse(&mut self, field: &'static str, rule: &'static str) {
        self.wrong.extend(Refusal::invalid(field, rule).fields);
    }

    /// A local date and time; `otherwise` stands in for what is refused.
    pub fn time(&mut self, field: &'static str, otherwise: Instant) -> Instant {
        let at = Instant::parse_local(self.fields.text(field));
        if at.is_none() {
            self.refuse(field, "time-unreadable");
        }
        at.unwrap_or(otherwise)
    }

    /// A number; nothing typed is 0, and `otherwise` stands in for what is refused.
    pub fn number(&mut self, field: &'static str, otherwise: i64) -> i64 {
        let text = self.fields.text(field);
        let number = if text.is_empty() { Some(0) } else { text.parse().ok() };
        if number.is_none() {
            self.refuse(field, "number-unreadable");
        }
        number.unwrap_or(otherwise)
    }

    /// Everything wrong: what could not be read, and what `rules` say of the other fields.
    ///
    /// # Errors
    /// Every wrong field, once.
    pub fn done(mut self, rules: Vec<FieldRefusal>) -> Result<(), Refusal> {
        let unread: Vec<_> = self.wrong.iter().map(|one| one.field).collect();
        self.wrong.extend(rules.into_iter().filter(|one| !unread.contains(&one.field)));
        if self.wrong.is_empty() { Ok(()) } else { Err(Refusal::fields(self.wrong)) }
    }
}

/// The fields of an invalid form, or another refusal beside one field.
pub fn beside(field: &'static str, refusal: &Refusal) -> Vec<FieldRefusal> {
    if refusal.fields.is_empty() {
        return vec![FieldRefusal { field, rule: refusal.rule, args: refusal.args.clone() }];
    }
    refusal.fields.clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wrong_field_is_named_once_and_a_form_reads_back() {
        let form = Fields::of(&[("at", "2026-03-09T08:30".to_owned()), ("text", "李 & 四+%=".to_owned())]);
        assert_eq!((form.text("at"), form.text("text")), ("2026-03-09T08:30", "李 & 四+%="));
        assert_eq!(
            form.digest(),
            Fields::of(&[("at", form.text("at").to_owned()), ("text", form.text("text").to_owned())])
                .digest()
        );
        let mut read = Typed::new(&form);
        assert_eq!(read.time("at", Instant::default()).local_text(), "2026-03-09T08:30");
        assert_eq!((read.number("none", 7), read.number("text", 7)), (0, 7));
        assert_eq!(read.time("text", Instant::default()), Instant::default());
        let rules = Refusal::invalid("text", "body-too-long")
            .fields
            .into_iter()
            .chain(Refusal::invalid("at", "request-unreadable").fields);
        let wrong = read.done(rules.collect()).unwrap_err().fields;
        let named: Vec<_> = wrong.iter().map(|one| (one.field, one.rule)).collect();
        assert_eq!(
            named,
            [("text", "number-unreadable"), ("text", "time-unreadable"), ("at", "request-unreadable")]
        );
        let conflict = Refusal::conflict("no-room");
        assert_eq!(beside("phone", &conflict)[0].rule, "no-room");
        assert_eq!(beside("phone", &Refusal::invalid("name", "number-unreadable"))[0].field, "name");
    }
}
