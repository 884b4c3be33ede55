//! Installs what the tests need on a Debian 12 that has only Rust: Debian packages and a Python environment.
//!
//! It runs before every `cargo xtask test`, so it first looks whether anything is missing and is done in
//! milliseconds when nothing is. No browser is ever downloaded: Playwright drives Debian's Chromium. No Node is
//! needed: Playwright brings its own driver and axe-core's script comes inside a Python package.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{Failure, Outcome};
use crate::{Subcommand, paths, process};

pub(crate) const SUBCOMMAND: Subcommand = Subcommand {
    name: "setup",
    usage: &[""],
    about: "Installs what the tests need: PostgreSQL, Chromium, a Chinese font, Python tools. Quick when all is there.",
    run: |_| everything(),
};

const PACKAGES: &[&str] = &["postgresql", "chromium", "fonts-noto-cjk", "python3-venv"];

/// Makes everything ready: packages first, because the Python environment needs one of them.
///
/// # Errors
/// When something is missing and cannot be installed; says which command would.
pub(crate) fn everything() -> Outcome {
    debian_packages()?;
    python_environment()
}

fn debian_packages() -> Outcome {
    if !Path::new("/usr/bin/dpkg-query").exists() {
        println!(
            "This is no Debian: have {} (or what your system calls them) installed.",
            PACKAGES.join(", ")
        );
        return Ok(());
    }
    let missing: Vec<&str> = PACKAGES.iter().copied().filter(|package| !is_installed(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !paths::is_root() {
        let install = format!("apt-get install --yes --no-install-recommends {}", missing.join(" "));
        return Err(Failure::new(format!(
            "Debian packages are missing; as root run:\n    apt-get update && {install}"
        )));
    }
    process::run(apt_get().arg("update"))?;
    process::run(apt_get().args(["install", "--yes", "--no-install-recommends"]).args(&missing))
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn is_installed(package: &str) -> bool {
    let mut query = Command::new("dpkg-query");
    query.args(["--show", "--showformat=${db:Status-Status}", package]);
    process::output(&mut query).is_ok_and(|status| status == "installed")
}

/// Makes `target/tools/venv` hold exactly what `e2e/requirements.txt` pins. The copy of that file inside the
/// environment is written last, so a broken installation is made anew.
fn python_environment() -> Outcome {
    let requirements = paths::root().join("e2e/requirements.txt");
    let venv = paths::target().join("tools/venv");
    let stamp = venv.join("requirements.txt");
    let wanted = fs::read_to_string(&requirements).map_err(Failure::during(requirements.display()))?;
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    process::run(Command::new(python()).args(["-m", "venv", "--clear"]).arg(&venv))?;
    process::run(
        Command::new(paths::venv_program("python"))
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"])
            .arg(&requirements),
    )?;
    fs::write(&stamp, wanted).map_err(Failure::during(stamp.display()))
}

/// Debian's own Python, whose `venv` module the package list brings; elsewhere the first on the path.
fn python() -> PathBuf {
    let debian = PathBuf::from("/usr/bin/python3");
    if debian.exists() { debian } else { PathBuf::from("python3") }
}
