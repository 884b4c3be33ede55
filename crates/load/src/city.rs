//! A city of invented volunteers and needs, from a seed: 2,000 communities on 50 by 50 km around twelve centres, as in
//! `match_gen.py`, with the words and numbers a volunteer of Linli has.

use std::f64::consts::TAU;

use kernel::{Day, District, DivisionCode, Id, IdSource, Instant, Minutes, Person, Random, Weekday};
use matching::{
    Code, Commitment, Engagement, Metres, Place, Point, Proof, Purpose, Sex, Validity, Volunteer, WeeklyTime,
    Window,
};

const COMMUNITIES: usize = 2_000;
const CENTRES: usize = 12;
const CITY_M: f64 = 50_000.0;
/// Communities of a street.
const STREET: usize = 20;
/// South-west corner, and metres of a millionth of a degree there, north and east.
const CORNER_UDEG: (f64, f64) = (30_400_000.0, 114_000_000.0);
const UDEG_M: (f64, f64) = (0.111_195, 0.095_7);
/// From and to minute of a morning, an afternoon and an evening.
const PARTS: [(i64, i64); 3] = [(480, 720), (720, 1_080), (1_080, 1_260)];
const SLOTS: usize = 21;
/// Times after which a promise is looked for: two weeks.
const AHEAD_DAYS: u64 = 14;

/// What a question to the ranking is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Where people live, a skill or none, a time of the week.
    Dense,
    /// Anywhere in the city, the fields between included.
    Sparse,
    /// Several skills at once, of a sex and a language.
    Rare,
    /// In the middle of the night, or of an age that nobody has.
    Nobody,
    /// Whose helpers of before are known.
    Known,
}

impl Ask {
    /// Of a hundred questions so many are of each kind.
    pub const SHARES: [(Self, usize); 5] =
        [(Self::Dense, 55), (Self::Sparse, 15), (Self::Rare, 15), (Self::Nobody, 10), (Self::Known, 5)];
}

/// A community: where its middle is, how many live there beside the others, its code.
struct Community {
    x_m: f64,
    y_m: f64,
    until: f64,
    code: DivisionCode,
}

/// The city.
pub struct City {
    random: Random,
    ids: IdSource,
    communities: Vec<Community>,
    /// The Monday from which everything is counted.
    pub today: Day,
}

fn code(word: &str) -> Code {
    Code::parse(word).expect("a catalogue's word")
}

impl City {
    /// The same city for the same seed.
    pub fn new(seed: u64) -> Self {
        let mut city = Self {
            random: Random::seeded(seed),
            ids: IdSource::new(Random::seeded(seed)),
            communities: Vec::new(),
            today: Day::from_ymd(2026, 3, 2).expect("a day"),
        };
        let centres: Vec<_> =
            (0..CENTRES).map(|_| (city.within(0.15, 0.85), city.within(0.15, 0.85))).collect();
        // Shares of a Dirichlet distribution with two of everything.
        let weights: Vec<f64> = centres.iter().map(|_| -city.unit().ln() - city.unit().ln()).collect();
        let mut all = 0.0;
        for n in 0..COMMUNITIES {
            let mut district = city.weighted(&weights);
            let (x, y) = centres[district];
            let (mut x_m, mut y_m) = (x * CITY_M + city.normal(4_000.0), y * CITY_M + city.normal(4_000.0));
            if city.unit() < 0.15 {
                (x_m, y_m) = (city.within(0.0, CITY_M), city.within(0.0, CITY_M));
                let far = |(x, y): &(f64, f64)| (x * CITY_M - x_m).hypot(y * CITY_M - y_m);
                let nearest = centres.iter().enumerate().min_by(|a, b| far(a.1).total_cmp(&far(b.1)));
                district = nearest.map_or(0, |(at, _)| at);
            }
            all += city.normal(0.6).exp();
            let code =
                420_101_000_000 + (district * 1_000_000 + (n / STREET + 1) * 1_000 + n % STREET + 1) as u64;
            let code = DivisionCode::new(code).expect("twelve digits");
            let inside = |metres: f64| metres.clamp(0.0, CITY_M);
            city.communities.push(Community { x_m: inside(x_m), y_m: inside(y_m), until: all, code });
        }
        city
    }

    /// From 0 to 1, never 0.
    fn unit(&self) -> f64 {
        (self.random.u64() >> 11) as f64 / (1_u64 << 53) as f64 + f64::MIN_POSITIVE
    }

    fn within(&self, from: f64, to: f64) -> f64 {
        from + (to - from) * self.unit()
    }

    fn normal(&self, deviation: f64) -> f64 {
        (-2.0 * self.unit().ln()).sqrt() * (TAU * self.unit()).cos() * deviation
    }

    fn below(&self, end: usize) -> usize {
        self.random.below(end as u64) as usize
    }

