//! Rows of `station`.

use db::{Fault, FromRow, Outcome, Row, Tx, params};
use kernel::{DivisionCode, Id};

use super::{Contact, Function, NewStation, Station, StationKind, StationTable};

impl FromRow for Station {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        let id = row.take()?;
        let (division, name): (DivisionCode, String) = (row.take()?, row.take()?);
        let (kind, functions): (String, String) = (row.take()?, row.take()?);
        let kind = StationKind::from_word(&kind)
            .ok_or_else(|| Fault::Defect(format!("station {id} has the kind {kind}")))?;
        let functions = functions.split(',').filter_map(Function::from_word).collect();
        let contact = Contact { address: row.take()?, phone: row.take()?, opening_hours: row.take()? };
        let version = row.take()?;
        Ok(Self { id, recorded: NewStation { division, name, kind, functions, contact }, version })
    }
}

fn functions_text(station: &NewStation) -> String {
    station.functions.iter().map(|one| one.word()).collect::<Vec<_>>().join(",")
}

pub(super) fn insert(tx: &mut Tx<'_>, id: Id<StationTable>, station: &NewStation) -> Result<(), Fault> {
    let contact = &station.contact;
    tx.execute_one(
        "INSERT INTO station (district, id, division, name, kind, functions, address, phone, opening_hours, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)",
        params![
            id.district(),
            id,
            station.division,
            station.name,
            station.kind.word(),
            functions_text(station),
            contact.address,
            contact.phone,
            contact.opening_hours
        ],
    )
}

pub(super) fn update(
    tx: &mut Tx<'_>,
    id: Id<StationTable>,
    version: i64,
    station: &NewStation,
) -> Result<(), Fault> {
    let contact = &station.contact;
    tx.execute_one(
        "UPDATE station SET division = $3, name = $4, kind = $5, functions = $6, address = $7, phone = $8,
                opening_hours = $9, version = $10
         WHERE district = $1 AND id = $2",
        params![
            id.district(),
            id,
            station.division,
            station.name,
            station.kind.word(),
            functions_text(station),
            contact.address,
            contact.phone,
            contact.opening_hours,
            version
        ],
    )
}

pub(super) fn find(tx: &mut Tx<'_>, id: Id<StationTable>) -> Result<Option<Station>, Fault> {
    tx.query_opt(
        "SELECT id, division, name, kind, functions, address, phone, opening_hours, version
         FROM station WHERE district = $1 AND id = $2",
        params![id.district(), id],
    )
}

pub(super) fn lock(tx: &mut Tx<'_>, id: Id<StationTable>) -> Result<Option<Station>, Fault> {
    tx.query_opt(
        "SELECT id, division, name, kind, functions, address, phone, opening_hours, version
         FROM station WHERE district = $1 AND id = $2 FOR UPDATE",
        params![id.district(), id],
    )
}

/// Stations where somebody of `place` is received: those of the place and below it, and of the street and the
/// district above it, by falling code, so that the widest stands last; at most `most`. One statement, one district.
///
/// # Errors
/// A fault.
pub fn stations_around(tx: &mut Tx<'_>, place: DivisionCode, most: i64) -> Outcome<Vec<Station>> {
    let district = place.district();
    let (from, to) = crate::bounds(place);
    Ok(tx.query(
        "SELECT id, division, name, kind, functions, address, phone, opening_hours, version FROM station
         WHERE district = $1 AND (division BETWEEN $2 AND $3 OR division = $4 OR division = $5)
         ORDER BY division DESC, id LIMIT $6",
        params![district, from, to, place.street(), district.division(), most],
    )?)
}
