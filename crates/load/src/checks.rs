//! What a tool found to hold, and what not.

use std::process::ExitCode;

/// A list of checks that a tool makes, and its last line.
#[derive(Debug, Default)]
pub struct Checks {
    held: u32,
    broken: Vec<String>,
}

impl Checks {
    /// Notes whether something holds; says so when it does not.
    pub fn hold(&mut self, holds: bool, words: impl Into<String>) {
        if holds {
            self.held += 1;
        } else {
            let words = words.into();
            println!("BROKEN {words}");
            self.broken.push(words);
        }
    }

    /// Notes that a list of what is wrong is empty; says each of it when it is not.
    pub fn none<T: std::fmt::Debug>(&mut self, wrong: &[T], words: &str) {
        for one in wrong.iter().take(20) {
            println!("BROKEN {words}: {one:?}");
        }
        self.hold(wrong.is_empty(), format!("{words}: {}", wrong.len()));
    }

    /// Whether everything held so far.
    pub fn all_held(&self) -> bool {
        self.broken.is_empty()
    }

    /// Prints the line that `cargo xtask` adds up; exit code 1 when something did not hold.
    pub fn finish(self, tool: &str) -> ExitCode {
        println!("{tool} checks: {} passed, {} failed", self.held, self.broken.len());
        ExitCode::from(u8::from(!self.broken.is_empty()))
    }
}
