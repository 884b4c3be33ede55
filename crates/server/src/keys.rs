//! `linli keys`: the key file made, new keys in it, everything encrypted with them, old keys forgotten.

use std::{path::Path, sync::Arc};

use db::Db;
use indicatif::{ProgressBar, ProgressStyle};
use journal::Kit;
use vault::{Keys, Suite};

use crate::{
    cli::{CreateKeys, KeyFile, Place},
    compose,
    error::Ended,
    serve::{kit, open, open_place, say},
};

fn suite(word: &str) -> Result<Suite, Ended> {
    match word {
        "international" => Ok(Suite::International),
        "shangmi" => Ok(Suite::ShangMi),
        other => Err(Ended::Asked(format!("`{other}` is no suite: international or shangmi"))),
    }
}

pub(crate) fn create(options: &CreateKeys) -> Result<(), Ended> {
    new_keys(&options.file, suite(&options.suite)?)?;
    say(&format!(
        "{} is made. Back it up apart from the database: whoever has only one of the two can read nothing, you included.",
        options.file.display()
    ));
    Ok(())
}

pub(crate) fn new_keys(file: &Path, suite: Suite) -> Result<Keys, Ended> {
    let keys = Keys::generate(suite, &mut rand::rng()).map_err(|e| Ended::Failed(e.to_string()))?;
    keys.create(file)?;
    Ok(keys)
}

pub(crate) fn rotate(options: &CreateKeys) -> Result<(), Ended> {
    let suite = suite(&options.suite)?;
    let mut keys = Keys::load(&options.file)?;
    if !keys.replaced().is_empty() {
        return Err(Ended::Asked(
            "the last rotation is not finished: run `linli keys reindex`, then `linli keys retire`"
                .to_owned(),
        ));
    }
    let failed = |error: vault::VaultError| Ended::Failed(error.to_string());
    keys.rotate_sealing(suite, &mut rand::rng()).map_err(failed)?;
    keys.rotate_index(suite, &mut rand::rng()).map_err(failed)?;
    keys.replace(&options.file)?;
    say(&format!(
        "{} has new keys beside the old ones. Back it up, start every `linli serve` anew, then run `linli keys reindex`.",
        options.file.display()
    ));
    Ok(())
}

pub(crate) fn rotate_signing(options: &KeyFile) -> Result<(), Ended> {
    let mut keys = Keys::load(&options.file)?;
    let old = keys.public_key();
    keys.rotate_signing(kernel::Clock::System.now().micros(), &mut rand::rng())
        .map_err(|error| Ended::Failed(error.to_string()))?;
    keys.replace(&options.file)?;
    say(&format!(
        "{} signs with a new key:\n{}\nThe one before it, which both keys signed:\n{}\nBack the file up, start every `linli serve` anew, and tell whoever keeps the old key to fetch /transparency/roots.txt again.",
        options.file.display(),
        vault::hex(keys.public_key().as_bytes()),
        vault::hex(old.as_bytes()),
    ));
    Ok(())
}

/// What one pass over everything found to do.
struct Renewed {
    sealed: u64,
    indexed: u64,
}

fn pass(db: &Db, kit: &Arc<Kit>) -> Result<Renewed, Ended> {
    let bar = ProgressBar::new_spinner();
    bar.set_style(
        ProgressStyle::with_template("  {msg} {human_pos} looked at, {per_sec}")
            .unwrap_or_else(|_| ProgressStyle::default_spinner()),
    );
    let mut renewed = Renewed { sealed: 0, indexed: 0 };
    for column in compose::encrypted_columns() {
        bar.set_message(column.name);
        renewed.sealed += column.renew(db, kit, &mut |rows| bar.inc(rows))?;
    }
    bar.set_message("blind indexes");
    renewed.indexed = people::reindex(db, kit, &mut |rows| bar.inc(rows))? + hotline::reindex(db, kit)?;
    bar.finish_and_clear();
    Ok(renewed)
}

pub(crate) fn reindex(place: &Place) -> Result<(), Ended> {
    let (db, kit) = open_place(place)?;
    let Renewed { sealed, indexed } = pass(&db, &kit)?;
    say(&format!("{sealed} values encrypted anew, {indexed} blind indexes computed anew"));
    Ok(())
}

pub(crate) fn retire(place: &Place) -> Result<(), Ended> {
    let mut keys = Keys::load(&place.keys)?;
    let old = keys.replaced();
    if old.is_empty() {
        say("There is no old key.");
        return Ok(());
    }
    let Renewed { sealed, indexed } = pass(&open(&place.database)?, &kit(Keys::load(&place.keys)?))?;
    if sealed + indexed > 0 {
        return Err(Ended::Asked(format!(
            "{sealed} values and {indexed} indexes still used an old key; they do no longer. If a `linli serve` runs that was started before `keys rotate`, start it anew; then run this again"
        )));
    }
    for id in old {
        keys.retire(id).map_err(|error| Ended::Failed(error.to_string()))?;
    }
    keys.replace(&place.keys)?;
    say(
        "The old keys are forgotten. Backups of the database from before need a backup of the key file from before.",
    );
    Ok(())
}
