//! Stories, races, pages and API, on both engines.

mod change;
mod groups;
mod pages;
mod presence;
mod race;
mod scene;
mod story;
