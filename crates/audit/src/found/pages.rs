//! `/x`.

use alarms::{Alike, Concern, Finding};
use askama::Template;
use axum::{extract::RawQuery, http::StatusCode, response::Response};
use db::Failure;
use kernel::{Action, DivisionCode, Kind, Refusal};
use places::Edition;
use web::{Ask, Choice, Failed, OrFailed, Page, html, status_of};

use super::{Alarmed, alarmed, by_alarm, presence, tail};
use crate::area::Typed;

/// Services that one finding shows; the API gives all.
const SHOWN_MAX: usize = 20;

#[derive(Template)]
#[template(path = "found/templates/alarms.html")]
struct AlarmsPage {
    page: Page,
    areas: Vec<Choice>,
    from: String,
    to: String,
    groups: Vec<Group>,
    /// What was looked at, in words; empty when nothing was.
    said: String,
    /// The places below, each with where it is looked at, when there was too much to look at.
    below: Vec<(String, String)>,
}

/// All findings of one alarm.
struct Group {
    word: &'static str,
    findings: Vec<Line>,
}

struct Line {
    concern: String,
    measured: String,
    /// What honest thing it looks like; empty where the evidence does not tell.
    alike: &'static str,
    behind: String,
    /// Ids of the services, and where their evidence is.
    services: Vec<(String, String)>,
}

pub(crate) async fn alarms_page(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    let typed = Typed::of(query.as_deref());
    let reading = typed.clone();
    let looked = ask.app.look(&ask, "alarms_page", move |tx, call| {
        let wish = reading.read(tx, call, Action::Audit)?;
        Ok((alarmed(tx, call, wish)?, places::own(call, Action::Audit), places::tree_in(tx)?))
    });
    match looked.await {
        Ok(((alarmed, own, tree), page)) => {
            let areas = places::choices(&tree, &own, &alarmed.wish.area.to_string());
            let said = page.tb("alarms-looked", "count", alarmed.services, "found", alarmed.found.len());
            let (from, to) = (alarmed.wish.days.0.to_string(), alarmed.wish.days.1.to_string());
            let groups = groups(&page, &tree, &alarmed);
            Ok(html(
                StatusCode::OK,
                &AlarmsPage {
                    page: page.back("/me").tab("audit/alarms"),
                    areas,
                    from,
                    to,
                    groups,
                    said,
                    below: Vec::new(),
                },
            ))
        }
        Err(Failure::Refused(refusal)) if refusal.kind == Kind::Invalid => again(&ask, typed, &refusal).await,
        Err(failure) => Err(Failed::new(&ask, failure)),
    }
}

/// The form with what was wrong in it; where there was too much to look at, with the places below.
async fn again(ask: &Ask, typed: Typed, refusal: &Refusal) -> Result<Response, Failed> {
    let read = ask
        .app
        .read(ask, "alarms_form", |tx, call| Ok((places::own(call, Action::Audit), places::tree_in(tx)?)));
    let ((own, tree), page) = read.await.or_failed(ask)?;
    let shown = AlarmsPage {
        below: below(&tree, &own, &typed, refusal),
        areas: places::choices(&tree, &own, &typed.division),
        page: page.back("/me").tab("audit/alarms").wrong(&refusal.fields),
        from: typed.from,
        to: typed.to,
        groups: Vec::new(),
        said: String::new(),
    };
    Ok(html(status_of(refusal), &shown))
}

/// The places below the one that was asked for, each with where it is looked at; none unless there was too much to look at.
fn below(tree: &Edition, own: &[DivisionCode], typed: &Typed, refusal: &Refusal) -> Vec<(String, String)> {
    let too_many = refusal.fields.iter().any(|field| field.rule == "audit-too-many");
    let area = DivisionCode::parse(&typed.division).ok().or_else(|| own.first().copied());
    let href = |code| format!("/x?division={code}&from={}&to={}", typed.from, typed.to);
    let places = area.filter(|_| too_many).into_iter().flat_map(|area| tree.children(area));
    places.map(|place| (place.name.to_owned(), href(place.code))).collect()
}

/// Whom an alarm concerns, in words that name nobody: who it is stands in the evidence, and a look into that is noted down.
pub(crate) fn concern_said(page: &Page, tree: &Edition, concern: Concern) -> String {
    match concern {
        Concern::Team(id) => page.ta("alarms-team", "tail", tail(id)),
        Concern::Typist(id) => page.ta("alarms-typist", "tail", tail(id)),
        Concern::Place(code) => {
            page.ta("alarms-place", "name", tree.full_name(code).unwrap_or_else(|| code.to_string()))
        }
    }
}

fn groups(page: &Page, tree: &Edition, alarmed: &Alarmed) -> Vec<Group> {
    let line = |finding: &&Finding| {
        let key = format!("alarms-measured-{}", finding.alarm.word());
        let count = finding.evidence.len();
        let shown = finding.evidence.iter().take(SHOWN_MAX).map(presence);
        Line {
            concern: concern_said(page, tree, finding.concern),
            measured: page.tb(&key, "measured", finding.measured, "threshold", finding.threshold),
            alike: finding.looks_like.map_or("", Alike::word),
            behind: page.tb("alarms-behind", "count", count, "shown", count.min(SHOWN_MAX)),
            services: shown
                .enumerate()
                .map(|(at, id)| ((at + 1).to_string(), format!("/x/presences/{id}")))
                .collect(),
        }
    };
    let group = |(alarm, found): (alarms::Alarm, Vec<&Finding>)| Group {
        word: alarm.word(),
        findings: found.iter().map(line).collect(),
    };
    by_alarm(&alarmed.found).into_iter().map(group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_much_leads_to_the_places_below_on_the_same_days() {
        testkit::on_both(|world| {
            let tree = world.read("tree", &kernel::Actor::system(), |tx, _| places::tree_in(tx)).unwrap();
            let code = |text: &str| DivisionCode::parse(text).unwrap();
            let typed = |division: &str| Typed {
                division: division.to_owned(),
                from: "2026-01-01".to_owned(),
                to: "2026-03-31".to_owned(),
            };
            let links = |division: &str, rule: &'static str| {
                let links =
                    below(&tree, &[code("420103002")], &typed(division), &Refusal::invalid("from", rule));
                links.into_iter().map(|(_, href)| href).collect::<Vec<_>>()
            };
            let streets = links("420103", "audit-too-many");
            assert!(
                streets.contains(&"/x?division=420103002000&from=2026-01-01&to=2026-03-31".to_owned()),
                "{streets:?}"
            );
            let own = links("", "audit-too-many");
            assert!(
                own.iter().all(|href| href.starts_with("/x?division=420103002")) && !own.is_empty(),
                "{own:?}"
            );
            assert_eq!(links("420103", "audit-days"), Vec::<String>::new());
            assert_eq!(links("420103002001", "audit-too-many"), Vec::<String>::new());
        });
    }
}
