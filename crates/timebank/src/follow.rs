//! The consumer that turns records into coins.

use db::{Failure, Fault, Outcome, Tx};
use hours::{Attendance, Grade, ServiceRecord};
use journal::{Call, Consumer, Sealed};
use kernel::{Day, DivisionCode, Id, Minutes, Person};
use ledger::{Amount, Found, Unit, post};

use crate::{
    account::{self, Held, Owner},
    policy::scheme,
    record::{Served, served},
    rules::{Books, Case, Step, span},
    transfer::{self, Moved},
};

/// Follows `record.made` and posts what it earned.
#[derive(Clone, Copy, Debug, Default)]
pub struct Timebank;

impl Consumer for Timebank {
    fn name(&self) -> &'static str {
        "timebank"
    }

    /// A ledger with a gap is worse than one that waits.
    fn halts(&self) -> bool {
        true
    }

    fn follow(&self, tx: &mut Tx<'_>, call: &Call, event: &Sealed) -> Outcome<()> {
        if event.kind != "record.made" {
            return Ok(());
        }
        let made = Made::read(event)?;
        let scheme = scheme(tx, made.home, made.day)?;
        let owners = [Owner::Issuer(event.district), Owner::Person(made.person), Owner::Surplus(made.person)];
        let mut held = account::lock(tx, Unit::TimeCoin, owners)?;
        let [issuer, person, surplus] = held.map(|held| held.account.id);
        let books = Books { issuer, person, surplus };
        let days = span(&scheme, made.day);
        let served = served(tx, made.person, days)?;
        let record = *served.iter().find(|served| served.record == made.record).ok_or_else(|| {
            Fault::Defect(format!("record {} of event {} is not stored", made.record, event.id))
        })?;
        if !made.says(&record) {
            let words = format!("record {} is not what event {} says", made.record, event.id);
            return Err(Fault::Defect(words).into());
        }
        // A transfer is posted after the service, so none of the span's is older than its first day.
        let moved = transfer::moved_since(tx, [person, surplus], days.0.start())?;
        if moved.iter().any(|moved| moved.cause == made.record) {
            return Ok(());
        }
        let [_, Held { account: own, .. }, _] = &held;
        let case = Case {
            scheme: &scheme,
            books,
            record,
            correction: made.correction,
            served: &served,
            moved: &moved,
            balance: own.balance.into(),
        };
        for step in case.steps() {
            let moved = Moved { transfer: step.transfer, cause: made.record, at: event.at };
            move_coins(tx, call, &owners, &mut held, &step, moved, scheme.version)?;
        }
        Ok(())
    }
}

/// Posts one transfer: both rows, the transfer, its event. What was spent since cannot be taken back: a correction
/// takes what is there, and the coins that are missing stay with the issuer's account as given.
fn move_coins(
    tx: &mut Tx<'_>,
    call: &Call,
    owners: &[Owner; 3],
    held: &mut [Held; 3],
    step: &Step,
    mut moved: Moved,
    policy: i64,
) -> Outcome<()> {
    let transfer = &mut moved.transfer;
    let find = |id| held.iter().position(|one| one.account.id == id).and_then(|at| held.get(at));
    let unknown =
        || Failure::from(Fault::Defect(format!("transfer {} names an account not held", step.transfer.id)));
    let (debit, credit) =
        (find(transfer.debit).ok_or_else(unknown)?, find(transfer.credit).ok_or_else(unknown)?);
    let (debit, credit) = (debit.account, credit.account);
    transfer.amount = transfer.amount.min(debit.available());
    if transfer.amount <= Amount::ZERO {
        tracing::warn!(record = %moved.cause, "nothing is left that a correction could take back");
        return Ok(());
    }
    let found = Found { same_id: None, referred: step.referred };
    let posted = post(&debit, &credit, transfer, &found)
        .map_err(|refused| Fault::Defect(format!("record {}: {refused}", moved.cause)))?;
    let ledger::Outcome::Posted(debit, credit) = posted else { return Ok(()) };
    for (owner, one) in owners.iter().zip(held) {
        for after in [debit, credit] {
            if one.account.id == after.id {
                one.save(tx, *owner, after)?;
            }
        }
    }
    transfer::store(tx, call, &moved, policy, (debit.balance, credit.balance))?;
    Ok(())
}

/// A `record.made`, read.
struct Made {
    record: Id<ServiceRecord>,
    person: Id<Person>,
    home: DivisionCode,
    attendance: Id<Attendance>,
    day: Day,
    minutes: Minutes,
    grade: Grade,
    correction: bool,
}

impl Made {
    fn read(event: &Sealed) -> Result<Self, Fault> {
        let wrong =
            |name: &str| Fault::Defect(format!("event {} ({}) has no usable `{name}`", event.id, event.kind));
        let person: Id<Person> = event.id("person")?;
        if person.district() != event.district {
            return Err(wrong("person"));
        }
        Ok(Self {
            record: event.subject.cast(),
            person,
            home: event.text("home_division")?.parse().map_err(|_| wrong("home_division"))?,
            attendance: event.id("attendance")?,
            day: Day::from_number(event.number("day")?.try_into().map_err(|_| wrong("day"))?),
            minutes: Minutes(event.number("minutes")?),
            // Rows have the small letter, events the capital one.
            grade: Grade::from_word(&event.text("grade")?.to_ascii_lowercase())
                .ok_or_else(|| wrong("grade"))?,
            correction: event.text("kind")? != hours::RecordKind::Service.word(),
        })
    }

    /// Whether the row says the same: a row that was changed must not earn.
    fn says(&self, served: &Served) -> bool {
        (self.attendance, self.day, self.minutes, self.grade)
            == (served.attendance, served.day, served.minutes, served.grade)
    }
}
