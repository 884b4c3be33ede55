//! People with sessions, and shifts to sign up for, made by the real use cases.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use db::{Address, Db, Options, Outcome, Tx};
use hours::SignalKind;
use journal::{Call, Drained, Follower, Kit};
use kernel::{Actor, Calendar, Clock, Day, DivisionCode, Id, IdSource, Minutes, Over, Person, Random, Role};
use people::{Join, Joined};
use shifts::{NewProject, NewShift, Shift};
use vault::{Document, DocumentKind, Keys, Phone, Suite};

/// A volunteer with a session.
#[derive(Clone, Debug)]
pub struct Neighbour {
    /// Who.
    pub person: Id<Person>,
    /// The session's token; empty until [`Town::come_to_now`].
    pub token: String,
}

/// A database with people and shifts in it. It is founded some days ago under a clock that stands, so that there can
/// be shifts that are over; [`Town::come_to_now`] brings it to the present.
pub struct Town {
    /// The database.
    pub db: Db,
    /// Its keys and its clock.
    pub kit: Arc<Kit>,
    /// The key file, for the server.
    pub key_file: PathBuf,
    /// The database as `linli serve` takes it.
    pub database: String,
    /// Who can act. The first leads every shift and is a worker of both districts.
    pub neighbours: Vec<Neighbour>,
}

/// Communities of two districts.
pub const COMMUNITIES: [&str; 2] = ["420103002001", "420106001001"];

fn division(code: &str) -> DivisionCode {
    DivisionCode::parse(code).expect("a code")
}

/// The `n`-th invented identity card, of the sequence that is kept for people over a hundred.
fn document(n: usize) -> Document {
    let born = Day::from_ymd(1950, 1, 1).expect("a day").plus(i32::try_from(n % 18_000).expect("small"));
    let (year, month, day) = born.ymd();
    let body = format!("42{:04}{year:04}{month:02}{day:02}998", 100 + n / 18_000);
    Document::completed(DocumentKind::ResidentId, &body, (2100, 1, 1)).expect("a document")
}

fn kit(clock: Clock, keys: Keys) -> Arc<Kit> {
    let (ids, random) = (IdSource::new(Random::system()), Random::system());
    Arc::new(Kit { clock, ids, random, keys, calendar: Calendar::national().into() })
}

impl Town {
    /// Makes the schema, the keys in `folder` and `count` volunteers, half in each district, `days` days ago at six in the morning.
    ///
    /// # Panics
    /// When the database does not take it.
    pub fn found(database: &str, folder: &Path, count: usize, days: i32) -> Self {
        let address = Address::parse(database).expect("a database");
        let options = Options { durable: false, ..Options::default() };
        let db = Db::open(&address, &options).expect("the database opens");
        // At six in the morning, so that a shift crosses midnight by plan and not by the time of day of the run.
        let then = Clock::System.now().day().plus(-days).start() + Minutes::from_hours(6);
        db.migrate(then).expect("the schema");
        let key_file = folder.join("keys");
        let keys = Keys::generate(Suite::International, &mut rand::rng()).expect("keys");
        keys.create(&key_file).expect("the key file");
        let kit = kit(Clock::manual(then), keys);
        let mut town = Self { db, kit, key_file, database: database.to_owned(), neighbours: Vec::new() };
        for n in 0..count {
            let person = town.join(n);
            town.neighbours.push(Neighbour { person, token: String::new() });
        }
        let (person, province) = (town.leader(), Over::Subtree(division("42")));
        town.act("town_grant", &Actor::system(), move |tx, call| {
            people::grant(tx, call, person, Role::Worker, province)
        })
        .expect("a grant");
        town
    }

    fn join(&self, n: usize) -> Id<Person> {
        let join = Join {
            name: "赵立春".to_owned(),
            document: document(n),
            birth_day: None,
            phone: Phone::parse(&format!("199{n:08}")).expect("a phone"),
            division: division(COMMUNITIES.get(n % 2).copied().unwrap_or_default()),
            categories: Vec::new(),
            skills: Vec::new(),
            times: Vec::new(),
            radius_m: 0,
            limits: Vec::new(),
            guardian: None,
        };
        let joined =
            self.act("town_join", &Actor::system(), move |tx, call| people::join(tx, call, join.clone()));
        match joined.expect("a volunteer") {
            Joined::New(person) => person,
            Joined::ClaimOffered { .. } => unreachable!("an invented document is nobody's yet"),
        }
    }

    /// Runs a use case as `actor`.
    ///
    /// # Errors
    /// What it returned.
    pub fn act<T: Send + 'static>(
        &self,
        name: &'static str,
        actor: &Actor,
        mut work: impl FnMut(&mut Tx<'_>, &Call) -> Outcome<T> + Send + 'static,
    ) -> Outcome<T> {
        let call = Call::new(&self.kit, actor.clone());
        self.db.write_now(name, move |tx| work(tx, &call))
    }

    /// Who leads every shift.
    ///
    /// # Panics
    /// When nobody lives here.
    pub fn leader(&self) -> Id<Person> {
        self.neighbours.first().expect("somebody").person
    }

    /// The person as an actor.
    ///
    /// # Panics
    /// When the database does not answer.
    pub fn actor(&self, person: Id<Person>) -> Actor {
        let now = self.kit.clock.now();
        self.db.read_now("town_actor", move |tx| people::actor(tx, person, now)).expect("an actor")
    }

