//! `linli roles give`: the first administrators of an installation, which nobody on the pages could appoint.

use db::Failure;
use journal::Call;
use kernel::{Actor, Over, Role};
use vault::Phone;

use crate::{
    cli::GiveRole,
    error::Ended,
    serve::{area, open_place, say},
};

pub(crate) fn give(options: &GiveRole) -> Result<(), Ended> {
    let phone = Phone::parse(&options.phone).map_err(|e| Ended::Asked(format!("{}: {e}", options.phone)))?;
    let words: Vec<&str> = Role::ALL.iter().map(|role| role.word()).collect();
    let role = Role::from_word(&options.role)
        .ok_or_else(|| Ended::Asked(format!("`{}` is no role: {}", options.role, words.join(", "))))?;
    let over = area(&options.over)?;
    let (db, kit) = open_place(&options.place)?;
    let given = db.write_now("role_give", move |tx| {
        let call = Call::new(&kit, Actor::system());
        let Some(person) = people::person_by_phone(tx, call.keys(), &phone)? else { return Ok(false) };
        people::grant(tx, &call, person, role, Over::Subtree(over))?;
        Ok::<_, Failure>(true)
    });
    match given {
        Ok(true) => {
            say(&format!("{} holds {} over {over}", options.phone, role.word()));
            Ok(())
        }
        Ok(false) => Err(Ended::Asked(format!(
            "nobody has registered with {}: let them sign in once, then run this again",
            options.phone
        ))),
        Err(fault) => Err(fault.into()),
    }
}
