//! Stations: the points where residents are received, as OP2024 part 5 describes them, with their functions.

pub(crate) mod api;
pub(crate) mod pages;
mod store;

use db::{Outcome, Tx};
use journal::{Call, Event, append};
use kernel::{Action, DivisionCode, FieldRefusal, Id, Refusal};

pub use store::stations_around;

/// Mark of a station's id.
#[derive(Debug)]
pub enum StationTable {}

kernel::words! {
    /// Who runs a station.
    StationKind {
        /// 社区志愿服务站.
        Community = "community",
        /// 党员志愿服务站.
        PartyMember = "party_member",
        /// 青年志愿服务站.
        Youth = "youth",
        /// 志愿服务培训基地.
        TrainingBase = "training_base",
    }
}

kernel::words! {
    /// What a station does: the six functions of OP2024 part 5.
    Function {
        /// 需求收集.
        Needs = "needs",
        /// 项目发布.
        Projects = "projects",
        /// 招募培训.
        Training = "training",
        /// 活动组织.
        Activities = "activities",
        /// 服务记录.
        Records = "records",
        /// 宣传展示.
        Display = "display",
    }
}

/// Characters of a station's name, address, phone or opening hours at most.
pub const STATION_TEXT_CHARS_MAX: usize = 80;

/// Where a station is and when somebody is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// Street and number, in words.
    pub address: String,
    /// Landline or mobile, as it is dialled.
    pub phone: String,
    /// Opening hours in words.
    pub opening_hours: String,
}

/// A station as it is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewStation {
    /// The division it serves.
    pub division: DivisionCode,
    /// Its name.
    pub name: String,
    /// Who runs it.
    pub kind: StationKind,
    /// What it does.
    pub functions: Vec<Function>,
    /// Where and when.
    pub contact: Contact,
}

/// A station as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Station {
    /// Its id.
    pub id: Id<StationTable>,
    /// What was recorded.
    pub recorded: NewStation,
    /// How many changes it has seen.
    pub version: i64,
}

/// Records a station of a division.
///
/// # Errors
/// Forbidden outside one's area; `place-code-unknown`, `station-…` (invalid), every wrong field at once.
pub fn create_station(tx: &mut Tx<'_>, call: &Call, station: NewStation) -> Outcome<Id<StationTable>> {
    call.actor.must(Action::ManagePlaces, station.division)?;
    let station = checked(tx, station)?;
    let id: Id<StationTable> = call.id(station.division.district());
    store::insert(tx, id, &station)?;
    append(tx, call, recorded(id, 1, &station))?;
    Ok(id)
}

/// Changes a station; `version` is the one that was looked at. A station does not leave its district: record it
/// anew there.
///
/// # Errors
/// 404; forbidden; `station-changed-meanwhile` (conflict); the fields as for [`create_station`].
pub fn change_station(
    tx: &mut Tx<'_>,
    call: &Call,
    id: Id<StationTable>,
    version: i64,
    station: NewStation,
) -> Outcome<()> {
    let before = store::lock(tx, id)?.ok_or_else(Refusal::missing)?;
    call.actor.must(Action::ManagePlaces, before.recorded.division)?;
    call.actor.must(Action::ManagePlaces, station.division)?;
    if before.version != version {
        return Err(Refusal::conflict("station-changed-meanwhile").into());
    }
    if station.division.district() != id.district() {
        return Err(Refusal::invalid("division", "station-other-district").into());
    }
    let station = checked(tx, station)?;
    store::update(tx, id, version + 1, &station)?;
    append(tx, call, recorded(id, version + 1, &station))?;
    Ok(())
}

/// The station with this id.
///
/// # Errors
/// 404.
pub fn station(tx: &mut Tx<'_>, id: Id<StationTable>) -> Outcome<Station> {
    Ok(store::find(tx, id)?.ok_or_else(Refusal::missing)?)
}

fn recorded(id: Id<StationTable>, version: i64, station: &NewStation) -> Event {
    Event::new("station.recorded", id.district(), id, version)
        .with("division", station.division.to_string())
        .with("station_kind", station.kind.word())
}

/// The station with its texts trimmed, or everything that is wrong with it.
fn checked(tx: &mut Tx<'_>, mut station: NewStation) -> Outcome<NewStation> {
    let mut wrong: Vec<FieldRefusal> = Vec::new();
    if !crate::tree_in(tx)?.contains(station.division) {
        wrong.extend(Refusal::invalid("division", "place-code-unknown").fields);
    }
    wrong.extend(wrong_texts(&mut station.name, &mut station.contact));
    if station.functions.is_empty() {
        wrong.extend(Refusal::invalid("functions", "station-functions-missing").fields);
    }
    station.functions.sort_unstable();
    station.functions.dedup();
    if wrong.is_empty() { Ok(station) } else { Err(Refusal::fields(wrong).into()) }
}

/// Trims the texts; everything that is wrong with them.
fn wrong_texts(name: &mut String, contact: &mut Contact) -> Vec<FieldRefusal> {
    let mut wrong: Vec<FieldRefusal> = Vec::new();
    let texts = [
        ("name", "station-name-missing", name),
        ("address", "station-address-missing", &mut contact.address),
        ("phone", "station-phone-missing", &mut contact.phone),
        ("opening_hours", "station-hours-missing", &mut contact.opening_hours),
    ];
    for (field, missing, text) in texts {
        *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        match text.chars().count() {
            0 => wrong.extend(Refusal::invalid(field, missing).fields),
            n if n > STATION_TEXT_CHARS_MAX => {
                let most = i64::try_from(STATION_TEXT_CHARS_MAX).unwrap_or(i64::MAX);
                wrong.extend(Refusal::invalid(field, "station-text-too-long").with("most", most).fields);
            }
            _ => {}
        }
    }
    let phone = &contact.phone;
    if !phone.is_empty() && !is_phone(phone) {
        wrong.extend(Refusal::invalid("phone", "station-phone").fields);
    }
    wrong
}

/// At least five digits, and between them only what is written in telephone numbers.
fn is_phone(text: &str) -> bool {
    text.chars().filter(char::is_ascii_digit).count() >= 5
        && text.chars().all(|c| c.is_ascii_digit() || "+-() ".contains(c))
}
