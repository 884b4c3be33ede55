//! `/screen`: the board on a big screen in a hall, seen from across the room. It shows what `/board` shows, asks again every
//! minute without a script, and hides what the board hides.

use askama::Template;
use axum::{extract::RawQuery, http::StatusCode, response::Response};
use kernel::DivisionCode;
use web::{Ask, Failed, Page, html};

use super::{
    pages::{BoardPage, assembled},
    structure::Tile,
};

/// Parts that can be read from across the room.
const TILES_MOST: usize = 24;

#[derive(Template)]
#[template(path = "board/templates/screen.html")]
struct ScreenPage<'b> {
    page: &'b Page,
    area: &'b String,
    board: &'b BoardPage,
    /// The area above this one.
    above: Option<DivisionCode>,
    /// When the figures were read.
    read_at: String,
    /// What is said of needs, in words, and as hundredths of a per cent where that is told.
    shares: Vec<(String, String, Option<i64>)>,
}

impl ScreenPage<'_> {
    /// Hours of the last week by day of service.
    fn last_week(&self) -> String {
        self.board.hours(&self.board.served.last().map_or(0, |week| week.minutes))
    }

    /// The parts that have room, in the order of their codes.
    fn tiles(&self) -> &[Tile] {
        self.board.tiles.get(..TILES_MOST).unwrap_or(&self.board.tiles)
    }

    fn left_out(&self) -> usize {
        self.board.tiles.len() - self.tiles().len()
    }

    /// The parts of the strip of grades: class, where it begins, how wide, in per cent.
    fn strip(&self) -> Vec<(&'static str, i64, i64)> {
        let mut at = 0;
        let part = |(n, class)| {
            let (from, width) = (at, self.board.grade(n));
            at += width;
            (class, from, width)
        };
        ["g-a", "g-b", "g-c", "g-d"].into_iter().enumerate().map(part).collect()
    }
}

pub(super) async fn screen(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    let board = assembled(&ask, query.as_deref()).await?;
    let (page, figures) = (&board.page, &board.figures);
    let share = |key: &str, share: Option<i64>| {
        let words = match share {
            Some(_) => format!("{}%", board.hundredths(&share)),
            None => board.hundredths(&share),
        };
        (page.t(key), words, share)
    };
    let shares = vec![
        share("screen-matched-share", figures.match_rate_bp),
        share("screen-within-share", figures.response_within_limit_bp),
        (page.t("screen-slowest"), board.wait(&figures.response_p90_minutes), None),
    ];
    let shown = ScreenPage {
        read_at: page.moment(ask.app.kit().clock.now()),
        area: &board.area,
        above: board.division.ancestors().nth(1),
        page,
        board: &board,
        shares,
    };
    Ok(html(StatusCode::OK, &shown))
}
