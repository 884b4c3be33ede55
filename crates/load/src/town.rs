//! People with sessions, and shifts to sign up for, made by the real use cases.

use std::{path::PathBuf, sync::Arc};

use db::{Address, Db, Options, Outcome, Tx};
use journal::{Call, Kit};
use kernel::{Actor, Calendar, Clock, Day, DivisionCode, Id, IdSource, Minutes, Over, Person, Random, Role};
use people::{Join, Joined};
use shifts::{NewProject, NewShift, Shift};
use vault::{Document, DocumentKind, Keys, Phone, Suite};

/// A volunteer with a session.
#[derive(Clone, Debug)]
pub struct Neighbour {
    /// Who.
    pub person: Id<Person>,
    /// The session's token.
    pub token: String,
}

/// A database with people and shifts in it.
pub struct Town {
    /// The database.
    pub db: Db,
    /// Its keys and a clock in real time.
    pub kit: Arc<Kit>,
    /// The key file, for the server.
    pub key_file: PathBuf,
    /// The database as `linli serve` takes it.
    pub database: String,
    /// Who can act.
    pub neighbours: Vec<Neighbour>,
}

/// Communities of two districts.
pub const COMMUNITIES: [&str; 2] = ["420103002001", "420106001001"];

fn division(code: &str) -> DivisionCode {
    DivisionCode::parse(code).expect("a code")
}

/// The `n`-th invented identity card.
fn document(n: usize) -> Document {
    const WEIGHTS: [usize; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let born = Day::from_ymd(1950, 1, 1).expect("a day").plus(i32::try_from(n % 18_000).expect("small"));
    let (year, month, day) = born.ymd();
    let body = format!("42{:04}{year:04}{month:02}{day:02}998", 100 + n / 18_000);
    let sum: usize =
        body.bytes().zip(WEIGHTS).map(|(digit, weight)| usize::from(digit - b'0') * weight).sum();
    let check = "10X98765432".chars().nth(sum % 11).expect("a check character");
    Document::parse(DocumentKind::ResidentId, &format!("{body}{check}"), (2100, 1, 1)).expect("a document")
}

impl Town {
    /// Makes the schema, the keys in `folder`, and `count` volunteers with sessions, half in each district.
    ///
    /// # Panics
    /// When the database does not take it.
    pub fn build(database: &str, folder: &std::path::Path, count: usize) -> Self {
        let address = Address::parse(database).expect("a database");
        let db = Db::open(&address, &Options { durable: false, ..Options::default() })
            .expect("the database opens");
        db.migrate(Clock::System.now()).expect("the schema");
        let key_file = folder.join("keys");
        let keys = Keys::generate(Suite::International, &mut rand::rng()).expect("keys");
        keys.create(&key_file).expect("the key file");
        let kit = Arc::new(Kit {
            clock: Clock::System,
            ids: IdSource::new(Random::system()),
            random: Random::system(),
            keys,
            calendar: Calendar::national(),
        });
        let mut town = Self { db, kit, key_file, database: database.to_owned(), neighbours: Vec::new() };
        for n in 0..count {
            let home = COMMUNITIES.get(n % 2).copied().unwrap_or_default();
            let join = Join {
                name: "赵立春".to_owned(),
                document: document(n),
                birth_day: None,
                phone: Phone::parse(&format!("199{n:08}")).expect("a phone"),
                division: division(home),
                categories: Vec::new(),
                skills: Vec::new(),
                times: Vec::new(),
                radius_m: 0,
                limits: Vec::new(),
                guardian: None,
            };
            let neighbour = town
                .act("town_join", &Actor::system(), move |tx, call| {
                    let Joined::New(person) = people::join(tx, call, join.clone())? else {
                        unreachable!("an invented document is nobody's yet")
                    };
                    Ok(Neighbour { person, token: people::open_session(tx, call, person)? })
                })
                .expect("a volunteer");
            town.neighbours.push(neighbour);
        }
        town
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

    /// Gives the first neighbour the role of a worker over both districts' province and returns the actor.
    ///
    /// # Panics
    /// When the grant is refused.
    pub fn worker(&self) -> Actor {
        let person = self.neighbours.first().expect("somebody").person;
        let province = Over::Subtree(division("42"));
        self.act("town_grant", &Actor::system(), move |tx, call| {
            people::grant(tx, call, person, Role::Worker, province)
        })
        .expect("a grant");
        let now = self.kit.clock.now();
        self.db.read_now("town_actor", move |tx| people::actor(tx, person, now)).expect("an actor")
    }

    /// Publishes `count` shifts of `places` in the community, the `n`-th beginning `start(n)` minutes from now and
    /// lasting two hours.
    ///
    /// # Panics
    /// When a use case refuses.
    pub fn shifts(
        &self,
        worker: &Actor,
        community: &str,
        count: usize,
        places: i64,
        start: impl Fn(usize) -> i64,
    ) -> Vec<Id<Shift>> {
        let community = division(community);
        let leader = worker.person.expect("a person");
        let project = self
            .act("town_project", worker, move |tx, call| {
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
                    ends_at: starts_at + Minutes(120),
                    places,
                    address: "活动室".to_owned(),
                    leader,
                    min_age: 0,
                };
                self.act("town_shift", worker, move |tx, call| {
                    let shift = shifts::create_shift(tx, call, project, &new)?;
                    shifts::publish_shift(tx, call, shift)?;
                    Ok(shift)
                })
                .expect("a shift")
            })
            .collect()
    }
}
