//! A disk whose every sync is slow, and counted: the shim of `shim/slow_sync.c` in front of a program.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The shim, and the file in which it counts.
#[derive(Debug)]
pub struct SlowDisk {
    shim: PathBuf,
    count: PathBuf,
    us: u64,
}

impl SlowDisk {
    /// Each sync takes so many microseconds more. `shim` is the built library; counts are kept in `folder`, which other
    /// users must be able to enter.
    ///
    /// # Panics
    /// When the folder cannot be written.
    pub fn new(shim: &Path, folder: &Path, us: u64) -> Self {
        // PostgreSQL runs elsewhere.
        let whole = |path: &Path| path.canonicalize().expect("a path that is there");
        let (shim, count) = (whole(shim), whole(folder).join(format!("syncs-{}", std::process::id())));
        fs::write(&count, [0; 8]).expect("the file with the count");
        let everybody = std::os::unix::fs::PermissionsExt::from_mode(0o666);
        fs::set_permissions(&count, everybody).expect("the count is everybody's");
        Self { shim, count, us }
    }

    /// What a program needs in its environment to have this disk.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("LD_PRELOAD", self.shim.display().to_string()),
            ("LINLI_SYNC_COUNT", self.count.display().to_string()),
            ("LINLI_SYNC_US", self.us.to_string()),
        ]
    }

    /// A program that has this disk.
    pub fn before(&self, mut program: Command) -> Command {
        program.envs(self.environment());
        program
    }

    /// Syncs so far.
    ///
    /// # Panics
    /// When the count is gone.
    pub fn syncs(&self) -> u64 {
        let bytes = fs::read(&self.count).expect("the count");
        u64::from_ne_bytes(bytes.try_into().expect("eight bytes"))
    }
}

impl Drop for SlowDisk {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.count);
    }
}
