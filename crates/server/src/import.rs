//! `linli import`: newer divisions, population. A file is taken whole or not at all.

use std::fs::File;

use kernel::{Clock, Day};

use crate::{
    cli::{ImportDivisions, ImportFile},
    error::Ended,
    serve::{open, say},
};

fn file(options: &ImportFile) -> Result<File, Ended> {
    File::open(&options.file).map_err(|e| Ended::Asked(format!("{}: {e}", options.file.display())))
}

pub(crate) fn divisions(options: &ImportDivisions) -> Result<(), Ended> {
    let day: Day =
        options.day.parse().map_err(|()| Ended::Asked(format!("`{}` is no day: YYYY-MM-DD", options.day)))?;
    let db = open(&options.file.database)?;
    let report =
        places::import_divisions(&db, file(&options.file)?, day, &options.source, Clock::System.now())
            .map_err(|e| Ended::Asked(e.to_string()))?;
    say(&report.to_string());
    Ok(())
}

pub(crate) fn population(options: &ImportFile) -> Result<(), Ended> {
    let db = open(&options.database)?;
    let imported =
        insight::import_population(&db, file(options)?).map_err(|e| Ended::Asked(e.to_string()))?;
    say(&format!("{} rows of population", imported.rows));
    Ok(())
}
