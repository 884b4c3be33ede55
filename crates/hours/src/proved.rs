//! The proof of one record, for its owner to hand on and for auditors.

use axum::{extract::Path, response::Response};
use db::{Outcome, Tx};
use journal::{Call, Proof, Proved};
use kernel::{Action, Id, Refusal};
use web::{Ask, Failed, OrFailed, download};

use crate::{
    ServiceRecord,
    record::{SERVICE_RECORD, find_record},
};

/// Lets the owner of a record pass and an auditor of its place, whose look is noted down.
///
/// # Errors
/// Sign in first; 404 for anybody else.
fn look(tx: &mut Tx<'_>, call: &Call, id: Id<ServiceRecord>) -> Outcome<()> {
    let me = call.actor.signed_in()?;
    let (person, line) = find_record(tx, id)?.ok_or_else(Refusal::missing)?;
    if me == person {
        return Ok(());
    }
    if !call.actor.may(Action::Audit, line.division) {
        return Err(Refusal::missing().into());
    }
    people::look_at_evidence(tx, call, person)
}

/// The proof that a record stands in the journal as it was written: the row, the event that carries its digest, the way to
/// the day's signed root. Read apart from [`look`], so that no writer waits for it.
///
/// # Errors
/// `proof-not-yet` (conflict) until the day on which it was recorded is over and signed; `proof-changed` (conflict) when
/// the row is not as the journal has it.
fn prove(tx: &mut Tx<'_>, call: &Call, id: Id<ServiceRecord>) -> Outcome<Proof> {
    let mut proof = match journal::prove(tx, call.keys(), id, 1)? {
        Proved::Yes(proof) => *proof,
        Proved::NotYet => return Err(Refusal::conflict("proof-not-yet").into()),
        Proved::Never => return Err(Refusal::conflict("proof-changed").into()),
    };
    proof.row = SERVICE_RECORD.row(tx, id)?;
    match proof.check() {
        Ok(_) => Ok(proof),
        Err(_) => Err(Refusal::conflict("proof-changed").into()),
    }
}

/// The proof of a record: a file for `linli-verify`, which needs no network. For its owner, and for auditors, whose look
/// is noted down.
#[utoipa::path(get, path = "/api/v1/records/{id}/proof", params(("id" = String, Path)), responses(
    (status = 200, description = "a file of the form linli-proof-1", content_type = "application/json"),
    (status = "4XX", body = web::Problem, content_type = "application/problem+json")
))]
pub(crate) async fn prove_api(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let id: Id<ServiceRecord> = id.parse().map_err(|_| Refusal::missing().into()).or_failed(&ask)?;
    ask.app.look(&ask, "record_proof_look", move |tx, call| look(tx, call, id)).await.or_failed(&ask)?;
    let (proof, _) =
        ask.app.read(&ask, "record_proof", move |tx, call| prove(tx, call, id)).await.or_failed(&ask)?;
    Ok(download(&format!("linli-record-{id}.proof.json"), "application/json", proof.bytes()))
}
