//! The proof of one record, for its owner to hand on.

use axum::{extract::Path, response::Response};
use db::{Outcome, Tx};
use journal::{Call, Proof, Proved};
use kernel::{Id, Refusal};
use proof::{Cell, Row};
use web::{Ask, Failed, OrFailed, download};

use crate::{ServiceRecord, record::SERVICE_RECORD};

/// The proof that a record stands in the journal as it was written: the row, the event that carries its digest, the way to
/// the day's signed root. For whose the hour is.
///
/// # Errors
/// Sign in first; 404 for anybody else; `proof-not-yet` (conflict) until the day on which it was recorded is over and
/// signed; `proof-changed` (conflict) when the row is not as the journal has it.
pub fn prove_record(tx: &mut Tx<'_>, call: &Call, id: Id<ServiceRecord>) -> Outcome<Proof> {
    let me = call.actor.signed_in()?.bytes();
    let is_mine = |row: &Row| matches!(row.get("person"), Some(Cell::Bytes { bytes }) if *bytes == me);
    let row = SERVICE_RECORD.row(tx, id)?.filter(is_mine).ok_or_else(Refusal::missing)?;
    let mut proof = match journal::prove(tx, call.keys(), id, 1)? {
        Proved::Yes(proof) => *proof,
        Proved::NotYet => return Err(Refusal::conflict("proof-not-yet").into()),
        Proved::Never => return Err(Refusal::conflict("proof-changed").into()),
    };
    proof.row = Some(row);
    match proof.check() {
        Ok(_) => Ok(proof),
        Err(_) => Err(Refusal::conflict("proof-changed").into()),
    }
}

/// The proof of a record of one's own: a file for `linli-verify`, which needs no network.
#[utoipa::path(get, path = "/api/v1/records/{id}/proof", params(("id" = String, Path)), responses(
    (status = 200, description = "a file of the form linli-proof-1", content_type = "application/json"),
    (status = "4XX", body = web::Problem, content_type = "application/problem+json")
))]
pub(crate) async fn prove_api(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let id: Id<ServiceRecord> = id.parse().map_err(|_| Refusal::missing().into()).or_failed(&ask)?;
    let (proof, _) = ask
        .app
        .read(&ask, "record_proof", move |tx, call| prove_record(tx, call, id))
        .await
        .or_failed(&ask)?;
    Ok(download(&format!("linli-record-{id}.proof.json"), "application/json", proof.bytes()))
}
