//! The leader's form for the meeting point, and the one press after checking in or out.

use axum::{
    extract::Path,
    response::{IntoResponse, Response},
};
use db::Failure;
use kernel::{Action, Id, Refusal};
use web::{Access, Answer, Ask, Failed, Fields, OrFailed, Routes};

use super::{Located, Point, meet_at, tell_nearby};
use crate::{
    shift::{Shift, manage},
    view,
};

pub(crate) fn routes() -> Routes {
    Routes::new().post("/shifts/{id}/nearby", Access::SignedIn, nearby).post(
        "/team/shifts/{id}/meeting-point",
        Access::Staff(Action::RunShifts),
        point_sent,
    )
}

/// A number as a phone or a person writes it; nothing else is one.
fn degrees(text: &str) -> f64 {
    text.trim().parse().unwrap_or(f64::NAN)
}

/// What stands for a request that asked once: the same press is the same answer, and of where the phone was not even a digest
/// is kept.
pub(crate) fn nearby_digest(id: Id<Shift>) -> [u8; 32] {
    vault::digest(format!("nearby {id}").as_bytes())
}

async fn nearby(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    let id: Id<Shift> = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let of = |name| degrees(fields.text(name));
    let position = Located::of(of("lat"), of("lon"), of("accuracy"));
    let answer = ask
        .app
        .command(&ask, "location_hint", fields.key(), nearby_digest(id), move |tx, call| {
            let position = position.ok_or_else(|| Refusal::conflict("position-unreadable"))?;
            tell_nearby(tx, call, id, position)?;
            Ok(Answer::go(format!("/shifts/{id}/checked")))
        })
        .await
        .or_failed(&ask)?;
    Ok(answer.into_response())
}

async fn point_sent(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    manage::change(&ask, fields, "meeting_point", &id, |tx, call, id, typed| {
        let point = match (typed.text("lat").trim(), typed.text("lon").trim()) {
            ("", "") => None,
            (lat, lon) => Some(
                Point::of_degrees(degrees(lat), degrees(lon))
                    .ok_or_else(|| Refusal::invalid("lat", "meeting-point-unreadable"))?,
            ),
        };
        meet_at(tx, call, id, point)?;
        Ok(Answer::go(format!("/team/shifts/{id}?done=point")))
    })
    .await
}
