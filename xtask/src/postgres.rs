//! Throw-away PostgreSQL clusters for tests, each with its own folder, socket and port.
//!
//! `fsync` stays on and nothing else is relaxed: tests kill these servers and count what survives. The superuser is
//! `postgres`, without a password, reachable on 127.0.0.1 only. A test that stops a server under load starts its own
//! cluster with `--name`; the program to call is in the environment variable `LINLI_XTASK` during `cargo xtask test`.

mod folder;

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::failure::{Failure, Outcome};
use crate::{Subcommand, process};

pub(crate) const SUBCOMMAND: Subcommand = Subcommand {
    name: "postgres",
    usage: &[
        "start [--name NAME]",
        "stop  [--name NAME] [--mode fast|immediate]",
        "url   [--name NAME]",
        "drop  [--name NAME]",
    ],
    about: "A throw-away PostgreSQL: start prints its URL and keeps the port it had; stop --mode immediate is a crash; drop deletes it.",
    run,
};

/// The cluster all tests share unless they ask for their own.
pub(crate) const SHARED: &str = "tests";

const CONNECTIONS_MAX: u32 = 300;

/// One cluster, running or not.
pub(crate) struct Cluster {
    folder: PathBuf,
    programs: PathBuf,
}

impl Cluster {
    /// The cluster of this name (letters, digits and `-`); nothing is made yet.
    ///
    /// # Errors
    /// When the name cannot be part of a path, PostgreSQL is not installed, or no folder can be used.
    pub(crate) fn named(name: &str) -> Outcome<Self> {
        if name.is_empty() || !name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-') {
            return Err(Failure::new(format!(
                "`{name}` is no name for a cluster: use letters, digits and -"
            )));
        }
        Ok(Self { folder: folder::of_clusters()?.join(name), programs: programs()? })
    }

    /// Makes the cluster if there is none, starts it unless it runs, and gives its [`url`](Self::url).
    ///
    /// # Errors
    /// When `initdb` or the server fails; the server's own words are in `server.log` of its folder.
    pub(crate) fn start(&self) -> Outcome<String> {
        if self.is_running() {
            return self.url();
        }
        if !self.data().join("PG_VERSION").exists() {
            self.make()?;
        }
        let port = self.port_to_use()?;
        fs::write(self.port_file(), port.to_string()).map_err(Failure::during("keeping the port"))?;
        let mut start = self.pg_ctl("start");
        start
            .arg("--wait")
            .arg("--log")
            .arg(self.folder.join("server.log"))
            .args(["--options", &format!("-p {port}")]);
        // The server inherits the output streams, so they must not be pipes that somebody reads to the end.
        if !process::succeeds(&mut start) {
            let log = fs::read_to_string(self.folder.join("server.log")).unwrap_or_default();
            let last: Vec<&str> = log.lines().rev().take(10).collect();
            let last: Vec<&str> = last.into_iter().rev().collect();
            return Err(Failure::new(format!("PostgreSQL does not start:\n{}", last.join("\n"))));
        }
        self.url()
    }

    /// Stops the server if it runs and deletes the cluster.
    ///
    /// # Errors
    /// When it does not stop or the folder cannot be deleted.
    pub(crate) fn delete(&self) -> Outcome {
        self.stop(Mode::Immediate)?;
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder).map_err(Failure::during(self.folder.display()))?;
        }
        Ok(())
    }

    /// Stops the server if it runs.
    ///
    /// # Errors
    /// When `pg_ctl` cannot stop it within its minute.
    pub(crate) fn stop(&self, mode: Mode) -> Outcome {
        if !self.is_running() {
            return Ok(());
        }
        process::output(self.pg_ctl("stop").arg("--wait").args(["--mode", mode.word()])).map(drop)
    }

    /// The superuser's URL of the maintenance database.
    ///
    /// # Errors
    /// When the cluster was never started.
    pub(crate) fn url(&self) -> Outcome<String> {
        let port = self.last_port().ok_or_else(|| Failure::new("this PostgreSQL was never started"))?;
        Ok(format!("postgres://postgres@127.0.0.1:{port}/postgres"))
    }

    /// Whether a server runs on this folder.
    pub(crate) fn is_running(&self) -> bool {
        self.data().exists() && process::succeeds(&mut self.pg_ctl("status"))
    }

    /// Stops the server when the returned value is dropped **or this process ends in any way**, Ctrl-C and SIGKILL
    /// included: a small shell waits for the end of its input, which only this process keeps open.
    ///
    /// # Errors
    /// When no shell can be started.
    pub(crate) fn stop_afterwards(&self) -> Outcome<StopAfterwards> {
        let mut stop = self.pg_ctl("stop");
        stop.args(["--wait", "--mode", "fast"]);
        let child = Command::new("sh")
            .args(["-c", "trap '' INT TERM HUP; cat; exec \"$@\"", "stop-postgresql"])
            .arg(stop.get_program())
            .args(stop.get_args())
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(Failure::during("sh"))?;
        Ok(StopAfterwards(child))
    }

    fn make(&self) -> Outcome {
        folder::create(&self.folder)?;
        let mut initdb = folder::as_owner(self.programs.join("initdb"));
        initdb.args([
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]);
        process::output(initdb.arg("--pgdata").arg(self.data()))?;
        let settings = format!(
            "\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '{}'\nmax_connections = {CONNECTIONS_MAX}\n",
            self.folder.display()
        );
        let file = self.data().join("postgresql.conf");
        let appended = fs::OpenOptions::new()
            .append(true)
            .open(&file)
            .and_then(|mut file| file.write_all(settings.as_bytes()));
        appended.map_err(Failure::during(file.display()))
    }

    /// The port of the last start while it is free, so that clients find a restarted server again.
    fn port_to_use(&self) -> Outcome<u16> {
        if let Some(port) = self.last_port()
            && TcpListener::bind(("127.0.0.1", port)).is_ok()
        {
            return Ok(port);
        }
        let free = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
        Ok(free.map_err(Failure::during("looking for a free port"))?.port())
    }

    fn last_port(&self) -> Option<u16> {
        fs::read_to_string(self.port_file()).ok()?.trim().parse().ok()
    }

    fn pg_ctl(&self, action: &str) -> Command {
        let mut command = folder::as_owner(self.programs.join("pg_ctl"));
        command.arg(action).arg("--pgdata").arg(self.data());
        command
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn port_file(&self) -> PathBuf {
        self.folder.join("port")
    }
}

