//! What is taught in the street: a first-aid session that is over, with its results; another that has just begun; a
//! basic training in a week, with free places.

use db::{Outcome, Tx};
use journal::Call;
use kernel::{Id, Instant, Minutes, Person};
use training::{Gives, Mark, NewCourse, NewSession, Session};

use super::{History, Scene};
use crate::demo::cast;

/// So many days ago the session that is over was held, in a history that is long enough.
const HELD_DAYS_AGO: i32 = 9;
/// In so many days the next one is.
const AHEAD_DAYS: i32 = 6;
/// So long ago the one that is on began.
const BEGAN_MINUTES_AGO: Minutes = Minutes(20);
/// Learning time and break of a session.
const LASTS: Minutes = Minutes(135);
const PAUSE: Minutes = Minutes(15);
/// Places of a session.
const PLACES: i64 = 16;

/// A session of the street's trainer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Lesson {
    Held,
    OnNow,
    Ahead,
}

impl Lesson {
    /// The first of its volunteers, and how many enrol. The volunteer of the guide has learned.
    const fn learners(self) -> (usize, usize) {
        match self {
            Self::Held => (cast::VOLUNTEER, 7),
            Self::OnNow => (30, 12),
            Self::Ahead => (50, 3),
        }
    }
}

impl History {
    /// When each session is planned and begins; the one that is over is called and closed at its end.
    pub(super) fn teach(&mut self, end: Instant) {
        let held = end.day().plus(-HELD_DAYS_AGO.min(self.scale.days));
        let dates = [
            (Lesson::Held, held.at_minute(10 * 60)),
            (Lesson::OnNow, end - BEGAN_MINUTES_AGO),
            (Lesson::Ahead, end.day().plus(AHEAD_DAYS).at_minute(14 * 60)),
        ];
        for (lesson, starts_at) in dates {
            let planned = (starts_at - Minutes::from_hours(3)).min(end - Minutes(40));
            self.at(planned, Scene::PlanLesson(lesson, starts_at));
        }
    }

    /// The trainer plans a session, of the course there is where there is one; volunteers enrol.
    pub(super) fn plan_lesson(&mut self, lesson: Lesson, starts_at: Instant) -> Outcome<()> {
        let new = NewSession {
            division: self.community(0),
            address: "街道志愿服务中心二楼教室".to_owned(),
            starts_at,
            ends_at: starts_at + LASTS,
            pause: PAUSE,
            places: PLACES,
        };
        let course = NewCourse { division: self.street, ..taught(lesson) };
        let session = self.act("training_plan", &self.trainer, move |tx, call| {
            let there = training::courses(tx, call)?;
            let there = there.into_iter().find(|one| one.written.title == course.title);
            let of = match there {
                Some(there) => there.id,
                None => training::create_course(tx, call, &course)?,
            };
            training::create_session(tx, call, of, &new)
        })?;
        let (first, count) = lesson.learners();
        for learner in self.volunteers.iter().skip(first).take(count) {
            self.act("training_enrol", learner, move |tx, call| training::enrol(tx, call, session))?;
        }
        match lesson {
            Lesson::Held => self.at(starts_at + LASTS, Scene::CloseLesson(session)),
            Lesson::OnNow => self.lesson = Some(session),
            Lesson::Ahead => {}
        }
        Ok(())
    }

    /// Everybody was there but the last, and passed but the one before.
    pub(super) fn close_lesson(&mut self, session: Id<Session>) -> Outcome<()> {
        self.act("training_results", &self.trainer, move |tx: &mut Tx<'_>, call: &Call| {
            let (_, lines) = training::roll(tx, call, session)?;
            let people: Vec<Id<Person>> = lines.iter().map(|line| line.card.id).collect();
            let mark = |n: usize| match people.len() - n {
                1 => Mark::Absent,
                2 => Mark::Failed,
                _ => Mark::Passed,
            };
            let there: Vec<_> =
                people.iter().enumerate().map(|(n, one)| (*one, mark(n) != Mark::Absent)).collect();
            training::call_roll(tx, call, session, &there)?;
            let said = people.iter().enumerate();
            let said: Vec<_> = said.map(|(n, one)| training::Said { person: *one, mark: mark(n) }).collect();
            training::close_results(tx, call, session, &said)?;
            Ok(())
        })
    }
}

/// What is taught.
fn taught(lesson: Lesson) -> NewCourse {
    let (title, content, gives, months) = match lesson {
        Lesson::Held | Lesson::OnNow => (
            "急救",
            "心肺复苏和除颤器、止血包扎、海姆立克法，每人动手做一遍。",
            Gives::Skill("first_aid".to_owned()),
            24,
        ),
        Lesson::Ahead => (
            "志愿服务基础培训",
            "志愿者的权利和义务、怎么和老人说话、隐私和安全、怎么签到记时长。",
            Gives::Basic,
            12,
        ),
    };
    NewCourse {
        division: kernel::DivisionCode::default(),
        title: title.to_owned(),
        content: content.to_owned(),
        gives,
        months,
        unit: "街道志愿服务中心".to_owned(),
    }
}
