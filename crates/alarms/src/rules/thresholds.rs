//! Every threshold, named and with its source. `platforms.md` is the collection of what platforms do and what people
//! complain of; where it names a practice and no number, the number was set by judgement, looked at once on the seeds 1 to 5
//! of the [rehearsal](crate::rehearsal) and not touched after.

use kernel::Minutes;

/// How long after its end a typed hour is late. A leader without network types on one of the next days; set by judgement.
pub const LATE: Minutes = Minutes(3 * 24 * 60);

/// How long the window of [`Alarm::TypedFast`](crate::Alarm::TypedFast) is. Hours that were bought stood in the account
/// after two minutes (`platforms.md`, finding 1); ten minutes hold five such sales.
pub const FAST_WINDOW: Minutes = Minutes(10);
/// Different engagements typed in the window. A leader who catches up types one or two; set by judgement.
pub const FAST_ENGAGEMENTS: i64 = 4;
/// Minutes of service typed in the window: 20 h, four of the sales of finding 1 (5 h each).
pub const FAST_MINUTES: i64 = 20 * 60;

/// Hundredths of a team's minutes that are typed. Set by judgement: a team whose phones failed for a month stays below it.
pub const SHARE_HUNDREDTHS: i64 = 60;
/// Typed minutes under which a share says nothing: 40 h, what a school asks of a pupil in three years (`platforms.md` §5).
pub const SHARE_MINUTES: i64 = 40 * 60;

/// Minutes of overlap that no forgotten rounding explains: the half hour of the rounding rules (`platforms.md` §5).
pub const OVERLAP: Minutes = Minutes(30);
/// Overlaps of one team. A forgotten check-out makes one; set by judgement.
pub const OVERLAPS: i64 = 3;

/// People over the places, at least: substitutes and a leader who was not counted make two; set by judgement.
pub const OVER_PEOPLE: i64 = 3;
/// Hundredths of the places that are too many.
pub const OVER_HUNDREDTHS: i64 = 120;

/// People at an engagement that nobody had signed up for (`platforms.md` §8.4 "no enrolment before start"): fewer is a
/// neighbour who was asked on the stairs.
pub const NOBODY_PEOPLE: i64 = 3;

/// Times that each was the other's only witness. Set by judgement.
pub const PAIR_TIMES: i64 = 4;

/// Times that a slot of the week (weekday and minute) recurs on average, for two who meet every week. Half a quarter of weeks with
/// some left out still reaches it; set by judgement.
pub const SLOT_TIMES: usize = 4;

/// Seconds between the earliest and the latest offset of a person's signals from the planned start. A client that
/// picks its sign-in time (`platforms.md` §7.9) keeps to the second; people at a gate do not.
pub const REGULAR_SECONDS: i64 = 5;
/// Engagements with a measured signal, at least. Set by judgement.
pub const REGULAR_TIMES: i64 = 6;

/// Different people whose codes one device gave. Four are a family with one phone; set by judgement.
pub const DEVICE_PEOPLE: i64 = 6;

/// People on one device who may be a family of three generations; set by judgement.
pub const FAMILY_PEOPLE: i64 = 8;

/// Days before a deadline in which a burst counts ("fill in the missing records", `platforms.md` §5, quota pressure).
pub const BURST_DAYS: i32 = 7;
/// Days after which an hour is old: what was served in a deadline's own fortnight is not. Seven days are the time a
/// typed hour may wait for its yes.
pub const BURST_AGE_DAYS: i32 = 14;
/// Different days of service that were typed late: one batch of one day is an honest sheet. Set by judgement.
pub const BURST_SERVICE_DAYS: i64 = 3;
/// Old minutes typed before the deadline: 40 h.
pub const BURST_MINUTES: i64 = 40 * 60;