/// How a server is asked to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Cuts the connections and writes everything down.
    Fast,
    /// Drops everything at once: the next start recovers from the log, as after a power cut.
    Immediate,
}

impl Mode {
    fn word(self) -> &'static str {
        match self {
            Self::Fast => "fast",
            Self::Immediate => "immediate",
        }
    }
}

/// Stops a server when dropped; see [`Cluster::stop_afterwards`].
pub(crate) struct StopAfterwards(Child);

impl Drop for StopAfterwards {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        if !self.0.wait().is_ok_and(|status| status.success()) {
            eprintln!("xtask: PostgreSQL was not running any more when the tests ended");
        }
    }
}

/// The folder of the newest PostgreSQL's programs; Debian keeps them off the path.
fn programs() -> Outcome<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").map(|entries| entries.flatten().collect::<Vec<_>>());
    let newest = versions
        .unwrap_or_default()
        .iter()
        .filter(|entry| entry.path().join("bin/initdb").exists())
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .max();
    match newest {
        Some(version) => Ok(Path::new("/usr/lib/postgresql").join(version.to_string()).join("bin")),
        None => process::output(Command::new("pg_config").arg("--bindir"))
            .map(|folder| PathBuf::from(folder.trim()))
            .map_err(|_| Failure::new("PostgreSQL is not installed; run `cargo xtask setup`")),
    }
}

