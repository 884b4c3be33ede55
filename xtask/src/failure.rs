//! What went wrong, as one sentence for the person at the terminal.

use std::fmt;
use std::io;

/// The result of everything here that can fail.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

/// A sentence that says what failed and, where it is known, what to do about it.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    /// A failure with this sentence.
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }

    /// Turns an I/O error into a sentence that begins with what was being done.
    pub(crate) fn during(doing: impl fmt::Display) -> impl FnOnce(io::Error) -> Self {
        move |error| Self(format!("{doing}: {error}"))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
