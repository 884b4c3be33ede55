//! Times in the words of a page.

use kernel::{Day, Instant};

use crate::Page;

impl Page {
    /// `3月10日 周二`.
    pub fn day(&self, day: Day) -> String {
        let (_, month, number) = day.ymd();
        let date = self.tb("shell-date", "month", i64::from(month), "day", i64::from(number));
        format!("{date} {}", self.t(&format!("shell-weekday-{}", day.weekday().number())))
    }

    /// `3月10日 周二 09:00`.
    pub fn moment(&self, at: Instant) -> String {
        format!("{} {}", self.day(at.day()), clock(at))
    }

    /// `3月10日 周二 09:00–11:00`; with the day of the end when it is another.
    pub fn window(&self, from: Instant, to: Instant) -> String {
        let end = if to.day() == from.day() { clock(to) } else { self.moment(to) };
        format!("{}–{end}", self.moment(from))
    }
}

fn clock(at: Instant) -> String {
    let minute = at.minute_of_day();
    format!("{:02}:{:02}", minute / 60, minute % 60)
}
