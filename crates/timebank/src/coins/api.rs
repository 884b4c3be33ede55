//! `GET /api/v1/me/coins`.

use axum::{
    extract::Query,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::{Id, Refusal};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Ask, Failed, OrFailed, json};

use super::coins;

/// A person's own coins. Amounts are in minor units: 100 make one coin.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MyCoins {
    /// What may be spent.
    balance: i64,
    /// What was earned above a cap: it may be given, not spent.
    surplus: i64,
    /// The newest movements first.
    transfers: Vec<MyTransfer>,
    /// Give it as `before` for the older ones; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// One movement.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MyTransfer {
    /// The transfer's id.
    id: String,
    /// When it was caused (RFC 3339).
    at: String,
    /// Why: `earn`, `correct`, `overflow`, …
    kind: String,
    /// Above zero it came, below zero it went.
    amount: i64,
    /// Whether it is of the surplus.
    surplus: bool,
}

/// Where to begin.
#[derive(Debug, Deserialize, IntoParams)]
pub(crate) struct Older {
    /// `next` of the page before.
    before: Option<String>,
}

/// My coins and what moved.
#[utoipa::path(get, path = "/api/v1/me/coins", params(Older),
    responses((status = 200, body = MyCoins), (status = 401, body = web::Problem), (status = 422, body = web::Problem)))]
pub(crate) async fn my_coins(ask: Ask, Query(older): Query<Older>) -> Result<Response, Failed> {
    let before = older.before.as_deref().map(str::parse::<Id<_>>).transpose();
    let (found, _) = ask
        .app
        .read(&ask, "coins_api", move |tx, call| {
            let before = before.map_err(|_| Refusal::invalid("before", "coins-before"))?;
            Ok(coins(tx, call.actor.signed_in()?, before)?)
        })
        .await
        .or_failed(&ask)?;
    let transfers = found.lines.iter().map(|line| MyTransfer {
        id: line.id.to_string(),
        at: line.at.rfc3339(),
        kind: line.kind.word().to_owned(),
        amount: line.amount.number(),
        surplus: line.surplus,
    });
    let answer = MyCoins {
        balance: found.balance.number(),
        surplus: found.surplus.number(),
        transfers: transfers.collect(),
        next: found.next.map(|id| id.to_string()),
    };
    Ok(json(StatusCode::OK, &answer).into_response())
}
