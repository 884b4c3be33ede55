//! The time bank: coins for confirmed hours, by double entry.
//!
//! The consumer `timebank` follows `record.made` in the person's home district. Minutes become coins by
//! [`ledger::earn`] under the policy of the day of service; one transfer leads from the district's issuing account to
//! the person's, a second to the person's surplus account where a cap bites. A correction moves the difference
//! between what was posted for the attendance's day and what is right now. The id of a transfer is derived from the
//! record's, so a record that is followed twice is posted once.
//!
//! An account's row changes by a transfer and by nothing else: the event `transfer.posted` carries both new balances and
//! the digest of the transfer's row, and [`ledger_report`] recomputes every balance from the transfers.
//!
//! Legal hours are not touched here: spending a coin never reduces a service record (decree 67 of the Ministry of Civil
//! Affairs, art. 7: the hour is the time that was given). There is no way from or to money (decree 685, art. 21, 25).
//!
//! What this crate must not know: needs, shifts, signals. Of the hours it reads what a record says: day, minutes, grade.

mod account;
mod balance_sheet;
mod coins;
mod follow;
mod policy;
mod record;
mod rules;
#[cfg(test)]
mod tests;
mod transfer;
mod verify;

use std::sync::Arc;

use web::{Access, Routes};

pub use balance_sheet::{BalanceSheet, BalanceSheetLine, balance_sheet};
pub use coins::{Coins, Line, coins};
pub use follow::Timebank;
pub use policy::{Scheme, scheme};
pub use transfer::TRANSFER;
pub use verify::{LedgerReport, ledger_report};

/// Its sentences, Chinese and English.
pub const LOCALES: (&str, &str) = (include_str!("../locales/zh-CN.ftl"), include_str!("../locales/en.ftl"));

/// Its insert-only tables.
pub static SEALED: &[&journal::SealedTable] = &[&TRANSFER];

/// What follows the journal.
pub fn consumers() -> Vec<Arc<dyn journal::Consumer>> {
    vec![Arc::new(Timebank)]
}

/// Its pages and operations.
pub fn routes() -> Routes {
    Routes::new()
        .get("/v/coins", Access::SignedIn, coins::pages::coins_page)
        .api(Access::SignedIn, utoipa_axum::routes!(coins::api::my_coins))
        .api(Access::Guest, utoipa_axum::routes!(balance_sheet::read_balance_sheet))
}
