//! Half a year in one street: people join, needs are asked, verified, dispatched, visited and confirmed; shifts are
//! published, filled, served and recorded. Scenes wait in a queue by their instant; each plays by real use cases.

mod lessons;

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
    sync::Arc,
};

use audit::Answer;
use db::{Db, Failure, Fault, Outcome, Tx};
use divisions::Tree;
use hotline::{Said, Settled};
use hours::SignalKind;
use journal::{Call, Follower, Kit};
use kernel::{Actor, DivisionCode, Id, Instant, Minutes, Organisation, Over, Person, Role};
use needs::{Answered, OfferState, Typed, Verified};
use people::{Joined, Registration};
use places::{Contact, Function, NewStation, StationKind};
use shifts::{NewProject, NewShift, Present, Project, Shift};

use self::lessons::Lesson;
use super::{
    PHONE, cast,
    guide::{Guide, Somebody},
};
use crate::error::Ended;

/// How much life there is. In half a year: 2,000 volunteers, about 3,700 services of four hours or so (the country's 7.44
/// hours a head), 60 teams, 80 projects, 300 needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    /// Days of history before today.
    pub(crate) days: i32,
}

impl Scale {
    /// So many of something of which there are `whole` in half a year, `least` at least.
    fn share(self, whole: usize, least: usize) -> usize {
        let days = usize::try_from(self.days).unwrap_or(0);
        (whole * days).div_ceil(HALF_A_YEAR).clamp(least, whole)
    }

    /// Volunteers of the street.
    fn volunteers(self) -> usize {
        self.share(2_000, 120)
    }

    /// Teams; every third has a second project.
    fn teams(self) -> usize {
        self.share(60, TITLES.len())
    }
}

const HALF_A_YEAR: usize = 182;
/// Residents who ask.
const RESIDENTS: usize = 60;
/// Needs a day in the last four weeks.
const NEEDS_A_DAY: u64 = 5;
/// And before that.
const EARLIER_NEEDS_A_DAY: u64 = 1;
const LAST_WEEKS_DAYS: i32 = 28;
/// Shifts that are planned a day.
const SHIFTS_A_DAY: usize = 3;
/// Places of a shift.
const PLACES: i64 = 8;
/// Of a hundred volunteers so many are there when the history begins; the others join as it goes on.
const THERE_AT_FIRST_PERCENT: usize = 40;

/// What happens at an instant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Scene {
    Join,
    Ask(usize, Option<Stays>),
    Verify(Id<needs::Need>),
    Dispatch(Id<needs::Need>),
    Answer(Id<needs::Need>),
    Arrive(Id<needs::Need>),
    Done(Id<needs::Need>),
    Confirm(Id<needs::Need>),
    GiveUp(Id<needs::Need>),
    Plan(usize, Instant),
    SignUps(Id<Shift>),
    Begin(Id<Shift>),
    End(Id<Shift>),
    Visit(Id<Shift>),
    Roll(Id<Shift>),
    /// A call of [`CALLS`] comes to the hotline.
    Ring(usize),
    /// Who waits to be called back does not answer.
    NotReached,
    /// What can no longer be taken back is followed up.
    Settle,
    PlanLesson(Lesson, Instant),
    CloseLesson(Id<training::Session>),
    Night,
}

/// Where a need of the last day stops, so that every screen of the demo has something to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stays {
    /// The worker has to look at it.
    Submitted,
    /// Anybody who fits may take it.
    Verified,
    /// The volunteer of the guide was asked.
    Offered,
    /// Somebody comes tomorrow.
    Accepted,
    /// The resident has not said yet whether it was done.
    Claimed,
}

/// A project, the leader of its team, and when and how long its shifts are.
struct Running {
    leader: Actor,
    project: Id<Project>,
    community: DivisionCode,
    begins_at: i64,
    lasts: Minutes,
}

/// A need on its way.
struct Asked {
    recipient: Actor,
    worker: usize,
    helper: Option<Actor>,
    minutes: Minutes,
    stays: Option<Stays>,
}

/// The street while its history is made.
pub(crate) struct History {
    db: Db,
    kit: Arc<Kit>,
    follower: Follower,
    communities: Vec<DivisionCode>,
    workers: Vec<Actor>,
    volunteers: Vec<Actor>,
    residents: Vec<Actor>,
    /// The auditor of the street.
    auditor: Actor,
    /// The trainer of the street, and the session that is on while one looks at the demo.
    trainer: Actor,
    lesson: Option<Id<training::Session>>,
    /// Who takes the calls of the street's hotline.
    operator: Actor,
    /// The call-back that nobody answers.
    vain: Option<Id<hotline::PhoneCall>>,
    projects: Vec<Running>,
    scale: Scale,
    needs: HashMap<Id<needs::Need>, Asked>,
    present: HashMap<Id<Shift>, Vec<(Actor, bool)>>,
    /// The shift that is on while one looks at the demo: when it begins, and which it is once it is planned.
    on_now: (Instant, Option<Id<Shift>>),
    queue: BinaryHeap<Reverse<(Instant, u64, Scene)>>,
    order: u64,
    street: DivisionCode,
    who: Vec<Somebody>,
    station: String,
}

/// What a team does.
struct Title {
    name: &'static str,
    summary: &'static str,
    category: &'static str,
    risk: &'static str,
    /// Minute of the day.
    begins_at: i64,
    lasts: i64,
}

