//! `/v/coins`.

use askama::Template;
use axum::{extract::Query, http::StatusCode, response::Response};
use kernel::Id;
use serde::Deserialize;
use web::{Ask, Failed, OrFailed, Page, html};

use super::{Coins, Line, coins};

#[derive(Template)]
#[template(path = "coins/templates/coins.html")]
struct CoinsPage {
    page: Page,
    coins: Coins,
}

impl CoinsPage {
    /// Why the coins moved, in words.
    fn why(&self, line: &Line) -> String {
        let key = format!("coins-why-{}", line.kind.word());
        self.page.t(&key)
    }

    /// `+1.50` or `−0.50`, with the sign that screen readers read.
    fn signed(line: &Line) -> String {
        let amount = line.amount;
        if amount.number() < 0 { format!("−{}", -amount) } else { format!("+{amount}") }
    }
}

/// Where the page begins.
#[derive(Debug, Deserialize)]
pub(crate) struct Older {
    before: Option<String>,
}

/// My coins: how many, and when and why each came or went.
pub(crate) async fn coins_page(ask: Ask, Query(older): Query<Older>) -> Result<Response, Failed> {
    let before = older.before.as_deref().and_then(|text| text.parse::<Id<_>>().ok());
    let (coins, page) = ask
        .app
        .read(&ask, "coins_page", move |tx, call| Ok(coins(tx, call.actor.signed_in()?, before)?))
        .await
        .or_failed(&ask)?;
    Ok(html(StatusCode::OK, &CoinsPage { page: page.back("/v").tab("volunteer/me"), coins }))
}
