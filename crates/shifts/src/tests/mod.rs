//! Stories, races, pages and API, on both engines.

mod change;
mod check_out;
mod duty;
mod groups;
mod kinds;
mod members;
mod nearby;
mod offline;
mod pages;
mod paper;
mod presence;
mod race;
mod readiness;
mod scene;
mod story;
