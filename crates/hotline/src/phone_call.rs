//! A call as it lies in its table, and the one way in which it changes.

use db::{Fault, FromRow, Outcome, Row, Tx, Value, params};
use journal::{Call, Event, append};
use kernel::{Action, District, DivisionCode, Id, Instant, Person, Refusal};
use needs::Need;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vault::Keys;

use crate::{Number, Settled};

/// What seals, and indexes, the number of who calls.
pub(crate) const NUMBER: &str = "phone_call.number";
/// What seals what was said.
pub(crate) const SAID: &str = "phone_call.said";

kernel::words! {
    /// What a call was about.
    Kind {
        /// 求助: it makes a need.
        Help = "help",
        /// 咨询: something is asked, and answered now or later.
        Enquiry = "enquiry",
        /// Wrong number, silence.
        Other = "other",
    }
}

kernel::words! {
    /// Where a call stands.
    State {
        /// Somebody is on the line, or was when the page was closed.
        Open = "open",
        /// Nothing is left to do.
        Closed = "closed",
        /// To be called back.
        Due = "due",
        /// Nobody answered so often that a worker has to look.
        GivenUp = "given_up",
    }
}

/// What an operator has written down so far; everything is text and nothing is checked yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Said {
    /// `help`, `enquiry` or `other`; empty is `help`.
    pub kind: String,
    /// Id of who calls, of those known by this number; `none` for somebody else; empty where there is nothing to choose.
    pub person: String,
    /// Name of who calls, who is not known yet.
    pub name: String,
    /// Beginning of the name of the community, or its initials; two characters do.
    pub place: String,
    /// Twelve digits of a community that `place` found; empty is the first.
    pub division: String,
    /// Word of a category.
    pub category: String,
    /// `today`, `tomorrow`, `weekend` or `2026-03-09`.
    pub day: String,
    /// `any`, `morning`, `afternoon` or `evening`.
    pub part: String,
    /// `1` when it cannot wait.
    pub urgent: String,
    /// House and door; empty is where help was last needed.
    pub address: String,
    /// What is asked, in the operator's words.
    pub words: String,
    /// What was answered.
    pub answer: String,
    /// `now` when it is answered, or when to call back: `today`, `tomorrow` or `at`.
    pub back: String,
    /// With `at`: when, `2026-03-09T15:30`.
    pub back_at: String,
}

/// A call.
#[derive(Clone, Debug)]
pub struct PhoneCall {
    /// Its id, in the district of the hotline it came to.
    pub id: Id<PhoneCall>,
    /// The community of who calls, or the place whose hotline it is.
    pub division: DivisionCode,
    /// Who took it; nobody when it was missed.
    pub operator: Option<Id<Person>>,
    /// From where; `None` when it was withheld, or is forgotten.
    pub number: Option<Number>,
    /// Who calls, where that is known.
    pub person: Option<Id<Person>>,
    /// What it was about, once that is said.
    pub kind: Option<Kind>,
    /// Where it stands.
    pub state: State,
    /// What was written down.
    pub said: Said,
    /// The need it made: its id and the number that is read out.
    pub need: Option<(Id<Need>, String)>,
    /// When it began.
    pub began_at: Instant,
    /// When it ended.
    pub ended_at: Option<Instant>,
    /// When to call back; stays when that is done.
    pub due_at: Option<Instant>,
    /// How often nobody answered.
    pub tries: i64,
    /// Who is calling back, and since when.
    pub taken: Option<(Id<Person>, Instant)>,
    /// When a call-back last came to something.
    pub settled_at: Option<Instant>,
    /// What it came to.
    pub settled: Option<Settled>,
    /// How-manieth change this is.
    pub version: i64,
}

/// Number and its blind index, where there is one, and words.
type InRow = (Option<Vec<u8>>, Option<[u8; 32]>, Vec<u8>);

/// A row, sealed as it lies there.
pub(crate) struct Sealed {
    call: PhoneCall,
    number: Option<Vec<u8>>,
    said: Option<Vec<u8>>,
}

fn word<T>(found: Option<T>, word: &str) -> Result<Option<T>, Fault> {
    if found.is_none() && !word.is_empty() {
        return Err(Fault::Defect(format!("phone_call holds `{word}`")));
    }
    Ok(found)
}