fn run(arguments: &[String]) -> Outcome {
    let request = Request::parse(arguments)?;
    let cluster = Cluster::named(&request.name)?;
    match request.action {
        Action::Start => println!("{}", cluster.start()?),
        Action::Url => println!("{}", cluster.url()?),
        Action::Stop(mode) => cluster.stop(mode)?,
        Action::Drop => cluster.delete()?,
    }
    Ok(())
}

#[derive(Debug, PartialEq, Eq)]
struct Request {
    action: Action,
    name: String,
}

#[derive(Debug, PartialEq, Eq)]
enum Action {
    Start,
    Stop(Mode),
    Url,
    Drop,
}

impl Request {
    fn parse(arguments: &[String]) -> Outcome<Self> {
        let refuse = |what: &str| Failure::new(format!("{what}; see `cargo xtask postgres --help`"));
        let mut words = arguments.iter().map(String::as_str);
        let mut action = match words.next() {
            Some("start") => Action::Start,
            Some("stop") => Action::Stop(Mode::Fast),
            Some("url") => Action::Url,
            Some("drop") => Action::Drop,
            other => return Err(refuse(&format!("`{}` is no action", other.unwrap_or_default()))),
        };
        let mut name = SHARED.to_owned();
        while let Some(option) = words.next() {
            match (option, words.next()) {
                ("--name", Some(value)) => name = value.to_owned(),
                ("--mode", Some("fast")) if matches!(action, Action::Stop(_)) => {
                    action = Action::Stop(Mode::Fast)
                }
                ("--mode", Some("immediate")) if matches!(action, Action::Stop(_)) => {
                    action = Action::Stop(Mode::Immediate)
                }
                _ => return Err(refuse(&format!("`{option}` is not understood"))),
            }
        }
        Ok(Self { action, name })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Outcome<Request> {
        Request::parse(&line.split(' ').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn requests_are_understood() {
        let request = parse("stop --mode immediate --name kills").unwrap();
        assert_eq!(request, Request { action: Action::Stop(Mode::Immediate), name: "kills".to_owned() });
        assert_eq!(parse("start").unwrap(), Request { action: Action::Start, name: SHARED.to_owned() });
        for wrong in ["", "begin", "start --mode fast", "stop --mode slow", "url --name"] {
            assert!(parse(wrong).is_err(), "{wrong} was accepted");
        }
    }

    /// Starts, crashes and stops a real server; needs PostgreSQL installed, as all database tests do.
    #[test]
    fn a_crashed_server_comes_back_on_its_port_with_its_data() {
        let name = format!("xtask-{}", std::process::id());
        let cluster = Cluster::named(&name).unwrap();
        let ask = |sql: &str| {
            let mut psql = Command::new(cluster.programs.join("psql"));
            process::output(psql.arg(cluster.url().unwrap()).args(["-Atc", sql])).unwrap().trim().to_owned()
        };
        let url = cluster.start().unwrap();
        let stop = cluster.stop_afterwards().unwrap();
        assert_eq!(ask("SHOW fsync"), "on");
        ask("CREATE TABLE kept AS SELECT 42 AS answer");
        cluster.stop(Mode::Immediate).unwrap();
        assert!(!cluster.is_running());
        assert_eq!(cluster.start().unwrap(), url);
        assert_eq!(ask("SELECT answer FROM kept"), "42");
        drop(stop);
        assert!(!cluster.is_running());
        run(&["drop".to_owned(), "--name".to_owned(), name]).unwrap();
        assert!(!cluster.folder.exists());
    }

    #[test]
    fn a_name_stays_inside_the_folder() {
        for wrong in ["", "../data", "a/b", "a b"] {
            assert!(Cluster::named(wrong).is_err(), "{wrong} was accepted");
        }
    }
}
