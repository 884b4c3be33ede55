//! Where things lie. Everything made here is below the target folder, so `cargo clean` removes it.

use std::env;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// The root of the checkout.
pub(crate) fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_path_buf()
}

/// Cargo's target folder, absolute.
pub(crate) fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// The development binary that the browser and API tests drive.
pub(crate) fn binary() -> PathBuf {
    target().join("debug").join("linli")
}

/// A program of the Python environment that `setup` makes.
pub(crate) fn venv_program(name: &str) -> PathBuf {
    target().join("tools/venv/bin").join(name)
}

/// Whether this process is root, from the owner of its own entry in /proc (no `libc` needed).
pub(crate) fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|metadata| metadata.uid() == 0)
}
