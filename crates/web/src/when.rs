//! Days and times in words: one way for pages, refusals and messages.

use std::borrow::Borrow;

use kernel::{Arg, Day, Instant};

use crate::{Language, Page, Text};

impl Text {
    /// `2026年3月10日`.
    pub fn date(&self, language: Language, day: Day) -> String {
        let (year, month, number) = day.ymd();
        let parts =
            [("year", year.to_string().into()), ("month", number_arg(month)), ("day", number_arg(number))];
        self.get(language, "shell-date", &parts)
    }

    /// `3月10日 周二`.
    pub fn day(&self, language: Language, day: Day) -> String {
        let (_, month, number) = day.ymd();
        let weekday = self.get(language, &format!("shell-weekday-{}", day.weekday().number()), &[]);
        let parts = [("month", number_arg(month)), ("day", number_arg(number)), ("weekday", weekday.into())];
        self.get(language, "shell-day", &parts)
    }

    /// `3月10日 周二 09:00`.
    pub fn moment(&self, language: Language, at: Instant) -> String {
        format!("{} {}", self.day(language, at.day()), clock(at))
    }

    /// `3月10日 周二 09:00–11:00`; with the day of the end when it is another.
    pub fn window(&self, language: Language, from: Instant, to: Instant) -> String {
        let end = if to.day() == from.day() { clock(to) } else { self.moment(language, to) };
        format!("{}–{end}", self.moment(language, from))
    }
}

/// What a template hands over is often a reference, hence [`Borrow`].
impl Page {
    /// As [`Text::date`].
    pub fn date(&self, day: impl Borrow<Day>) -> String {
        self.text().date(self.language(), *day.borrow())
    }

    /// As [`Text::day`].
    pub fn day(&self, day: Day) -> String {
        self.text().day(self.language(), day)
    }

    /// As [`Text::moment`].
    pub fn moment(&self, at: impl Borrow<Instant>) -> String {
        self.text().moment(self.language(), *at.borrow())
    }

    /// As [`Text::window`].
    pub fn window(&self, from: Instant, to: Instant) -> String {
        self.text().window(self.language(), from, to)
    }

    /// `24 小时`, or `90 分钟` where it is not whole hours.
    pub fn lasting(&self, minutes: impl Borrow<i64>) -> String {
        let minutes = *minutes.borrow();
        if minutes > 0 && minutes % 60 == 0 {
            self.ta("shell-lasting-hours", "count", minutes / 60)
        } else {
            self.ta("shell-lasting-minutes", "count", minutes)
        }
    }
}

/// `09:00`.
pub fn clock(at: Instant) -> String {
    let minute = at.minute_of_day();
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn number_arg(number: i8) -> Arg {
    Arg::Number(number.into())
}
