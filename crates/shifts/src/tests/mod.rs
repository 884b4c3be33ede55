//! Stories, races, pages and API, on both engines.

mod race;
mod scene;
mod story;