impl FromRow for Sealed {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        let (id, division, operator) = (row.take()?, row.take()?, row.take()?);
        let (number, person) = (row.take()?, row.take()?);
        let (kind, state): (String, String) = (row.take()?, row.take()?);
        let said = row.take()?;
        let (need, need_number): (Option<Id<Need>>, String) = (row.take()?, row.take()?);
        let (began_at, ended_at, due_at, tries) = (row.take()?, row.take()?, row.take()?, row.take()?);
        let (taken_by, taken_at): (Option<Id<Person>>, Option<Instant>) = (row.take()?, row.take()?);
        let (settled_at, settled): (_, String) = (row.take()?, row.take()?);
        let call = PhoneCall {
            id,
            division,
            operator,
            number: None,
            person,
            kind: word(Kind::from_word(&kind), &kind)?,
            state: State::from_word(&state)
                .ok_or_else(|| Fault::Defect(format!("phone_call.state is `{state}`")))?,
            said: Said::default(),
            need: need.map(|need| (need, need_number)),
            began_at,
            ended_at,
            due_at,
            tries,
            taken: taken_by.zip(taken_at),
            settled_at,
            settled: word(Settled::from_word(&settled), &settled)?,
            version: row.take()?,
        };
        Ok(Self { call, number, said })
    }
}

impl Sealed {
    /// Its id.
    pub(crate) const fn id(&self) -> Id<PhoneCall> {
        self.call.id
    }

    /// The call in clear.
    pub(crate) fn open(self, keys: &Keys) -> Result<PhoneCall, Fault> {
        let Self { mut call, number, said } = self;
        let defect = |purpose: &str, error: String| Fault::Defect(format!("{purpose}: {error}"));
        let open = |purpose: &'static str, sealed: &[u8]| {
            keys.open(purpose, sealed).map_err(|error| defect(purpose, error.to_string()))
        };
        if let Some(sealed) = number {
            let text = String::from_utf8_lossy(&open(NUMBER, &sealed)?).into_owned();
            call.number = Some(Number::parse(&text).ok_or_else(|| defect(NUMBER, "no number".to_owned()))?);
        }
        if let Some(sealed) = said {
            let text = open(SAID, &sealed)?;
            call.said = serde_json::from_slice(&text).map_err(|error| defect(SAID, error.to_string()))?;
        }
        Ok(call)
    }
}

/// What is read of a call.
macro_rules! call_columns {
    () => {
        "SELECT id, division, operator, number, person, kind, state, said, need, need_number, began_at, ended_at, due_at,
             tries, taken_by, taken_at, settled_at, settled, version FROM phone_call"
    };
}
pub(crate) use call_columns;

macro_rules! select_calls {
    ($rest:literal) => {
        concat!(call_columns!(), " WHERE district = $1 AND ", $rest)
    };
}

pub(crate) fn opened(call: &Call, rows: Vec<Sealed>) -> Outcome<Vec<PhoneCall>> {
    Ok(rows.into_iter().map(|row| row.open(call.keys())).collect::<Result<_, _>>()?)
}

/// The call, held until the transaction ends, for who takes the calls of its place.
///
/// # Errors
/// 404 where there is none, and for one of another place.
pub(crate) fn lock(tx: &mut Tx<'_>, call: &Call, id: Id<PhoneCall>) -> Outcome<PhoneCall> {
    let row: Option<Sealed> =
        tx.query_opt(select_calls!("id = $2 FOR UPDATE"), params![id.district(), id])?;
    let found = row.ok_or_else(Refusal::missing)?.open(call.keys())?;
    if !call.actor.may(Action::TakeCalls, found.division) {
        return Err(Refusal::missing().into());
    }
    Ok(found)
}

/// The call that the asker has on the line.
pub(crate) fn on_the_line(tx: &mut Tx<'_>, call: &Call, district: District) -> Outcome<Option<PhoneCall>> {
    let me = call.actor.signed_in()?;
    let row: Option<Sealed> =
        tx.query_opt(select_calls!("operator = $2 AND state = 'open'"), params![district, me])?;
    Ok(row.map(|row| row.open(call.keys())).transpose()?)
}

/// Calls from one number that are looked through.
const FROM_NUMBER_MAX: i64 = 20;

