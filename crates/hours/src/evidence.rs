//! How far an hour can be believed: the grade, a pure function of the signals.
//!
//! A grade never falls by one signal more, and the order of the signals does not matter.

use db::{Fault, FromRow, Row};
use kernel::{Id, Instant, Minutes, Person};

use crate::words::words;

words! {
    /// What a signal says.
    SignalKind {
        /// The person came.
        Arrived = "arrived",
        /// The person went.
        Left = "left",
        /// The person was there and did the work.
        Served = "served",
        /// The person says that it was not so; it speaks for nothing.
        Denied = "denied",
    }
}

words! {
    /// By what a signal was given.
    Source {
        /// The rotating code, scanned; the witness is who shows it.
        RotatingCode = "rotating_code",
        /// The six digits a leader reads out; the witness is the leader.
        LeaderCode = "leader_code",
        /// The leader's roll call.
        RollCall = "roll_call",
        /// The resident who was helped.
        Resident = "resident",
        /// A card at a reader; the witness is who minds the reader.
        Card = "card",
        /// The card of the resident who was helped, read by the volunteer's own phone; the witness is the resident. It says
        /// that the card was there, or a picture of it, and no more.
        ResidentCard = "resident_card",
        /// A signed paper sheet, entered by the leader.
        Paper = "paper",
        /// Typed in by somebody else.
        Typed = "typed",
        /// The volunteer's own word; no evidence by itself, but the yes that typed hours need.
        SelfTap = "self",
        /// A line of a sheet that somebody brought in; the witness is who did.
        Imported = "imported",
    }
}

words! {
    /// How far an hour can be believed. It stands on the record for ever and is never lowered.
    Grade {
        /// 甲: two independent witnesses, there at the time.
        A = "a",
        /// 乙: one witness, there at the time, or a paper sheet entered within a day.
        B = "b",
        /// 丙: entered later, with the volunteer's own yes and the word of a second person.
        C = "c",
        /// 丁: imported from elsewhere.
        D = "d",
    }
}

impl Source {
    /// Whether a person gives it by their own hand each time that they come and go.
    pub(crate) const fn repeats(self) -> bool {
        matches!(self, Self::RotatingCode | Self::LeaderCode | Self::Card)
    }
}

/// One signal as the rules see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// What it says.
    pub kind: SignalKind,
    /// By what.
    pub source: Source,
    /// Who gives it.
    pub witness: Id<Person>,
    /// The device it was given with; empty where there is none.
    pub device: Vec<u8>,
    /// The instant it speaks of.
    pub at: Instant,
    /// When it reached us, by our clock.
    pub entered_at: Instant,
}

impl FromRow for Evidence {
    /// `kind, source, witness, device, at, entered_at`.
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            kind: row.take()?,
            source: row.take()?,
            witness: row.take()?,
            device: row.take()?,
            at: row.take()?,
            entered_at: row.take()?,
        })
    }
}

/// What the signals are held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Whose presence it is.
    pub person: Id<Person>,
    /// The planned time.
    pub planned: (Instant, Instant),
    /// A signal counts as given at the time when it reached us this long before the planned time at most.
    pub opens: Minutes,
    /// The same after the planned time.
    pub grace: Minutes,
    /// A paper sheet, and the nod of the resident who was there, count as of the time this long after it.
    pub sheet: Minutes,
}

impl Setting {
    /// Whether the signal was given by somebody else, who was there, at the time.
    pub fn is_on_site(&self, signal: &Evidence) -> bool {
        if signal.witness == self.person
            || signal.kind == SignalKind::Denied
            || signal.entered_at < self.planned.0 - self.opens
        {
            return false;
        }
        match signal.source {
            Source::RotatingCode
            | Source::LeaderCode
            | Source::RollCall
            | Source::Card
            | Source::ResidentCard => signal.entered_at <= self.planned.1 + self.grace,
            Source::Resident | Source::Paper => signal.entered_at <= self.planned.1 + self.sheet,
            Source::Typed | Source::SelfTap | Source::Imported => false,
        }
    }

    /// Whether the volunteer said so too.
    pub fn has_own_yes(&self, signals: &[Evidence]) -> bool {
        let yes = |s: &Evidence| s.source == Source::SelfTap && s.kind != SignalKind::Denied;
        signals.iter().any(|s| yes(s) && s.witness == self.person)
    }

    /// Whether anybody else said so, at the time or later. A sheet from elsewhere is nobody's word.
    pub fn has_other_witness(&self, signals: &[Evidence]) -> bool {
        self.others(signals).any(|s| s.source != Source::Imported)
    }

    /// Whether somebody stands for what the volunteer says: the resident, a reviewer of the place who asked, or anybody who
    /// saw one end of it at the time. A leader's later word alone does not: it is typed, and wants a second person.
    pub fn has_second_word(&self, signals: &[Evidence]) -> bool {
        let stands =
            |s: &Evidence| matches!(s.source, Source::Resident | Source::Typed) || self.is_on_site(s);
        self.others(signals).any(stands)
    }

