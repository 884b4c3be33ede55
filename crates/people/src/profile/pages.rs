//! `/v/profile`.

use askama::Template;
use axum::{extract::RawQuery, http::StatusCode, response::Response};
use db::Failure;
use kernel::{Day, Kind};
use web::{Answer, Ask, Choice, Failed, Fields, OrFailed, Page, html, status_of};

use super::{Preferences, change_profile, profile};
use crate::{catalogue, weekly};

#[derive(Template)]
#[template(path = "profile/templates/profile.html")]
struct ProfilePage {
    page: Page,
    number: String,
    insured: Option<Day>,
    categories: Vec<Choice>,
    skills: Vec<Choice>,
    times: Vec<Choice>,
    radii: Vec<Choice>,
    limits: Vec<Choice>,
    rest: Vec<Choice>,
    named: Vec<Choice>,
    done: bool,
}

fn show(page: Page, number: String, insured: Option<Day>, now: &Preferences, done: bool) -> ProfilePage {
    let (parts, other) = weekly::parts(&now.times);
    let mut times = catalogue::choices(&page, "people-time", weekly::words(), &parts);
    if !other.is_empty() {
        let mut own = Choice::new("other", page.ta("people-time-other", "count", other.len()));
        own.chosen = true;
        times.push(own);
    }
    let radius = now.radius_m.to_string();
    let mut radii: Vec<Choice> = catalogue::RADII
        .iter()
        .map(|metres| Choice::new(metres.to_string(), radius_words(&page, *metres)).chosen_if(&radius))
        .collect();
    if !catalogue::RADII.contains(&now.radius_m) {
        radii.push(Choice::new(&radius, radius_words(&page, now.radius_m)).chosen_if(&radius));
    }
    let mut named = Choice::new("named", page.t("people-named-yes"));
    named.chosen = now.named;
    let resting = if now.resting { vec!["resting".to_owned()] } else { Vec::new() };
    ProfilePage {
        categories: catalogue::categories(&page, &now.categories),
        skills: catalogue::choices(&page, "people-skill", catalogue::SKILLS, &now.skills),
        limits: catalogue::choices(&page, "people-limit", catalogue::LIMITS, &now.limits),
        rest: catalogue::choices(&page, "people-rest", ["resting"], &resting),
        named: vec![named],
        times,
        radii,
        page,
        number,
        insured,
        done,
    }
}

fn radius_words(page: &Page, metres: i64) -> String {
    if metres == 0 { page.t("people-radius-any") } else { page.ta("people-radius", "metres", metres) }
}

pub(crate) async fn look(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    let done = Fields::parse(query.unwrap_or_default().as_bytes()).text("done") == "profile";
    let (own, page) = ask.app.read(&ask, "profile_page", profile).await.or_failed(&ask)?;
    let page = page.back("/me").tab("volunteer/me");
    Ok(html(StatusCode::OK, &show(page, own.number, own.insured_until, &own.preferences, done)))
}

/// What the form says; times it cannot show are kept when their box is ticked.
fn typed(fields: &Fields, before: &Preferences) -> Preferences {
    let list = |name: &str| fields.all(name).map(str::to_owned).collect::<Vec<_>>();
    let mut times = weekly::times(fields.all("times"));
    if fields.all("times").any(|word| word == "other") {
        times.extend(weekly::parts(&before.times).1);
    }
    // Skills the form does not offer were told elsewhere, and stay.
    let offered = |word: &String| catalogue::SKILLS.contains(&word.as_str());
    let mut skills = list("skills");
    skills.extend(before.skills.iter().filter(|word| !offered(word)).cloned());
    Preferences {
        categories: list("categories"),
        skills,
        times,
        radius_m: fields.text("radius_m").parse().unwrap_or(-1),
        limits: list("limits"),
        resting: fields.text("rest") == "resting",
        named: fields.text("named") == "named",
    }
}

pub(crate) async fn change(ask: Ask, fields: Fields) -> Result<Response, Failed> {
    let form = fields.clone();
    let changed = ask
        .app
        .command(&ask, "profile_change", fields.key(), fields.digest(), move |tx, call| {
            let before = profile(tx, call)?.preferences;
            change_profile(tx, call, &typed(&form, &before))?;
            Ok(Answer::go("/v/profile?done=profile"))
        })
        .await;
    match changed {
        Ok(answer) => Ok(axum::response::IntoResponse::into_response(answer)),
        Err(Failure::Refused(refusal)) if refusal.kind == Kind::Invalid => {
            let (own, page) = ask.app.read(&ask, "profile_page", profile).await.or_failed(&ask)?;
            let page = page.back("/me").tab("volunteer/me").wrong(&refusal.fields);
            let now = typed(&fields, &own.preferences);
            Ok(html(status_of(&refusal), &show(page, own.number, own.insured_until, &now, false)))
        }
        Err(failure) => Err(Failed::new(&ask, failure)),
    }
}