/// The calls from a number to the hotlines of a district, those of the asker's places alone, the newest first. One statement
/// for each index key held.
pub(crate) fn from_number(
    tx: &mut Tx<'_>,
    call: &Call,
    (district, number): (District, &Number),
) -> Outcome<Vec<PhoneCall>> {
    let mut rows = Vec::new();
    for index in call.keys().blind_indexes(NUMBER, number.as_str()) {
        rows.extend(tx.query(
            select_calls!("number_index = $2 ORDER BY began_at DESC LIMIT $3"),
            params![district, index, FROM_NUMBER_MAX],
        )?);
    }
    let mut calls = opened(call, rows)?;
    calls.retain(|one| call.actor.may(Action::TakeCalls, one.division));
    Ok(calls)
}

impl PhoneCall {
    /// One that begins now.
    pub(crate) fn new(call: &Call, division: DivisionCode, state: State, began_at: Instant) -> Self {
        Self {
            id: call.id(division.district()),
            division,
            operator: None,
            number: None,
            person: None,
            kind: None,
            state,
            said: Said::default(),
            need: None,
            began_at,
            ended_at: None,
            due_at: None,
            tries: 0,
            taken: None,
            settled_at: None,
            settled: None,
            version: 0,
        }
    }

    /// Number, its blind index, and words, as they lie in the row.
    fn sealed(&self, call: &Call) -> Result<InRow, Fault> {
        let seal = |purpose: &str, bytes: &[u8]| {
            call.keys()
                .seal(purpose, bytes, call.random().bytes())
                .map_err(|error| Fault::Defect(format!("{purpose}: {error}")))
        };
        let number = self.number.as_ref().map(Number::as_str);
        let said = serde_json::to_vec(&self.said).map_err(|error| Fault::Defect(error.to_string()))?;
        Ok((
            number.map(|number| seal(NUMBER, number.as_bytes())).transpose()?,
            number.map(|number| call.keys().blind_index(NUMBER, number)),
            seal(SAID, &said)?,
        ))
    }

    /// Writes it, new or changed, under its next version, with the event of that; the event holds no number and no word.
    pub(crate) fn put(&mut self, tx: &mut Tx<'_>, call: &Call, event: &'static str) -> Outcome<()> {
        self.version += 1;
        self.write(tx, call)?;
        let event = Event::new(event, self.id.district(), self.id, self.version)
            .with("division", self.division.to_string())
            .with("state", self.state.word());
        Ok(append(tx, call, event)?)
    }

    /// Writes it without an event: a draft changes with each field.
    pub(crate) fn write(&self, tx: &mut Tx<'_>, call: &Call) -> Outcome<()> {
        let (number, index, said) = self.sealed(call)?;
        let (need, need_number) = self.need.clone().unzip();
        let (taken_by, taken_at) = self.taken.unzip();
        let number = number.as_deref().map_or(Value::Null, Value::Bytes);
        let index = index.as_ref().map_or(Value::Null, |index| Value::Bytes(index));
        tx.execute_one(
            "INSERT INTO phone_call (district, id, division, operator, number, number_index, person, kind, state, said, need,
                 need_number, began_at, ended_at, due_at, tries, taken_by, taken_at, settled_at, settled, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
             ON CONFLICT (district, id) DO UPDATE SET division = excluded.division, operator = excluded.operator,
                 number = excluded.number, number_index = excluded.number_index, person = excluded.person,
                 kind = excluded.kind, state = excluded.state, said = excluded.said, need = excluded.need,
                 need_number = excluded.need_number, ended_at = excluded.ended_at, due_at = excluded.due_at,
                 tries = excluded.tries, taken_by = excluded.taken_by, taken_at = excluded.taken_at,
                 settled_at = excluded.settled_at, settled = excluded.settled, version = excluded.version",
            &[
                params![self.id.district(), self.id, self.division, self.operator],
                &[number, index],
                params![
                    self.person,
                    self.kind.map_or("", Kind::word),
                    self.state.word(),
                    said,
                    need,
                    need_number.unwrap_or_default(),
                    self.began_at,
                    self.ended_at,
                    self.due_at,
                    self.tries,
                    taken_by,
                    taken_at,
                    self.settled_at,
                    self.settled.map_or("", Settled::word),
                    self.version
                ],
            ]
            .concat(),
        )?;
        Ok(())
    }
}
