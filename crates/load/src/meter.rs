//! CPU time and memory of the server and of its database, from /proc.

use std::fs;

use db::{Db, params};
use rustix::time::{ClockId, clock_gettime};

/// Hundredths of a second: what /proc counts in on Linux, whatever the kernel's own tick is.
const TICK_MS: f64 = 10.0;

/// Reads what a server and its PostgreSQL have used.
#[derive(Clone, Copy, Debug)]
pub struct Meter {
    server: u32,
    postmaster: Option<u32>,
}

/// The fields of /proc/PID/stat behind the name of the program, which may hold anything.
fn stat(pid: u32) -> Option<Vec<i64>> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = text.rsplit_once(") ")?;
    Some(fields.split(' ').map(|field| field.trim().parse().unwrap_or(-1)).collect())
}

// Places in what `stat` gives: the state is the first.
const PARENT: usize = 1;
const OWN_TIME: std::ops::Range<usize> = 11..13;
const TIME_WITH_ENDED_CHILDREN: std::ops::Range<usize> = 11..15;

fn ticks(pid: u32, which: std::ops::Range<usize>) -> i64 {
    stat(pid).and_then(|fields| fields.get(which).map(|times| times.iter().sum())).unwrap_or(0)
}

fn kilobytes(pid: u32, file: &str, line: &str) -> u64 {
    let text = fs::read_to_string(format!("/proc/{pid}/{file}")).unwrap_or_default();
    let found = text.lines().find_map(|one| one.strip_prefix(line));
    found.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

impl Meter {
    /// For this server, and for the PostgreSQL behind `db` if there is one on this machine.
    ///
    /// # Panics
    /// When the database does not answer.
    pub fn new(server: u32, db: &Db, postgres: bool) -> Self {
        let postmaster = postgres.then(|| {
            let (backend,): (i64,) = db
                .read_now("meter", |tx| tx.query_one("SELECT CAST(pg_backend_pid() AS BIGINT)", params![]))
                .expect("a backend");
            let parent =
                u32::try_from(backend).ok().and_then(stat).and_then(|stat| stat.get(PARENT).copied());
            u32::try_from(parent.expect("a postmaster")).expect("a process id")
        });
        Self { server, postmaster }
    }

    fn backends(postmaster: u32) -> Vec<u32> {
        let all = fs::read_dir("/proc").into_iter().flatten().flatten();
        let pids = all.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        pids.filter(|pid| {
            stat(*pid).and_then(|fields| fields.get(PARENT).copied()) == Some(i64::from(postmaster))
        })
        .collect()
    }

    /// Milliseconds of CPU used so far by the server, and by PostgreSQL with every process it has or had.
    pub fn cpu_ms(&self) -> (f64, f64) {
        let database = self.postmaster.map_or(0, |postmaster| {
            let alive: i64 = Self::backends(postmaster).into_iter().map(|pid| ticks(pid, OWN_TIME)).sum();
            alive + ticks(postmaster, TIME_WITH_ENDED_CHILDREN)
        });
        (ticks(self.server, OWN_TIME) as f64 * TICK_MS, database as f64 * TICK_MS)
    }

    /// Resident megabytes of the server.
    pub fn rss_mb(&self) -> f64 {
        kilobytes(self.server, "status", "VmRSS:") as f64 / 1024.0
    }

    /// Megabytes of PostgreSQL's processes, what they share counted once.
    pub fn database_mb(&self) -> f64 {
        let pids = self.postmaster.map(|postmaster| {
            let mut all = Self::backends(postmaster);
            all.push(postmaster);
            all
        });
        let all = pids.unwrap_or_default().into_iter().map(|pid| kilobytes(pid, "smaps_rollup", "Pss:"));
        all.sum::<u64>() as f64 / 1024.0
    }
}

/// Microseconds of CPU that this thread has used, to the nanosecond: /proc counts in larger steps.
pub fn thread_cpu_us() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e6 + time.tv_nsec as f64 / 1e3
}

/// Resident bytes of this process.
pub fn resident_bytes() -> usize {
    usize::try_from(kilobytes(std::process::id(), "status", "VmRSS:") * 1_024).unwrap_or(usize::MAX)
}
