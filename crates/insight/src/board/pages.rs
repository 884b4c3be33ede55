//! `/board`: the figures of an area on a phone, for everybody.

use askama::Template;
use axum::{extract::RawQuery, http::StatusCode, response::Response};
use divisions::Tree;
use kernel::{Action, Calendar, Day, DivisionCode, Minutes};
use web::{Ask, Bars, Choice, Failed, OrFailed, Page, html};

use super::{
    PublishedFigures,
    api::{PublishedDefinition, published_definitions},
    chart::{self, Bar, People, whole_per_cent},
    chosen, figures_of,
    structure::{self, CategoryLine, Tile},
};
use crate::{
    Trend,
    said::{self, name},
};

/// Working days in which a service may still be recorded: a week that ended no longer ago still moves.
const DUE_WORKING_DAYS: u32 = 10;

#[derive(Template)]
#[template(path = "board/templates/board.html")]
pub(super) struct BoardPage {
    pub(super) page: Page,
    pub(super) division: DivisionCode,
    pub(super) area: String,
    pub(super) figures: PublishedFigures,
    is_empty: bool,
    choices: Vec<Choice>,
    grades: Vec<i64>,
    pub(super) tiles: Vec<Tile>,
    pub(super) categories: Vec<CategoryLine>,
    pub(super) categories_chart: Vec<Bars>,
    decades: Vec<(String, i64)>,
    pub(super) decades_chart: Vec<Bars>,
    pub(super) people: People,
    pub(super) served: Vec<ServedWeek>,
    pub(super) bars: Vec<Bar>,
    definitions: Vec<PublishedDefinition>,
}

/// Hours by day of service, one week.
pub(super) struct ServedWeek {
    first: Day,
    last: Day,
    pub(super) minutes: i64,
    is_moving: bool,
}

impl BoardPage {
    pub(super) fn count(&self, count: &Option<i64>) -> String {
        said::count(&self.page, *count)
    }

    pub(super) fn hundredths(&self, number: &Option<i64>) -> String {
        said::hundredths(*number)
    }

    pub(super) fn hours(&self, minutes: &i64) -> String {
        Minutes(*minutes).to_string()
    }

    fn is_hidden(&self, name: &str) -> bool {
        self.figures.hidden.iter().any(|hidden| hidden == name)
    }

    /// A waiting time in words, where anybody waited.
    pub(super) fn wait(&self, minutes: &Option<i64>) -> String {
        let is_none = self.figures.response_answered == Some(0)
            || (minutes.is_none() && self.is_hidden("response_answered"));
        if is_none { "–".to_owned() } else { said::wait(&self.page, *minutes) }
    }

    fn residents_note(&self) -> String {
        match (self.figures.residents, self.figures.residents_year, &self.figures.residents_source) {
            (Some(count), Some(year), Some(source)) => {
                let year = year.to_string();
                format!("{} {source}", self.page.tb("board-residents", "count", count, "year", year))
            }
            _ => self.page.t("board-no-residents"),
        }
    }

    fn response_note(&self) -> String {
        let (p90, share) =
            (self.wait(&self.figures.response_p90_minutes), self.figures.response_within_limit_bp);
        self.page.tb("board-response-note", "p90", p90, "share", self.hundredths(&share))
    }

    /// Thousandths of the width as SVG takes them.
    fn per_cent(&self, thousandths: &i64) -> String {
        web::per_cent(*thousandths)
    }

    /// The year of the day, as the yearly report is named.
    fn year(&self) -> &str {
        self.figures.day.split('-').next().unwrap_or_default()
    }

    /// Whether the needs of each category are told.
    pub(super) fn tells_needs(&self) -> bool {
        !self.is_hidden("categories.needs")
    }

    pub(super) fn first_week(&self) -> &str {
        self.figures.trend.first().map_or("", |week| &week.day)
    }

    /// Whole per cent of the hours of a grade, A first.
    pub(super) fn grade(&self, n: usize) -> i64 {
        self.grades.get(n).copied().unwrap_or(0)
    }

