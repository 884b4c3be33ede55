//! What whoever takes a call is told of the caller's needs.

use db::{Outcome, Tx, params};
use journal::Call;
use kernel::{Action, Id, Person};

use crate::{
    need::{Need, select_needs},
    state::State,
};

/// Needs of a caller that are shown.
pub const RECALLED_MAX: usize = 3;
/// Needs in which a helper who was liked is sought.
const LOOKED_AT_MAX: i64 = 20;
/// The rating of who was liked.
const LIKED: i64 = 3;

/// What is known of somebody's needs.
#[derive(Clone, Debug, Default)]
pub struct Recalled {
    /// The last ones, the newest first.
    pub last: Vec<Need>,
    /// The last helper who came and was liked.
    pub liked: Option<Id<Person>>,
    /// Where help was last needed; empty where nobody said.
    pub address: String,
}

/// The needs for this person at places whose calls the asker takes. One statement.
///
/// # Errors
/// Sign in first.
pub fn recall(tx: &mut Tx<'_>, call: &Call, person: Id<Person>) -> Outcome<Recalled> {
    call.actor.signed_in()?;
    let mut needs: Vec<Need> = tx.query(
        select_needs!("AND recipient = $2 ORDER BY created_at DESC LIMIT $3"),
        params![person.district(), person, LOOKED_AT_MAX],
    )?;
    needs.retain(|need| call.actor.may(Action::TakeCalls, need.division));
    let liked = needs.iter().find(|need| need.state == State::Closed && need.rating == Some(LIKED));
    let liked = liked.and_then(|need| need.helper);
    let address = needs.iter().find(|need| !need.address.is_empty());
    let address = address.map(|need| need.address.clone()).unwrap_or_default();
    needs.truncate(RECALLED_MAX);
    Ok(Recalled { last: needs, liked, address })
}
