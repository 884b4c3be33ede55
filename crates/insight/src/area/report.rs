//! `/a/reports`: a month or a year of an area and of each of its parts, on the page, on paper and as a sheet.

use askama::Template;
use axum::{extract::RawQuery, http::StatusCode, response::Response};
use db::{Fault, Outcome, Tx};
use journal::Call;
use kernel::{Action, Day, DivisionCode, Refusal};
use places::Edition;
use sheets::{Book, Column, Value};
use web::{Ask, Choice, Failed, Fields, OrFailed, Page, download, html};

use super::{own, period::Period};
use crate::{
    disclosure::{Told, disclosures},
    figures::{Stretch, stretch},
    said::{hundredths, name},
};

#[derive(Template)]
#[template(path = "area/templates/report.html")]
struct ReportPage {
    page: Page,
    title: String,
    made: Day,
    is_open: bool,
    heads: Vec<String>,
    rows: Vec<(String, Vec<String>)>,
    hides: bool,
    sheet: String,
    areas: Vec<Choice>,
    periods: Vec<Choice>,
}

impl ReportPage {
    fn head(&self, index: &usize) -> &str {
        self.heads.get(*index).map_or("", String::as_str)
    }
}

/// One number of a report; the page, the print and the sheet all have it from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Number {
    Whole(i64),
    Hundredths(i64),
    /// It might point at somebody.
    NotTold,
    /// There is nothing to divide by.
    None,
}

impl Number {
    fn told(is_told: bool, number: Self) -> Self {
        if is_told { number } else { Self::NotTold }
    }

    fn share(number: Option<i64>) -> Self {
        number.map_or(Self::None, Self::Hundredths)
    }

    pub(super) fn said(self, page: &Page) -> String {
        match self {
            Self::Whole(number) => number.to_string(),
            Self::Hundredths(number) => hundredths(Some(number)),
            Self::NotTold => page.t("board-not-told"),
            Self::None => hundredths(None),
        }
    }

    fn cell(self, page: &Page) -> Value {
        match self {
            Self::Whole(number) => Value::Number(number),
            Self::Hundredths(number) => Value::Hundredths(number),
            Self::NotTold | Self::None => Value::Text(self.said(page)),
        }
    }
}

/// The words over the numbers of a line, in their order.
pub(super) const COLUMNS: [&str; 9] = [
    "report-volunteers",
    "report-new-volunteers",
    "report-active",
    "report-new-projects",
    "report-hours",
    "report-hours-proved",
    "report-needs",
    "report-within",
    "report-matched",
];

/// The numbers of an area or a part; of the volunteers before it only as much as was told then.
fn numbers(of: &Stretch, told: &Told, told_before: bool) -> [Number; 9] {
    let end = &of.end;
    [
        Number::told(told.volunteers, Number::Whole(end.volunteers)),
        Number::told(told.volunteers && told_before, Number::Whole(of.volunteers)),
        Number::told(told.active, Number::Whole(end.active)),
        Number::Whole(of.projects),
        Number::Hundredths(of.minutes.total.saturating_mul(100) / 60),
        Number::share(of.minutes.proved_bp()),
        Number::told(told.answered, Number::Whole(end.response.answered)),
        Number::told(told.within_limit, Number::share(end.response.within_limit_bp)),
        Number::told(told.matched, Number::share(end.match_rate_bp)),
    ]
}

/// A report as it was read.
pub(super) struct Report {
    pub(super) edition: Edition,
    pub(super) division: DivisionCode,
    pub(super) period: Period,
    pub(super) today: Day,
    /// What the area came to.
    pub(super) area: Stretch,
    /// The parts in the order of their codes, then the area.
    pub(super) lines: Vec<(DivisionCode, [Number; 9])>,
    /// Above and below, within one's right.
    around: Vec<DivisionCode>,
}

/// What a query asks for.
#[derive(Clone)]
struct Wish {
    division: Option<DivisionCode>,
    period: Option<String>,
}

impl Wish {
    fn of(query: Option<&str>) -> Result<Self, Refusal> {
        let fields = Fields::parse(query.unwrap_or_default().as_bytes());
        Ok(Self { division: super::pages::asked(query)?, period: fields.given("period").map(str::to_owned) })
    }
}