    fn one_of<T: Copy>(&self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    fn often(&self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn weighted(&self, weights: &[f64]) -> usize {
        let mut left = self.unit() * weights.iter().sum::<f64>();
        for (at, weight) in weights.iter().enumerate() {
            left -= weight;
            if left <= 0.0 {
                return at;
            }
        }
        weights.len() - 1
    }

    /// So many different ones, by weight: the largest of weights with Gumbel noise.
    fn several(&self, weights: &[f64], count: usize) -> Vec<usize> {
        let noisy = |(at, weight): (usize, &f64)| (weight.ln() - (-self.unit().ln()).ln(), at);
        let mut all: Vec<_> = weights.iter().enumerate().map(noisy).collect();
        all.sort_by(|a, b| b.0.total_cmp(&a.0));
        all.into_iter().take(count).map(|(_, at)| at).collect()
    }

    fn near(&self, community: &Community, deviation_m: f64) -> Place {
        let (x_m, y_m) = (community.x_m + self.normal(deviation_m), community.y_m + self.normal(deviation_m));
        Place { division: community.code, point: point(x_m, y_m) }
    }

    /// Where somebody lives.
    fn home(&self, deviation_m: f64) -> Place {
        let all = self.communities.last().map_or(0.0, |community| community.until);
        let at = self.unit() * all;
        let found = self.communities.partition_point(|community| community.until < at);
        self.near(&self.communities[found.min(COMMUNITIES - 1)], deviation_m)
    }

    fn anywhere(&self) -> Place {
        let (x_m, y_m) = (self.within(0.0, CITY_M), self.within(0.0, CITY_M));
        let far = |community: &&Community| (community.x_m - x_m).hypot(community.y_m - y_m);
        let nearest = self.communities.iter().min_by(|a, b| far(a).total_cmp(&far(b)));
        Place { division: nearest.map(|one| one.code).unwrap_or_default(), point: point(x_m, y_m) }
    }

    /// A new volunteer.
    pub fn volunteer(&self) -> Volunteer {
        let words = words();
        let day = |back: usize| self.today.plus(-(self.below(back) as i32));
        let proof =
            |code| Proof { code, validity: Validity { from: None, until: self.often(10).then(|| day(300)) } };
        let skills = self.several(&skill_weights(), 1 + self.below(4));
        let slots = if self.often(5) { Vec::new() } else { self.several(&slot_weights(), 3 + self.below(7)) };
        let age = if self.often(8) { 14 + self.below(4) } else { 18 + self.below(62) };
        let categories = if self.often(40) { 0 } else { 1 + self.below(4) };
        let promises = [0, 0, 0, 0, 0, 1, 1, 1, 2, 2][self.below(10)];
        let home = self.home(150.0);
        let radius = self.one_of(&[0, 0, 500, 1_500, 1_500, 1_500, 3_000, 3_000, 5_000, 5_000]);
        Volunteer {
            id: self.id(),
            born: Some(self.today.plus(-(age as i32 * 365 + self.below(365) as i32))),
            sex: Some(if self.often(60) { Sex::Female } else { Sex::Male }),
            home,
            radius: (radius > 0).then_some(Metres(radius)),
            skills: skills.into_iter().map(|at| proof(words.skills[at])).collect(),
            trainings: if self.often(50) { vec![proof(code(people::BASIC_TRAINING))] } else { Vec::new() },
            insured: self.often(50).then(|| Validity { from: None, until: Some(day(300).plus(200)) }),
            guardian_consent: (age < 18 && self.often(90)).then(Validity::default),
            categories: (0..categories).map(|_| self.one_of(&words.categories)).collect(),
            limits: words.limits.iter().copied().filter(|_| self.often(15)).collect(),
            languages: words
                .languages
                .iter()
                .zip([100, 35, 3])
                .filter(|(_, share)| self.often(*share))
                .map(|(word, _)| *word)
                .collect(),
            times: slots.into_iter().map(weekly).collect(),
            exceptions: Vec::new(),
            commitments: (0..promises).map(|_| self.promise()).collect(),
            served: Vec::new(),
            week_max: self.often(20).then(|| Minutes::from_hours(4 + self.below(8) as i64)),
            last_call: self.often(30).then(|| day(30).at_minute(self.below(1_440) as i64)),
            last_served: self.often(65).then(|| day(400).at_minute(600)),
            refuses: Vec::new(),
            wishes: if self.often(1) { vec![self.id()] } else { Vec::new() },
        }
    }

    /// A new id.
    pub fn id(&self) -> Id<Person> {
        self.ids.next(self.today.start(), District::new(420_101).unwrap_or_default())
    }

    /// The instant of every question.
    pub fn now(&self) -> Instant {
        self.today.at_minute(12 * 60)
    }

    /// A promise of the next two weeks.
    pub fn promise(&self) -> Commitment {
        let slot = self.window(self.weighted(&slot_weights()));
        Commitment { from: slot.from, to: slot.from + Minutes(120), place: self.home(200.0) }
    }

    /// The time of a slot in one of the next two weeks.
    fn window(&self, slot: usize) -> Window {
        let (from, to) = PARTS[slot % PARTS.len()];
        let week = self.random.below(AHEAD_DAYS / 7) as i32;
        let day = self.today.plus(1 + week * 7 + (slot / PARTS.len()) as i32);
        Window { from: day.at_minute(from), to: day.at_minute(to) }
    }

    /// A question of a kind, about these people.
    pub fn engagement(&self, ask: Ask, people: &[Volunteer]) -> Engagement {
        let words = words();
        let demand: Vec<f64> =
            slot_weights().iter().map(|weight| 0.5 * weight + 0.5 / SLOTS as f64).collect();
        let mut window = self.window(self.weighted(&demand));
        let mut minutes = Minutes(self.one_of(&[60, 60, 90, 120]));
        match self.below(4) {
            // Fixed to the quarter of an hour.
            0 | 1 => {
                let room = window.to.minutes_since(window.from).0 - minutes.0;
                window.from = window.from + Minutes(self.below(room as usize / 15 + 1) as i64 * 15);
                window.to = window.from + minutes;
            }
            2 => {}
            _ => window.to = window.to + Minutes::from_hours(48),
        }
        let skill = |_| words.skills[self.weighted(&need_weights())];
        let mut engagement = Engagement {
            purpose: Purpose::Ask,
            category: self.one_of(&words.categories),
            skills: (0..usize::from(self.often(70))).map(skill).collect(),
            trainings: Vec::new(),
            window,
            minutes,
            place: self.home(200.0),
            age_min: 14,
            guardian_present: false,
            insurance: self.often(10),
            demands: if self.often(20) { vec![self.one_of(&words.limits)] } else { Vec::new() },
            languages: if self.often(10) { vec![words.languages[1]] } else { Vec::new() },
            sex: self.often(10).then_some(Sex::Female),
            recipient: None,
            wished: Vec::new(),
            seen_before: Vec::new(),
            refused: Vec::new(),
            asked: Vec::new(),
        };
        let known = |_: usize| people.get(self.below(people.len())).map(|one| one.id);
        match ask {
            Ask::Dense => {}
            Ask::Sparse => engagement.place = self.anywhere(),
            Ask::Rare => {
                engagement.skills = (0..2 + self.below(3)).map(skill).collect();
                engagement.languages = vec![words.languages[2]];
                engagement.sex = Some(Sex::Male);
            }
            Ask::Nobody if self.often(50) => engagement.age_min = 95,
            Ask::Nobody => {
                // Half an hour past three at night, when only those are free who named no times, and these have no such skills.
                let night = engagement.window.from.day().at_minute(210);
                minutes = Minutes(60);
                (engagement.window, engagement.minutes) =
                    (Window { from: night, to: night + minutes }, minutes);
                engagement.skills = words.skills.iter().copied().take(5).collect();
            }
            Ask::Known => {
                engagement.seen_before = (0..3).filter_map(known).collect();
                engagement.wished = (0..1).filter_map(known).collect();
                engagement.asked = (0..3).filter_map(known).collect();
            }
        }
        engagement
    }
}

fn point(x_m: f64, y_m: f64) -> Option<Point> {
    let (north, east) = (CORNER_UDEG.0 + y_m / UDEG_M.0, CORNER_UDEG.1 + x_m / UDEG_M.1);
    Point::new(north as i32, east as i32)
}

fn weekly(slot: usize) -> WeeklyTime {
    let (from_minute, to_minute) = PARTS[slot % PARTS.len()];
    let weekday = Weekday::new((slot / PARTS.len()) as u8).expect("a weekday");
    WeeklyTime { weekday, from_minute, to_minute }
}

/// Few have the last of the skills.
fn skill_weights() -> Vec<f64> {
    (1..=people::SKILLS.len()).map(|n| 1.0 / (n as f64).powf(0.9)).collect()
}

/// Needs are less skewed than skills, so that some are scarce.
fn need_weights() -> Vec<f64> {
    let have = skill_weights();
    let all: f64 = have.iter().sum();
    have.iter().map(|weight| 0.6 * weight / all + 0.4 / have.len() as f64).collect()
}

/// Evenings and weekends are favoured.
fn slot_weights() -> Vec<f64> {
    let of = |slot: usize| [0.7, 0.9, 1.4][slot % 3] * if slot >= 15 { 1.8 } else { 1.0 };
    let all: f64 = (0..SLOTS).map(of).sum();
    (0..SLOTS).map(|slot| of(slot) / all).collect()
}

struct Words {
    skills: Vec<Code>,
    categories: Vec<Code>,
    limits: Vec<Code>,
    languages: Vec<Code>,
}

fn words() -> &'static Words {
    static WORDS: std::sync::LazyLock<Words> = std::sync::LazyLock::new(|| Words {
        skills: people::SKILLS.iter().map(|word| code(word)).collect(),
        categories: kernel::ServiceCategory::ALL.iter().map(|category| code(category.word())).collect(),
        limits: ["lifting", "height", "dogs", "illness"].map(code).to_vec(),
        languages: ["mandarin", "wuhan", "sign"].map(code).to_vec(),
    });
    &WORDS
}
