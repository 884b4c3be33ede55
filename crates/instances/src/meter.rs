//! What a step costs: seconds on the clock, seconds of all processors together; and the memory of the process.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};
use serde::Serialize;

/// Seconds of one step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Cost {
    /// On the clock.
    pub seconds: f64,
    /// Of every processor, added up.
    pub cpu_seconds: f64,
}

/// Runs from one step to the next.
pub(crate) struct Meter {
    clock: Instant,
    cpu: Duration,
}

impl Meter {
    pub(crate) fn start() -> Self {
        Self { clock: Instant::now(), cpu: cpu() }
    }

    /// The cost since the last lap.
    pub(crate) fn lap(&mut self) -> Cost {
        let now = Self::start();
        let seconds = (now.clock - self.clock).as_secs_f64();
        let cpu_seconds = now.cpu.saturating_sub(self.cpu).as_secs_f64();
        *self = now;
        Cost { seconds, cpu_seconds }
    }
}

/// CPU time of this process so far, all threads together.
pub(crate) fn cpu() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// The most memory this process ever had, in bytes; `None` where the system does not say.
pub(crate) fn peak_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}
