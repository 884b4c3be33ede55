//! `/a` and `/a/compare`.

use askama::Template;
use axum::{extract::RawQuery, http::StatusCode, response::Response};
use kernel::{Action, Day, DivisionCode, Minutes, Refusal};
use web::{Ask, Choice, Failed, Fields, OrFailed, Page, html};

use super::Area;
use crate::{
    Figures, Quantile, Response as Answers,
    disclosure::Told,
    said::{count, hundredths, name, tenths, wait},
};

#[derive(Template)]
#[template(path = "area/templates/overview.html")]
struct Overview {
    page: Page,
    area: String,
    day: Day,
    is_empty: bool,
    worst: Vec<Worst>,
    has_parts: bool,
    figures: Vec<Figure>,
    choices: Vec<Choice>,
    compare: String,
    report: String,
}

/// A part that needs help.
struct Worst {
    href: String,
    name: String,
    said: String,
}

/// One of the eight.
struct Figure {
    label: String,
    value: String,
    unit: String,
    note: String,
    href: String,
}

#[derive(Template)]
#[template(path = "area/templates/compare.html")]
struct Compare {
    page: Page,
    area: String,
    day: Day,
    heads: Vec<String>,
    rows: Vec<Row>,
    hides: bool,
    choices: Vec<Choice>,
}

/// A division and what is said of it, under each head.
struct Row {
    name: String,
    cells: Vec<String>,
}

/// The area a query asks for, if any.
pub(super) fn asked(query: Option<&str>) -> Result<Option<DivisionCode>, Refusal> {
    let fields = Fields::parse(query.unwrap_or_default().as_bytes());
    let code = fields.given("division").map(DivisionCode::parse).transpose();
    code.map_err(|_| Refusal::invalid("division", "figures-division"))
}

/// What is read for either page: the area, what may be looked at from here, and whose rows may be opened.
struct Seen {
    area: Area,
    /// Above and below, within one's right.
    around: Vec<DivisionCode>,
    may_see_people: bool,
    may_see_needs: bool,
}

async fn seen(ask: &Ask, query: Option<&str>, read: &'static str) -> Result<(Seen, Page), Failed> {
    let asked = asked(query).map_err(Into::into).or_failed(ask)?;
    let reading = ask.app.read(ask, read, move |tx, call| {
        let area = Area::load(tx, call, asked, call.now.day())?;
        let here = area.compared.area.division;
        let may = |action: Action, place: DivisionCode| call.actor.may(action, place);
        let above: Vec<DivisionCode> =
            here.ancestors().filter(|code| may(Action::SeeFigures, *code)).collect();
        let around = above.into_iter().rev();
        Ok(Seen {
            around: around.chain(area.compared.parts.iter().map(|part| part.division)).collect(),
            may_see_people: may(Action::SeePeople, here),
            may_see_needs: may(Action::SeeNeeds, here),
            area,
        })
    });
    reading.await.or_failed(ask)
}

impl Seen {
    fn choices(&self, page: &Page) -> Vec<Choice> {
        let here = self.area.compared.area.division.to_string();
        let choice = |code: &DivisionCode| {
            Choice::new(code.to_string(), name(page, &self.area.edition, *code)).chosen_if(&here)
        };
        self.around.iter().map(choice).collect()
    }
}

/// The median as the board has it.
fn median(page: &Page, answers: &Answers) -> String {
    match answers.median {
        Some(Quantile::AtMost(minutes)) => wait(page, Some(minutes)),
        Some(Quantile::MoreThan(_)) => wait(page, None),
        None => "–".to_owned(),
    }
}

/// How a figure compares with the same a year before; what is not told is `None`.
struct Then<'p> {
    page: &'p Page,
    /// Nothing is known of the year before.
    is_first_year: bool,
}

impl Then<'_> {
    /// An arrow and what stood a year before.
    fn note(&self, now: Option<i64>, then: Option<i64>, said: impl Fn(Option<i64>) -> String) -> String {
        let (Some(now), Some(then)) = (now, then.filter(|_| !self.is_first_year)) else {
            return self.page.t("area-no-year");
        };
        let key = match now.cmp(&then) {
            std::cmp::Ordering::Greater => "area-year-up",
            std::cmp::Ordering::Equal => "area-year-same",
            std::cmp::Ordering::Less => "area-year-down",
        };
        self.page.ta(key, "then", said(Some(then)))
    }
}