    pub(super) fn hides(&self) -> bool {
        !self.figures.hidden.is_empty()
    }
}

/// What can be looked at from here: everything above, this area, everything right below.
pub(crate) fn choices(page: &Page, tree: &Tree, division: DivisionCode) -> Vec<Choice> {
    let here = division.to_string();
    let mut above: Vec<DivisionCode> = division.ancestors().collect();
    above.reverse();
    let below = tree.children(division).map(|child| child.code);
    let choice = |code: DivisionCode| Choice::new(code.to_string(), name(page, tree, code)).chosen_if(&here);
    above.into_iter().chain(below).map(choice).collect()
}

fn served_weeks(trend: &Trend, calendar: &Calendar) -> Vec<ServedWeek> {
    let weeks = trend.weeks.iter().map(|week| {
        let (first, last) = (week.day.plus(-6), week.day);
        let minutes = trend.served.range(first..=last).map(|(_, minutes)| minutes).sum();
        let is_moving = trend.figures.day <= calendar.working_days_after(last, DUE_WORKING_DAYS);
        ServedWeek { first, last, minutes, is_moving }
    });
    weeks.collect()
}

pub(super) async fn board(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    Ok(html(StatusCode::OK, &assembled(&ask, query.as_deref()).await?))
}

/// The board of the area and the day that were asked for; the big screen shows the same.
pub(super) async fn assembled(ask: &Ask, query: Option<&str>) -> Result<BoardPage, Failed> {
    let today = ask.app.kit().clock.now().day();
    let place = ask.app.place().clone();
    let (division, day) = chosen(query, place.division, today).map_err(Into::into).or_failed(ask)?;
    let read = ask.app.read(ask, "board", move |tx, _| {
        let tree = places::tree_in(tx)?;
        let (trend, told) = figures_of(tx, &tree, division, day)?;
        Ok((tree, trend, told))
    });
    let ((tree, trend, told), page) = read.await.or_failed(ask)?;
    let figures = PublishedFigures::of(&trend, &told, day < today);
    let now = &trend.figures;
    let is_empty = [figures.volunteers, figures.response_answered].iter().all(|count| *count == Some(0))
        && [now.teams, now.projects, now.minutes.total].iter().all(|count| *count == 0);
    let served = served_weeks(&trend, &ask.app.kit().calendar.now());
    let weeks: Vec<(i64, bool)> = served.iter().map(|week| (week.minutes, week.is_moving)).collect();
    let categories = structure::categories(&page, &figures);
    let decades = structure::decades(&page, &figures);
    Ok(BoardPage {
        tiles: structure::tiles(&page, &tree, &trend.parts),
        categories_chart: structure::categories_chart(&categories),
        categories,
        decades_chart: structure::decades_chart(&decades),
        decades,
        area: if division == place.division { place.name } else { name(&page, &tree, division) },
        choices: choices(&page, &tree, division),
        is_empty,
        division,
        grades: whole_per_cent(&[now.minutes.a, now.minutes.b, now.minutes.c, now.minutes.d]),
        people: chart::people(&figures.trend),
        bars: chart::bars(&weeks),
        served,
        definitions: published_definitions(ask),
        figures,
        page: page.tab("public/board"),
    })
}

#[derive(Template)]
#[template(path = "board/templates/definitions.html")]
struct DefinitionsPage {
    page: Page,
    definitions: Vec<PublishedDefinition>,
}

/// What every figure counts: one list for the board, the area's pages, the report and the sheet.
pub(super) async fn definitions(ask: Ask) -> Result<Response, Failed> {
    let read = ask
        .app
        .read(&ask, "definitions_page", |_, call| Ok(!call.actor.scope(Action::SeeFigures).is_empty()));
    let (is_staff, page) = read.await.or_failed(&ask)?;
    let page = if is_staff {
        page.back("/a").tab("area/definitions")
    } else {
        page.back("/board").tab("public/board")
    };
    let definitions = published_definitions(&ask);
    Ok(html(StatusCode::OK, &DefinitionsPage { page, definitions }))
}
