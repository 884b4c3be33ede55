//! Progress on the terminal, and Ctrl-C.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};
use instances::{Stage, Watch};

/// Work that is done sooner shows no bar.
const PATIENCE: Duration = Duration::from_millis(700);
/// A bar of bytes.
const BYTES: &str = "  {msg} [{bar:30}] {bytes}/{total_bytes}";
/// A bar of things counted.
pub(crate) const COUNT: &str = "  {msg} [{bar:30}] {human_pos}/{human_len}";
/// What a shell expects of a process that Ctrl-C ended.
const INTERRUPTED: i32 = 130;

/// Shows how far the work is, on standard error when that is a terminal, and stops it when the process is told to.
pub(crate) struct Looking {
    began: Instant,
    shown: Mutex<Option<(&'static str, ProgressBar)>>,
    told: Arc<AtomicBool>,
}

impl Looking {
    /// From now on, Ctrl-C asks the work to come to an end; a second one ends the process.
    pub(crate) fn start() -> std::io::Result<Self> {
        let told = Arc::new(AtomicBool::new(false));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let signals = {
            let _in = runtime.enter();
            crate::serve::told_to_stop()?
        };
        let tell = Arc::clone(&told);
        thread::Builder::new().name("linli-signal".to_owned()).spawn(move || {
            runtime.block_on(async {
                signals.await;
                tell.store(true, Ordering::Relaxed);
                if let Ok(again) = crate::serve::told_to_stop() {
                    again.await;
                    std::process::exit(INTERRUPTED);
                }
            });
        })?;
        Ok(Self { began: Instant::now(), shown: Mutex::new(None), told })
    }
}

impl Looking {
    /// Shows so much of the whole of what is called so, and gives whether the work goes on.
    pub(crate) fn shows(&self, name: &'static str, template: &str, done: u64, whole: u64) -> bool {
        if self.began.elapsed() > PATIENCE {
            let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
            match shown.as_ref().filter(|(before, _)| *before == name) {
                Some((_, bar)) => {
                    bar.set_length(whole);
                    bar.set_position(done);
                }
                None => {
                    if let Some((_, before)) = shown.take() {
                        before.finish_and_clear();
                    }
                    *shown = Some((name, bar(name, template, done, whole)));
                }
            }
        }
        !self.told.load(Ordering::Relaxed)
    }
}

impl Watch for Looking {
    fn goes_on(&self, stage: Stage, done: u64, whole: u64) -> bool {
        let name = match stage {
            Stage::Reading => "Reading",
            Stage::Candidates => "Looking for candidates",
            Stage::Bidding => "Filling places",
            Stage::Proving => "Making it the best",
            Stage::Writing => "Writing",
        };
        self.shows(name, if stage == Stage::Reading { BYTES } else { COUNT }, done, whole)
    }
}

impl Drop for Looking {
    fn drop(&mut self) {
        if let Some((_, bar)) = self.shown.lock().unwrap_or_else(PoisonError::into_inner).take() {
            bar.finish_and_clear();
        }
    }
}

fn bar(name: &'static str, template: &str, done: u64, whole: u64) -> ProgressBar {
    let bar = ProgressBar::new(whole);
    bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.set_message(name);
    bar.set_position(done);
    bar
}