const fn title(
    name: &'static str,
    summary: &'static str,
    category: &'static str,
    risk: &'static str,
    begins_at: i64,
    lasts: i64,
) -> Title {
    Title { name, summary, category, risk, begins_at: begins_at * 60, lasts: lasts * 60 }
}

const TITLES: [Title; 10] = [
    title(
        "邻里菜园",
        "和邻居一起给楼下菜园浇水、除草、分菜，活不重。",
        "environment",
        "地滑，注意脚下。",
        9,
        2,
    ),
    title("四点半课堂", "放学后陪孩子写作业，到家长下班。", "study", "有孩子在场，须两位成人同时在。", 15, 4),
    title(
        "银龄陪聊",
        "到活动室陪高龄老人说说话、下下棋、读读报。",
        "elderly",
        "老人行动慢，请慢一点。",
        13,
        4,
    ),
    title("路口护行", "早高峰在校门口的路口看着老人孩子过马路。", "traffic", "站在路边，穿反光背心。", 7, 3),
    title("楼道清洁", "清理楼道里的杂物，擦扶手，贴防火提示。", "environment", "搬重物请两个人一起。", 8, 4),
    title("便民小修", "帮邻居修灯、磨刀、补鞋、配钥匙。", "convenience", "用电先断闸。", 9, 5),
    title(
        "图书角值班",
        "整理图书角，给孩子读绘本，登记借还。",
        "parent_child",
        "有孩子在场，须两位成人同时在。",
        13,
        5,
    ),
    title("社区食堂帮厨", "给老人食堂择菜、打饭、送餐。", "elderly", "要有健康证；小心烫。", 8, 5),
    title("手机课堂", "教老人用手机挂号、缴费、防诈骗。", "skill_training", "不替老人输密码。", 14, 4),
    title("垃圾分类", "在投放点指导分类，登记问题。", "environment", "戴手套，防割伤。", 17, 4),
];

/// What those who were called said.
const ANSWERS: [Answer; 10] = [
    Answer::Confirmed,
    Answer::Confirmed,
    Answer::NotReached,
    Answer::Confirmed,
    Answer::Confirmed,
    Answer::NotThere,
    Answer::Confirmed,
    Answer::Declined,
    Answer::Confirmed,
    Answer::Confirmed,
];

