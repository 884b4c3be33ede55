//! `linli doctor`: what is wrong with an installation, and how to mend it.

use std::path::Path;

use db::{Address, Db, Fault, Options, params};
use kernel::{Clock, District, Id, Instant, Person};
use vault::Keys;

use crate::{
    cli::Place,
    compose,
    error::Ended,
    serve::{address, say, there},
};

/// How long a committed event may wait for its seal before something is wrong.
const PENDING_MINUTES_MAX: i64 = 5;

/// People looked up in one read.
const PEOPLE_AT_ONCE: usize = 1_000;

/// What a check found: all is well, or what is wrong and how to mend it.
pub(crate) type Finding = Result<String, (String, String)>;

pub(crate) fn run(place: &Place) -> Result<(), Ended> {
    let address = address(&place.database.database)?;
    let (mut findings, mut ahead) = (vec![keys(&place.keys)], None);
    let opened = match there(&address) {
        Ok(()) => Db::open(&address, &Options { workers: 1, ..Options::default() }),
        Err(_) => Err(Fault::Unavailable("there is no such file".to_owned())),
    };
    match opened {
        Err(fault) => findings.push(Err((fault.to_string(), reach(&address)))),
        Ok(db) => {
            findings.push(Ok(format!("the database answers ({:?})", db.engine())));
            match db.missing_migrations() {
                Ok(missing) if missing.is_empty() => {
                    findings.push(Ok("the tables are up to date".to_owned()));
                    findings.extend(inside(&db)?);
                    findings.push(references(&db)?);
                    ahead = calendar(&db)?;
                }
                Ok(missing) => findings.push(Err((
                    format!("the tables lack {}", missing.join(", ")),
                    "run `linli migrate`".to_owned(),
                ))),
                Err(fault) => findings.push(Err((fault.to_string(), "mend the database first".to_owned()))),
            }
        }
    }
    let mut wrong = 0;
    if let Some((words, mend)) = ahead {
        say(&format!("SOON   {words}\n       to mend it: {mend}"));
    }
    for finding in findings {
        match finding {
            Ok(words) => say(&format!("ok     {words}")),
            Err((words, mend)) => {
                wrong += 1;
                say(&format!("WRONG  {words}\n       to mend it: {mend}"));
            }
        }
    }
    if wrong == 0 { Ok(()) } else { Err(Ended::Found) }
}

fn reach(address: &Address) -> String {
    match address {
        Address::Sqlite(path) => format!(
            "see that {} is the right path, that its folder may be written and its disk has room; `linli migrate` makes a new one",
            path.display()
        ),
        Address::Postgres(_) => {
            "see that the server runs, that the URL names an existing database and that its user may log in"
                .to_owned()
        }
    }
}

fn keys(file: &Path) -> Finding {
    match Keys::load(file) {
        Ok(_) => Ok(format!("the key file {} can be read by its owner alone", file.display())),
        Err(error) => Err((
            error.to_string(),
            "bring the key file back from its backup; for a new installation `linli keys create`; `chmod 600` it".to_owned(),
        )),
    }
}

/// Whether everybody whom a place's row names is there: across districts no foreign key sees to it.
pub(crate) fn references(db: &Db) -> Result<Finding, Fault> {
    let districts: Vec<(District,)> =
        db.read_now("doctor", |tx| tx.query("SELECT district FROM journal_head", params![]))?;
    let (mut named, mut missing) = (0, Vec::new());
    for (district,) in districts {
        for (table, column) in compose::people_columns() {
            let ids: Vec<Id<Person>> = db.read_now("doctor", move |tx| {
                let mut ids = Vec::new();
                let sql = format!(
                    "SELECT DISTINCT {column} FROM {table} WHERE district = $1 AND {column} IS NOT NULL"
                );
                tx.each_text(&sql, params![district], |row| {
                    ids.push(row.take()?);
                    Ok(())
                })?;
                Ok::<_, Fault>(ids)
            })?;
            named += ids.len();
            for some in ids.chunks(PEOPLE_AT_ONCE) {
                let asked = some.to_vec();
                let found = db
                    .read_now("doctor", move |tx| people::cards(tx, &asked))
                    .map_err(|failure| Fault::Defect(failure.to_string()))?;
                let gone = some.iter().filter(|id| !found.contains_key(id));
                missing.extend(gone.map(|id| format!("{table}.{column} of {district} names {id}")));
            }
        }
    }
    Ok(match missing.first() {
        None => Ok(format!("{named} references to people, all of them there")),
        Some(first) => Err((
            format!("{} references to people who are not there: {first}", missing.len()),
            "bring the person's row back from a backup of the district that the id names; never delete people by hand"
                .to_owned(),
        )),
    })
}

