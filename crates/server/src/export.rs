//! `linli export journal`: every sealed event, a JSON line each.

use std::{
    fs::File,
    io::{BufWriter, Write},
};

use db::{Fault, params};
use kernel::{District, Instant};

use crate::{
    cli::ExportFile,
    error::Ended,
    serve::{open, say},
};

/// Events read at a time.
const PAGE: i64 = 1_000;

pub(crate) fn journal(options: &ExportFile) -> Result<(), Ended> {
    let db = open(&options.database)?;
    let mut out: Box<dyn Write> = match &options.to {
        Some(file) => {
            let made = File::create(file).map_err(|e| Ended::Asked(format!("{}: {e}", file.display())))?;
            Box::new(BufWriter::new(made))
        }
        None => Box::new(BufWriter::new(std::io::stdout().lock())),
    };
    let districts: Vec<(District,)> =
        db.read_now("export_journal", |tx| tx.query("SELECT district FROM journal_head", params![]))?;
    let mut written = 0_u64;
    for (district,) in districts {
        let mut seq = 0;
        loop {
            let lines: Vec<(i64, String)> = db.read_now("export_journal", move |tx| {
                let mut lines = Vec::new();
                tx.each(
                    "SELECT seq, sealed_at, body FROM journal WHERE district = $1 AND seq > $2 ORDER BY seq LIMIT $3",
                    params![district, seq, PAGE],
                    |row| {
                        let (seq, at, body): (i64, Instant, Vec<u8>) = (row.take()?, row.take()?, row.take()?);
                        let body = String::from_utf8_lossy(&body);
                        let at = at.micros();
                        lines.push((seq, format!(r#"{{"district":{},"seq":{seq},"sealed_at":{at},"body":{body}}}"#, district.number())));
                        Ok(())
                    },
                )?;
                Ok::<_, Fault>(lines)
            })?;
            let Some((last, _)) = lines.last() else { break };
            seq = *last;
            for (_, line) in &lines {
                writeln!(out, "{line}")?;
                written += 1;
            }
        }
    }
    out.flush()?;
    if let Some(file) = &options.to {
        say(&format!("{written} events in {}", file.display()));
    }
    Ok(())
}
