//! An invented city with every way of making hours up that `platforms.md` tells of, and with honest teams that look
//! alike. What is made up is known, so that each alarm has a precision and a recall.

mod crooked;
mod honest;
mod measure;
mod town;

pub use crooked::{Fraud, Late};
pub use honest::LookAlike;
pub use measure::{Measured, OfAlarm, Recall, SEEDS_OF_THRESHOLDS, measure, table};
pub use town::{Town, town};
