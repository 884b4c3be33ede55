//! What the service comes to: the figures of any area on any day, their board, and the resident population.
//!
//! `roll_up` follows the journal and adds what each sealed event changes to three tables in the district
//! whose journal it follows. [`figures()`] reads them: every figure counts what was sealed by the end of its
//! day, so a figure of a day that is over never changes. Hours count where they were served, people where they
//! live. Active people are kept as intervals and response times as a fixed histogram, so both add up over
//! areas. Definitions and their versions: [`DEFINITIONS`] and `docs/figures.md`.
//!
//! The program `recount` computes the same figures from an exported journal by other code.
//!
//! What this crate must not know: other areas' tables. It reads sealed events only.

mod area;
mod board;
mod disclosure;
mod figures;
mod population;
mod roll_up;
mod said;

use std::sync::Arc;

pub use board::{PublishedFigures, PublishedWeek};
pub use disclosure::{OPEN_CELL, SMALL_CELL};
pub use figures::{
    DEFINITIONS, Definition, Figures, Headline, MinutesByGrade, Part, Quantile, RESPONSE_LIMIT, Residents,
    Response, Trend, Week, figures, headline, trend,
};
pub use population::{
    ImportError, Imported, LineFault, LineFaultKind, POPULATION_FAULTS_MAX, POPULATION_ROWS_MAX,
    import_population,
};
use web::{Access, Routes};

/// The pages and API operations of the board, and the pages of an administrator.
pub fn routes() -> Routes {
    board::routes(Access::Guest).and(area::routes())
}

/// What follows the journal: the roll-up behind every figure.
pub fn consumers() -> Vec<Arc<dyn journal::Consumer>> {
    vec![Arc::new(roll_up::RollUp)]
}

/// Sentences of the board: Chinese, English.
pub const LOCALES: (&str, &str) = (include_str!("../locales/zh-CN.ftl"), include_str!("../locales/en.ftl"));
