//! What is wrong with a file, and where.

use std::{
    fmt, io,
    path::{Path, PathBuf},
};

/// A file that cannot be used, in words that say how to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileError {
    /// Which file.
    pub path: PathBuf,
    /// The line, the first is 1; `None` when it is the file as a whole.
    pub line: Option<u64>,
    /// The character in the line, the first is 1.
    pub column: Option<u64>,
    /// What is wrong, what was expected.
    pub words: String,
}

impl FileError {
    /// The file as a whole.
    pub fn whole(path: &Path, words: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line: None, column: None, words: words.into() }
    }

    /// One line of it.
    pub fn line(path: &Path, line: u64, words: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line: Some(line), column: None, words: words.into() }
    }

    pub(crate) fn io(path: &Path, doing: &str, error: &io::Error) -> Self {
        Self::whole(path, format!("cannot be {doing}: {error}"))
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if let Some(column) = self.column {
            write!(f, ", column {column}")?;
        }
        write!(f, ": {}", self.words)
    }
}

impl std::error::Error for FileError {}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// A file is wrong.
    File(FileError),
    /// What was asked for cannot be done with these files.
    Asked(String),
    /// The [`Watch`](crate::Watch) said stop before there was anything to keep. No file was touched.
    Stopped,
}

impl From<FileError> for Refused {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(error) => error.fmt(f),
            Self::Asked(words) => f.write_str(words),
            Self::Stopped => f.write_str("stopped before there was a plan; nothing was written"),
        }
    }
}

impl std::error::Error for Refused {}
