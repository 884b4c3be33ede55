//! `linli hours try`: what a new number of the rules would have done to the last year, for places too large for a page.

use hours::{Compared, Moved, PolicyTried, Simulated, Trial};
use journal::Call;
use kernel::{Actor, Minutes};
use places::{Decision, Edition};

use crate::{
    cli::TryRule,
    error::Ended,
    looking::{COUNT, Looking},
    serve::{area, open_place, say},
};

pub(crate) fn run(options: &TryRule) -> Result<(), Ended> {
    let division = area(&options.division)?;
    let (db, kit) = open_place(&options.place)?;
    let call = Call::new(&kit, Actor::system());
    let decision = Decision {
        division,
        name: options.name.clone(),
        value: options.value,
        range: None,
        from_day: call.now.day(),
        source: String::new(),
        binding: places::Binding::Free,
    };
    let (trial, tree) = db.read_now("policy_try", move |tx| {
        Ok::<_, db::Failure>((Trial::of(tx, &call, &decision)?, places::tree_in(tx)?))
    })?;
    let looking = Looking::start()?;
    let mut sums = Simulated::default();
    let whole = trial.districts().len() as u64;
    for (done, district) in (0..).zip(trial.districts().iter().copied()) {
        if !looking.shows("Counting districts once more", COUNT, done, whole) {
            return Err(Ended::Asked(format!(
                "stopped after {done} of {whole} districts; nothing was changed. A smaller --division takes less time"
            )));
        }
        let (counting, so_far) = (trial.clone(), sums);
        sums = db.read_now("policy_try", move |tx| {
            let mut sums = so_far.clone();
            counting.count(tx, district, &mut sums)?;
            Ok::<_, db::Failure>(sums)
        })?;
    }
    drop(looking);
    if options.json {
        let line = serde_json::to_string(&PolicyTried::from(sums));
        say(&line.map_err(|error| Ended::Failed(error.to_string()))?);
    } else {
        print(&tree, &sums);
    }
    Ok(())
}

fn print(tree: &Edition, sums: &Simulated) {
    let hours = |minutes: Minutes| format!("{minutes} h");
    let row = |what: &str, Compared { before, after }: Compared, name: &str| {
        say(format!("  {what:<20} {:>14} {:>14}  {name}", hours(before), hours(after)).trim_end());
    };
    say(&format!(
        "{} services of the last year counted once more; {} people would have other hours",
        sums.presences, sums.people
    ));
    for (name, Moved { presences, minutes }) in [("more", sums.gain), ("less", sums.lose)] {
        say(&format!("{presences} would come to {name}, {} together", hours(minutes)));
    }
    say(&format!("\n  {:<20} {:>14} {:>14}", "", "before", "after"));
    row("waiting for a review", sums.waiting, "");
    for (grade, of) in hours::Grade::ALL.iter().zip(sums.by_grade) {
        row(&format!("grade {}", grade.word().to_uppercase()), of, "");
    }
    for (day, of) in &sums.by_month {
        let (year, month, _) = day.ymd();
        row(&format!("{year}-{month:02}"), *of, "");
    }
    for (code, below) in sums.by_place.iter().filter(|(_, below)| below.people > 0) {
        let name = tree.get(*code).map(|division| division.name.to_owned()).unwrap_or_default();
        row(&code.to_string(), below.minutes, &name);
    }
    say("\nNothing was changed. Decide on /a/policies.");
}
