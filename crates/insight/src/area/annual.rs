//! `/report/{year}`: what an area's service came to in a year, for anybody to read and to print. It tells the numbers of
//! [`Report`], so no count that the board does not tell.

use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    http::StatusCode,
    response::Response,
};
use db::{Outcome, Tx};
use kernel::{Day, DivisionCode, Minutes, Refusal};
use web::{Ask, Choice, Failed, OrFailed, Page, html};

use super::{
    period::Period,
    report::{COLUMNS, Number, Report, period_said},
};
use crate::{
    board::{
        chart::{self, Bar, whole_per_cent},
        pages::choices,
    },
    figures::served,
    said::name,
};

#[derive(Template)]
#[template(path = "area/templates/annual.html")]
struct AnnualPage {
    page: Page,
    area: String,
    year: String,
    made: Day,
    /// The days that the year runs from and to, as far as it is over.
    first: Day,
    last: Day,
    is_open: bool,
    is_empty: bool,
    /// The numbers of the area, each under its head.
    figures: Vec<(String, String)>,
    grades: Vec<i64>,
    /// Hours of each grade, the best first.
    hours: [String; 4],
    months: Vec<Month>,
    bars: Vec<Bar>,
    heads: Vec<String>,
    parts: Vec<(String, Vec<String>)>,
    hides: bool,
    areas: Vec<Choice>,
    years: Vec<Choice>,
}

/// What was served in a month.
struct Month {
    name: String,
    hours: String,
}

impl AnnualPage {
    fn head(&self, index: &usize) -> &str {
        self.heads.get(*index).map_or("", String::as_str)
    }

    fn grade(&self, n: usize) -> i64 {
        self.grades.get(n).copied().unwrap_or(0)
    }

    fn hours_of(&self, n: usize) -> &str {
        self.hours.get(n).map_or("", String::as_str)
    }

    /// Thousandths of the width as SVG takes them.
    fn per_cent(&self, thousandths: &i64) -> String {
        web::per_cent(*thousandths)
    }
}

/// The year's report, and the minutes of each month that has begun.
fn read(tx: &mut Tx<'_>, division: DivisionCode, year: Period, today: Day) -> Outcome<(Report, Vec<i64>)> {
    let report = Report::read(tx, division, year, today)?;
    let mut months = vec![0; usize::from(year.last.ymd().1.unsigned_abs())];
    for (day, minutes) in served(tx, division, (year.first, year.last))? {
        let at = usize::from(day.ymd().1.unsigned_abs()) - 1;
        if let Some(month) = months.get_mut(at) {
            *month += minutes;
        }
    }
    Ok((report, months))
}

pub(super) async fn page(
    ask: Ask,
    Path(year): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failed> {
    let place = ask.app.place().clone();
    let asked = super::pages::asked(query.as_deref()).map_err(Into::into).or_failed(&ask)?;
    let division = asked.unwrap_or(place.division);
    let reading = ask.app.read(&ask, "annual_report", move |tx, call| {
        let today = call.now.day();
        let year = Period::parse(&year, today).filter(Period::is_year).ok_or_else(Refusal::missing)?;
        read(tx, division, year, today)
    });
    let ((report, minutes), page) = reading.await.or_failed(&ask)?;
    let said = |numbers: &[Number; 9]| numbers.iter().map(|number| number.said(&page)).collect::<Vec<_>>();
    let mut parts: Vec<(String, Vec<String>)> = report
        .lines
        .iter()
        .map(|(code, numbers)| (name(&page, &report.edition, *code), said(numbers)))
        .collect();
    let whole = parts.pop().map(|(_, cells)| cells).unwrap_or_default();
    let heads: Vec<String> = COLUMNS.iter().map(|key| page.t(key)).collect();
    let stretch = &report.area;
    let by_grade = [stretch.minutes.a, stretch.minutes.b, stretch.minutes.c, stretch.minutes.d];
    let word = report.period.word();
    let year = |one: &Period| Choice::new(one.word(), period_said(&page, *one)).chosen_if(&word);
    let month = |(n, minutes): (i64, &i64)| Month {
        name: page.ta("annual-month", "month", n),
        hours: Minutes(*minutes).to_string(),
    };
    let bars: Vec<(i64, bool)> = minutes.iter().map(|minutes| (*minutes, false)).collect();
    let shown = AnnualPage {
        area: if division == place.division { place.name } else { name(&page, &report.edition, division) },
        year: word.clone(),
        made: report.today,
        first: report.period.first,
        last: report.period.last,
        is_open: report.period.is_open,
        is_empty: stretch.end.volunteers + stretch.end.projects + stretch.end.minutes.total == 0,
        figures: heads.iter().cloned().zip(whole).collect(),
        grades: whole_per_cent(&by_grade),
        hours: by_grade.map(|minutes| Minutes(minutes).to_string()),
        months: (1..).zip(&minutes).map(month).collect(),
        bars: chart::bars(&bars),
        hides: report.lines.iter().any(|(_, numbers)| numbers.contains(&Number::NotTold)),
        areas: choices(&page, &report.edition, division),
        years: Period::choices(report.today).iter().filter(|one| one.is_year()).map(year).collect(),
        heads,
        parts,
        page: page.back("/board").tab("public/board"),
    };
    Ok(html(StatusCode::OK, &shown))
}
