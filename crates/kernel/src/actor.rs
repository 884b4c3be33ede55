//! Who acts, and what each role may do where.

use std::ops::RangeInclusive;

use crate::{District, DivisionCode, Id, Organisation, Person};

crate::words! {
    /// A role a person holds over a subtree of divisions or over an organisation. The three administrator
    /// kinds are separate persons' work (GB/T 22239 clause 8.1.4: system, security, audit).
    Role {
        /// 居民: asks for help. Everyone signed in is one.
        Resident = "resident",
        /// 志愿者: gives help. Everyone who joined is one.
        Volunteer = "volunteer",
        /// 队长: runs the shifts of a team.
        Leader = "leader",
        /// 社区工作者: verifies, dispatches and confirms in a place.
        Worker = "worker",
        /// 接线员: takes the calls of the hotline and calls people back; finds a person by the number that rings only.
        Operator = "operator",
        /// 系统管理员: places, policies, imports; sees no person's data.
        SystemAdministrator = "system_administrator",
        /// 安全管理员: grants and ends roles.
        SecurityAdministrator = "security_administrator",
        /// 审计管理员: reads the log of looks and grants, and verifies the journal.
        AuditAdministrator = "audit_administrator",
        /// 审计员: reads the chain from a certificate to its evidence and calls people back; changes no hour.
        Auditor = "auditor",
        /// 培训老师: writes courses, holds their sessions and says who passed.
        Trainer = "trainer",
    }
}

crate::words! {
    /// What may be done that not everybody may do. What a person does with their own things needs no action.
    Action {
        /// See the needs of a place with what is needed to act on them.
        SeeNeeds = "see_needs",
        /// Record a need for a resident at the desk or by phone.
        RecordNeed = "record_need",
        /// Serve who comes to the desk in person: give an account its phone, print a card and take it back.
        KeepDesk = "keep_desk",
        /// Take the calls of the hotline of a place: see whose number rings, with a look that is logged, and call back.
        TakeCalls = "take_calls",
        /// Verify, refuse, dispatch, hand over a need.
        DispatchNeeds = "dispatch_needs",
        /// Create and publish projects and shifts.
        PublishShifts = "publish_shifts",
        /// Show the rotating code, call the roll, confirm those present.
        RunShifts = "run_shifts",
        /// Write courses, hold their sessions, call who came and say who passed.
        HoldTraining = "hold_training",
        /// Confirm what needs review: typed hours, more than eight hours a day.
        ReviewHours = "review_hours",
        /// Find a person and see the masked card.
        SeePeople = "see_people",
        /// See a masked field in clear, with a reason that is logged.
        RevealPeople = "reveal_people",
        /// Take people, needs and hours of a place away as a sheet, and bring volunteers and hours in as one.
        ExchangeSheets = "exchange_sheets",
        /// See the figures of an area beside those of its parts and of the year before. All of them are published.
        SeeFigures = "see_figures",
        /// Urge the level below on about needs that are past their limit (督办).
        UrgeNeeds = "urge_needs",
        /// Give and end roles.
        GrantRoles = "grant_roles",
        /// Change stations, policies, divisions.
        ManagePlaces = "manage_places",
        /// Read who looked at what, and the raw evidence behind an hour.
        Audit = "audit",
        /// Draw samples of hours to call back about, see the phone of who is in one, with a reason that is logged, and
        /// enter what they said.
        CallBack = "call_back",
    }
}

impl Role {
    /// Whether the role allows the action, wherever it is held.
    pub const fn allows(self, action: Action) -> bool {
        match self {
            Self::Resident | Self::Volunteer => false,
            Self::Leader => matches!(action, Action::PublishShifts | Action::RunShifts),
            Self::Worker => matches!(
                action,
                Action::SeeNeeds
                    | Action::RecordNeed
                    | Action::KeepDesk
                    | Action::TakeCalls
                    | Action::DispatchNeeds
                    | Action::PublishShifts
                    | Action::RunShifts
                    | Action::ReviewHours
                    | Action::SeePeople
                    | Action::RevealPeople
                    | Action::ExchangeSheets
                    | Action::SeeFigures
                    | Action::UrgeNeeds
            ),
            Self::Operator => matches!(action, Action::TakeCalls),
            Self::SystemAdministrator => {
                matches!(action, Action::ManagePlaces | Action::SeeFigures | Action::UrgeNeeds)
            }
            Self::SecurityAdministrator => {
                matches!(action, Action::GrantRoles | Action::SeePeople | Action::SeeFigures)
            }
            Self::AuditAdministrator => matches!(action, Action::Audit | Action::SeeFigures),
            Self::Auditor => matches!(action, Action::Audit | Action::CallBack | Action::SeeFigures),
            Self::Trainer => matches!(action, Action::HoldTraining),
        }
    }
}

