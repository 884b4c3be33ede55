//! The stages in their order: cheap refusals first, then what needs a build, then what needs a running server.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::tally::{Runner, Tally};
use crate::failure::{Failure, Outcome};
use crate::load::{ENGINES, tool};
use crate::postgres::{Cluster, SHARED, StopAfterwards};
use crate::{paths, process, setup};

/// One stage.
pub(super) struct Stage {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    /// What it may take on two cores in a clean checkout; only reported, because a timed test is a flaky test.
    pub(super) budget: Duration,
    /// Earlier stages that `--only` must run too.
    pub(super) builds_on: &'static [&'static str],
    pub(super) run: fn(&mut Session) -> Outcome<Verdict>,
}

/// What a stage found.
#[derive(Default)]
pub(super) struct Verdict {
    pub(super) tally: Tally,
    pub(super) summary: Option<String>,
}

/// What stages share in one run.
#[derive(Default)]
pub(super) struct Session {
    postgres: Option<Postgres>,
}

struct Postgres {
    url: String,
    /// Absent when the server ran before us: who started it keeps it.
    _stop: Option<StopAfterwards>,
}

impl Session {
    /// The URL of the shared cluster, started at the first call and stopped with the session.
    fn postgres(&mut self) -> Outcome<&str> {
        let postgres = match self.postgres.take() {
            Some(running) => running,
            None => {
                let cluster = Cluster::named(SHARED)?;
                let was_running = cluster.is_running();
                let url = cluster.start()?;
                let stop = if was_running { None } else { Some(cluster.stop_afterwards()?) };
                Postgres { url, _stop: stop }
            }
        };
        Ok(&self.postgres.insert(postgres).url)
    }
}

const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// Compilation may take 25 minutes of a CI run, the tests 30, everything 60.
pub(super) const STAGES: &[Stage] = &[
    Stage {
        name: "setup",
        about: "what the tests need is installed",
        budget: seconds(240),
        builds_on: &[],
        run: |_| setup::everything().map(|()| Verdict::default()),
    },
    Stage {
        name: "fmt",
        about: "the code is formatted",
        budget: seconds(30),
        builds_on: &[],
        run: |_| check(cargo().args(["fmt", "--all", "--check"])),
    },
    Stage {
        name: "clippy",
        about: "no compiler or clippy warning in any target",
        budget: seconds(540),
        builds_on: &[],
        run: |_| check(cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])),
    },
    Stage {
        name: "docs",
        about: "the documentation builds and every link in it leads somewhere",
        budget: seconds(240),
        builds_on: &[],
        run: |_| check(cargo().args(["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings")),
    },
    Stage {
        name: "build",
        about: "the server and all tests compile, once for the stages below",
        budget: seconds(720),
        builds_on: &[],
        run: |_| check(cargo().args(["build", "--workspace", "--bins", "--tests"])),
    },
    Stage {
        name: "rust",
        about: "unit and database tests, on SQLite and PostgreSQL",
        budget: seconds(1080),
        builds_on: &["setup"],
        run: rust,
    },
    Stage {
        name: "doctest",
        about: "the examples in the documentation run",
        budget: seconds(120),
        builds_on: &[],
        run: |_| tests(cargo().args(["test", "--workspace", "--doc", "--no-fail-fast"]), Runner::Libtest),
    },
    Stage {
        name: "browser",
        about: "pages in a real browser: journeys, accessibility, sizes, weight",
        budget: seconds(420),
        builds_on: &["setup", "build"],
        run: |session| pytest(session, "browser"),
    },
    Stage {
        name: "api",
        about: "every API operation for every role, with generated input",
        budget: seconds(210),
        builds_on: &["setup", "build"],
        run: |session| pytest(session, "api"),
    },
    Stage {
        name: "storm",
        about: "a thousand people want ten places at once, on both databases",
        budget: seconds(60),
        builds_on: &["setup", "build"],
        run: |_| load("storm", &[]),
    },
    Stage {
        name: "kills",
        about: "the server is killed and the power of PostgreSQL cut under load: nothing is lost or doubled",
        budget: seconds(120),
        builds_on: &["setup", "build"],
        run: |_| load("kills", &["--kills", "10", "--stops", "5"]),
    },
    Stage {
        name: "tamper",
        about: "one byte is changed, a thousand times on each database, and found each time",
        budget: seconds(180),
        builds_on: &["setup", "build"],
        run: |_| load("tamper", &["--changes", "1000"]),
    },
];

