//! How soon a team puts on record what its people did: open to anybody.

use std::collections::BTreeMap;

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use db::{Failure, Fault, Outcome, Tx, params};
use journal::Call;
use kernel::{Calendar, Day, Id, Instant, Organisation, Refusal};
use people::OrganisationCard;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Ask, Failed, OrFailed, Page, Problem, html, json};

use crate::{duty::days_left, view};

/// Days before today of which it speaks: twelve months.
const PERIOD_DAYS: i32 = 365;
/// Of fewer activities nothing is said: one late evening would be the whole team.
const ACTIVITIES_MIN: usize = 5;

/// How soon a team's rolls were called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promptness {
    /// Activities of the last twelve months whose roll was called.
    pub activities: usize,
    /// Working days from the end to the last call, of the activity in the middle; of an even number the quicker of the two.
    /// `None` where there are too few.
    pub median_days: Option<i64>,
}

/// The middle of what was counted in days; `None` where it is too little to tell.
fn median(days: &[i64]) -> Option<i64> {
    let mut sorted = days.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len().checked_sub(1)? / 2).copied().filter(|_| sorted.len() >= ACTIVITIES_MIN)
}

fn of(calendar: &Calendar, called: impl IntoIterator<Item = (Day, Day)>) -> Promptness {
    // Many activities end on one day and are called on one day.
    let mut known: BTreeMap<(Day, Day), i64> = BTreeMap::new();
    let mut days = Vec::new();
    for (end, call) in called {
        days.push(*known.entry((end, call)).or_insert_with(|| days_left(calendar, end, call)));
    }
    Promptness { activities: days.len(), median_days: median(&days) }
}

/// A team, and how soon it called its rolls in the last twelve months: two statements.
///
/// # Errors
/// 404 when there is no such team.
pub fn promptness(
    tx: &mut Tx<'_>,
    call: &Call,
    team: Id<Organisation>,
) -> Outcome<(OrganisationCard, Promptness)> {
    let card = people::organisation(tx, team)?.ok_or_else(Refusal::missing)?;
    let called = called(tx, team, call.now.day().plus(-PERIOD_DAYS).start())?;
    let days = called.into_iter().map(|(end, call)| (end.day(), call.day()));
    Ok((card, of(call.calendar(), days)))
}

/// When each of the team's activities ended and was called last.
fn called(tx: &mut Tx<'_>, team: Id<Organisation>, since: Instant) -> Result<Vec<(Instant, Instant)>, Fault> {
    tx.query(
        "SELECT s.ends_at, MAX(r.called_at) FROM shift s
         JOIN roll_call r ON r.district = s.district AND r.shift = s.id
         WHERE s.district = $1 AND s.organisation = $2 AND s.state = 'published' AND s.ends_at >= $3
             AND r.state IN ('settled', 'waits')
         GROUP BY s.id, s.ends_at",
        params![team.district(), team, since],
    )
}

#[derive(Template)]
#[template(path = "team/templates/promptness.html")]
struct PromptnessPage {
    page: Page,
    name: String,
    found: Promptness,
}

pub(crate) async fn page(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let id = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let ((card, found), page) = ask
        .app
        .read(&ask, "team_public_page", move |tx, call| promptness(tx, call, id))
        .await
        .or_failed(&ask)?;
    let page = page.back("/activities").tab("public/activities");
    Ok(html(StatusCode::OK, &PromptnessPage { page, name: card.name, found }))
}

/// How soon a team puts on record what its people did.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PromptnessJson {
    name: String,
    /// Activities of the last twelve months whose roll was called.
    activities: usize,
    /// Median of the working days from the end to the last call; absent for fewer than five activities.
    #[serde(skip_serializing_if = "Option::is_none")]
    median_days: Option<i64>,
}

/// How soon a team puts on record what its people did, in the last twelve months.
#[utoipa::path(get, path = "/api/v1/teams/{id}/promptness", params(("id" = String, Path)),
    responses((status = 200, body = PromptnessJson),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn team_promptness(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let id = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let ((card, found), _) = ask
        .app
        .read(&ask, "team_promptness_api", move |tx, call| promptness(tx, call, id))
        .await
        .or_failed(&ask)?;
    let Promptness { activities, median_days } = found;
    Ok(json(StatusCode::OK, &PromptnessJson { name: card.name, activities, median_days }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn of_four_nothing_is_said_and_of_five_the_third() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[0, 0, 0, 0]), None);
        assert_eq!(median(&[9, 0, 2, 1, 7]), Some(2));
        assert_eq!(median(&[9, 0, 2, 3, 1, 7]), Some(2));
    }

    #[test]
    fn days_off_do_not_count_against_a_team() {
        let day = |month, day| Day::from_ymd(2026, month, day).unwrap();
        // Friday before the Spring Festival; called on the first Tuesday after it.
        let called = vec![(day(2, 13), day(2, 24)); 5];
        let found = of(&Calendar::national(), called);
        assert_eq!(
            found,
            Promptness { activities: 5, median_days: Some(2) },
            "the worked Saturday and the Tuesday"
        );
    }

    proptest! {
        #[test]
        fn half_were_no_slower_and_half_no_quicker(days in prop::collection::vec(0_i64..30, 5..60)) {
            let middle = median(&days).unwrap();
            let (upto, from) = (
                days.iter().filter(|one| **one <= middle).count(),
                days.iter().filter(|one| **one >= middle).count(),
            );
            prop_assert!(2 * upto >= days.len() && 2 * from >= days.len());
        }
    }
}
