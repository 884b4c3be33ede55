//! `linli journal verify`, `linli journal retry`, `linli ledger verify`.

use journal::{Call, Published};
use kernel::{Actor, District};

use crate::{
    cli::{Place, RetryConsumer, VerifyJournal},
    compose,
    error::Ended,
    serve::{open_place, say},
};

pub(crate) fn journal(options: &VerifyJournal) -> Result<(), Ended> {
    let published = match &options.roots {
        Some(file) => read_roots(&std::fs::read_to_string(file)?)?,
        None => Published::default(),
    };
    let (db, kit) = open_place(&options.place)?;
    let report = journal::verify(&db, &kit.keys, compose::sealed_tables(), &published)?;
    for finding in &report.findings {
        say(&format!("WRONG  {} {} {}: {}", finding.district, finding.table, finding.row, finding.what));
    }
    say(&format!(
        "{} events, {} insert-only rows, {} closed days and {} roots of roots recomputed, {} findings",
        report.events,
        report.rows,
        report.days,
        report.node_days,
        report.findings.len()
    ));
    if report.findings.is_empty() { Ok(()) } else { Err(Ended::Found) }
}

fn read_roots(text: &str) -> Result<Published, Ended> {
    Published::parse(text).map_err(|line| {
        let forms = "`district day root`, `node day root` or `key …`, as on /transparency/roots.txt";
        Ended::Asked(format!("roots file, line {line}: expected {forms}"))
    })
}

pub(crate) fn retry(options: &RetryConsumer) -> Result<(), Ended> {
    let consumers = compose::consumers();
    let Some(consumer) = consumers.iter().find(|one| one.name() == options.consumer).cloned() else {
        let names: Vec<_> = consumers.iter().map(|one| one.name()).collect();
        return Err(Ended::Asked(format!(
            "there is no consumer `{}`: {}",
            options.consumer,
            names.join(", ")
        )));
    };
    let district = District::new(options.district)
        .ok_or_else(|| Ended::Asked(format!("{} is no district: six digits", options.district)))?;
    let (db, kit) = open_place(&options.place)?;
    let again = db.write_now("follow", move |tx| {
        journal::retry(tx, &Call::new(&kit, Actor::system()), consumer.as_ref(), district)
    })?;
    say(&format!("{} may go on; {again} parked events were followed", options.consumer));
    Ok(())
}

pub(crate) fn ledger(place: &Place) -> Result<(), Ended> {
    let (db, _) = open_place(place)?;
    let report = timebank::ledger_report(&db)?;
    for line in &report.findings {
        say(&format!("WRONG  {line}"));
    }
    say(&format!(
        "{} accounts and {} transfers recomputed, {} findings",
        report.accounts,
        report.transfers,
        report.findings.len()
    ));
    if report.findings.is_empty() { Ok(()) } else { Err(Ended::Found) }
}
