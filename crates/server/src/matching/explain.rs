//! `linli match explain`.

use std::path::PathBuf;

use clap::Args;
use instances::{ExplainFiles, Hint, Levels, Serving, WhyNot};
use kernel::Arg;
use web::{Language, Text};

use super::{SourceOptions, Spoken};
use crate::{error::Ended, looking::Looking, serve::say};

/// The sentences, Chinese and English.
const LOCALES: (&str, &str) = (include_str!("../../locales/zh-CN.ftl"), include_str!("../../locales/en.ftl"));
/// Mornings, afternoons and evenings of a week: slot 0 is Monday morning, slot 21 that of the next week.
const SLOTS_A_WEEK: u8 = 21;
const SLOTS_A_DAY: u8 = 3;

#[derive(Clone, Debug, Args)]
pub(crate) struct ExplainOptions {
    #[command(flatten)]
    sources: SourceOptions,
    /// The plan to explain: need,volunteer,dist_m
    #[arg(long, value_name = "FILE")]
    plan: PathBuf,
    /// The need to tell of, a row counted from 0; without it, whom to look for
    #[arg(long, value_name = "N")]
    need: Option<u32>,
    /// With --need: why this volunteer serves it or does not
    #[arg(long, value_name = "V", requires = "need")]
    volunteer: Option<u32>,
    /// The language of the words
    #[arg(long, value_enum, default_value = "zh")]
    lang: Spoken,
    /// Print one JSON object and nothing else
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(options: &ExplainOptions) -> Result<(), Ended> {
    let files = ExplainFiles {
        sources: options.sources.sources(),
        plan: options.plan.clone(),
        need: options.need,
        volunteer: options.volunteer,
        threads: options.sources.threads,
    };
    let looking = Looking::start()?;
    let report = instances::explain(&files, &looking)?;
    drop(looking);
    if options.json {
        say(&serde_json::to_string(&report).map_err(|e| Ended::Failed(e.to_string()))?);
        return Ok(());
    }
    let words = Words::new(options.lang.language())?;
    for line in words.lines(&report, options) {
        say(&line);
    }
    Ok(())
}

struct Words {
    text: Text,
    language: Language,
}

fn number(of: impl TryInto<i64>) -> Arg {
    Arg::Number(of.try_into().unwrap_or(i64::MAX))
}

impl Words {
    fn new(language: Language) -> Result<Self, Ended> {
        Ok(Self { text: Text::new(&[LOCALES]).map_err(Ended::Failed)?, language })
    }

