//! How a command ends when it cannot do what was asked: what is wrong, and how to mend it.

use std::process::ExitCode;

use kernel::{FieldRefusal, Refusal};
use web::{Language, Text};

/// A command that could not be carried out.
#[derive(Debug)]
pub(crate) enum Ended {
    /// What was asked is not possible as it was said; exit code 2.
    Asked(String),
    /// Something was found to be wrong with the data; exit code 1. It was printed already.
    Found,
    /// The machinery failed; exit code 3.
    Failed(String),
}

impl Ended {
    #[expect(clippy::print_stderr, reason = "the last words of a command")]
    pub(crate) fn report(&self) -> ExitCode {
        match self {
            Self::Asked(words) => {
                eprintln!("linli: {words}");
                ExitCode::from(2)
            }
            Self::Found => ExitCode::from(1),
            Self::Failed(words) => {
                eprintln!("linli: {words}\nlinli: `linli doctor` may know more");
                ExitCode::from(3)
            }
        }
    }
}

impl From<db::Fault> for Ended {
    fn from(fault: db::Fault) -> Self {
        Self::Failed(fault.to_string())
    }
}

impl From<db::Failure> for Ended {
    fn from(failure: db::Failure) -> Self {
        match failure {
            db::Failure::Refused(refusal) => match crate::compose::text() {
                Ok(text) => Self::Asked(told(&text, &refusal)),
                Err(words) => Self::Failed(words),
            },
            failure => Self::Failed(failure.to_string()),
        }
    }
}

/// A refusal in words: of fields, each with what is wrong with it.
fn told(text: &Text, refusal: &Refusal) -> String {
    if refusal.fields.is_empty() {
        return text.refusal(Language::English, refusal);
    }
    let one = |field: &FieldRefusal| format!("{}: {}", field.field, text.field(Language::English, field));
    refusal.fields.iter().map(one).collect::<Vec<_>>().join("\nlinli: ")
}

impl From<std::io::Error> for Ended {
    fn from(error: std::io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<vault::KeyFileError> for Ended {
    fn from(error: vault::KeyFileError) -> Self {
        let missing = matches!(&error, vault::KeyFileError::Io { source, .. } if source.kind() == std::io::ErrorKind::NotFound);
        let mend = if missing {
            "; bring it back from its backup, or make a new one with `linli keys create`"
        } else {
            ""
        };
        Self::Asked(format!("{error}{mend}"))
    }
}
