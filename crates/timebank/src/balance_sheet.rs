//! The public balance sheet of a district: what was issued, what is held, by whom in kind, never who.

use axum::{
    extract::Query,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::{Fault, Outcome, Tx, params};
use kernel::{District, DivisionCode, Level, Refusal};
use ledger::Unit;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Ask, Failed, OrFailed, json};

/// The sums of one kind of account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BalanceSheetLine {
    /// `issuer`, `person`, `surplus`, `pool` or `clearing`.
    pub kind: String,
    /// How many accounts.
    pub accounts: i64,
    /// Their balances together, in minor units: 100 make one coin.
    pub balance: i64,
    /// What open holds promise, in minor units.
    pub held: i64,
}

/// The time bank of one district, as everybody may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BalanceSheet {
    /// The district, as a twelve-digit code.
    pub division: String,
    /// What is counted: `time_coin`.
    pub unit: String,
    /// What is in circulation, in minor units: minus the issuing account's balance.
    pub issued: i64,
    /// All balances together; anything but zero is a fault.
    pub sum: i64,
    /// By kind of account.
    pub lines: Vec<BalanceSheetLine>,
}

/// The balance sheet of `district`.
///
/// # Errors
/// A [`Fault`].
pub fn balance_sheet(tx: &mut Tx<'_>, district: District) -> Result<BalanceSheet, Fault> {
    let unit = Unit::TimeCoin.word();
    let rows: Vec<(String, i64, i64, i64)> = tx.query(
        "SELECT kind, COUNT(*), CAST(SUM(balance) AS BIGINT), CAST(SUM(pending_out) AS BIGINT) FROM account
         WHERE district = $1 AND unit = $2 GROUP BY kind ORDER BY kind",
        params![district, unit],
    )?;
    let line = |(kind, accounts, balance, held)| BalanceSheetLine { kind, accounts, balance, held };
    let lines: Vec<BalanceSheetLine> = rows.into_iter().map(line).collect();
    let issued = lines.iter().filter(|line| line.kind == "issuer").map(|line| -line.balance).sum();
    let sum = lines.iter().map(|line| line.balance).sum();
    Ok(BalanceSheet { division: district.division().to_string(), unit: unit.to_owned(), issued, sum, lines })
}

/// Which district.
#[derive(Debug, Deserialize, IntoParams)]
pub(crate) struct Asked {
    /// A division at or below a district, 6, 9 or 12 digits.
    division: Option<String>,
}

/// The time bank of a district: what was issued and who holds it, in sums. Public.
#[utoipa::path(get, path = "/api/v1/timebank/balance-sheet", params(Asked),
    responses((status = 200, body = BalanceSheet), (status = 422, body = web::Problem)))]
pub(crate) async fn read_balance_sheet(ask: Ask, Query(asked): Query<Asked>) -> Result<Response, Failed> {
    let code = asked.division.as_deref().map_or(Ok(ask.app.place().division), DivisionCode::parse);
    let district = code.ok().filter(|code| code.level() >= Level::District).map(DivisionCode::district);
    let (sheet, _) = ask
        .app
        .read(&ask, "balance_sheet", move |tx, _| -> Outcome<_> {
            let district = district.ok_or_else(|| Refusal::invalid("division", "balance-sheet-district"))?;
            Ok(balance_sheet(tx, district)?)
        })
        .await
        .or_failed(&ask)?;
    Ok(json(StatusCode::OK, &sheet).into_response())
}