/// `cargo` as the CI wants it. Incremental compilation pays from the second build on, and a CI has only one.
fn cargo() -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(paths::root());
    if std::env::var_os("CI").is_some() {
        command.env("CARGO_INCREMENTAL", "0");
    }
    command
}

fn check(command: &mut Command) -> Outcome<Verdict> {
    process::run(command).map(|()| Verdict::default())
}

/// cargo-nextest where it is installed, `cargo test` where it is not.
fn rust(session: &mut Session) -> Outcome<Verdict> {
    let url = session.postgres()?;
    let (arguments, runner) = if process::succeeds(cargo().args(["nextest", "--version"])) {
        (["nextest", "run", "--workspace", "--no-fail-fast"].as_slice(), Runner::Nextest)
    } else {
        (["test", "--workspace", "--lib", "--bins", "--tests", "--no-fail-fast"].as_slice(), Runner::Libtest)
    };
    let mut command = cargo();
    command
        .args(arguments)
        .env("LINLI_TEST_POSTGRES", url)
        .env("LINLI_XTASK", paths::target().join("debug/xtask"));
    tests(&mut command, runner)
}

/// The tests below `e2e/` that carry this marker.
fn pytest(session: &mut Session, marker: &str) -> Outcome<Verdict> {
    let url = session.postgres()?;
    let mut command = Command::new(paths::venv_program("python"));
    command
        .current_dir(paths::root().join("e2e"))
        .args(["-m", "pytest", "-m", marker])
        .env("LINLI_BINARY", paths::binary())
        .env("LINLI_TEST_POSTGRES", url);
    tests(&mut command, Runner::Pytest)
}

/// A tool of `crates/load` on each database.
fn load(name: &str, options: &[&str]) -> Outcome<Verdict> {
    let mut verdict = Verdict::default();
    for engine in ENGINES {
        let one = tests(tool("debug", name, engine).args(options), Runner::Load)?;
        verdict.tally = [verdict.tally, one.tally].into_iter().sum();
        let summaries = [verdict.summary, one.summary].into_iter().flatten();
        verdict.summary = Some(summaries.collect::<Vec<_>>().join("; "));
    }
    Ok(verdict)
}

/// Runs a test runner and reads its summary. Success without a single test is a failure: a runner that found
/// nothing to run has proved nothing.
fn tests(command: &mut Command, runner: Runner) -> Outcome<Verdict> {
    let program = Path::new(command.get_program()).display().to_string();
    let run = process::run_and_keep(command.env("CARGO_TERM_COLOR", "never").env("NO_COLOR", "1"))?;
    let mut tally = runner.tally(&run.text);
    if run.success && tally.failed > 0 {
        return Err(Failure::new(format!("{program} reports failed tests and yet success")));
    }
    if run.success && tally.passed == 0 && !matches!(runner, Runner::Libtest) {
        return Err(Failure::new(format!("{program} ran no test")));
    }
    if !run.success && tally.failed == 0 {
        tally.failed = 1;
    }
    let lines = runner.summary_lines(&run.text);
    let summary = match lines.as_slice() {
        [line] => (*line).to_owned(),
        lines => format!("{} passed, {} failed in {} test binaries", tally.passed, tally.failed, lines.len()),
    };
    Ok(Verdict { tally, summary: Some(summary) })
}