fn eight(seen: &Seen, page: &Page) -> Vec<Figure> {
    let (now, then) = (&seen.area.compared.area, &seen.area.compared.year_before);
    let (told, (people_then, active_then, all_then)) = (&seen.area.told, seen.area.before);
    let year = Then { page, is_first_year: then.volunteers == 0 && then.minutes.total == 0 };
    let people = if seen.may_see_people { "/w/people".to_owned() } else { definition("volunteers") };
    let needs = |id: &str| if seen.may_see_needs { "/w/needs".to_owned() } else { definition(id) };
    let figure = |label: &str, value: String, unit: &str, note: String, href: String| Figure {
        label: page.t(label),
        value,
        unit: if unit == "%" || unit.is_empty() { unit.to_owned() } else { page.t(unit) },
        note,
        href,
    };
    let number = |number: Option<i64>| count(page, number);
    let hours = |minutes: Option<i64>| minutes.map_or_else(String::new, |n| Minutes(n).to_string());
    let minutes_of = |figures: &Figures| match figures.response.median {
        Some(Quantile::AtMost(minutes)) => Some(minutes),
        Some(Quantile::MoreThan(minutes)) => Some(minutes + 1),
        None => None,
    };
    let volunteers = (told.volunteers.then_some(now.volunteers), people_then.then_some(then.volunteers));
    let rate = (now.active_rate_bp.filter(|_| told.active), then.active_rate_bp.filter(|_| active_then));
    let total = (Some(now.minutes.total), Some(then.minutes.total));
    let head = (
        now.hours_a_head_hundredths.filter(|_| told.volunteers),
        then.hours_a_head_hundredths.filter(|_| people_then),
    );
    let waited = (minutes_of(now).filter(|_| told.answered), minutes_of(then).filter(|_| all_then));
    let within = (
        now.response.within_limit_bp.filter(|_| told.within_limit),
        then.response.within_limit_bp.filter(|_| all_then),
    );
    let matched = (now.match_rate_bp.filter(|_| told.matched), then.match_rate_bp.filter(|_| all_then));
    let proved = (now.minutes.proved_bp(), then.minutes.proved_bp());
    let median = if told.answered { median(page, &now.response) } else { page.t("board-not-told") };
    let waited_then = |_| self::median(page, &then.response);
    vec![
        figure(
            "figure-volunteers",
            number(volunteers.0),
            "board-people",
            year.note(volunteers.0, volunteers.1, number),
            people,
        ),
        figure(
            "area-active-rate",
            hundredths(rate.0),
            "%",
            year.note(rate.0, rate.1, |n| hundredths(n) + "%"),
            definition("active"),
        ),
        figure(
            "figure-hours",
            hours(total.0),
            "board-hours",
            year.note(total.0, total.1, hours),
            definition("hours"),
        ),
        figure(
            "figure-hours-a-head",
            hundredths(head.0),
            "board-hours",
            year.note(head.0, head.1, hundredths),
            definition("hours-a-head"),
        ),
        figure("figure-response", median, "", year.note(waited.0, waited.1, waited_then), needs("response")),
        figure(
            "area-within",
            hundredths(within.0),
            "%",
            year.note(within.0, within.1, |n| hundredths(n) + "%"),
            needs("response"),
        ),
        figure(
            "figure-match",
            hundredths(matched.0),
            "%",
            year.note(matched.0, matched.1, |n| hundredths(n) + "%"),
            needs("match"),
        ),
        figure(
            "area-proved",
            hundredths(proved.0),
            "%",
            year.note(proved.0, proved.1, |n| hundredths(n) + "%"),
            definition("grades"),
        ),
    ]
}

/// Where a figure is defined.
fn definition(id: &str) -> String {
    format!("/board#definition-{id}")
}

pub(super) async fn overview(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    let (seen, page) = seen(&ask, query.as_deref(), "area_overview").await?;
    let area = &seen.area;
    let now = &area.compared.area;
    let worst = area.worst().into_iter().map(|part| {
        let share = hundredths(part.response.within_limit_bp);
        Worst {
            href: format!("/a?division={}", part.division),
            name: name(&page, &area.edition, part.division),
            said: page.ta("area-worst-said", "share", share),
        }
    });
    let shown = Overview {
        area: name(&page, &area.edition, now.division),
        day: now.day,
        is_empty: now.teams + now.projects + now.minutes.total == 0
            && (now.volunteers, now.response.answered) == (0, 0),
        worst: worst.collect(),
        has_parts: !area.compared.parts.is_empty(),
        figures: eight(&seen, &page),
        choices: seen.choices(&page),
        compare: format!("/a/compare?division={}", now.division),
        report: format!("/a/reports?division={}", now.division),
        page: page.back("/me").tab("area/overview"),
    };
    Ok(html(StatusCode::OK, &shown))
}

const COLUMNS: [&str; 7] = [
    "area-volunteers-thousand",
    "area-active-thousand",
    "area-hours-thousand",
    "area-needs-thousand",
    "area-within",
    "figure-match",
    "area-proved",
];

fn row(page: &Page, tree: &divisions::Tree, (figures, told): (&Figures, &Told)) -> Row {
    let told_or = |is_told: bool, said: String| if is_told { said } else { page.t("board-not-told") };
    let share = |number: Option<i64>| number.map_or_else(|| "–".to_owned(), |n| hundredths(Some(n)) + "%");
    Row {
        name: name(page, tree, figures.division),
        cells: vec![
            told_or(told.volunteers, tenths(figures.a_thousand(figures.volunteers))),
            told_or(told.active, tenths(figures.a_thousand(figures.active))),
            tenths(figures.hours_a_thousand()),
            told_or(told.needs, tenths(figures.a_thousand(figures.needs_valid))),
            told_or(told.within_limit, share(figures.response.within_limit_bp)),
            told_or(told.matched, share(figures.match_rate_bp)),
            share(figures.minutes.proved_bp()),
        ],
    }
}

impl Compare {
    fn head(&self, index: &usize) -> &str {
        self.heads.get(*index).map_or("", String::as_str)
    }
}

pub(super) async fn compare(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    let (seen, page) = seen(&ask, query.as_deref(), "area_compare").await?;
    let area = &seen.area;
    let mut rows: Vec<Row> = area.parts().map(|part| row(&page, &area.edition, part)).collect();
    let has_parts = !rows.is_empty();
    if has_parts {
        rows.push(row(&page, &area.edition, (&area.compared.area, &area.told)));
    }
    let hidden = |told: &Told| {
        let Told { volunteers, active, needs, within_limit, matched, .. } = *told;
        !(volunteers && active && needs && within_limit && matched)
    };
    let shown = Compare {
        area: name(&page, &area.edition, area.compared.area.division),
        day: area.compared.area.day,
        heads: COLUMNS.iter().map(|key| page.t(key)).collect(),
        rows,
        hides: area.parts_told.iter().any(hidden),
        choices: seen.choices(&page),
        page: page.back("/a").tab("area/compare"),
    };
    Ok(html(StatusCode::OK, &shown))
}
