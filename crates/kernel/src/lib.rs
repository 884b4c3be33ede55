//! The words every part of Linli shares: ids, places, time, units, who acts, and how a request is refused.
//!
//! Pure: nothing here waits, reads a clock or a file, or knows a feature of the product.

mod actor;
mod calendar;
mod category;
mod division;
mod id;
mod random;
mod refusal;
mod time;
mod units;
mod words;

pub use actor::{Action, Actor, Grant, Over, Role};
pub use calendar::{Calendar, DayKind, SharedCalendar};
pub use category::ServiceCategory;
pub use division::{District, DivisionCode, DivisionCodeError, Level};
pub use id::{Id, IdError, IdSource, Organisation, Person};
pub use random::{Random, scatter};
pub use refusal::{Arg, FieldRefusal, Kind, Refusal};
pub use time::{Clock, Day, Instant, MINUTE_US, Weekday};
pub use units::{Coins, Minutes};
