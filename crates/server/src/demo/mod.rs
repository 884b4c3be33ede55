//! `linli demo`: a real street, invented people, half a year of life, and the server over it.
//!
//! Nothing is inserted: the history is made by the same use cases as a real one, under a clock moved by hand. Every
//! figure on every page comes from that.

mod cast;
mod guide;
mod history;

pub(crate) use guide::Guide;
#[cfg(test)]
pub(crate) use history::History;
pub(crate) use history::Scale;

use std::{path::Path, sync::Arc, time::Instant as Stopwatch};

use db::{Address, Db, Options, params};
use divisions::Tree;
use indicatif::{ProgressBar, ProgressStyle};
use journal::{Follower, Kit};
use kernel::{Clock, DivisionCode, IdSource, Instant, Level, Random};
use vault::{Keys, Suite};

use crate::{
    cli::DemoOptions,
    compose,
    error::Ended,
    serve::{self, say},
};

/// Name of the person every demo signs in as first; the others are printed beside.
const PHONE: &str = "027-5550 0100";

pub(crate) fn run(options: &DemoOptions) -> Result<(), Ended> {
    let began = Stopwatch::now();
    let street = serve::area(&options.area)?.street();
    let area = known_street(street)?;
    if options.reset {
        forget(&options.data)?;
    }
    std::fs::create_dir_all(&options.data).map_err(|e| {
        Ended::Asked(format!(
            "{} cannot be made: {e}; choose another folder with --data",
            options.data.display()
        ))
    })?;
    let key_file = options.data.join("keys");
    let keys = || {
        if key_file.exists() {
            Ok(Keys::load(&key_file)?)
        } else {
            crate::keys::new_keys(&key_file, Suite::International)
        }
    };
    let address = match &options.database {
        Some(url) => serve::address(url)?,
        None => Address::Sqlite(options.data.join("linli.db")),
    };
    let made = options.data.join("complete");
    if !made.exists() {
        if options.data.join("linli.db").exists() {
            say("An earlier demo was not completed; building it anew.");
            for name in ["linli.db", "linli.db-wal", "linli.db-shm"] {
                remove(&options.data.join(name))?;
            }
        }
        build(&address, keys()?, street, Scale { days: options.days })?.write(&made)?;
    }
    let guide = Guide::read(&made)?;
    if guide.street != street {
        return Err(Ended::Asked(format!(
            "{} holds the demo of {}; add --reset to build {street} there, or choose another folder with --data",
            options.data.display(),
            guide.street
        )));
    }
    let who = guide.lines();
    let db = Db::open(&address, &Options::default())?;
    let place = web::Place { division: street, name: area, phone: PHONE.to_owned() };
    let kit = serve::kit_at(keys()?, clock(&db)?);
    let app = compose::app(db, kit, place, true).map_err(Ended::Failed)?;
    let listen = std::net::SocketAddr::from(([127, 0, 0, 1], options.port));
    serve::serve(app, listen, Some(guide), Box::new(notify::DemoSender), |at| {
        say(&format!(
            "\n  Open  http://{at}   (ready after {:.1} s; data in {})\n\n  Sign in as, with the code shown at http://{at}/demo/outbox :\n{who}\n  Stop with Ctrl+C. `linli demo --reset` builds it anew.",
            began.elapsed().as_secs_f64(),
            options.data.display()
        ));
    })
}

fn known_street(street: DivisionCode) -> Result<String, Ended> {
    let tree = Tree::embedded();
    match tree.get(street) {
        Some(division) if division.level == Level::Street => Ok(division.name.to_owned()),
        Some(division) => {
            Err(Ended::Asked(format!("{} is no street; give a 9-digit code below it", division.name)))
        }
        None => Err(Ended::Asked(format!("{street} is not in the national list of 2023"))),
    }
}

fn remove(file: &Path) -> Result<(), Ended> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Removes what a demo made, and nothing else that may lie in the folder.
fn forget(data: &Path) -> Result<(), Ended> {
    for name in ["complete", "linli.db", "linli.db-wal", "linli.db-shm", "keys"] {
        remove(&data.join(name))?;
    }
    Ok(())
}

/// Builds the area; gives the guide that says who one can sign in as and what there is to look at.
fn build(address: &Address, keys: Keys, street: DivisionCode, scale: Scale) -> Result<Guide, Ended> {
    // It can be made again, so nothing waits for the disk.
    let db = Db::open(address, &Options { durable: false, ..Options::default() })?;
    let now = Clock::System.now();
    db.migrate(now)?;
    let lived: Vec<(kernel::District,)> =
        db.read_now("demo_empty", |tx| tx.query("SELECT DISTINCT district FROM journal_pending", params![]))?;
    let sealed: Vec<(kernel::District,)> =
        db.read_now("demo_empty", |tx| tx.query("SELECT district FROM journal_head", params![]))?;
    if !(lived.is_empty() && sealed.is_empty()) {
        return Err(Ended::Asked(
            "the database holds something already: give the demo an empty one, and an empty folder with --data"
                .to_owned(),
        ));
    }
    let first_day = now.day().plus(-scale.days);
    db.write_now("policy_seed", move |tx| needs::seed_policies(tx, first_day))?;
    let kit = Arc::new(Kit {
        clock: Clock::manual(first_day.start()),
        ids: IdSource::new(Random::seeded(u64::from(street.district().number()))),
        random: Random::seeded(street.number()),
        keys,
        calendar: kernel::Calendar::national().into(),
    });
    let follower = Follower::new(db.clone(), Arc::clone(&kit), compose::consumers());
    let residents = cast::population(street, now.day());
    insight::import_population(&db, &kit, residents.as_bytes()).map_err(|e| Ended::Failed(e.to_string()))?;
    let bar = ProgressBar::new(u64::from(scale.days.unsigned_abs()));
    bar.set_style(
        ProgressStyle::with_template("  {msg} [{bar:30}] day {pos}/{len}")
            .unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    bar.set_message("The days pass");
    let who = history::History::new(db.clone(), kit, follower, street, scale)?
        .live(now, |day| bar.set_position(day))?;
    bar.finish_and_clear();
    Ok(who)
}

/// The clock of a demo: never behind what was sealed, also when it was moved ahead before.
fn clock(db: &Db) -> Result<Clock, Ended> {
    let heads: Vec<(Instant,)> =
        db.read_now("demo_clock", |tx| tx.query("SELECT sealed_at FROM journal_head", params![]))?;
    Ok(Clock::going_from(heads.into_iter().map(|(at,)| at).max().unwrap_or_default()))
}
