//! The table `offer`: one asking of one volunteer for one need.

use db::{Fault, FromRow, Outcome, Row, Tx, params};
use journal::Call;
use kernel::{District, Id, Instant, Person};

use crate::{dispatch::Candidate, need::Need};

/// What became of an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfferState {
    /// Not told to the volunteer yet; can be taken back until its time.
    Held,
    /// The volunteer was told.
    Sent,
    /// The volunteer comes.
    Accepted,
    /// The volunteer said no; no reason is asked.
    Declined,
    /// No answer in time.
    Expired,
    /// Somebody else came first, or the need ended.
    Closed,
}

impl OfferState {
    const ALL: [Self; 6] =
        [Self::Held, Self::Sent, Self::Accepted, Self::Declined, Self::Expired, Self::Closed];

    /// The one with this word.
    pub(super) fn from_word(word: &str) -> Result<Self, Fault> {
        let found = Self::ALL.into_iter().find(|one| one.word() == word);
        found.ok_or_else(|| Fault::Defect(format!("offer.state is `{word}`")))
    }

    /// Its word in rows and the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Sent => "sent",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Expired => "expired",
            Self::Closed => "closed",
        }
    }

    /// Whether the volunteer can still say yes.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Held | Self::Sent)
    }
}

/// One asking of one volunteer.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Its id, in the need's district.
    pub id: Id<Offer>,
    /// For which need.
    pub need: Id<Need>,
    /// Who is asked.
    pub volunteer: Id<Person>,
    /// Place in the ranking, from 1.
    pub rank: i64,
    /// What speaks for them, in codes; `dispatch::words` makes sentences of it.
    pub why: String,
    /// What became of it.
    pub state: OfferState,
    /// When the volunteer is told.
    pub sent_at: Instant,
    /// By when an answer counts.
    pub answer_by: Instant,
}

impl FromRow for Offer {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        let (id, need, volunteer, rank, why) =
            (row.take()?, row.take()?, row.take()?, row.take()?, row.take()?);
        let state = OfferState::from_word(&row.take::<String>()?)?;
        Ok(Self { id, need, volunteer, rank, why, state, sent_at: row.take()?, answer_by: row.take()? })
    }
}

macro_rules! select_offers {
    ($rest:literal) => {
        concat!(
            "SELECT id, need, volunteer, rank, why, state, sent_at, answer_by FROM offer WHERE district = $1 ",
            $rest
        )
    };
}

/// Offers of a need, the first asked first.
pub(crate) fn of_need(tx: &mut Tx<'_>, need: Id<Need>) -> Outcome<Vec<Offer>> {
    Ok(tx.query(select_offers!("AND need = $2 ORDER BY sent_at, rank"), params![need.district(), need])?)
}

/// What this volunteer is asked at the moment in a district: told, and the time to answer not over.
pub(crate) fn my_offers(
    tx: &mut Tx<'_>,
    district: District,
    volunteer: Id<Person>,
    now: Instant,
) -> Outcome<Vec<Offer>> {
    Ok(tx.query(
        select_offers!(
            "AND volunteer = $2 AND state IN ('held', 'sent') AND sent_at <= $3 AND answer_by >= $3
             ORDER BY answer_by LIMIT 20"
        ),
        params![district, volunteer, now],
    )?)
}

/// The volunteer's offer for a need that was told, whatever became of it.
pub(super) fn told(
    tx: &mut Tx<'_>,
    need: Id<Need>,
    volunteer: Id<Person>,
    now: Instant,
) -> Outcome<Option<Offer>> {
    Ok(tx.query_opt(
        select_offers!("AND need = $2 AND volunteer = $3 AND sent_at <= $4"),
        params![need.district(), need, volunteer, now],
    )?)
}

