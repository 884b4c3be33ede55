//! The rules of double entry, as pure functions.
//!
//! An [`Account`] holds one [`Unit`]; a [`Transfer`] debits one account and credits another and is never changed.
//! [`post`] says what both accounts look like afterwards, or why not; the caller holds the row locks, reads
//! what [`Found`] asks for under them and writes what comes back. A mistake is mended by another transfer.
//! [`across`] splits a transfer between two districts into two legs over clearing accounts, [`earn`] turns
//! minutes into coins under the caps of a policy, and [`verify`] recomputes everything from the transfers.
//!
//! What always holds: the sum over all accounts of a district and unit is zero; no balance less its holds is
//! below its [`Limit`]; a hold is closed once; an original is never taken back by more than is left of it.
//!
//! The model is TigerBeetle's (`docs/concepts/debit-credit.md`, `docs/coding/two-phase-transfers.md`): accounts,
//! transfers, two phases, and an id that the client makes and that is the idempotency key.
//!
//! Not here: databases, clocks, words. There is no role for money, so coins cannot be bought or sold
//! (志愿服务条例, State Council decree 685, art. 21 and 25), and an hour is never made from a gift.

mod account;
mod across;
mod amount;
mod earn;
mod post;
mod refused;
#[cfg(test)]
mod tests;
mod transfer;
mod verify;

pub use account::{Account, Limit, Role, Unit};
pub use across::{Clearing, Legs, across, leg_id};
pub use amount::Amount;
pub use earn::{Caps, EarnPolicy, Earned, Over, Rounding, Sofar, Span, Way, earn};
pub use post::{Found, Outcome, Referred, post};
pub use refused::Refused;
pub use transfer::{Kind, Transfer};
pub use verify::{FINDINGS_MAX, Finding, Total, Totals, verify};
