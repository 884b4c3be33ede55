//! Times in the words of a page.

use kernel::Instant;
use web::Page;

/// `3月10日 周二 09:00–11:00`; with the day of the end when it is another.
pub(crate) fn window(page: &Page, from: Instant, to: Instant) -> String {
    let end = if to.day() == from.day() { clock(to) } else { format!("{} {}", day(page, to), clock(to)) };
    format!("{} {}–{end}", day(page, from), clock(from))
}

/// `3月10日 周二 09:00`.
pub(crate) fn moment(page: &Page, at: Instant) -> String {
    format!("{} {}", day(page, at), clock(at))
}

fn day(page: &Page, at: Instant) -> String {
    let (_, month, day) = at.day().ymd();
    let date = page.tb("home-date", "month", i64::from(month), "day", i64::from(day));
    format!("{date} {}", page.t(&format!("home-weekday-{}", at.day().weekday().number())))
}

fn clock(at: Instant) -> String {
    let minute = at.minute_of_day();
    format!("{:02}:{:02}", minute / 60, minute % 60)
}
