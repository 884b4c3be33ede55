//! `linli import`: newer divisions, population, the national calendar. A file is taken whole or not at all.

use std::{fs::File, path::Path};

use kernel::{Clock, Day};

use crate::{
    cli::{ImportCalendar, ImportDivisions, ImportPopulation},
    error::Ended,
    serve::{open, open_place, say},
};

fn file(path: &Path) -> Result<File, Ended> {
    File::open(path).map_err(|e| Ended::Asked(format!("{}: {e}", path.display())))
}

pub(crate) fn divisions(options: &ImportDivisions) -> Result<(), Ended> {
    let day: Day =
        options.day.parse().map_err(|()| Ended::Asked(format!("`{}` is no day: YYYY-MM-DD", options.day)))?;
    let db = open(&options.file.database)?;
    let wished = places::EditionWish {
        day,
        source: &options.source,
        ended_max: options.accept_ended,
        dry_run: options.dry_run,
    };
    let report = places::import_divisions(&db, file(&options.file.file)?, wished, Clock::System.now())
        .map_err(|e| Ended::Asked(e.to_string()))?;
    say(&report.to_string());
    if options.dry_run {
        say("Nothing was written; leave out --dry-run to import it.");
    }
    Ok(())
}

pub(crate) fn population(options: &ImportPopulation) -> Result<(), Ended> {
    let (db, kit) = open_place(&options.place)?;
    let imported = insight::import_population(&db, &kit, file(&options.file)?)
        .map_err(|e| Ended::Asked(e.to_string()))?;
    say(&format!("{} rows of population", imported.rows));
    Ok(())
}

pub(crate) fn calendar(options: &ImportCalendar) -> Result<(), Ended> {
    let (db, kit) = open_place(&options.place)?;
    let imported =
        places::import_calendar(&db, &kit, file(&options.file)?).map_err(|e| Ended::Asked(e.to_string()))?;
    let years: Vec<_> = imported.years.iter().map(ToString::to_string).collect();
    say(&format!(
        "{} days of {}; a server that runs takes them over at once",
        imported.rows,
        years.join(", ")
    ));
    Ok(())
}
