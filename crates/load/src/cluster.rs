//! A PostgreSQL of one's own that can be stopped in the middle.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::Command,
};

/// A throw-away PostgreSQL cluster; stopped when dropped.
pub struct Cluster {
    folder: PathBuf,
    port: u16,
}

/// Where Debian keeps the server's programs.
const PROGRAMS: &str = "/usr/lib/postgresql/15/bin";

impl Cluster {
    /// Makes and starts a cluster in `folder`, which must not exist yet.
    ///
    /// # Panics
    /// When PostgreSQL is not installed or does not start.
    pub fn create(folder: &Path) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("a port").port();
        let cluster = Self { folder: folder.to_owned(), port: free };
        std::fs::create_dir_all(folder).expect("a folder");
        cluster.own();
        cluster.run("initdb", &["-A", "trust", "-U", "postgres", "--locale=C.UTF-8"]);
        cluster.start();
        cluster
    }

    /// The server refuses to run as root, so its folder and its processes are the user `postgres`'s.
    fn own(&self) {
        if is_root() {
            let owned = Command::new("chown").arg("-R").arg("postgres").arg(&self.folder).status();
            assert!(owned.is_ok_and(|status| status.success()), "chown {}", self.folder.display());
        }
    }

    fn run(&self, program: &str, args: &[&str]) {
        let path = format!("{PROGRAMS}/{program}");
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--", &path]);
            command
        } else {
            Command::new(path)
        };
        let output =
            command.arg("-D").arg(&self.folder).args(args).output().expect("PostgreSQL is installed");
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Starts the server.
    pub fn start(&self) {
        let log = self.folder.join("log");
        let options = format!(
            "-p {} -k {} -c listen_addresses=127.0.0.1 -c max_connections=300",
            self.port,
            self.folder.display()
        );
        self.run("pg_ctl", &["-w", "-l", &log.to_string_lossy(), "-o", &options, "start"]);
    }

    /// Stops it as a power cut would: no checkpoint, every connection dropped.
    pub fn stop_now(&self) {
        self.run("pg_ctl", &["-m", "immediate", "-w", "stop"]);
    }

    /// URL of the database `postgres`.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if self.folder.join("postmaster.pid").exists() {
            self.stop_now();
        }
    }
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.starts_with(b"0"))
}
