//! A need as it lies in its table, and the one way in which it changes.

use db::{Fault, FromRow, Outcome, Row, Tx, params};
use journal::{Call, Event, append};
use kernel::{Action, DivisionCode, Id, Instant, Minutes, Person, Refusal};
use matching::{Engagement, Place, Purpose, Window};

use crate::{
    category::{self, Category, Risk},
    promise::Promises,
    state::State,
    voice::Blob,
};

/// How a need came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// By the person it is for, on a page or through the API.
    Web,
    /// By somebody for somebody else.
    Proxy,
    /// Written down by a worker at the desk.
    Desk,
    /// Written down by a worker on the phone.
    Phone,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 4] = [Self::Web, Self::Proxy, Self::Desk, Self::Phone];

    /// Its word in rows and events.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Proxy => "proxy",
            Self::Desk => "desk",
            Self::Phone => "phone",
        }
    }

    /// The one with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }
}

/// A need.
#[derive(Clone, Debug)]
pub struct Need {
    /// Its id, in the district of the place.
    pub id: Id<Need>,
    /// The short number people read out.
    pub number: String,
    /// The community where help is needed.
    pub division: DivisionCode,
    /// What for.
    pub category: &'static Category,
    /// For whom.
    pub recipient: Id<Person>,
    /// Who asked.
    pub asked_by: Id<Person>,
    /// How it came in.
    pub channel: Channel,
    /// In the asker's words; may be empty.
    pub detail: String,
    /// A recording that says it, if any.
    pub voice: Option<Id<Blob>>,
    /// House and door.
    pub address: String,
    /// The phone to call about it, sealed.
    pub contact_phone: Option<Vec<u8>>,
    /// The risk that was named.
    pub risk: Risk,
    /// Whether it cannot wait.
    pub urgent: bool,
    /// From when; the promised time once somebody accepted.
    pub starts_at: Instant,
    /// Until when.
    pub ends_at: Instant,
    /// How long a visit takes.
    pub minutes: Minutes,
    /// Where it stands.
    pub state: State,
    /// By when the next step is promised.
    pub due_at: Instant,
    /// When whom to ask is decided again; nothing when a person decides.
    pub look_at: Option<Instant>,
    /// Until when volunteers are asked, once they are.
    pub ask_until: Option<Instant>,
    /// Why they were asked so, or why no longer, in codes; `dispatch::words` makes sentences of it.
    pub asking: String,
    /// When the level above last urged it on, if it has not gone on since.
    pub urged_at: Option<Instant>,
    /// Why it was not taken on, a word of [`crate::REFUSE_REASONS`].
    pub refused_reason: Option<String>,
    /// Who promised to come.
    pub helper: Option<Id<Person>>,
    /// How it was done: 0 not said, 1 badly, 2 so-so, 3 well.
    pub rating: Option<i64>,
    /// How often it had to be done again.
    pub reopened: i64,
    /// When it was asked.
    pub created_at: Instant,
    /// How-manieth change this is.
    pub version: i64,
}

fn one_of<T>(found: Option<T>, column: &str, word: &str) -> Result<T, Fault> {
    found.ok_or_else(|| Fault::Defect(format!("need.{column} is `{word}`")))
}

impl FromRow for Need {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        let (id, number, division) = (row.take()?, row.take()?, row.take()?);
        let category: String = row.take()?;
        let (recipient, asked_by) = (row.take()?, row.take()?);
        let channel: String = row.take()?;
        let (detail, voice, address, contact_phone) = (row.take()?, row.take()?, row.take()?, row.take()?);
        let risk: String = row.take()?;
        let (urgent, starts_at, ends_at, minutes) = (row.take()?, row.take()?, row.take()?, row.take()?);
        let state: String = row.take()?;
        Ok(Self {
            id,
            number,
            division,
            category: one_of(category::category(&category), "category", &category)?,
            recipient,
            asked_by,
            channel: one_of(Channel::from_word(&channel), "channel", &channel)?,
            detail,
            voice,
            address,
            contact_phone,
            risk: one_of(Risk::from_word(&risk), "risk", &risk)?,
            urgent,
            starts_at,
            ends_at,
            minutes,
            state: one_of(State::from_word(&state), "state", &state)?,
            due_at: row.take()?,
            look_at: row.take()?,
            ask_until: row.take()?,
            asking: row.take()?,
            urged_at: row.take()?,
            refused_reason: row.take()?,
            helper: row.take()?,
            rating: row.take()?,
            reopened: row.take()?,
            created_at: row.take()?,
            version: row.take()?,
        })
    }
}

