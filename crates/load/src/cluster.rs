//! A PostgreSQL of one's own that can be stopped in the middle, run by `cargo xtask postgres`.

use std::process::Command;

/// A throw-away PostgreSQL cluster; deleted when dropped.
#[derive(Debug)]
pub struct Cluster {
    name: String,
    url: String,
    environment: Vec<(&'static str, String)>,
}

impl Cluster {
    /// Makes and starts a cluster of this name, whose programs have this in their environment.
    ///
    /// # Panics
    /// When PostgreSQL is not installed or does not start.
    pub fn create(name: &str, environment: Vec<(&'static str, String)>) -> Self {
        let mut cluster = Self { name: name.to_owned(), url: String::new(), environment };
        cluster.url = cluster.run(&["start"]);
        cluster
    }

    fn run(&self, words: &[&str]) -> String {
        let mut xtask = match std::env::var_os("LINLI_XTASK") {
            Some(program) => Command::new(program),
            None => {
                let mut cargo = Command::new("cargo");
                cargo.arg("xtask");
                cargo
            }
        };
        let (action, rest) = words.split_first().expect("an action");
        xtask.envs(self.environment.iter().map(|(name, value)| (name, value)));
        let output = xtask.args(["postgres", action, "--name", &self.name]).args(rest).output();
        let output = output.expect("cargo xtask");
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Starts the server again, on the port it had.
    pub fn start(&self) {
        self.run(&["start"]);
    }

    /// Stops it as a power cut would: no checkpoint, every connection dropped.
    pub fn stop_now(&self) {
        self.run(&["stop", "--mode", "immediate"]);
    }

    /// URL of its database.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.run(&["drop"]);
    }
}
