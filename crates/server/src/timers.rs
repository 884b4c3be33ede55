//! What happens because time passes: unanswered askings, waiting lists, reminders, a look for alarms after midnight,
//! messages that are due.

use std::{
    cell::Cell,
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use db::{Db, Failure};
use journal::Kit;
use notify::Sender;
use web::App;

/// How often the timers look.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How often they look at what may wait: a calendar that another process has changed, recordings and files to be forgotten.
const REST_EVERY: Duration = Duration::from_secs(60);

/// Does everything that is due now. Each timer takes its work in transactions of its own, so being stopped
/// in the middle or run twice changes nothing.
pub(crate) fn tick(db: &Db, kit: &Arc<Kit>) -> Result<(), Failure> {
    soon(db, kit)?;
    audit::tick(db, kit)?;
    Ok(())
}

/// Does what somebody waits for.
fn soon(db: &Db, kit: &Arc<Kit>) -> Result<(), Failure> {
    needs::tick(db, kit, kit.clock.now())?;
    shifts::tick(db, kit)?;
    hours::tick(db, kit)?;
    training::tick(db, kit)?;
    Ok(())
}

/// Does what may wait for a minute.
fn rest(app: &App) -> Result<(), Failure> {
    let (db, kit) = (app.db(), app.kit());
    places::read_calendar(db, kit)?;
    needs::forget_recordings(db, kit.clock.now())?;
    hotline::forget(db, kit.clock.now())?;
    exchange::tick(app)
}

/// Starts the timers, and apart from them what may take long, the look over a district's quarter and a sheet whose import
/// goes on, and the messages, which wait for whoever sends them.
pub(crate) fn start(
    app: &App,
    sender: Box<dyn Sender>,
    stop: &Arc<AtomicBool>,
) -> io::Result<[JoinHandle<()>; 3]> {
    let shared = || (app.db().clone(), Arc::clone(app.kit()));
    let (db, kit) = shared();
    let ticking = repeat("linli-timers", stop, move || soon(&db, &kit))?;
    let (asked, rested) = (app.clone(), Cell::new(None::<Instant>));
    let working = repeat("linli-long-work", stop, move || {
        audit::tick(asked.db(), asked.kit())?;
        if rested.get().is_none_or(|at| at.elapsed() >= REST_EVERY) {
            rest(&asked)?;
            rested.set(Some(Instant::now()));
        }
        Ok(())
    })?;
    let (db, kit) = shared();
    let sending = repeat("linli-messages", stop, move || {
        notify::deliver_due(&db, &kit, sender.as_ref())?;
        Ok(())
    })?;
    Ok([ticking, working, sending])
}

fn repeat(
    name: &'static str,
    stop: &Arc<AtomicBool>,
    work: impl Fn() -> Result<(), Failure> + Send + 'static,
) -> io::Result<JoinHandle<()>> {
    let stop = Arc::clone(stop);
    thread::Builder::new().name(name.to_owned()).spawn(move || {
        while !stop.load(Ordering::Relaxed) {
            if let Err(failure) = work() {
                tracing::warn!(name, %failure, "what is due waits");
            }
            thread::sleep(LOOK_EVERY);
        }
    })
}