/// What is read of a need.
macro_rules! need_columns {
    () => {
        "SELECT id, number, division, category, recipient, asked_by, channel, detail, voice, address,
             contact_phone, risk, urgent, starts_at, ends_at, minutes, state, due_at, look_at, ask_until, asking,
             urged_at, refused_reason, helper, rating, reopened, created_at, version FROM need"
    };
}

/// `SELECT` of every column in the order [`Need`] reads them, then the rest of the statement.
macro_rules! select_needs {
    ($rest:literal) => {
        concat!(crate::need::need_columns!(), " WHERE district = $1 ", $rest)
    };
}
pub(crate) use {need_columns, select_needs};

/// The need as it stands, without holding it.
///
/// # Errors
/// 404 when there is none.
pub(crate) fn load(tx: &mut Tx<'_>, id: Id<Need>) -> Outcome<Need> {
    let found = tx.query_opt(select_needs!("AND id = $2"), params![id.district(), id])?;
    found.ok_or_else(|| Refusal::missing().into())
}

/// The need, held until the transaction ends. Locks of persons come before.
///
/// # Errors
/// 404 when there is none.
pub(crate) fn lock(tx: &mut Tx<'_>, id: Id<Need>) -> Outcome<Need> {
    let found = tx.query_opt(select_needs!("AND id = $2 FOR UPDATE"), params![id.district(), id])?;
    found.ok_or_else(|| Refusal::missing().into())
}

impl Need {
    /// Whether the caller asked for it or is the one it is for.
    pub fn is_mine(&self, call: &Call) -> bool {
        call.actor.person.is_some_and(|me| me == self.recipient || me == self.asked_by)
    }

    /// Who asked, or a worker of the place: what both may do.
    ///
    /// # Errors
    /// Sign in first; 404, since that there is such a need is private.
    pub(crate) fn must_be_mine(&self, call: &Call, or: Action) -> Outcome<()> {
        call.actor.signed_in()?;
        if self.is_mine(call) || call.actor.may(or, self.division) {
            return Ok(());
        }
        Err(Refusal::missing().into())
    }

    /// What matching is asked about. Who is refused, came before or was asked already is the caller's to add.
    pub(crate) fn engagement(&self, purpose: Purpose, now: Instant) -> Outcome<Engagement> {
        let category = self
            .category
            .code()
            .ok_or_else(|| Fault::Defect(format!("category `{}` is no code", self.category.word)))?;
        Ok(Engagement {
            purpose,
            category,
            skills: self.category.skills(),
            trainings: Vec::new(),
            window: Window { from: self.starts_at.max(now), to: self.ends_at },
            minutes: self.minutes,
            place: Place { division: self.division, point: None },
            age_min: self.risk.age_min(),
            guardian_present: false,
            insurance: self.risk.insurance(),
            demands: self.risk.demands(),
            languages: Vec::new(),
            sex: None,
            recipient: Some(self.recipient),
            wished: Vec::new(),
            seen_before: Vec::new(),
            refused: Vec::new(),
            asked: Vec::new(),
        })
    }

    /// Goes on to `to`: the only way a need changes its state. Writes the row, the step and the event.
    ///
    /// # Errors
    /// `need-moved-on` (conflict) when the table of [`State`] does not allow it from here.
    pub(crate) fn advance(
        &mut self,
        tx: &mut Tx<'_>,
        call: &Call,
        to: State,
        note: &str,
        more: impl FnOnce(Event) -> Event,
    ) -> Outcome<()> {
        if !self.state.may(to) {
            return Err(Refusal::conflict("need-moved-on").into());
        }
        let kind = to.event(self.state);
        // Who is asked and who says no does not move the promise to find somebody.
        if !(self.state.is_open() && to.is_open()) {
            let promises = Promises::load(tx, self.division, call.now.day())?;
            self.due_at = promises.due(to, self.urgent, self.ends_at, call.now, call.calendar());
        }
        if !to.is_open() {
            self.stop_asking();
        }
        self.urged_at = None;
        self.state = to;
        self.changed(tx, call, kind, note, more)
    }