/// Offers of a district that are due: to be told, or answered too late. At most so many.
pub(super) fn due(tx: &mut Tx<'_>, district: District, now: Instant, most: i64) -> Result<Vec<Offer>, Fault> {
    tx.query(
        select_offers!(
            "AND ((state = 'held' AND sent_at <= $2) OR (state IN ('held', 'sent') AND answer_by < $2))
             ORDER BY answer_by LIMIT $3"
        ),
        params![district, now, most],
    )
}

/// Whether anybody was ever asked for this need.
pub(super) fn asked_before(tx: &mut Tx<'_>, need: Id<Need>) -> Outcome<bool> {
    let (count,): (i64,) = tx.query_one(
        "SELECT COUNT(*) FROM offer WHERE district = $1 AND need = $2",
        params![need.district(), need],
    )?;
    Ok(count > 0)
}

/// How many can still say yes.
pub(super) fn open_count(tx: &mut Tx<'_>, need: Id<Need>) -> Outcome<i64> {
    let (count,): (i64,) = tx.query_one(
        "SELECT COUNT(*) FROM offer WHERE district = $1 AND need = $2 AND state IN ('held', 'sent')",
        params![need.district(), need],
    )?;
    Ok(count)
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    call: &Call,
    need: &Need,
    picked: &[Candidate],
    sent_at: Instant,
    answer_by: Instant,
) -> Outcome<Vec<Offer>> {
    let mut offers = Vec::new();
    for one in picked {
        let offer = Offer {
            id: call.id(need.id.district()),
            need: need.id,
            volunteer: one.person,
            rank: one.rank,
            why: one.why.clone(),
            state: OfferState::Held,
            sent_at,
            answer_by,
        };
        tx.execute_one(
            "INSERT INTO offer (district, id, need, volunteer, rank, why, state, sent_at, answer_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            params![
                need.id.district(),
                offer.id,
                need.id,
                offer.volunteer,
                offer.rank,
                offer.why,
                offer.state.word(),
                sent_at,
                answer_by
            ],
        )?;
        offers.push(offer);
    }
    Ok(offers)
}

/// Ends one offer, if it is still open; says whether it was.
pub(super) fn answer(tx: &mut Tx<'_>, offer: &Offer, to: OfferState, now: Instant) -> Result<bool, Fault> {
    let changed = tx.execute(
        "UPDATE offer SET state = $3, answered_at = $4
         WHERE district = $1 AND id = $2 AND state IN ('held', 'sent')",
        params![offer.id.district(), offer.id, to.word(), now],
    )?;
    Ok(changed == 1)
}

/// The volunteer was told; says whether it was still to be done.
pub(super) fn mark_sent(tx: &mut Tx<'_>, offer: &Offer) -> Result<bool, Fault> {
    let changed = tx.execute(
        "UPDATE offer SET state = 'sent' WHERE district = $1 AND id = $2 AND state = 'held'",
        params![offer.id.district(), offer.id],
    )?;
    Ok(changed == 1)
}

/// Ends every open offer of a need; says who had been told.
pub(super) fn close(tx: &mut Tx<'_>, need: Id<Need>, now: Instant) -> Outcome<Vec<Id<Person>>> {
    let told: Vec<(Id<Person>,)> = tx.query(
        "SELECT volunteer FROM offer WHERE district = $1 AND need = $2 AND state = 'sent'",
        params![need.district(), need],
    )?;
    tx.execute(
        "UPDATE offer SET state = 'closed', answered_at = $3
         WHERE district = $1 AND need = $2 AND state IN ('held', 'sent')",
        params![need.district(), need, now],
    )?;
    Ok(told.into_iter().map(|(id,)| id).collect())
}

/// Deletes the offers of a need that nobody was told of; says how many there were.
pub(super) fn delete_unsent(tx: &mut Tx<'_>, need: &Need, now: Instant) -> Outcome<u64> {
    Ok(tx.execute(
        "DELETE FROM offer WHERE district = $1 AND need = $2 AND state = 'held' AND sent_at > $3",
        params![need.id.district(), need.id, now],
    )?)
}
