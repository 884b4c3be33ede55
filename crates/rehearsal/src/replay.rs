//! One run: the needs of a city arrive, a policy asks, people answer.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
};

use kernel::{Id, Instant, Minutes, Person};
use matching::{
    Commitment, Engagement, Purpose, Volunteer, Window,
    waves::{Answer, Asking},
};

use crate::{
    city::{City, Need, VISIT, distance},
    minds::{Mind, Model, Reply},
    policy::{Asks, View, Waiting},
};

/// An answer counts for so long.
const ANSWER: Minutes = Minutes::from_hours(4);
const ANSWER_URGENT: Minutes = Minutes(30);

/// What became of a run.
#[derive(Clone, Debug)]
pub(crate) struct Run<'a> {
    pub(crate) city: &'a City,
    pub(crate) needs: Vec<Fate>,
    /// What became of every asking, by volunteer.
    pub(crate) askings: Vec<Vec<Asking>>,
    /// Volunteers whom calls silenced for good.
    pub(crate) silenced: usize,
}

/// What became of one need.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fate {
    pub(crate) calls: usize,
    pub(crate) accepted: usize,
    /// Asked, and told that it is taken before they answered.
    pub(crate) told_taken: usize,
    pub(crate) first_yes: Option<Instant>,
    pub(crate) filled_at: Option<Instant>,
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Answer { need: usize, call: usize, yes: bool },
    Expire { need: usize, call: usize },
    End { need: usize },
    Look { need: usize, token: usize },
    Arrive { need: usize },
}

/// One call for one need: whose, and where it stands in their history.
#[derive(Clone, Copy, Debug)]
struct Called {
    helper: usize,
    asking: usize,
}

#[derive(Clone, Debug, Default)]
struct Going {
    /// Who serves this kind and lives near enough, the nearest first.
    near: Vec<usize>,
    calls: Vec<Called>,
    ended: bool,
    token: usize,
}

struct Replay<'a, P> {
    city: &'a City,
    model: Model,
    policy: P,
    facts: Vec<Volunteer>,
    minds: Vec<Mind>,
    askings: Vec<Vec<Asking>>,
    going: Vec<Going>,
    fates: Vec<Fate>,
    came: BTreeMap<usize, Vec<Id<Person>>>,
    queue: BinaryHeap<Reverse<(Instant, usize, Event)>>,
    number: usize,
}

/// Replays a city under a model with a policy.
pub(crate) fn replay(city: &City, model: Model, policy: impl Asks) -> Run<'_> {
    let mut replay = Replay {
        city,
        model,
        policy,
        facts: city.helpers.iter().map(|one| one.facts.clone()).collect(),
        minds: vec![Mind::default(); city.helpers.len()],
        askings: vec![Vec::new(); city.helpers.len()],
        going: vec![Going::default(); city.needs.len()],
        fates: vec![Fate::default(); city.needs.len()],
        came: BTreeMap::new(),
        queue: BinaryHeap::new(),
        number: 0,
    };
    for (need, one) in city.needs.iter().enumerate() {
        replay.at(one.at, Event::Arrive { need });
    }
    while let Some(Reverse((now, _, event))) = replay.queue.pop() {
        replay.happen(now, event);
    }
    let silenced = replay.minds.iter().filter(|mind| mind.silent_for_good).count();
    Run { city, needs: replay.fates, askings: replay.askings, silenced }
}

