//! What the demo tells about itself: who can sign in, and an example of every kind of page.

use std::path::Path;

use kernel::{DivisionCode, Role};
use serde_json::{Value, json};

use crate::error::Ended;

/// An id that nothing has.
const NOBODYS: &str = "00000000-0000-8000-8000-000000000000";

/// Somebody one can sign in as.
#[derive(Clone, Debug)]
pub(crate) struct Somebody {
    pub(crate) role: Role,
    pub(crate) title: &'static str,
    pub(crate) name: String,
    pub(crate) phone: String,
}

/// The guide; kept as a file beside the database, which says that the demo is complete.
#[derive(Clone, Debug)]
pub(crate) struct Guide {
    pub(crate) street: DivisionCode,
    people: Value,
    samples: Value,
}

impl Guide {
    /// A guide to these people, with example ids by the noun of their page.
    pub(crate) fn new(street: DivisionCode, people: &[Somebody], samples: &[(&str, String)]) -> Self {
        let person = |one: &Somebody| json!({"role": one.role.word(), "title": one.title, "name": one.name, "phone": one.phone});
        Self {
            street,
            people: people.iter().map(person).collect(),
            samples: samples.iter().map(|(noun, id)| ((*noun).to_owned(), Value::from(id.clone()))).collect(),
        }
    }

    pub(crate) fn write(&self, file: &Path) -> Result<(), Ended> {
        let whole =
            json!({"street": self.street.to_string(), "people": self.people, "samples": self.samples});
        Ok(std::fs::write(file, whole.to_string())?)
    }

    pub(crate) fn read(file: &Path) -> Result<Self, Ended> {
        let wrong =
            || Ended::Asked(format!("{} cannot be read; build the demo anew with --reset", file.display()));
        let whole: Value = serde_json::from_slice(&std::fs::read(file)?).map_err(|_| wrong())?;
        let part = |name: &str| whole.get(name).cloned().ok_or_else(wrong);
        let street = part("street")?;
        let street = street.as_str().and_then(|text| DivisionCode::parse(text).ok()).ok_or_else(wrong)?;
        Ok(Self { street, people: part("people")?, samples: part("samples")? })
    }

    /// `[{role, title, name, phone}]`.
    pub(crate) fn people(&self) -> &Value {
        &self.people
    }

    /// Who one can sign in as, a line each.
    pub(crate) fn lines(&self) -> String {
        let people = self.people.as_array().map(Vec::as_slice).unwrap_or_default();
        let text = |person: &Value, name: &str| {
            person.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        people
            .iter()
            .map(|person| {
                format!(
                    "    {}  {}  {}\n",
                    text(person, "phone"),
                    text(person, "name"),
                    text(person, "title")
                )
            })
            .collect()
    }

    /// A concrete address for the pattern of a route; `None` when the demo has no example of it.
    pub(crate) fn sample(&self, pattern: &str) -> Option<String> {
        if pattern == "/api/v1/people" {
            return Some("/api/v1/people?q=z".to_owned());
        }
        if pattern == "/api/v1/exports/{sheet}" {
            return Some(format!("/api/v1/exports/people?division={}", self.street));
        }
        let id = |noun: &str| self.samples.get(noun).and_then(Value::as_str).map(str::to_owned);
        if pattern == "/api/v1/audit/records" {
            return Some(format!("{pattern}?number=0000000000"));
        }
        if let "/x/export.csv" | "/api/v1/audit/export" = pattern {
            // A day of it: each takes statements of its own.
            let day = format!("{}-01-01", id("year")?);
            return Some(format!("{pattern}?division={}&from={day}&to={day}", self.street));
        }
        let mut before = "";
        let mut parts = Vec::new();
        for part in pattern.split('/') {
            parts.push(match (before, part) {
                (_, part) if !part.starts_with('{') => part.to_owned(),
                ("places" | "stations", "{code}") => self.street.to_string(),
                ("need" | "needs" | "tasks", _) => id("need")?,
                ("why" | "people" | "candidates", _) => id("person")?,
                ("places", "{id}") => id("station")?,
                ("activities" | "shifts", _) => id("shift")?,
                ("teams", _) => id("team")?,
                ("t" | "training" | "training-sessions", _) => id("session")?,
                // Whoever brought a file in sees it, and nobody else; nobody of the demo refuses a registration or photographs
                // a sheet.
                ("import" | "imports" | "cases" | "photos", _) => NOBODYS.to_owned(),
                ("samples", _) => id("sample")?,
                ("calls", "{id}") => id("call").unwrap_or_else(|| NOBODYS.to_owned()),
                ("calls", _) => "1".to_owned(),
                ("notices", _) => id("notice").unwrap_or_else(|| NOBODYS.to_owned()),
                ("c", _) => id("token")?,
                // Whoever has nothing to do with a card sees the same, whether there is one or not.
                ("card", _) => "000000.00000000000000000000000000000000".to_owned(),
                ("hours", _) if pattern.starts_with("/x/") => id("record")?,
                ("hours" | "attendance" | "claims" | "presences", _) => id("attendance")?,
                ("records" | "cert" | "certificates", _) => id("record")?,
                ("report", _) => id("year")?,
                ("verify", _) => "0000-0000-0000-0000".to_owned(),
                _ => return None,
            });
            before = part;
        }
        Some(parts.join("/"))
    }
}
