//! `/team/members`: who serves in a team, when they last did, what they are trained for.

use std::collections::HashMap;

use askama::Template;
use axum::{extract::Query, http::StatusCode, response::Response};
use kernel::{Action, Day, Id, Organisation};
use web::{Access, Ask, Choice, Failed, OrFailed, Page, Routes, html};

use super::{MemberLine, Members, api::after_of};
use crate::shift::pages::own_teams;

pub(crate) fn routes() -> Routes {
    let run = Access::Staff(Action::RunShifts);
    Routes::new()
        .get("/team/members", run, members_page)
        .api(run, utoipa_axum::routes!(super::api::member_list))
}

/// Something a member has, and whether it counts today.
struct Tag {
    words: String,
    /// `tag-ok` for what counts, `tag-warn` for what is over, nothing for the member's own word.
    look: &'static str,
}

struct LineView {
    initial: String,
    name: String,
    last4: String,
    last: String,
    served: String,
    tags: Vec<Tag>,
}

impl LineView {
    fn new(page: &Page, today: Day, line: &MemberLine) -> Self {
        let member = &line.member;
        let served = match line.services {
            0 => String::new(),
            services => {
                let sum = page.tb("members-served", "services", services, "hours", line.minutes.to_string());
                format!("{sum}{}", page.ta("members-witnessed", "hours", line.witnessed.to_string()))
            }
        };
        let last = match line.last_served {
            Some(at) => page.ta("members-last-served", "day", page.date(at.day())),
            None if line.last_place.day() >= today => {
                page.ta("members-coming", "day", page.date(line.last_place.day()))
            }
            None => page.ta("members-last-place", "day", page.date(line.last_place.day())),
        };
        Self {
            initial: member.card.initial.clone(),
            name: member.card.name_masked.clone(),
            last4: member.card.phone_last4.clone(),
            last,
            served,
            tags: tags(page, today, line),
        }
    }
}

fn tags(page: &Page, today: Day, line: &MemberLine) -> Vec<Tag> {
    let until = |what: String, until: Option<Day>| match until {
        Some(day) if day < today => {
            Tag { words: page.tb("members-over", "what", what, "day", page.date(day)), look: "tag-warn" }
        }
        Some(day) => {
            Tag { words: page.tb("members-until", "what", what, "day", page.date(day)), look: "tag-ok" }
        }
        None => Tag { words: page.ta("members-seen", "what", what), look: "tag-ok" },
    };
    let trained = line.member.trained_until.map(|day| until(page.t("members-training"), Some(day)));
    let skills = line.member.skills.iter().map(|one| {
        let what = page.t(&format!("people-skill-{}", one.skill));
        if one.seen {
            until(what, one.until)
        } else {
            Tag { words: page.ta("members-told", "what", what), look: "" }
        }
    });
    trained.into_iter().chain(skills).collect()
}

#[derive(Template)]
#[template(path = "members/templates/members.html")]
struct MembersPage {
    page: Page,
    /// To choose from, where there is more than one.
    teams: Vec<Choice>,
    team: String,
    team_name: String,
    words: String,
    count: usize,
    lines: Vec<LineView>,
    next: Option<String>,
}

async fn members_page(ask: Ask, Query(query): Query<HashMap<String, String>>) -> Result<Response, Failed> {
    let words = query.get("name").map(|text| text.trim().to_owned()).unwrap_or_default();
    let typed = words.clone();
    let ((teams, found, today), page) = ask
        .app
        .read(&ask, "members_page", move |tx, call| {
            let teams = own_teams(tx, call)?;
            let asked = query.get("team").and_then(|text| text.parse::<Id<Organisation>>().ok());
            let found = match asked.or_else(|| teams.first().map(|team| team.id)) {
                Some(team) => Some(super::members(tx, call, team, &typed, after_of(&query)?)?),
                None => None,
            };
            Ok((teams, found, call.now.day()))
        })
        .await
        .or_failed(&ask)?;
    let page = page.back("/team").tab("leader/team");
    let Members { team, count, lines, next } = match found {
        Some(found) => found,
        None => {
            let (teams, lines, next) = (Vec::new(), Vec::new(), None);
            let (team, team_name) = (String::new(), String::new());
            let nobody = MembersPage { page, teams, team, team_name, words, count: 0, lines, next };
            return Ok(html(StatusCode::OK, &nobody));
        }
    };
    let id = team.id.to_string();
    let choice = |team: &people::OrganisationCard| Choice::new(team.id.to_string(), team.name.clone());
    let shown = MembersPage {
        teams: teams.iter().filter(|_| teams.len() > 1).map(|team| choice(team).chosen_if(&id)).collect(),
        team: id,
        team_name: team.name,
        words,
        count,
        lines: lines.iter().map(|line| LineView::new(&page, today, line)).collect(),
        next: next.map(|person| person.to_string()),
        page,
    };
    Ok(html(StatusCode::OK, &shown))
}
