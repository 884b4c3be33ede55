//! Where the clusters lie and who owns them.
//!
//! PostgreSQL refuses to run as root, so root hands the folder and the programs to the user `postgres`. That user
//! must be able to reach the folder, which it cannot below a closed home such as `/root`; and a socket's path holds
//! 107 bytes at most. Where `target/postgres` does not do, a folder in `/var/tmp` named after the checkout does.

use std::ffi::OsStr;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{Failure, Outcome};
use crate::{paths, process};

/// Leaves room in the 107 bytes of a socket path for `/NAME/.s.PGSQL.65535`.
const PATH_BYTES_MAX: usize = 70;

/// The folder that holds one folder a cluster, made if it is not there.
///
/// # Errors
/// When no usable folder can be made.
pub(super) fn of_clusters() -> Outcome<PathBuf> {
    let beside_the_build = paths::target().join("postgres");
    if beside_the_build.as_os_str().as_bytes().len() <= PATH_BYTES_MAX {
        create(&beside_the_build)?;
        if process::succeeds(as_owner("test").arg("-w").arg(&beside_the_build)) {
            return Ok(beside_the_build);
        }
    }
    let mut hasher = DefaultHasher::new();
    beside_the_build.hash(&mut hasher);
    let elsewhere = Path::new("/var/tmp").join(format!("linli-postgres-{:016x}", hasher.finish()));
    create(&elsewhere)?;
    Ok(elsewhere)
}

/// Makes a folder that the server's user owns.
///
/// # Errors
/// When it cannot be made or handed over.
pub(super) fn create(folder: &Path) -> Outcome {
    fs::create_dir_all(folder).map_err(Failure::during(folder.display()))?;
    if paths::is_root() {
        process::output(Command::new("chown").arg("postgres:postgres").arg(folder))?;
    }
    Ok(())
}

/// A command that runs as the server's user: `postgres` when we are root, ourselves otherwise. It runs in `/`,
/// because that user may not be able to enter the current folder.
pub(super) fn as_owner(program: impl AsRef<OsStr>) -> Command {
    let mut command = if paths::is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.current_dir("/");
    command
}
