//! Which districts one transaction writes and locks.

use std::collections::BTreeSet;

use crate::{Rule, Shape, Source, Violation};

/// Collects the districts that the writes and locks of one transaction named.
///
/// Reads do not count: nothing relies on one snapshot over districts anyway.
#[derive(Clone, Debug)]
pub struct TransactionWatch {
    name: String,
    districts: BTreeSet<i64>,
    unreadable: Option<Violation>,
}

impl TransactionWatch {
    /// Starts to watch the transaction that its opener calls `name`.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), districts: BTreeSet::new(), unreadable: None }
    }

    /// Notes one executed statement. `parameter` gives the integer bound to `$n` (counted from 1), or `None`
    /// when there is none or it is no integer.
    pub fn saw(&mut self, shape: &Shape, parameter: impl Fn(u32) -> Option<i64>) {
        for source in &shape.districts {
            let (value, text) = match source {
                Source::Parameter(number) => (parameter(*number), format!("${number}")),
                Source::Literal(text) => (text.parse().ok(), text.clone()),
            };
            match value {
                Some(district) => {
                    self.districts.insert(district);
                }
                None => {
                    let subject = format!("{text} in transaction {}", self.name);
                    self.unreadable = Some(Violation::new(Rule::DistrictParameterMissing, subject));
                }
            }
        }
    }

    /// The districts seen so far.
    #[must_use]
    pub fn districts(&self) -> &BTreeSet<i64> {
        &self.districts
    }

    /// Ends the watch. `allowed_two` names the transactions that may take two districts; nobody may take three.
    ///
    /// # Errors
    /// [`Rule::TransactionOfTwoDistricts`], or [`Rule::DistrictParameterMissing`] when a write's district was
    /// not readable.
    pub fn finish(self, allowed_two: &[&str]) -> Result<(), Violation> {
        if let Some(violation) = self.unreadable {
            return Err(violation);
        }
        let most = if allowed_two.contains(&self.name.as_str()) { 2 } else { 1 };
        if self.districts.len() > most {
            let subject = format!("{}: {:?}", self.name, self.districts);
            return Err(Violation::new(Rule::TransactionOfTwoDistricts, subject));
        }
        Ok(())
    }
}