    fn say(&self, key: &str, args: &[(&'static str, Arg)]) -> String {
        self.text.get(self.language, key, args)
    }

    fn lines(&self, report: &instances::ExplainReport, options: &ExplainOptions) -> Vec<String> {
        let mut lines = Vec::new();
        if !report.is_best {
            lines.push(self.say("match-not-best", &[]));
        }
        if let Some(about) = &report.need {
            self.tell_need(about, &mut lines);
        }
        if let (Some(why), Some(need), Some(volunteer)) = (&report.volunteer, options.need, options.volunteer)
        {
            lines.push(self.why_not(why, need, volunteer));
            if let WhyNot::Serves(serving) = why {
                lines.push(self.serving(serving));
            }
        }
        lines.extend(report.hints.iter().map(|hint| self.hint(hint)));
        if report.need.is_none() && report.hints.is_empty() {
            lines.push(self.say("match-no-hints", &[]));
        }
        lines
    }

    fn tell_need(&self, about: &instances::AboutNeed, lines: &mut Vec<String>) {
        let cut = &about.cut;
        lines.push(self.say(
            "match-need",
            &[
                ("need", number(cut.need)),
                ("slot", Arg::from(self.slot(cut.slot))),
                ("skill", number(cut.skill)),
                ("seats", number(about.seats)),
                ("filled", number(about.filled)),
            ],
        ));
        lines.extend(about.serving.iter().map(|serving| self.serving(serving)));
        if about.filled == about.seats {
            return;
        }
        lines.push(self.say(
            "match-cut",
            &[
                ("volunteers", number(cut.volunteers)),
                ("skilled", number(cut.skilled)),
                ("free", number(cut.free)),
                ("serving", number(cut.serving)),
                ("candidates", number(about.candidates)),
            ],
        ));
        if about.in_slot + about.no_shift > 0 {
            let counts = [("in_slot", number(about.in_slot)), ("no_shift", number(about.no_shift))];
            lines.push(self.say("match-taken", &counts));
        }
        lines.push(match about.cheapest {
            Some((volunteer, costs)) => self.say(
                "match-cheapest",
                &[("volunteer", number(volunteer)), ("costs", Arg::from(self.levels(costs)))],
            ),
            None => self.say("match-nobody-left", &[]),
        });
    }

    fn serving(&self, of: &Serving) -> String {
        self.say(
            if of.promised { "match-promised" } else { "match-serving" },
            &[
                ("volunteer", number(of.volunteer)),
                ("metres", number(of.metres)),
                ("nearer", number(of.nearer)),
                ("without", Arg::from(self.levels(of.without))),
            ],
        )
    }

    fn why_not(&self, why: &WhyNot, need: u32, volunteer: u32) -> String {
        let mut args = vec![("need", number(need)), ("volunteer", number(volunteer))];
        let key = match why {
            WhyNot::Serves(_) => "match-not-serves",
            WhyNot::SkillMissing { skill } => {
                args.push(("skill", number(*skill)));
                "match-not-skill-missing"
            }
            WhyNot::NotFree { slot } => {
                args.push(("slot", Arg::from(self.slot(*slot))));
                "match-not-not-free"
            }
            WhyNot::Nobody => "match-not-nobody",
            WhyNot::TooFar { metres, reach } => {
                args.extend([("metres", number(*metres)), ("reach", number(*reach))]);
                "match-not-too-far"
            }
            WhyNot::NotAmongNearest { metres, most } => {
                args.extend([("metres", number(*metres)), ("most", number(*most))]);
                "match-not-not-among-nearest"
            }
            WhyNot::NotInPairs => "match-not-not-in-pairs",
            WhyNot::Busy { needs, costs } => {
                args.extend([
                    ("needs", Arg::from(self.list(needs))),
                    ("costs", Arg::from(self.levels(*costs))),
                ]);
                "match-not-busy"
            }
            WhyNot::Others { volunteers, costs } => {
                args.extend([
                    ("volunteers", Arg::from(self.list(volunteers))),
                    ("costs", Arg::from(self.levels(*costs))),
                ]);
                "match-not-others"
            }
        };
        self.say(key, &args)
    }

    fn hint(&self, of: &Hint) -> String {
        let slots: Vec<String> = of.slots.iter().map(|&slot| self.slot(slot)).collect();
        self.say(
            "match-hint",
            &[
                ("slots", Arg::from(slots.join(&self.say("match-list-comma", &[])))),
                ("skill", number(of.skill)),
                ("x", number(of.x_dm / 10)),
                ("y", number(of.y_dm / 10)),
                ("brings", Arg::from(self.levels(of.brings))),
            ],
        )
    }

    /// What is different, in words; the metres alone where nothing that weighs more is.
    fn levels(&self, of: Levels) -> String {
        let all = [
            ("match-levels-filled", "filled", of.filled),
            ("match-levels-weighted", "weighted", of.weighted),
            ("match-levels-metres", "metres", of.metres),
        ];
        let told: Vec<String> = (all.into_iter().filter(|(.., by)| *by != 0))
            .map(|(key, name, by)| self.say(key, &[(name, number(by.abs())), ("sign", number(by.signum()))]))
            .collect();
        if told.is_empty() {
            self.say("match-levels-same", &[])
        } else {
            told.join(&self.say("match-levels-comma", &[]))
        }
    }

    fn slot(&self, slot: u8) -> String {
        let (week, rest) = (slot / SLOTS_A_WEEK + 1, slot % SLOTS_A_WEEK);
        let args = [
            ("week", number(week)),
            ("day", number(rest / SLOTS_A_DAY)),
            ("part", number(rest % SLOTS_A_DAY)),
        ];
        self.say("match-slot", &args)
    }

    fn list(&self, rows: &[u32]) -> String {
        let rows: Vec<String> = rows.iter().map(u32::to_string).collect();
        rows.join(&self.say("match-list-comma", &[]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(file: &str) -> Vec<&str> {
        let messages = file.lines().filter(|line| line.starts_with("match-"));
        let mut keys: Vec<&str> =
            messages.filter_map(|line| line.split_once(" =")).map(|(key, _)| key).collect();
        keys.sort_unstable();
        keys
    }

    #[test]
    fn both_languages_say_everything() {
        assert_eq!(keys(LOCALES.0), keys(LOCALES.1));
        assert!(keys(LOCALES.0).len() > 20);
    }

    #[test]
    fn a_hint_is_a_sentence_in_both_languages() {
        let brings = Levels { filled: 3, weighted: 9, metres: 1_200 };
        let hint =
            Hint { skill: 4, slots: vec![7, 38], x_dm: 10_000, y_dm: 25_005, needs: vec![1, 2, 3], brings };
        let say = |language| Words::new(language).unwrap().hint(&hint);
        assert_eq!(
            say(Language::Chinese),
            "多一位周三下午、第 2 周周六晚上有空、会技能 4 的志愿者（住在东 1000 米、北 2500 米附近），多办 3 件事，紧急分多 9，路程多 1200 米。"
        );
        assert_eq!(
            say(Language::English),
            "One more volunteer who is free on Wednesday afternoon, week 2 Saturday evening and holds skill 4 (living near 1000 m east, 2500 m north): 3 places more, 9 more in urgency, 1200 m more."
        );
    }
}
