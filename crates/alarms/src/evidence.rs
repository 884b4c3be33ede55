//! What the rules read.

use kernel::{Day, DivisionCode, Id, Instant, Minutes, Organisation, Person};

/// Mark of the id of one person's presence at one engagement.
#[derive(Debug)]
pub enum Attendance {}
/// Mark of the id of what is served: a shift or a need.
#[derive(Debug)]
pub enum Engagement {}

/// By what a signal was given, as far as the rules tell it apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Given {
    /// The rotating code or the six digits, with the volunteer's own device.
    Code,
    /// The leader's roll call, which may reach us late when the phone was without network.
    RollCall,
    /// A card at a reader; the reader is shared by all.
    Card,
    /// A signed paper sheet.
    Paper,
    /// The resident who was helped.
    Resident,
    /// Typed in by somebody else.
    Typed,
    /// The volunteer's own word.
    Own,
    /// A line of a sheet from elsewhere.
    Imported,
}

impl Given {
    /// Whether it is the word of whoever keeps the list, and not the volunteer's, the resident's or a sheet's from elsewhere.
    pub const fn is_entered(self) -> bool {
        matches!(self, Self::Code | Self::RollCall | Self::Card | Self::Paper | Self::Typed)
    }
}

/// One signal of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signal {
    /// By what.
    pub given: Given,
    /// Who gives it.
    pub witness: Id<Person>,
    /// Digest of the device it came from; empty where there is none.
    pub device: Vec<u8>,
    /// The instant it speaks of.
    pub at: Instant,
    /// When it reached us, by our clock.
    pub entered_at: Instant,
    /// Whether it is of somebody else who was there, and came in time: what the grade of the hour counts as on site, by
    /// the policy of the place.
    pub is_on_site: bool,
}

/// One person's presence at one engagement that counts or waits to count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Its id: what a finding shows.
    pub id: Id<Attendance>,
    /// Who served.
    pub person: Id<Person>,
    /// At what.
    pub engagement: Id<Engagement>,
    /// Whose engagement; `None` where no team holds it.
    pub team: Option<Id<Organisation>>,
    /// Where, a community.
    pub division: DivisionCode,
    /// How many people the engagement has places for; `None` where nobody said.
    pub places: Option<i64>,
    /// The planned time.
    pub planned: (Instant, Instant),
    /// From when until when it counts.
    pub served: (Instant, Instant),
    /// What counts.
    pub minutes: Minutes,
    /// Whether it is of grade C: typed later.
    pub is_typed: bool,
    /// When the person signed up; `None` when never.
    pub signed_up_at: Option<Instant>,
    /// What speaks for it.
    pub signals: Vec<Signal>,
}

/// The evidence of an area and a period.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Every service of the period, in any order.
    pub services: Vec<Service>,
    /// Last days of reporting: the end of the period, of the year, of an assessment.
    pub deadlines: Vec<Day>,
}