/// What a role is held over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// A division and everything below it.
    Subtree(DivisionCode),
    /// An organisation or team.
    Organisation(Id<Organisation>),
}

/// One role held by a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Which role.
    pub role: Role,
    /// Over what.
    pub over: Over,
}

/// Who asks: nobody signed in, a person with roles, or Linli itself following up what was decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Actor {
    /// The person signed in, if any.
    pub person: Option<Id<Person>>,
    /// The community the person lives in.
    pub home: DivisionCode,
    /// Every role held today; resident and volunteer included.
    pub grants: Vec<Grant>,
    /// Linli itself: timers and consumers, never a request.
    pub system: bool,
}

impl Actor {
    /// Nobody signed in.
    pub fn guest() -> Self {
        Self::default()
    }

    /// Linli itself.
    pub fn system() -> Self {
        Self { system: true, ..Self::default() }
    }

    /// The person, or the refusal that asks to sign in.
    pub fn signed_in(&self) -> Result<Id<Person>, crate::Refusal> {
        self.person.ok_or_else(crate::Refusal::sign_in_first)
    }

    /// The district the person's own rows live in.
    pub fn district(&self) -> Option<District> {
        self.person.map(Id::district)
    }

    /// Whether a role allows `action` at `place`.
    pub fn may(&self, action: Action, place: DivisionCode) -> bool {
        self.system || self.scope(action).iter().any(|range| range.contains(&place.number()))
    }

    /// Whether a role over this organisation, or over its place, allows `action`.
    pub fn may_in(&self, action: Action, organisation: Id<Organisation>, place: DivisionCode) -> bool {
        let theirs = Over::Organisation(organisation);
        self.may(action, place)
            || self.grants.iter().any(|grant| grant.over == theirs && grant.role.allows(action))
    }

    /// `Ok` when [`Actor::may`], else the refusal that fits: sign in first, or forbidden.
    pub fn must(&self, action: Action, place: DivisionCode) -> Result<(), crate::Refusal> {
        if self.may(action, place) {
            return Ok(());
        }
        self.signed_in().and_then(|_| Err(crate::Refusal::forbidden()))
    }

    /// The ranges of division codes in which `action` is allowed; where every list of a staff page starts.
    pub fn scope(&self, action: Action) -> Vec<RangeInclusive<u64>> {
        self.grants
            .iter()
            .filter(|grant| grant.role.allows(action))
            .filter_map(|grant| match grant.over {
                Over::Subtree(code) => Some(code.subtree()),
                Over::Organisation(_) => None,
            })
            .collect()
    }

    /// Whether the person holds the role anywhere.
    pub fn holds(&self, role: Role) -> bool {
        self.grants.iter().any(|grant| grant.role == role)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_acts_inside_the_subtree_only() {
        let street = DivisionCode::parse("420103001").unwrap();
        let worker = Actor {
            grants: vec![Grant { role: Role::Worker, over: Over::Subtree(street) }],
            ..Actor::default()
        };
        assert!(worker.may(Action::DispatchNeeds, DivisionCode::parse("420103001005").unwrap()));
        assert!(!worker.may(Action::DispatchNeeds, DivisionCode::parse("420103002005").unwrap()));
        assert!(!worker.may(Action::DispatchNeeds, street.parent()));
        assert!(!worker.may(Action::GrantRoles, street));
    }

    #[test]
    fn every_action_has_somebody_and_nobody_has_every_action() {
        for &action in Action::ALL {
            assert!(Role::ALL.iter().any(|role| role.allows(action)), "{action:?}");
        }
        for &role in Role::ALL {
            assert!(!Action::ALL.iter().all(|&action| role.allows(action)), "{role:?}");
        }
    }
}
