//! Who calls a use case, when, and where its ids, chance and keys come from.

use std::sync::Arc;

use kernel::{Actor, Calendar, Clock, District, Id, IdSource, Instant, Random, SharedCalendar};
use vault::Keys;

/// The sources one process has one of each.
#[derive(Debug)]
pub struct Kit {
    /// The clock.
    pub clock: Clock,
    /// New ids.
    pub ids: IdSource,
    /// Chance: codes, tokens, nonces.
    pub random: Random,
    /// Encryption, blind index and signature.
    pub keys: Keys,
    /// Working days.
    pub calendar: SharedCalendar,
}

/// One call of a use case: by whom, at what instant. Everything a use case may not fetch for itself is here.
#[derive(Clone, Debug)]
pub struct Call {
    /// Who asks.
    pub actor: Arc<Actor>,
    /// The instant of the call, the same for everything it writes.
    pub now: Instant,
    calendar: Arc<Calendar>,
    kit: Arc<Kit>,
}

impl Call {
    /// A call by `actor` now.
    pub fn new(kit: &Arc<Kit>, actor: Actor) -> Self {
        let (now, calendar) = (kit.clock.now(), kit.calendar.now());
        Self { actor: Arc::new(actor), now, calendar, kit: Arc::clone(kit) }
    }

    /// A new id in `district`.
    pub fn id<T>(&self, district: District) -> Id<T> {
        self.kit.ids.next(self.now, district)
    }

    /// Chance.
    pub fn random(&self) -> &Random {
        &self.kit.random
    }

    /// Encryption, blind index and signature.
    pub fn keys(&self) -> &Keys {
        &self.kit.keys
    }

    /// Working days.
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// The same call by Linli itself: what follows from a person's act without being theirs.
    #[must_use]
    pub fn by_system(&self) -> Self {
        Self { actor: Arc::new(Actor::system()), ..self.clone() }
    }
}
