//! `linli serve`, `linli migrate`, and the way from options to a running application.

use std::{
    future::Future,
    io::Write as _,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use db::{Address, Db, Options};
use journal::{Follower, Kit};
use kernel::{Clock, DivisionCode, IdSource, Level, Random};
use notify::{CommandSender, NoSender, Sender};
use vault::Keys;
use web::{App, Site};

use crate::{
    cli::{DatabaseOption, Place, ServeOptions},
    compose,
    demo::Guide,
    error::Ended,
    timers,
};

pub(crate) fn address(text: &str) -> Result<Address, Ended> {
    Address::parse(text).map_err(Ended::Asked)
}

/// Opens a database that is there and has its tables.
pub(crate) fn open(database: &DatabaseOption) -> Result<Db, Ended> {
    open_with(database, &Options::default())
}

fn open_with(database: &DatabaseOption, options: &Options) -> Result<Db, Ended> {
    let address = address(&database.database)?;
    there(&address)?;
    let db = Db::open(&address, options)?;
    let missing = db.missing_migrations()?;
    if missing.is_empty() {
        return Ok(db);
    }
    let steps = missing.join(", ");
    Err(Ended::Asked(format!(
        "the database lacks the steps {steps}: run `linli migrate --database {}` first",
        database.database
    )))
}

/// Opening a file that is not there would make an empty one.
pub(crate) fn there(address: &Address) -> Result<(), Ended> {
    match address {
        Address::Sqlite(path) if !path.exists() => Err(Ended::Asked(format!(
            "there is no database {0}: write its path as it is, or make it with `linli migrate --database sqlite:{0}`",
            path.display()
        ))),
        _ => Ok(()),
    }
}

/// The sources of a process that lives in real time.
pub(crate) fn kit(keys: Keys) -> Arc<Kit> {
    kit_at(keys, Clock::System)
}

/// The sources of a process with a clock of its own.
pub(crate) fn kit_at(keys: Keys, clock: Clock) -> Arc<Kit> {
    Arc::new(Kit {
        clock,
        ids: IdSource::new(Random::system()),
        random: Random::system(),
        keys,
        calendar: kernel::Calendar::national().into(),
    })
}

/// The division of an option, which must be in the national list or in an imported one.
pub(crate) fn area(text: &str) -> Result<DivisionCode, Ended> {
    DivisionCode::parse(text).map_err(|e| Ended::Asked(format!("`{text}` is no area: {e}")))
}

pub(crate) fn run(options: &ServeOptions) -> Result<(), Ended> {
    let keys = Keys::load(&options.place.keys)?;
    let workers = options.workers.unwrap_or(match address(&options.place.database.database)? {
        Address::Sqlite(_) => 8,
        Address::Postgres(_) => 16,
    });
    let db_options = Options { workers, ..Options::default() };
    let db = open_with(&options.place.database, &db_options)?;
    seed(&db)?;
    let division = area(&options.area)?;
    if division.level() < Level::District {
        return Err(Ended::Asked(format!(
            "{division} is larger than a district; start one server for each of its districts on the same database"
        )));
    }
    let name = match &options.name {
        Some(name) => name.clone(),
        None => division_name(&db, division)?,
    };
    let place = web::Place { division, name, phone: options.phone.clone() };
    let site = Site { public_url: options.public_url.clone(), proxies: options.proxy.clone() };
    let open = !site.is_https() && !options.listen.ip().is_loopback();
    let app = compose::app(db, kit(keys), place, false).map_err(Ended::Failed)?.at(site);
    let sender: Box<dyn Sender> = match &options.send_with {
        Some(program) => Box::new(CommandSender::new(program.clone())),
        None => Box::new(NoSender::default()),
    };
    serve(app, options.listen, None, sender, |at| {
        say(&format!("Linli listens on http://{at}"));
        if open {
            say(
                "Whoever listens on this network can read along: put a proxy with HTTPS in front, and give --public-url.",
            );
        }
        if options.send_with.is_none() {
            say("No code can be sent, so nobody can sign in: give --send-with.");
        }
    })
}

/// A command's answer, a line of standard output.
pub(crate) fn say(words: &str) {
    // Who closed the pipe has read enough; that ends no server.
    let _ = writeln!(std::io::stdout(), "{words}");
}

/// Writes the defaults of the program where nobody has decided yet.
fn seed(db: &Db) -> Result<(), Ended> {
    let today = Clock::System.now().day();
    Ok(db.write_now("policy_seed", move |tx| needs::seed_policies(tx, today))?)
}

fn division_name(db: &Db, code: DivisionCode) -> Result<String, Ended> {
    places::tree(db)?
        .get(code)
        .map(|division| division.name.to_owned())
        .ok_or_else(|| Ended::Asked(format!("{code} is not in the national list: give --name")))
}

/// Serves until the process is told to stop; `ready` hears the address once it listens.
pub(crate) fn serve(
    app: App,
    listen: SocketAddr,
    guide: Option<Guide>,
    sender: Box<dyn Sender>,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), Ended> {
    places::read_calendar(app.db(), app.kit())?;
    let stop = Arc::new(AtomicBool::new(false));
    let follower = Follower::new(app.db().clone(), Arc::clone(app.kit()), compose::consumers());
    let following = {
        let stop = Arc::clone(&stop);
        thread::Builder::new().name("linli-follow".to_owned()).spawn(move || follower.run(&stop))?
    };
    let ticking = timers::start(&app, sender, &stop)?;
    let db = app.db().clone();
    // The tree and its index take a tenth of a second; no first visitor should wait for them.
    thread::Builder::new()
        .name("linli-tree".to_owned())
        .spawn(move || drop(places::tree(&db).map(|tree| tree.search("a", None, 1).len())))?;

    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let served = runtime.block_on(async move {
        let listener = tokio::net::TcpListener::bind(listen).await.map_err(|e| {
            Ended::Asked(format!("cannot listen on {listen}: {e}; choose another with --port or --listen"))
        })?;
        ready(listener.local_addr()?);
        let service = compose::router(app, guide).into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(listener, service).with_graceful_shutdown(told_to_stop()?).await?;
        Ok(())
    });
    stop.store(true, Ordering::Relaxed);
    for thread in ticking.into_iter().chain([following]) {
        if thread.join().is_err() {
            tracing::error!("a background thread panicked");
        }
    }
    served
}

/// Waits for Ctrl-C or SIGTERM; called inside a runtime.
pub(crate) fn told_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

pub(crate) fn migrate(database: &DatabaseOption) -> Result<(), Ended> {
    let db = Db::open(&address(&database.database)?, &Options::default())?;
    let applied = db.migrate(Clock::System.now())?;
    seed(&db)?;
    if applied.is_empty() {
        say("The tables are up to date.");
    }
    for step in applied {
        say(&format!("applied {step}"));
    }
    Ok(())
}

pub(crate) fn open_place(place: &Place) -> Result<(Db, Arc<Kit>), Ended> {
    let (db, kit) = (open(&place.database)?, kit(Keys::load(&place.keys)?));
    places::read_calendar(&db, &kit)?;
    Ok((db, kit))
}
