//! Reads the summary lines of the test runners.

use std::iter::Sum;

/// How many tests ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) passed: u32,
    pub(super) failed: u32,
}

impl Sum for Tally {
    fn sum<I: Iterator<Item = Self>>(tallies: I) -> Self {
        tallies.fold(Self::default(), |sum, one| Self {
            passed: sum.passed + one.passed,
            failed: sum.failed + one.failed,
        })
    }
}

/// Whose summary lines to look for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Runner {
    /// `Summary [ 0.1s] 5 tests run: 4 passed (1 slow), 1 failed, 0 skipped`, once.
    Nextest,
    /// `test result: ok. 5 passed; 0 failed; …`, once for each binary.
    Libtest,
    /// `=== 1 failed, 3 passed in 0.12s ===`, once.
    Pytest,
    /// `kills on sqlite checks: 13 passed, 0 failed`, once for each run of a tool of `crates/load`.
    Load,
}

impl Runner {
    /// The summary lines in what the runner printed.
    pub(super) fn summary_lines(self, text: &str) -> Vec<&str> {
        text.lines().map(|line| line.trim_matches(['=', ' '])).filter(|line| self.is_summary(line)).collect()
    }

    /// The sum over the summary lines.
    pub(super) fn tally(self, text: &str) -> Tally {
        self.summary_lines(text).into_iter().map(count).sum()
    }

    fn is_summary(self, line: &str) -> bool {
        match self {
            Self::Nextest => line.starts_with("Summary ["),
            Self::Libtest => line.starts_with("test result:"),
            Self::Load => line.contains(" checks: "),
            Self::Pytest => {
                line.contains(" in ")
                    && line.split(' ').next().is_some_and(|word| word.parse::<u32>().is_ok())
            }
        }
    }
}

/// Adds up the pairs of a number and a word that tells an end; `1 slow` or `2 skipped` tell none.
fn count(line: &str) -> Tally {
    let words: Vec<&str> = line.split([' ', ',', ';', '(', ')']).filter(|word| !word.is_empty()).collect();
    let mut tally = Tally::default();
    for (number, word) in words.iter().zip(words.iter().skip(1)) {
        let Ok(number) = number.parse::<u32>() else { continue };
        match *word {
            "passed" => tally.passed += number,
            // "timed out" and "exec failed" are nextest's, "errors" are pytest's broken fixtures.
            "failed" | "timed" | "exec" | "error" | "errors" => tally.failed += number,
            _ => {}
        }
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nextest() {
        let text = "    PASS [   0.004s] xtask tests::a\n------------\n     Summary [  12.345s] 9 tests run: 5 passed (1 slow, 1 flaky), 2 failed, 1 timed out, 1 exec failed, 3 skipped\n";
        assert_eq!(Runner::Nextest.tally(text), Tally { passed: 5, failed: 4 });
    }

    #[test]
    fn libtest() {
        let text = "test result: ok. 5 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\ntest a ... ok\ntest result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
        assert_eq!(Runner::Libtest.tally(text), Tally { passed: 6, failed: 2 });
    }

    #[test]
    fn pytest() {
        let long = "E   3 passed in the corridor\n==== 1 failed, 3 passed, 2 skipped, 1 warning, 1 error in 65.31s (0:01:05) ====\n";
        assert_eq!(Runner::Pytest.summary_lines(long).len(), 1);
        assert_eq!(Runner::Pytest.tally(long), Tally { passed: 3, failed: 2 });
        assert_eq!(Runner::Pytest.tally("7 passed in 0.02s\n"), Tally { passed: 7, failed: 0 });
    }

    #[test]
    fn load() {
        let text = "{\"figure\":\"kills_survived\"}\nkills on sqlite checks: 11 passed, 2 failed\n";
        assert_eq!(Runner::Load.tally(text), Tally { passed: 11, failed: 2 });
    }

    #[test]
    fn nothing_printed_is_nothing_passed() {
        for runner in [Runner::Nextest, Runner::Libtest, Runner::Pytest, Runner::Load] {
            assert_eq!(runner.tally("error: could not compile\n"), Tally::default());
        }
    }
}