    /// What others gave and what is no denial.
    fn others<'s>(&self, signals: &'s [Evidence]) -> impl Iterator<Item = &'s Evidence> {
        let person = self.person;
        signals.iter().filter(move |s| s.witness != person && s.kind != SignalKind::Denied)
    }

    /// The grade; `None` while nothing may be recorded. Coming and going must each be witnessed for A and B;
    /// [`SignalKind::Served`] witnesses both.
    pub fn grade(&self, signals: &[Evidence]) -> Option<Grade> {
        let seen = |end: SignalKind| {
            signals.iter().any(|s| (s.kind == end || s.kind == SignalKind::Served) && self.is_on_site(s))
        };
        if seen(SignalKind::Arrived) && seen(SignalKind::Left) {
            let then: Vec<_> =
                signals.iter().filter(|s| s.source != Source::Paper && self.is_on_site(s)).collect();
            let two = then.iter().any(|a| then.iter().any(|b| are_independent(a, b)));
            return Some(if two { Grade::A } else { Grade::B });
        }
        if !self.has_own_yes(signals) {
            return None;
        }
        let imported = self.others(signals).any(|s| s.source == Source::Imported);
        if self.has_second_word(signals) { Some(Grade::C) } else { imported.then_some(Grade::D) }
    }

    /// When the person came first, and when they went for good; who came again has not gone. Witnesses of the time
    /// decide, the earliest coming and the latest going; without them what everybody agrees on, the latest coming and
    /// the earliest going.
    pub fn times(&self, signals: &[Evidence]) -> (Option<Instant>, Option<Instant>) {
        let (arrived, left) = self.ends(signals);
        let (stays, again) = self.witnessed_stays(signals);
        (arrived, if again.is_some() && !stays.is_empty() { None } else { left })
    }

    /// The times in which the person was there, in order, none touching the next before it ends: each from a coming to
    /// the last going before the next coming, as witnesses of the time saw them. Without them one, between the ends on
    /// which everybody agrees, or none where an end is not known.
    pub fn stays(&self, signals: &[Evidence]) -> Vec<(Instant, Instant)> {
        let (stays, _) = self.witnessed_stays(signals);
        if !stays.is_empty() {
            return stays;
        }
        let (arrived, left) = self.ends(signals);
        arrived.zip(left).into_iter().collect()
    }

    /// When the person came again after having gone, where nobody saw them go after that.
    pub fn came_again(&self, signals: &[Evidence]) -> Option<Instant> {
        let (stays, again) = self.witnessed_stays(signals);
        again.filter(|_| !stays.is_empty())
    }

    /// Whether coming or going at that time turns what was seen before: who went comes again, or goes after having come again.
    pub(crate) fn turns(&self, before: &[Evidence], kind: SignalKind, at: Instant) -> bool {
        let (stays, here_since) = self.witnessed_stays(before);
        match (kind, here_since, stays.last()) {
            (SignalKind::Arrived, None, Some((_, to))) => at > *to,
            (SignalKind::Left, Some(from), Some(_)) => at > from,
            _ => false,
        }
    }

    fn ends(&self, signals: &[Evidence]) -> (Option<Instant>, Option<Instant>) {
        let at = |kind: SignalKind, witnessed: bool| {
            signals.iter().filter(move |s| s.kind == kind && (!witnessed || self.is_on_site(s))).map(|s| s.at)
        };
        let arrived = at(SignalKind::Arrived, true).min().or_else(|| at(SignalKind::Arrived, false).max());
        let left = at(SignalKind::Left, true).max().or_else(|| at(SignalKind::Left, false).min());
        (arrived, left)
    }

    /// The witnessed stays, and the coming behind the last of them.
    pub(crate) fn witnessed_stays(&self, signals: &[Evidence]) -> (Vec<(Instant, Instant)>, Option<Instant>) {
        let mut seen: Vec<(Instant, SignalKind)> = signals
            .iter()
            .filter(|s| matches!(s.kind, SignalKind::Arrived | SignalKind::Left) && self.is_on_site(s))
            .map(|s| (s.at, s.kind))
            .collect();
        seen.sort_unstable();
        let (mut stays, mut since): (Vec<(Instant, Instant)>, _) = (Vec::new(), None);
        for (at, kind) in seen {
            match (kind, since, stays.last_mut()) {
                (SignalKind::Arrived, None, _) => since = Some(at),
                (SignalKind::Left, Some(from), _) => {
                    stays.push((from, at));
                    since = None;
                }
                // Somebody else saw them go later.
                (SignalKind::Left, None, Some(stay)) => stay.1 = at,
                _ => {}
            }
        }
        (stays, since)
    }
}

/// Two different people, not with one device: the leader's code and the leader's roll call are one witness.
fn are_independent(a: &Evidence, b: &Evidence) -> bool {
    a.witness != b.witness && (a.device.is_empty() || a.device != b.device)
}