impl Report {
    fn load(tx: &mut Tx<'_>, call: &Call, wish: &Wish) -> Outcome<Self> {
        let division = wish.division.or_else(|| own(&call.actor)).unwrap_or(call.actor.home);
        call.actor.must(Action::SeeFigures, division)?;
        let today = call.now.day();
        let period = match &wish.period {
            Some(text) => Period::parse(text, today),
            None => Period::last_month(today),
        };
        let period = period.ok_or_else(|| Refusal::invalid("period", "report-period"))?;
        let mut report = Self::read(tx, division, period, today)?;
        let may = |code: &DivisionCode| call.actor.may(Action::SeeFigures, *code);
        let above: Vec<DivisionCode> = division.ancestors().filter(may).collect();
        report.around.splice(0..0, above.into_iter().rev());
        Ok(report)
    }

    /// What anybody may know of a period: seven statements, however many parts.
    pub(super) fn read(tx: &mut Tx<'_>, division: DivisionCode, period: Period, today: Day) -> Outcome<Self> {
        let edition = places::tree_in(tx)?;
        let (area, parts) = stretch(tx, &edition, division, (period.first, period.last))?;
        let below: Vec<DivisionCode> = parts.iter().map(|part| part.end.division).collect();
        let before = period.first.plus(-1);
        let (told, told_parts) = disclosures(tx, &edition, (division, &below), &[before, period.last])?;
        let all = parts.iter().zip(&told_parts).chain([(&area, &told)]);
        let lines = all
            .map(|(of, told)| (of.end.division, numbers(of, &told.told(), told.people(before).0)))
            .collect();
        Ok(Self { edition, division, period, today, area, lines, around: below })
    }

    fn title(&self, page: &Page) -> String {
        let area = name(page, &self.edition, self.division);
        page.tb("report-title", "area", area, "period", period_said(page, self.period))
    }
}

pub(super) fn period_said(page: &Page, period: Period) -> String {
    match period.parts() {
        (year, Some(month)) => page.tb("report-month", "year", year.to_string(), "month", month),
        (year, None) => page.ta("report-year", "year", year.to_string()),
    }
}

async fn load(ask: &Ask, query: Option<&str>, read: &'static str) -> Result<(Report, Page), Failed> {
    let wish = Wish::of(query).map_err(Into::into).or_failed(ask)?;
    ask.app.read(ask, read, move |tx, call| Report::load(tx, call, &wish)).await.or_failed(ask)
}

pub(super) async fn page(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    let (report, page) = load(&ask, query.as_deref(), "area_report").await?;
    let line = |(code, numbers): &(DivisionCode, [Number; 9])| {
        let cells = numbers.iter().map(|number| number.said(&page)).collect();
        (name(&page, &report.edition, *code), cells)
    };
    let here = report.division.to_string();
    let chosen = report.period.word();
    let area = |code: &DivisionCode| {
        Choice::new(code.to_string(), name(&page, &report.edition, *code)).chosen_if(&here)
    };
    let period = |one: &Period| Choice::new(one.word(), period_said(&page, *one)).chosen_if(&chosen);
    let shown = ReportPage {
        title: report.title(&page),
        made: report.today,
        is_open: report.period.is_open,
        heads: COLUMNS.iter().map(|key| page.t(key)).collect(),
        rows: report.lines.iter().map(line).collect(),
        hides: report.lines.iter().any(|(_, numbers)| numbers.contains(&Number::NotTold)),
        sheet: format!("/a/reports.xlsx?division={here}&period={chosen}"),
        areas: report.around.iter().map(area).collect(),
        periods: Period::choices(report.today).iter().map(period).collect(),
        page: page.back("/a").tab("area/reports"),
    };
    Ok(html(StatusCode::OK, &shown))
}

pub(super) async fn sheet(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    let (report, page) = load(&ask, query.as_deref(), "area_report_sheet").await?;
    let title = report.title(&page);
    let mut columns = vec![Column::new(page.t("board-area"), 24)];
    columns.extend(COLUMNS.iter().map(|key| Column::new(page.t(key), 16)));
    let (year, month, day) = report.today.ymd();
    let made = (year.unsigned_abs(), month.unsigned_abs(), day.unsigned_abs());
    let mut book = Book::new(period_said(&page, report.period), made, columns);
    book.mark = page.tb("report-mark", "title", title.as_str(), "day", page.date(report.today));
    book.notes_name = page.t("report-notes");
    book.notes = vec![book.mark.clone(), page.t("report-counted"), page.t("board-small-cells")];
    for (code, numbers) in &report.lines {
        let cells = numbers.iter().map(|number| number.cell(&page));
        book.push([Value::from(name(&page, &report.edition, *code))].into_iter().chain(cells).collect());
    }
    let bytes = book.bytes().map_err(|error| Fault::Defect(error.to_string()).into()).or_failed(&ask)?;
    Ok(download(&format!("{title}.xlsx"), sheets::MEDIA_TYPE, bytes))
}