/// What a call of the demo is.
#[derive(Clone, Copy)]
enum Rings {
    /// For help with this.
    Help(&'static str),
    /// A question with its answer.
    Answered(&'static str, &'static str),
    /// A question to be answered later.
    Later(&'static str),
    /// A question of somebody who then does not answer.
    InVain(&'static str),
    /// Nobody says anything.
    Silent,
    /// Nobody took it.
    Missed,
}

/// The calls of the last days: how many days and minutes before the end, and what they are.
const CALLS: [(i64, i64, Rings); 6] = [
    (3, 95, Rings::Help("厨房的灯坏了，要人换一下。")),
    (2, 140, Rings::Answered("老年食堂几点开门？", "十点半到一点，周日休息。")),
    (2, 20, Rings::Silent),
    (1, 460, Rings::InVain("助餐补贴要带什么材料？")),
    (0, 75, Rings::Later("轮椅能借几天？")),
    (0, 25, Rings::Missed),
];
/// The resident who calls first; the next ones call next.
const FIRST_CALLER: usize = 53;
/// Minutes before the end at which nobody answers.
const IN_VAIN: [i64; 3] = [1_440 + 390, 1_440 + 250, 1_440 + 100];
/// Minutes before the end for which who asks is told to be called back.
const CALLED_BACK: Minutes = Minutes(10);

impl History {
    /// The cast: workers, volunteers, residents, teams.
    pub(crate) fn new(
        db: Db,
        kit: Arc<Kit>,
        follower: Follower,
        street: DivisionCode,
        scale: Scale,
    ) -> Result<Self, Ended> {
        let communities: Vec<DivisionCode> =
            Tree::embedded().children(street).map(|division| division.code).collect();
        if communities.is_empty() {
            return Err(Ended::Asked(format!("{street} has no community in the list")));
        }
        let mut history = Self {
            db,
            kit,
            follower,
            communities,
            workers: Vec::new(),
            volunteers: Vec::new(),
            residents: Vec::new(),
            auditor: Actor::guest(),
            trainer: Actor::guest(),
            lesson: None,
            operator: Actor::guest(),
            vain: None,
            projects: Vec::new(),
            scale,
            needs: HashMap::new(),
            present: HashMap::new(),
            on_now: (Instant::default(), None),
            queue: BinaryHeap::new(),
            order: 0,
            street,
            who: Vec::new(),
            station: String::new(),
        };
        history.stations(street)?;
        history.people(street)?;
        history.teams()?;
        Ok(history)
    }

    fn community(&self, n: usize) -> DivisionCode {
        self.communities.get(n % self.communities.len()).copied().unwrap_or_default()
    }

    fn act<T: Send + 'static>(
        &self,
        name: &'static str,
        actor: &Actor,
        mut work: impl FnMut(&mut Tx<'_>, &Call) -> Outcome<T> + Send + 'static,
    ) -> Outcome<T> {
        let call = Call::new(&self.kit, actor.clone());
        self.db.write_now(name, move |tx| work(tx, &call))
    }

    fn actor(&self, person: Id<Person>) -> Outcome<Actor> {
        let now = self.kit.clock.now();
        self.db.read_now("demo_actor", move |tx| people::actor(tx, person, now))
    }

    fn announce(&mut self, n: usize, role: Role, title: &'static str) {
        self.who.push(Somebody { role, title, name: cast::name(n), phone: format!("199{n:08}") });
    }

    fn resident(&self, n: usize) -> Result<Id<Person>, Ended> {
        let registration =
            Registration { name: cast::name(n), phone: cast::phone(n)?, division: self.community(n) };
        let system = Actor::system();
        Ok(self.act("register", &system, move |tx, call| people::register(tx, call, registration.clone()))?)
    }

    /// Three stations in every community, and the street's centre with its two.
    fn stations(&mut self, street: DivisionCode) -> Result<(), Ended> {
        let system = Actor::system();
        let places = std::iter::once(street).chain(self.communities.clone());
        let kinds = ["邻里驿站", "银龄服务点", "志愿服务站"];
        for (n, (division, kind)) in places.flat_map(|place| kinds.map(|kind| (place, kind))).enumerate() {
            let name = Tree::embedded().get(division).map_or("", |one| one.name);
            let station = NewStation {
                division,
                name: format!("{name}{kind}"),
                kind: StationKind::Community,
                functions: Function::ALL.to_vec(),
                contact: Contact {
                    address: format!("{name} {} 号", n * 2 + 1),
                    phone: format!("027-5550 01{n:02}"),
                    opening_hours: "周一至周六 8:30–17:30".to_owned(),
                },
            };
            let id = self.act("station_create", &system, move |tx, call| {
                places::create_station(tx, call, station.clone())
            })?;
            self.station = id.to_string();
        }
        Ok(())
    }

    fn people(&mut self, street: DivisionCode) -> Result<(), Ended> {
        let system = Actor::system();
        let volunteers = self.scale.volunteers();
        let leaders = self.scale.teams();
        for _ in 0..(volunteers * THERE_AT_FIRST_PERCENT / 100).max(leaders) {
            self.join()?;
        }
        for n in 0..RESIDENTS {
            let person = self.resident(volunteers + n)?;
            self.residents.push(self.actor(person)?);
        }
        let staff = volunteers + RESIDENTS;
        for n in 0..self.communities.len() {
            let person = self.resident(staff + n)?;
            let over = Over::Subtree(self.community(n));
            self.act("grant", &system, move |tx, call| people::grant(tx, call, person, Role::Worker, over))?;
            self.workers.push(self.actor(person)?);
        }
        let staff_end = staff + self.communities.len();
        let over = Over::Subtree(street);
        let offices = [
            (Role::Worker, "街道工作人员 street worker"),
            (Role::SystemAdministrator, "系统管理员 system administrator"),
            (Role::SecurityAdministrator, "安全管理员 security administrator"),
            (Role::AuditAdministrator, "审计管理员 audit administrator"),
            (Role::Auditor, "审计员 auditor"),
            (Role::Trainer, "培训老师 trainer"),
            (Role::Operator, "接线员 operator"),
        ];
        self.announce(volunteers, Role::Resident, "居民 resident");
        self.announce(cast::VOLUNTEER, Role::Volunteer, "志愿者 volunteer");
        self.announce(0, Role::Leader, "志愿者、队长 volunteer and leader");
        self.announce(staff, Role::Worker, "社区工作者 community worker");
        for (n, (role, title)) in offices.into_iter().enumerate() {
            let person = self.resident(staff_end + n)?;
            self.act("grant", &system, move |tx, call| people::grant(tx, call, person, role, over))?;
            self.announce(staff_end + n, role, title);
            match role {
                Role::Auditor => self.auditor = self.actor(person)?,
                Role::Trainer => self.trainer = self.actor(person)?,
                Role::Operator => self.operator = self.actor(person)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// The next volunteer joins.
    fn join(&mut self) -> Outcome<()> {
        let n = self.volunteers.len();
        let wish = cast::wish(n, self.community(n), self.now().day(), &self.kit.random)
            .map_err(|ended| Fault::Defect(format!("{ended:?}")))?;
        let system = Actor::system();
        let joined = self.act("join", &system, move |tx, call| people::join(tx, call, wish.clone()))?;
        if let Joined::New(person) = joined {
            self.volunteers.push(self.actor(person)?);
        }
        Ok(())
    }

    /// A team for each title in turn, going round the communities.
    fn teams(&mut self) -> Result<(), Ended> {
        let system = Actor::system();
        for n in 0..self.scale.teams() {
            let Some(title) = TITLES.get(n % TITLES.len()) else { continue };
            let community = self.community(n);
            let Some(worker) = self.workers.get(n % self.workers.len().max(1)).cloned() else { continue };
            let Some(person) = self.volunteers.get(n).and_then(|actor| actor.person) else { continue };
            let round = n / TITLES.len();
            let name = match round {
                0 => format!("{}志愿队", title.name),
                _ => format!("{}志愿{}队", title.name, round + 1),
            };
            let team = self.act("create_organisation", &worker, move |tx, call| {
                people::create_organisation(tx, call, community, &name, "team", None)
            })?;
            self.act("grant", &system, move |tx, call| {
                people::grant(tx, call, person, Role::Leader, Over::Organisation(team))
            })?;
            let leader = self.actor(person)?;
            for also in 0..1 + usize::from(n % 3 == 2) {
                let Some(doing) = TITLES.get((n + also * 3) % TITLES.len()) else { continue };
                let new = NewProject {
                    organisation: team,
                    title: doing.name.to_owned(),
                    summary: doing.summary.to_owned(),
                    category: doing.category.to_owned(),
                    risk: doing.risk.to_owned(),
                    protection: shifts::Protection::default(),
                    copied_from: None,
                };
                let project = self
                    .act("create_project", &leader, move |tx, call| shifts::create_project(tx, call, &new))?;
                let (begins_at, lasts) = (doing.begins_at, Minutes(doing.lasts));
                self.projects.push(Running { leader: leader.clone(), project, community, begins_at, lasts });
            }
        }
        Ok(())
    }

    fn at(&mut self, at: Instant, scene: Scene) {
        self.order += 1;
        self.queue.push(Reverse((at, self.order, scene)));
    }

    fn chance(&self, percent: u64) -> bool {
        self.kit.random.below(100) < percent
    }

    fn minutes(&self, from: i64, to: i64) -> Minutes {
        Minutes(from + self.kit.random.below((to - from).unsigned_abs()).cast_signed())
    }

    /// Lets the days pass until `end`; gives the guide to what there is.
    pub(crate) fn live(mut self, end: Instant, progress: impl Fn(u64)) -> Result<Guide, Ended> {
        let first = self.kit.clock.now().day();
        let days = self.scale.days;
        for _ in self.volunteers.len()..self.scale.volunteers() {
            let day = u64::try_from(days).unwrap_or(1).max(1);
            let day = first.plus(i32::try_from(self.kit.random.below(day)).unwrap_or(0));
            let at = day.at_minute(8 * 60) + self.minutes(0, 720);
            self.at(at, Scene::Join);
        }
        for n in 0..=days {
            let day = first.plus(n);
            let needs = if days - n > LAST_WEEKS_DAYS { EARLIER_NEEDS_A_DAY } else { NEEDS_A_DAY };
            for _ in 0..needs {
                let at = day.at_minute(8 * 60) + self.minutes(0, 600);
                let who = usize::try_from(self.kit.random.below(RESIDENTS as u64)).unwrap_or(0);
                self.at(at, Scene::Ask(who, None));
            }
            let today = usize::try_from(n).unwrap_or(0) * SHIFTS_A_DAY;
            let running = self.projects.len().max(1);
            for project in (today..today + SHIFTS_A_DAY).map(|one| one % running) {
                let Some(begins_at) = self.projects.get(project).map(|one| one.begins_at) else { continue };
                let starts_at = day.plus(2).at_minute(begins_at);
                self.at(day.at_minute(6 * 60 + 10), Scene::Plan(project, starts_at));
            }
            self.at(day.at_minute(23 * 60 + 50), Scene::Night);
        }
        self.leave_open(end);
        self.teach(end);
        self.calls(end);
        while let Some(Reverse((at, _, scene))) = self.queue.pop() {
            if at > end {
                continue;
            }
            self.kit.clock.advance_to(at);
            if scene == Scene::Night {
                progress(u64::from((at.day().number() - first.number()).unsigned_abs()));
            }
            // A rule of the service may stand against a scene (somebody is busy, nobody is free): that is life.
            match self.play(scene.clone()) {
                Ok(()) | Err(Failure::Refused(_)) => {}
                Err(Failure::Fault(fault)) => return Err(Ended::Failed(format!("{scene:?}: {fault}"))),
            }
        }
        self.kit.clock.advance_to(end);
        self.tick()?;
        self.follower.drain()?;
        let notice = self.on_notice()?;
        let sample = self.called_back()?;
        self.follower.drain()?;
        self.guide(notice, sample)
    }

    /// A sample of the last month, half of whose people were called; nothing where none were served.
    fn called_back(&self) -> Result<Option<Id<audit::Sample>>, Ended> {
        let today = self.now().day();
        let wish = audit::Wish { area: self.street, days: (today.plus(-30), today) };
        let new = audit::NewSample {
            drawing: audit::Drawing { wish, grades: Vec::new(), team: None },
            count: audit::COUNT_DEFAULT,
            seed: "谷雨".to_owned(),
            cut: None,
        };
        let drawn = self.act("sample_draw", &self.auditor, move |tx, call| audit::draw(tx, call, &new));
        let sample = match drawn {
            Ok(sample) => sample,
            Err(Failure::Refused(_)) => return Ok(None),
            Err(failure) => return Err(failure.into()),
        };
        for (number, answer) in (1..).zip(ANSWERS) {
            let note = if answer == Answer::NotThere { "说那天在外地，没去。" } else { "" };
            let entry = audit::NewEntry { answer, minutes: None, note: note.to_owned() };
            let entered = self.act("sample_call", &self.auditor, move |tx, call| {
                audit::enter(tx, call, (sample, number), entry.clone())
            });
            // A short history has fewer services than answers.
            if let Err(Failure::Fault(fault)) = entered {
                return Err(fault.into());
            }
        }
        Ok(Some(sample))
    }

    /// Hours of the last month on public notice in the first community, where every third volunteer agreed to be named;
    /// nothing where none were served.
    fn on_notice(&self) -> Result<Option<Id<hours::PublicNotice>>, Ended> {
        for volunteer in self.volunteers.iter().step_by(3) {
            self.act("profile_change", volunteer, |tx, call| {
                let preferences = people::profile(tx, call)?.preferences;
                people::change_profile(tx, call, &people::Preferences { named: true, ..preferences })
            })?;
        }
        let Some(worker) = self.workers.first() else { return Ok(None) };
        let today = self.now().day();
        let division = self.community(0);
        let put_up = self.act("notice_put_up", worker, move |tx, call| {
            let until = today.plus(hours::notice_days(tx, division, today)?);
            hours::put_up(
                tx,
                call,
                &hours::NewNotice { division, first: today.plus(-30), last: today, until },
            )
        });
        match put_up {
            Ok(notice) => Ok(Some(notice)),
            Err(Failure::Refused(_)) => Ok(None),
            Err(failure) => Err(failure.into()),
        }
    }

    /// What is left to do when the history ends: a need in every state and a shift to check in to and one to call.
    fn leave_open(&mut self, end: Instant) {
        let two_days_ago = end.day().plus(-2).at_minute(9 * 60);
        self.at(two_days_ago, Scene::Ask(0, Some(Stays::Claimed)));
        let asked = [(0, Stays::Accepted), (1, Stays::Offered), (2, Stays::Verified), (3, Stays::Submitted)];
        for (n, (who, stays)) in asked.into_iter().enumerate() {
            let before = Minutes(55 - 5 * i64::try_from(n).unwrap_or(0));
            self.at(end - before, Scene::Ask(who, Some(stays)));
        }
        self.on_now.0 = end - Minutes(10);
        let lasts = self.projects.first().map_or(Minutes(120), |running| running.lasts);
        for starts_at in [self.on_now.0, end - lasts - Minutes(15)] {
            self.at(starts_at - Minutes(3 * 24 * 60), Scene::Plan(0, starts_at));
        }
    }

    /// When the hotline rings, and when who is called back does not answer.
    fn calls(&mut self, end: Instant) {
        for (n, (days, minutes, _)) in CALLS.into_iter().enumerate() {
            self.at(end - Minutes(days * 1_440 + minutes), Scene::Ring(n));
        }
        for minutes in IN_VAIN {
            self.at(end - Minutes(minutes), Scene::NotReached);
        }
    }

    /// The operator takes a call, or misses it.
    fn ring(&mut self, n: usize) -> Outcome<()> {
        let Some((_, before, rings)) = CALLS.get(n).copied() else { return Ok(()) };
        let phone = cast::phone(self.scale.volunteers() + FIRST_CALLER + n);
        let phone = phone.map_err(|ended| Fault::Defect(format!("{ended:?}")))?;
        let operator = self.operator.clone();
        if matches!(rings, Rings::Missed) {
            let missed =
                move |tx: &mut Tx<'_>, call: &Call| hotline::missed(tx, call, phone.as_str(), call.now);
            return self.act("hotline_missed", &operator, missed).map(drop);
        }
        let one =
            self.act("hotline_begin", &operator, move |tx, call| hotline::begin(tx, call, phone.as_str()))?;
        let text = str::to_owned;
        let mut said = Said { kind: text("enquiry"), ..Said::default() };
        match rings {
            Rings::Help(words) => {
                said = Said { category: text("convenience"), words: text(words), ..Said::default() };
            }
            Rings::Answered(words, answer) => (said.words, said.answer) = (text(words), text(answer)),
            Rings::InVain(words) => (said.words, said.back) = (text(words), text("today")),
            Rings::Later(words) => {
                let at = self.now() + Minutes(before) - CALLED_BACK;
                (said.words, said.back, said.back_at) = (text(words), text("at"), at.local_text());
            }
            Rings::Silent | Rings::Missed => said.kind = text("other"),
        }
        let id = one.id;
        self.act("hotline_send", &operator, move |tx, call| hotline::send(tx, call, id, &said))?;
        if matches!(rings, Rings::InVain(_)) {
            self.vain = Some(id);
        }
        Ok(())
    }

    fn not_reached(&self) -> Outcome<()> {
        let (Some(id), operator) = (self.vain, self.operator.clone()) else { return Ok(()) };
        self.act("hotline_take", &operator, move |tx, call| hotline::take(tx, call, id))?;
        self.act("hotline_settle", &operator, move |tx, call| {
            hotline::settle(tx, call, id, (Settled::NoAnswer, "")).map(drop)
        })
    }

    /// Who one can sign in as, and an example of each kind of thing: of the newest, where there are several.
    fn guide(
        &self,
        notice: Option<Id<hours::PublicNotice>>,
        sample: Option<Id<audit::Sample>>,
    ) -> Result<Guide, Ended> {
        type Example = (
            Id<needs::Need>,
            Id<Shift>,
            Id<Organisation>,
            Id<hours::Attendance>,
            Id<hours::ServiceRecord>,
            Id<Person>,
        );
        let district = self.street.district();
        let Some(on_now) = self.on_now.1 else { return Ok(Guide::new(self.street, &self.who, &[])) };
        let newest: Option<Example> = self.db.read_now("demo_guide", move |tx| {
            tx.query_opt(
                "SELECT n.id, s.id, s.organisation, r.attendance, r.id, r.person FROM service_record r
                 JOIN need n ON n.district = r.district JOIN shift s ON s.district = r.district
                 WHERE r.district = $1 AND s.id = $2 ORDER BY r.id DESC, n.id DESC LIMIT 1",
                db::params![district, on_now],
            )
        })?;
        let (year, ..) = self.now().day().ymd();
        let samples = newest.map(|(need, shift, team, attendance, record, person)| {
            vec![
                ("need", need.to_string()),
                ("shift", shift.to_string()),
                ("token", format!("{shift}.none")),
                ("attendance", attendance.to_string()),
                ("record", record.to_string()),
                ("person", person.to_string()),
                ("station", self.station.clone()),
                ("year", year.to_string()),
                ("team", team.to_string()),
            ]
        });
        let mut samples = samples.unwrap_or_default();
        samples.extend(notice.map(|notice| ("notice", notice.to_string())));
        samples.extend(sample.map(|sample| ("sample", sample.to_string())));
        samples.extend(self.lesson.map(|session| ("session", session.to_string())));
        samples.extend(self.vain.map(|call| ("call", call.to_string())));
        Ok(Guide::new(self.street, &self.who, &samples))
    }

    fn tick(&self) -> Outcome<()> {
        crate::timers::tick(&self.db, &self.kit)?;
        notify::deliver_due(&self.db, &self.kit, &notify::DemoSender)?;
        Ok(())
    }

    fn play(&mut self, scene: Scene) -> Outcome<()> {
        match scene {
            Scene::Join => self.join(),
            Scene::Ask(who, stays) => self.ask(who, stays),
            Scene::Verify(need) => self.verify(need),
            Scene::Dispatch(need) => self.dispatch(need),
            Scene::Answer(need) => self.answer(need),
            Scene::Arrive(need) => self.arrive(need),
            Scene::Done(need) => self.done(need),
            Scene::Confirm(need) => self.confirm(need),
            Scene::GiveUp(need) => self.give_up(need),
            Scene::Plan(team, starts_at) => self.plan(team, starts_at),
            Scene::SignUps(shift) => self.sign_ups(shift),
            Scene::Begin(shift) => self.begin(shift),
            Scene::End(shift) => self.end(shift),
            Scene::Visit(shift) => self.visit(shift),
            Scene::Roll(shift) => self.roll(shift),
            Scene::Ring(n) => self.ring(n),
            Scene::NotReached => self.not_reached(),
            Scene::Settle => self.tick(),
            Scene::PlanLesson(lesson, starts_at) => self.plan_lesson(lesson, starts_at),
            Scene::CloseLesson(session) => self.close_lesson(session),
            Scene::Night => {
                self.tick()?;
                self.follower.drain()?;
                Ok(())
            }
        }
    }

    fn now(&self) -> Instant {
        self.kit.clock.now()
    }

    fn ask(&mut self, who: usize, stays: Option<Stays>) -> Outcome<()> {
        let Some(recipient) = self.residents.get(who).cloned() else { return Ok(()) };
        let categories = if stays.is_some() { 2 } else { 6 };
        let pick = usize::try_from(self.kit.random.below(categories)).unwrap_or(0);
        let Some(category) = needs::CATEGORIES.get(pick) else { return Ok(()) };
        let typed = Typed {
            category: category.word.to_owned(),
            day: "tomorrow".to_owned(),
            part: if self.chance(50) { "morning" } else { "afternoon" }.to_owned(),
            address: format!("{} 栋 {} 号", who % 12 + 1, who * 7 % 600 + 101),
            ..Typed::default()
        };
        let need = self.act("need_submit", &recipient, move |tx, call| needs::submit(tx, call, &typed))?;
        let worker = self.communities.iter().position(|&code| code == recipient.home).unwrap_or(0);
        self.needs
            .insert(need.id, Asked { recipient, worker, helper: None, minutes: category.minutes, stays });
        let wait = if stays.is_some() { Minutes(2) } else { self.minutes(5, 110) };
        self.at(self.now() + wait, Scene::Verify(need.id));
        self.at(need.ends_at - need.minutes, Scene::GiveUp(need.id));
        Ok(())
    }

    fn stays(&self, need: Id<needs::Need>) -> Option<Stays> {
        self.needs.get(&need).and_then(|asked| asked.stays)
    }

    fn worker_of(&self, need: Id<needs::Need>) -> Actor {
        let worker = self.needs.get(&need).map_or(0, |asked| asked.worker);
        self.workers.get(worker).cloned().unwrap_or_default()
    }

    fn verify(&mut self, need: Id<needs::Need>) -> Outcome<()> {
        let worker = self.worker_of(need);
        let stays = self.stays(need);
        if stays == Some(Stays::Submitted) {
            return Ok(());
        }
        if stays.is_none() && self.chance(4) {
            return self.act("need_refuse", &worker, move |tx, call| {
                needs::refuse(tx, call, need, needs::REFUSE_REASONS.first().copied().unwrap_or_default())
            });
        }
        self.act("need_verify", &worker, move |tx, call| {
            needs::verify(tx, call, need, &Verified::default())
        })?;
        let wait = if stays.is_some() { Minutes(2) } else { self.minutes(1, 20) };
        if stays != Some(Stays::Verified) {
            self.at(self.now() + wait, Scene::Dispatch(need));
        }
        Ok(())
    }

    fn dispatch(&mut self, need: Id<needs::Need>) -> Outcome<()> {
        let worker = self.worker_of(need);
        let stays = self.stays(need);
        let guest = self.volunteers.get(cast::VOLUNTEER).and_then(|actor| actor.person);
        let chosen: Vec<_> = guest.into_iter().filter(|_| stays == Some(Stays::Offered)).collect();
        self.act("need_dispatch", &worker, move |tx, call| needs::dispatch(tx, call, need, &chosen))?;
        let wait = if stays.is_some() { Minutes(5) } else { self.minutes(4, 90) };
        if stays != Some(Stays::Offered) {
            self.at(self.now() + wait, Scene::Answer(need));
        }
        Ok(())
    }

    /// Whoever was asked answers: most come, some cannot, a few do not look at their phone.
    fn answer(&mut self, need: Id<needs::Need>) -> Outcome<()> {
        needs::tick(&self.db, &self.kit, self.now())?;
        let worker = self.worker_of(need);
        let now = self.now();
        let offers = self.act("need_offers", &worker, move |tx, call| needs::offers(tx, call, need))?;
        let told = offers.into_iter().filter(|offer| {
            matches!(offer.state, OfferState::Held | OfferState::Sent)
                && offer.sent_at <= now
                && now <= offer.answer_by
        });
        for offer in told {
            let volunteer = self.actor(offer.volunteer)?;
            let comes = self.stays(need).is_some();
            if !comes && self.chance(12) {
                continue;
            }
            if !comes && self.chance(15) {
                self.act("need_decline", &volunteer, move |tx, call| needs::decline(tx, call, need))?;
                let at = self.now() + self.minutes(3, 40);
                self.at(at, Scene::Answer(need));
                continue;
            }
            let accepted =
                self.act("need_accept", &volunteer, move |tx, call| needs::accept(tx, call, need))?;
            if let Some(asked) = self.needs.get_mut(&need) {
                asked.helper = Some(volunteer);
            }
            let at = accepted.starts_at + self.minutes(0, 60);
            self.at(at, Scene::Arrive(need));
            return Ok(());
        }
        Ok(())
    }

    /// Nobody came forward in time: the office does it, where the need still waits.
    fn give_up(&mut self, need: Id<needs::Need>) -> Outcome<()> {
        let worker = self.worker_of(need);
        self.act("need_hand_over", &worker, move |tx, call| {
            needs::hand_over(tx, call, need, "街道便民服务中心", PHONE)
        })
    }

    fn helper_of(&self, need: Id<needs::Need>) -> Actor {
        self.needs.get(&need).and_then(|asked| asked.helper.clone()).unwrap_or_default()
    }

    fn arrive(&mut self, need: Id<needs::Need>) -> Outcome<()> {
        let helper = self.helper_of(need);
        self.act("need_start", &helper, move |tx, call| needs::start(tx, call, need))?;
        let minutes = self.needs.get(&need).map_or(Minutes(60), |asked| asked.minutes);
        let at = self.now() + minutes + self.minutes(-10, 15);
        self.at(at, Scene::Done(need));
        Ok(())
    }

    fn done(&mut self, need: Id<needs::Need>) -> Outcome<()> {
        let helper = self.helper_of(need);
        self.act("need_done", &helper, move |tx, call| needs::done(tx, call, need))?;
        if self.stays(need).is_none() && self.chance(92) {
            let at = self.now() + self.minutes(2, 300);
            self.at(at, Scene::Confirm(need));
        }
        Ok(())
    }

    fn confirm(&mut self, need: Id<needs::Need>) -> Outcome<()> {
        let Some(recipient) = self.needs.get(&need).map(|asked| asked.recipient.clone()) else {
            return Ok(());
        };
        let answered = if self.chance(4) {
            Answered::NotDone
        } else {
            Answered::Done(if self.chance(70) { 3 } else { 2 })
        };
        self.act("need_close", &recipient, move |tx, call| needs::confirm(tx, call, need, answered))
    }

    fn plan(&mut self, n: usize, starts_at: Instant) -> Outcome<()> {
        let Some(running) = self.projects.get(n) else { return Ok(()) };
        let (leader, project, lasts) = (running.leader.clone(), running.project, running.lasts);
        let address =
            Tree::embedded().get(running.community).map_or("活动室", |division| division.name).to_owned();
        let Some(person) = leader.person else { return Ok(()) };
        let new = NewShift {
            starts_at,
            ends_at: starts_at + lasts,
            places: PLACES,
            address: format!("{address}活动室"),
            leader: person,
            min_age: 0,
            apart: hours::Apart::default(),
        };
        let shift = self.act("create_shift", &leader, move |tx, call| {
            let shift = shifts::create_shift(tx, call, project, &new)?;
            shifts::publish_shift(tx, call, shift)?;
            Ok(shift)
        })?;
        self.present.insert(shift, Vec::new());
        if starts_at == self.on_now.0 {
            self.on_now.1 = Some(shift);
        }
        let signing = self.now() + self.minutes(120, 900);
        self.at(signing, Scene::SignUps(shift));
        self.at(starts_at, Scene::Begin(shift));
        let ends_at = starts_at + lasts;
        self.at(ends_at + Minutes(2), Scene::End(shift));
        self.at(ends_at + Minutes(18), Scene::Visit(shift));
        self.at(ends_at + Minutes(30), Scene::Roll(shift));
        self.at(ends_at + Minutes(41), Scene::Settle);
        Ok(())
    }

    fn sign_ups(&mut self, shift: Id<Shift>) -> Outcome<()> {
        let eager = 5 + usize::try_from(self.kit.random.below(5)).unwrap_or(0);
        for n in 0..eager {
            let who = if n == 0 && self.is_on_now(shift) { cast::VOLUNTEER } else { self.somebody() };
            let Some(volunteer) = self.volunteers.get(who).cloned() else { continue };
            match self.act("signup_make", &volunteer, move |tx, call| shifts::sign_up(tx, call, shift)) {
                Ok(shifts::SignedUp::Placed) => {
                    let comes = !self.chance(7);
                    self.present.entry(shift).or_default().push((volunteer, comes));
                }
                Ok(shifts::SignedUp::Waiting { .. }) | Err(Failure::Refused(_)) => {}
                Err(fault) => return Err(fault),
            }
        }
        Ok(())
    }

    /// Who joined earlier comes more often: the product of two chances.
    fn somebody(&self) -> usize {
        let count = self.volunteers.len() as u64;
        let (one, other) = (self.kit.random.below(count.max(1)), self.kit.random.below(count.max(1)));
        usize::try_from(one * other / count.max(1)).unwrap_or(0)
    }

    fn is_on_now(&self, shift: Id<Shift>) -> bool {
        self.on_now.1 == Some(shift)
    }

    /// Those who came scan the leader's code; one in ten forgets.
    fn scan(&mut self, shift: Id<Shift>, kind: SignalKind, forgets: u64) -> Outcome<()> {
        let leader = self.leader_of(shift)?;
        let code = self.act("shift_code", &leader, move |tx, call| {
            Ok(shifts::code(call, &shifts::shift(tx, shift)?)?)
        })?;
        let token = code.token;
        for (volunteer, comes) in self.present.get(&shift).cloned().unwrap_or_default() {
            let looks =
                volunteer.person == self.volunteers.get(cast::VOLUNTEER).and_then(|actor| actor.person);
            if !comes || self.chance(forgets) || (looks && self.is_on_now(shift)) {
                continue;
            }
            let browser = vault::digest(&volunteer.person.map(|id| id.bytes()).unwrap_or_default());
            let token = token.clone();
            let scanned = self.act("check_in", &volunteer, move |tx, call| {
                let (_, ticket) = shifts::scan(tx, call, &token, browser)?;
                shifts::check_in(tx, call, &ticket, kind)
            });
            match scanned {
                Ok(_) | Err(Failure::Refused(_)) => {}
                Err(fault) => return Err(fault),
            }
        }
        Ok(())
    }

    fn begin(&mut self, shift: Id<Shift>) -> Outcome<()> {
        self.scan(shift, SignalKind::Arrived, 4)
    }

    fn end(&mut self, shift: Id<Shift>) -> Outcome<()> {
        self.scan(shift, SignalKind::Left, 10)
    }

    /// The community's worker looks in at every second shift and calls the roll as a second witness; of the others
    /// only the leader's own presence, which nobody says of themselves.
    fn visit(&mut self, shift: Id<Shift>) -> Outcome<()> {
        let card = self.db.read_now("demo_shift", move |tx| shifts::shift(tx, shift))?;
        let whole = card.starts_at.day().number().rem_euclid(2) == 0;
        let worker = self.communities.iter().position(|&code| code == card.division).unwrap_or(0);
        let Some(worker) = self.workers.get(worker).cloned() else { return Ok(()) };
        let present = self.present.get(&shift).cloned().unwrap_or_default();
        self.call(&worker, shift, present.iter().filter(|(one, _)| whole || one.person == Some(card.leader)))
    }

    fn roll(&mut self, shift: Id<Shift>) -> Outcome<()> {
        let leader = self.leader_of(shift)?;
        let present = self.present.remove(&shift).unwrap_or_default();
        self.call(&leader, shift, present.iter())
    }

    fn call<'a>(
        &self,
        witness: &Actor,
        shift: Id<Shift>,
        present: impl Iterator<Item = &'a (Actor, bool)>,
    ) -> Outcome<()> {
        // Nobody confirms their own hours.
        let others = present.filter(|(volunteer, _)| volunteer.person != witness.person);
        let said: Vec<Present> = others
            .filter_map(|(volunteer, comes)| {
                Some(Present {
                    person: volunteer.person?,
                    came: *comes,
                    late: Minutes::ZERO,
                    early: Minutes::ZERO,
                })
            })
            .collect();
        match self.act("roll_call", witness, move |tx, call| shifts::call_roll(tx, call, shift, &said, None))
        {
            Ok(_) | Err(Failure::Refused(_)) => Ok(()),
            Err(fault) => Err(fault),
        }
    }

    fn leader_of(&self, shift: Id<Shift>) -> Outcome<Actor> {
        let card = self.db.read_now("demo_shift", move |tx| shifts::shift(tx, shift))?;
        self.actor(card.leader)
    }
}