impl<P: Asks> Replay<'_, P> {
    fn at(&mut self, at: Instant, event: Event) {
        self.number += 1;
        self.queue.push(Reverse((at, self.number, event)));
    }

    fn happen(&mut self, now: Instant, event: Event) {
        match event {
            Event::Arrive { need } => {
                if let Some(one) = self.city.needs.get(need) {
                    self.at(one.deadline, Event::End { need });
                    self.find_near(need, one);
                }
                self.look(need, now);
            }
            Event::Look { need, token } => {
                if self.going.get(need).is_some_and(|going| going.token == token) {
                    self.look(need, now);
                }
            }
            Event::Answer { need, call, yes } => self.answered(need, call, yes, now),
            Event::Expire { need, call } => {
                if self.settle(need, call, Answer::Silent, now).is_some() {
                    self.look(need, now);
                }
            }
            Event::End { need } => self.end(need, now),
        }
    }

    fn find_near(&mut self, need: usize, one: &Need) {
        let (Some(going), Some(resident)) = (self.going.get_mut(need), self.city.residents.get(one.resident))
        else {
            return;
        };
        let mut near: Vec<_> = self
            .facts
            .iter()
            .enumerate()
            .filter(|(_, facts)| facts.categories.contains(&one.kind))
            .map(|(at, facts)| (distance(&facts.home, &resident.place), at))
            .filter(|(metres, at)| self.facts.get(*at).is_some_and(|facts| facts.radius >= Some(*metres)))
            .collect();
        near.sort_unstable();
        going.near = near.into_iter().map(|(_, at)| at).collect();
    }

    fn going_near(&self, need: usize) -> impl Iterator<Item = (usize, &Volunteer)> {
        let near = self.going.get(need).map_or(&[][..], |going| &going.near);
        near.iter().filter_map(|at| Some((*at, self.facts.get(*at)?)))
    }

    /// Settles a call that is open; says whose it was.
    fn settle(&mut self, need: usize, call: usize, answer: Answer, now: Instant) -> Option<usize> {
        let called = *self.going.get(need)?.calls.get(call)?;
        let asking = self.askings.get_mut(called.helper)?.get_mut(called.asking)?;
        if asking.answer != Answer::Open {
            return None;
        }
        (asking.answer, asking.settled_at) = (answer, now);
        Some(called.helper)
    }

    fn answered(&mut self, need: usize, call: usize, yes: bool, now: Instant) {
        let answer = if yes { Answer::Yes } else { Answer::No };
        let Some(helper) = self.settle(need, call, answer, now) else { return };
        if !yes {
            return self.look(need, now);
        }
        let (Some(fate), Some(one), Some(facts)) =
            (self.fates.get_mut(need), self.city.needs.get(need), self.facts.get_mut(helper))
        else {
            return;
        };
        fate.accepted += 1;
        fate.first_yes.get_or_insert(now);
        if let Some(resident) = self.city.residents.get(one.resident) {
            // What is over a week ago binds nobody.
            facts.commitments.retain(|promise| promise.to > now - Minutes::from_hours(8 * 24));
            facts.commitments.push(Commitment {
                from: one.visit_at,
                to: one.visit_at + VISIT,
                place: resident.place,
            });
            self.came.entry(one.resident).or_default().push(facts.id);
        }
        facts.last_served = facts.last_served.max(Some(one.visit_at + VISIT));
        if fate.accepted >= one.places {
            fate.filled_at = Some(now);
            self.end(need, now);
        } else {
            self.look(need, now);
        }
    }

    /// Nobody more is asked, and whoever has not answered is told that it is taken.
    fn end(&mut self, need: usize, now: Instant) {
        let calls = match self.going.get_mut(need) {
            Some(going) if !going.ended => {
                going.ended = true;
                going.near = Vec::new();
                going.calls.len()
            }
            _ => return,
        };
        let told = (0..calls).filter(|call| self.settle(need, *call, Answer::Taken, now).is_some()).count();
        if let Some(fate) = self.fates.get_mut(need) {
            fate.told_taken = told;
        }
    }

    fn look(&mut self, need: usize, now: Instant) {
        let (Some(one), Some(going), Some(fate)) =
            (self.city.needs.get(need), self.going.get(need), self.fates.get(need))
        else {
            return;
        };
        if going.ended {
            return;
        }
        let step = {
            let asked =
                going.calls.iter().filter_map(|call| self.facts.get(call.helper)).map(|one| one.id).collect();
            let Some(engagement) = self.engagement(one, asked) else { return };
            let near: Vec<(usize, &Volunteer)> = self
                .going_near(need)
                .filter(|(at, _)| self.city.helpers.get(*at).is_some_and(|helper| helper.joined <= now))
                .collect();
            let open = |call: &Called| {
                let asking = self.askings.get(call.helper)?.get(call.asking)?;
                (asking.answer == Answer::Open)
                    .then_some(Waiting { helper: call.helper, told_at: asking.told_at })
            };
            let waiting: Vec<Waiting> = going.calls.iter().filter_map(open).collect();
            self.policy.decide(&View {
                seed: self.city.seed,
                number: need,
                need: one,
                now,
                places: one.places.saturating_sub(fate.accepted),
                asked: going.calls.len(),
                engagement: &engagement,
                near: &near,
                waiting: &waiting,
                histories: &self.askings,
            })
        };
        for helper in step.ask {
            self.call(need, helper, now);
        }
        if let Some(going) = self.going.get_mut(need) {
            going.token += 1;
            let token = going.token;
            if let Some(at) = step.look_at.filter(|at| *at > now) {
                self.at(at, Event::Look { need, token });
            }
        }
    }

    fn engagement(&self, need: &Need, asked: Vec<Id<Person>>) -> Option<Engagement> {
        let resident = self.city.residents.get(need.resident)?;
        Some(Engagement {
            purpose: Purpose::Ask,
            category: need.kind,
            skills: Vec::new(),
            trainings: Vec::new(),
            window: Window { from: need.visit_at, to: need.visit_at + VISIT },
            minutes: VISIT,
            place: resident.place,
            age_min: 18,
            guardian_present: false,
            insurance: true,
            demands: Vec::new(),
            languages: Vec::new(),
            sex: None,
            recipient: Some(resident.id),
            wished: Vec::new(),
            seen_before: self.came.get(&need.resident).cloned().unwrap_or_default(),
            refused: Vec::new(),
            asked,
        })
    }

    fn call(&mut self, need: usize, helper: usize, now: Instant) {
        let (Some(one), Some(mind), Some(facts), Some(askings), Some(going), Some(fate)) = (
            self.city.needs.get(need),
            self.minds.get_mut(helper),
            self.facts.get_mut(helper),
            self.askings.get_mut(helper),
            self.going.get_mut(need),
            self.fates.get_mut(need),
        ) else {
            return;
        };
        let call = going.calls.len();
        going.calls.push(Called { helper, asking: askings.len() });
        askings.push(Asking {
            kind: one.kind,
            visit_at: one.visit_at,
            told_at: now,
            settled_at: now,
            answer: Answer::Open,
        });
        fate.calls += 1;
        facts.last_call = Some(now);
        let until = (now + if one.urgent { ANSWER_URGENT } else { ANSWER }).min(one.deadline);
        let (after, yes) = match mind.answer(self.city, self.model, (helper, need), one, now) {
            Reply::Yes(after) => (after, true),
            Reply::No(after) => (after, false),
            Reply::Nothing => (Minutes(i64::from(u32::MAX)), false),
        };
        if now + after <= until {
            self.at(now + after, Event::Answer { need, call, yes });
        } else {
            self.at(until, Event::Expire { need, call });
        }
    }
}