    /// Writes what was changed in `self` under its next version.
    pub(crate) fn changed(
        &mut self,
        tx: &mut Tx<'_>,
        call: &Call,
        kind: &'static str,
        note: &str,
        more: impl FnOnce(Event) -> Event,
    ) -> Outcome<()> {
        self.version += 1;
        tx.execute_one(
            "UPDATE need SET category = $3, detail = $4, risk = $5, urgent = $6, starts_at = $7, ends_at = $8,
                 minutes = $9, state = $10, due_at = $11, refused_reason = $12, helper = $13, rating = $14,
                 reopened = $15, version = $16, address = $17, look_at = $18, ask_until = $19, asking = $20,
                 urged_at = $21
             WHERE district = $1 AND id = $2",
            params![
                self.id.district(),
                self.id,
                self.category.word,
                self.detail,
                self.risk.word(),
                self.urgent,
                self.starts_at,
                self.ends_at,
                self.minutes,
                self.state.word(),
                self.due_at,
                self.refused_reason,
                self.helper,
                self.rating,
                self.reopened,
                self.version,
                self.address,
                self.look_at,
                self.ask_until,
                self.asking,
                self.urged_at
            ],
        )?;
        self.step(tx, call, note)?;
        let event = Event::new(kind, self.id.district(), self.id, self.version)
            .with("division", self.division.to_string());
        Ok(append(tx, call, more(event))?)
    }

    /// Notes that the level above urged it on: nothing of the need itself is another, so no step of its life.
    pub(crate) fn urge(&mut self, tx: &mut Tx<'_>, call: &Call) -> Outcome<()> {
        self.version += 1;
        self.urged_at = Some(call.now);
        tx.execute_one(
            "UPDATE need SET urged_at = $3, version = $4 WHERE district = $1 AND id = $2",
            params![self.id.district(), self.id, self.urged_at, self.version],
        )?;
        let event = Event::new("need.urged", self.id.district(), self.id, self.version);
        Ok(append(tx, call, event.with("division", self.division.to_string()))?)
    }

    /// From now on a person decides whom to ask.
    pub(crate) fn stop_asking(&mut self) {
        (self.look_at, self.ask_until) = (None, None);
        self.asking.clear();
    }

    /// Writes when whom to ask is decided again, and why. It is what is being done, no fact of the need: no event.
    pub(crate) fn note_asking(&self, tx: &mut Tx<'_>) -> Outcome<()> {
        Ok(tx.execute_one(
            "UPDATE need SET look_at = $3, ask_until = $4, asking = $5 WHERE district = $1 AND id = $2",
            params![self.id.district(), self.id, self.look_at, self.ask_until, self.asking],
        )?)
    }

    pub(crate) fn step(&self, tx: &mut Tx<'_>, call: &Call, note: &str) -> Outcome<()> {
        tx.execute_one(
            "INSERT INTO need_step (district, need, step, state, actor, note, at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            params![
                self.id.district(),
                self.id,
                self.version,
                self.state.word(),
                call.actor.person,
                note,
                call.now
            ],
        )?;
        Ok(())
    }
}

/// One step of a need's life, for the stitched line of its page.
#[derive(Clone, Debug)]
pub struct Step {
    /// The state it came to.
    pub state: State,
    /// What was noted.
    pub note: String,
    /// When.
    pub at: Instant,
    /// By whom; nobody when the time did it.
    pub by: Option<Id<Person>>,
}

/// The steps of a need, oldest first.
///
/// # Errors
/// A fault.
pub(crate) fn steps(tx: &mut Tx<'_>, id: Id<Need>) -> Outcome<Vec<Step>> {
    let rows: Vec<(String, String, Instant, Option<Id<Person>>)> = tx.query(
        "SELECT state, note, at, actor FROM need_step WHERE district = $1 AND need = $2 ORDER BY step",
        params![id.district(), id],
    )?;
    let step = |(word, note, at, by): (String, String, Instant, Option<Id<Person>>)| {
        Ok(Step { state: one_of(State::from_word(&word), "step", &word)?, note, at, by })
    };
    rows.into_iter().map(step).collect()
}