/// The year that deadlines reach into and whose holidays are not known yet, and where they come from. It is no fault: the
/// State Council announces a year in the autumn before it.
fn calendar(db: &Db) -> Result<Option<(String, String)>, Fault> {
    let missing = places::missing_year(&places::stored_calendar(db)?, Clock::System.now().day());
    Ok(missing.map(|year| {
        (
            format!("deadlines reach into {year}, whose holidays are not known: they are counted from Monday to Friday"),
            format!("write the notice of the State Council's General Office for {year} down as `day,kind,source` and run `linli import calendar`"),
        )
    }))
}

fn inside(db: &Db) -> Result<Vec<Finding>, Fault> {
    let now = Clock::System.now();
    let (lags, stuck, pending, latest) = db.read_now("doctor", |tx| {
        let (lags, stuck) = (journal::lag(tx)?, journal::stuck(tx)?);
        let pending: Vec<(District,)> =
            tx.query("SELECT DISTINCT district FROM journal_pending", params![])?;
        let mut oldest: Option<Instant> = None;
        for (district,) in &pending {
            let (first,): (kernel::Id<journal::Journal>,) = tx.query_one(
                "SELECT id FROM journal_pending WHERE district = $1 ORDER BY id LIMIT 1",
                params![district],
            )?;
            oldest = Some(oldest.map_or(first.born(), |at| at.min(first.born())));
        }
        let heads: Vec<(District, Instant)> =
            tx.query("SELECT district, sealed_at FROM journal_head", params![])?;
        Ok::<_, Fault>((lags, stuck, oldest, heads.into_iter().map(|(_, at)| at).max()))
    })?;
    let mut findings = Vec::new();
    findings.push(match pending {
        Some(oldest) if now.minutes_since(oldest).number() > PENDING_MINUTES_MAX => Err((
            format!("events have waited {} minutes for their seal", now.minutes_since(oldest).number()),
            "start `linli serve`: it seals; if it runs, its log says what stops it".to_owned(),
        )),
        _ => Ok("no event waits too long for its seal".to_owned()),
    });
    findings.extend(stuck.into_iter().map(|one| {
        let what = format!("{} cannot be sealed: event {} in journal_pending {}", one.district, one.id, one.why);
        let mend = "keep a copy of the database and report this as a defect of Linli; the district's events wait, \
                    none is lost, and all other districts go on";
        Err((what, mend.to_owned()))
    }));
    findings.push(match latest {
        Some(at) if at > now => Err((
            format!("the clock is behind the last seal ({} against {})", now.rfc3339(), at.rfc3339()),
            "set the clock of this machine; the chain never runs backwards".to_owned(),
        )),
        _ => Ok("the clock is not behind the journal".to_owned()),
    });
    let held: Vec<_> = lags.iter().filter(|lag| lag.halted.is_some() || lag.parked > 0).collect();
    if held.is_empty() {
        findings.push(Ok(format!("{} consumers, none holds anything back", lags.len())));
    }
    for lag in held {
        let what = match &lag.halted {
            Some(reason) => {
                format!("{} halted in {}: {reason}; {} events behind", lag.consumer, lag.district, lag.behind)
            }
            None => format!("{} parked {} events in {}", lag.consumer, lag.parked, lag.district),
        };
        let mend = format!(
            "mend the cause, then `linli journal retry {} --district {}`",
            lag.consumer,
            lag.district.number()
        );
        findings.push(Err((what, mend)));
    }
    Ok(findings)
}
