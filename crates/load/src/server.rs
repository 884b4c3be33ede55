//! `linli serve` as a child process that can be killed.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// How long a start may take before the tool gives up.
const START_WAIT: Duration = Duration::from_secs(60);

/// A running server; killed when dropped.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub at: SocketAddr,
    /// From the start of the process to its first answer.
    pub started_in: Duration,
}

/// The program: `LINLI_BINARY`, or the one of the development profile.
pub fn linli() -> PathBuf {
    std::env::var_os("LINLI_BINARY").map_or_else(|| PathBuf::from("target/debug/linli"), PathBuf::from)
}

impl Server {
    /// Starts the server and waits until it is healthy.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(database: &str, keys: &Path, area: &str) -> Self {
        Self::start_by(Command::new(linli()), database, keys, area)
    }

    /// [`Server::start`] with a program of one's own, or with a program that limits what it then runs.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start_by(mut program: Command, database: &str, keys: &Path, area: &str) -> Self {
        let began = Instant::now();
        let mut child = program
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--name",
                "Load",
                "--area",
                area,
                "--database",
                database,
            ])
            .arg("--keys")
            .arg(keys)
            .env("LINLI_LOG", "error")
            .stdout(Stdio::piped())
            .spawn()
            .expect("linli starts");
        let out = child.stdout.take().expect("its output");
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line).expect("its address");
        let at = line.trim().rsplit('/').next().and_then(|at| at.parse().ok()).expect("an address");
        let mut server = Self { child, at, started_in: Duration::ZERO };
        while !server.is_healthy() {
            assert!(began.elapsed() < START_WAIT, "the server does not become healthy");
            std::thread::sleep(Duration::from_millis(5));
        }
        server.started_in = began.elapsed();
        server
    }

    /// Whether it answers and reaches its database.
    pub fn is_healthy(&self) -> bool {
        crate::Client::new(self.at, None).get("/healthz").is_ok_and(|reply| reply.status == 200)
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL: no handler runs, nothing is flushed.
    pub fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
