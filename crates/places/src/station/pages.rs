//! The form for a station: one screen, for recording and for changing.

use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::Failure;
use kernel::{Id, Refusal};
use web::{Answer, Ask, Choice, Failed, Fields, OrFailed, Page, html, status_of};

use super::{Contact, Function, NewStation, Station, StationKind, StationTable, api};

#[derive(Template)]
#[template(path = "station/templates/station.html")]
struct StationPage {
    page: Page,
    /// The form's own address.
    action: String,
    title: String,
    /// The version that was looked at; empty for a new station.
    version: String,
    division: String,
    /// Full name of the division, when there is one.
    place: Option<String>,
    called: String,
    kinds: Vec<Choice>,
    functions: Vec<Choice>,
    contact: Contact,
    /// A sentence above the form when somebody else was faster.
    conflict: Option<String>,
}

/// What the form says, as typed.
struct Typed {
    version: String,
    division: String,
    name: String,
    kind: String,
    functions: Vec<String>,
    contact: Contact,
}

impl Typed {
    fn of_form(fields: &Fields) -> Self {
        let text = |name: &str| fields.text(name).to_owned();
        Self {
            version: text("version"),
            division: text("division"),
            name: text("name"),
            kind: text("kind"),
            functions: fields.all("functions").map(str::to_owned).collect(),
            contact: Contact {
                address: text("address"),
                phone: text("phone"),
                opening_hours: text("opening_hours"),
            },
        }
    }

    fn of_station(station: &Station) -> Self {
        let recorded = &station.recorded;
        Self {
            version: station.version.to_string(),
            division: recorded.division.to_string(),
            name: recorded.name.clone(),
            kind: recorded.kind.word().to_owned(),
            functions: recorded.functions.iter().map(|one| one.word().to_owned()).collect(),
            contact: recorded.contact.clone(),
        }
    }

    fn blank(division: &str) -> Self {
        Self {
            version: String::new(),
            division: division.to_owned(),
            name: String::new(),
            kind: StationKind::Community.word().to_owned(),
            functions: Vec::new(),
            contact: Contact::default(),
        }
    }

    fn parse(&self) -> Result<NewStation, Refusal> {
        let functions = self.functions.iter().map(String::as_str);
        api::parse(&self.division, &self.kind, functions, self.name.clone(), self.contact.clone())
    }

    fn page(self, page: Page, place: Option<String>, id: Option<Id<StationTable>>) -> StationPage {
        let kinds = StationKind::ALL.iter().map(|kind| {
            Choice::new(kind.word(), page.t(&format!("station-kind-{}", kind.word()))).chosen_if(&self.kind)
        });
        let functions = Function::ALL.iter().map(|one| {
            let mut choice = Choice::new(one.word(), page.t(&format!("station-function-{}", one.word())));
            choice.chosen = self.functions.contains(&choice.value);
            choice
        });
        let (kinds, functions) = (kinds.collect(), functions.collect());
        let back = if place.is_some() { format!("/places/{}", self.division) } else { "/places".to_owned() };
        StationPage {
            action: id.map_or("/w/places/new".to_owned(), |id| format!("/w/places/{id}")),
            title: page.t(if id.is_some() { "station-change-title" } else { "station-new-title" }),
            page: page.back(back).tab("places/stations"),
            version: self.version,
            division: self.division,
            place,
            called: self.name,
            kinds,
            functions,
            contact: self.contact,
            conflict: None,
        }
    }
}

fn place_name(tx: &mut db::Tx<'_>, division: &str) -> db::Outcome<Option<String>> {
    let tree = crate::tree_in(tx)?;
    Ok(kernel::DivisionCode::parse(division).ok().and_then(|code| tree.full_name(code)))
}

pub(crate) async fn new(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let division = query.text("division").to_owned();
    let typed = Typed::blank(&division);
    let (place, page) =
        ask.app.read(&ask, "station_form", move |tx, _| place_name(tx, &division)).await.or_failed(&ask)?;
    Ok(html(StatusCode::OK, &typed.page(page, place, None)))
}

pub(crate) async fn edit(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let ((station, place), page) = ask
        .app
        .read(&ask, "station_form", move |tx, call| {
            let id = id.parse().map_err(|_| Refusal::missing())?;
            let station = super::station(tx, id)?;
            call.actor.must(kernel::Action::ManagePlaces, station.recorded.division)?;
            let place = place_name(tx, &station.recorded.division.to_string())?;
            Ok((station, place))
        })
        .await
        .or_failed(&ask)?;
    Ok(html(StatusCode::OK, &Typed::of_station(&station).page(page, place, Some(station.id))))
}

pub(crate) async fn create(ask: Ask, fields: Fields) -> Result<Response, Failed> {
    let asked = fields.clone();
    let outcome = ask
        .app
        .command(&ask, "station_create", fields.key(), fields.digest(), move |tx, call| {
            let station = Typed::of_form(&asked).parse()?;
            let division = station.division;
            super::create_station(tx, call, station)?;
            Ok(Answer::go(format!("/places/{division}?done=station")))
        })
        .await;
    again(&ask, outcome, fields, None).await
}

pub(crate) async fn change(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    let id: Id<StationTable> = id.parse().map_err(|_| Failed::new(&ask, Refusal::missing().into()))?;
    let asked = fields.clone();
    let outcome = ask
        .app
        .command(&ask, "station_change", fields.key(), fields.digest(), move |tx, call| {
            let typed = Typed::of_form(&asked);
            let station = typed.parse()?;
            let division = station.division;
            let version =
                typed.version.parse().map_err(|_| Refusal::conflict("station-changed-meanwhile"))?;
            super::change_station(tx, call, id, version, station)?;
            Ok(Answer::go(format!("/places/{division}?done=station")))
        })
        .await;
    again(&ask, outcome, fields, Some(id)).await
}

/// Where the form leads, or the form again with everything typed and what is wrong.
async fn again(
    ask: &Ask,
    outcome: db::Outcome<Answer>,
    fields: Fields,
    id: Option<Id<StationTable>>,
) -> Result<Response, Failed> {
    let refusal = match outcome {
        Ok(answer) => return Ok(answer.into_response()),
        Err(Failure::Refused(refusal))
            if matches!(refusal.kind, kernel::Kind::Invalid)
                || refusal.rule == "station-changed-meanwhile" =>
        {
            refusal
        }
        Err(failure) => return Err(Failed::new(ask, failure)),
    };
    let typed = Typed::of_form(&fields);
    let division = typed.division.clone();
    let (place, page) =
        ask.app.read(ask, "station_form", move |tx, _| place_name(tx, &division)).await.or_failed(ask)?;
    let mut shown = typed.page(page.wrong(&refusal.fields), place, id);
    if refusal.fields.is_empty() {
        shown.conflict = Some(ask.app.text().refusal(ask.language, &refusal));
    }
    Ok(html(status_of(&refusal), &shown))
}