    /// Publishes `count` shifts of `places` in the community, the `n`-th beginning `start(n)` minutes from now and
    /// lasting `minutes`.
    ///
    /// # Panics
    /// When a use case refuses.
    pub fn shifts(
        &self,
        community: &str,
        count: usize,
        places: i64,
        minutes: i64,
        start: impl Fn(usize) -> i64,
    ) -> Vec<Id<Shift>> {
        let (community, leader) = (division(community), self.leader());
        let worker = self.actor(leader);
        let project = self
            .act("town_project", &worker, move |tx, call| {
                let organisation =
                    people::create_organisation(tx, call, community, "松园志愿队", "team", None)?;
                let new = NewProject {
                    organisation,
                    title: "邻里菜园".to_owned(),
                    summary: "和邻居一起浇水、除草、分菜。".to_owned(),
                    category: "environment".to_owned(),
                    risk: "地滑，注意脚下。".to_owned(),
                    protection: shifts::Protection::default(),
                    copied_from: None,
                };
                shifts::create_project(tx, call, &new)
            })
            .expect("a project");
        (0..count)
            .map(|n| {
                let starts_at = self.kit.clock.now() + Minutes(start(n));
                let new = NewShift {
                    starts_at,
                    ends_at: starts_at + Minutes(minutes),
                    places,
                    address: "活动室".to_owned(),
                    leader,
                    min_age: 0,
                    apart: hours::Apart::default(),
                };
                self.act("town_shift", &worker, move |tx, call| {
                    let shift = shifts::create_shift(tx, call, project, &new)?;
                    shifts::publish_shift(tx, call, shift)?;
                    Ok(shift)
                })
                .expect("a shift")
            })
            .collect()
    }

    /// The `n`-th neighbour signs up for the shift.
    ///
    /// # Panics
    /// When that is refused.
    pub fn sign_up(&self, n: usize, shift: Id<Shift>) {
        let actor = self.actor(self.neighbours.get(n).expect("somebody").person);
        self.act("signup_make", &actor, move |tx, call| shifts::sign_up(tx, call, shift)).expect("a place");
    }

    /// Seals and follows everything that happened so far, at the time of the town's clock.
    ///
    /// # Panics
    /// When the database does not answer.
    pub fn settle(&self) -> Drained {
        let consumers = timebank::consumers().into_iter().chain(insight::consumers()).collect();
        Follower::new(self.db.clone(), Arc::clone(&self.kit), consumers).drain().expect("a drained journal")
    }

    /// Goes on to the shift's beginning and to its end: everybody but the leader has a place, comes and goes by the code
    /// that the leader shows. What is left to do is the roll call.
    ///
    /// # Panics
    /// When somebody is refused.
    pub fn hold(&self, shift: Id<Shift>) {
        (1..self.neighbours.len()).for_each(|n| self.sign_up(n, shift));
        let card = self.db.read_now("town_shift", move |tx| shifts::shift(tx, shift)).expect("a shift");
        let leader = self.actor(self.leader());
        for (at, kind) in [(card.starts_at, SignalKind::Arrived), (card.ends_at, SignalKind::Left)] {
            self.kit.clock.advance_to(at);
            let code = shifts::code(&Call::new(&self.kit, leader.clone()), &card).expect("a code");
            for neighbour in self.neighbours.iter().skip(1) {
                let (token, device) = (code.token.clone(), vault::digest(&neighbour.person.bytes()));
                self.act("check_in", &self.actor(neighbour.person), move |tx, call| {
                    let (_, ticket) = shifts::scan(tx, call, &token, device)?;
                    shifts::check_in(tx, call, &ticket, kind)
                })
                .expect("a check-in");
            }
        }
        self.settle();
    }

    /// Settles what happened, goes on in real time and opens a session for everybody.
    ///
    /// # Panics
    /// When the database does not answer.
    pub fn come_to_now(&mut self) {
        self.settle();
        self.kit = kit(Clock::System, Keys::load(&self.key_file).expect("the keys"));
        for n in 0..self.neighbours.len() {
            let Some(person) = self.neighbours.get(n).map(|one| one.person) else { continue };
            let token = self
                .act("town_session", &Actor::system(), move |tx, call| people::open_session(tx, call, person))
                .expect("a session");
            if let Some(neighbour) = self.neighbours.get_mut(n) {
                neighbour.token = token;
            }
        }
    }

    /// As if ten minutes had passed since every roll call: none can be taken back any more.
    ///
    /// # Panics
    /// When the database does not answer.
    pub fn let_rolls_settle(&self) {
        let moved = self.db.write_now("town_rolls", |tx| {
            tx.execute(
                "UPDATE roll_call SET settles_at = called_at WHERE state = 'called' AND settles_at > called_at",
                &[],
            )
        });
        moved.expect("roll calls that are due");
    }

    /// Recomputes the journal and every insert-only row.
    ///
    /// # Panics
    /// When the database does not answer.
    pub fn verify(&self) -> journal::Report {
        let sealed = [hours::SEALED, timebank::SEALED].concat();
        journal::verify(&self.db, &self.kit.keys, sealed, &journal::Published::default())
            .expect("a verified journal")
    }

    /// The one number that a query gives.
    ///
    /// # Panics
    /// When the database does not answer.
    pub fn number(&self, sql: &'static str) -> i64 {
        self.db.read_now("load_look", move |tx| tx.query_one::<(i64,)>(sql, &[])).expect("a look").0
    }
}
