//! What happens because time passes: unanswered askings, waiting lists, messages that are due.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use db::{Db, Failure};
use journal::Kit;
use notify::{DemoSender, NoSender, Sender};
use web::App;

/// How often the timers look.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Does everything that is due now. Each timer takes its work in transactions of its own, so being stopped
/// in the middle or run twice changes nothing.
pub(crate) fn tick(db: &Db, kit: &Arc<Kit>, sender: &dyn Sender) -> Result<(), Failure> {
    needs::tick(db, kit, kit.clock.now())?;
    shifts::tick(db, kit)?;
    notify::deliver_due(db, kit, sender)?;
    Ok(())
}

pub(crate) fn start(app: &App, stop: &Arc<AtomicBool>) -> std::io::Result<JoinHandle<()>> {
    let demo = app.is_demo();
    let (db, kit, stop) = (app.db().clone(), Arc::clone(app.kit()), Arc::clone(stop));
    thread::Builder::new().name("linli-timers".to_owned()).spawn(move || {
        let sender: &dyn Sender = if demo { &DemoSender } else { &NoSender::default() };
        while !stop.load(Ordering::Relaxed) {
            if let Err(failure) = tick(&db, &kit, sender) {
                tracing::warn!(%failure, "the timers wait");
            }
            thread::sleep(LOOK_EVERY);
        }
    })
}
