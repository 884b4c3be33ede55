//! What a rehearsal found: as a table, as Markdown, as JSON lines, as a chart.

mod chart;
mod text;

use kernel::Arg;
use serde_json::json;

use crate::{Figure, Model, Options, Policy, Spread};

/// Says a sentence by its key, in the language of whoever calls.
pub type Say<'a> = &'a dyn Fn(&str, &[(&'static str, Arg)]) -> String;

/// The figures of one run.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) seed: u64,
    pub(crate) model: Model,
    pub(crate) policy: Policy,
    pub(crate) figures: Vec<(Figure, f64)>,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Report {
    options: Options,
    /// In the order of seed, model, policy.
    runs: Vec<Run>,
}

/// Somewhere another policy did better than the waves, or worse, beyond chance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Difference {
    pub(crate) model: Model,
    pub(crate) figure: Figure,
    pub(crate) policy: Policy,
    pub(crate) ours: f64,
    pub(crate) theirs: f64,
}

impl Report {
    pub(crate) const fn new(options: Options, runs: Vec<Run>) -> Self {
        Self { options, runs }
    }

    /// A figure by seed, in the order of the seeds; a run in which it has no meaning is left out.
    fn values(&self, model: Model, policy: Policy, figure: Figure) -> Vec<(u64, f64)> {
        let these = self.runs.iter().filter(|run| run.model == model && run.policy == policy);
        these
            .filter_map(|run| Some((run.seed, run.figures.iter().find(|(one, _)| *one == figure)?.1)))
            .collect()
    }

    /// A figure over all seeds.
    pub fn spread(&self, model: Model, policy: Policy, figure: Figure) -> Option<Spread> {
        let values: Vec<f64> =
            self.values(model, policy, figure).into_iter().map(|(_, value)| value).collect();
        Spread::of(&values)
    }

    /// Where the difference to the waves, seed by seed, is beyond chance: with `losses` where the other does better, else
    /// where the waves do.
    pub(crate) fn differences(&self, losses: bool) -> Vec<Difference> {
        let mut found = Vec::new();
        for model in Model::ALL {
            for figure in Figure::ALL {
                let ours = self.values(model, Policy::Waves, figure);
                for policy in Policy::ALL.into_iter().filter(|one| *one != Policy::Waves) {
                    let theirs = self.values(model, policy, figure);
                    let paired: Vec<f64> = ours
                        .iter()
                        .filter_map(|(seed, ours)| {
                            let (_, theirs) = theirs.iter().find(|(other, _)| other == seed)?;
                            let behind = figure.badness(*ours) - figure.badness(*theirs);
                            Some(if losses { behind } else { -behind })
                        })
                        .collect();
                    let beyond =
                        paired.len() > 1 && Spread::of(&paired).is_some_and(|one| one.is_above_zero());
                    let means =
                        self.spread(model, Policy::Waves, figure).zip(self.spread(model, policy, figure));
                    if let (true, Some((ours, theirs))) = (beyond, means) {
                        found.push(Difference {
                            model,
                            figure,
                            policy,
                            ours: ours.mean,
                            theirs: theirs.mean,
                        });
                    }
                }
            }
        }
        found
    }

    /// One JSON object a figure, model and policy.
    pub fn json_lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for model in Model::ALL {
            for policy in Policy::ALL {
                for figure in Figure::ALL {
                    let Some(spread) = self.spread(model, policy, figure) else { continue };
                    let values = self.values(model, policy, figure);
                    let line = json!({
                        "figure": format!("rehearsal_{}_{}_{}", model.word(), policy.word(), figure.word()),
                        "value": spread.mean,
                        "unit": figure.unit(),
                        "half": (values.len() > 1).then_some(spread.half),
                        "seeds": values.iter().map(|(seed, _)| seed).collect::<Vec<_>>(),
                        "values": values.iter().map(|(_, value)| value).collect::<Vec<_>>(),
                    });
                    lines.push(line.to_string());
                }
            }
        }
        lines
    }

    /// The table for a terminal: a block for each model.
    pub fn table(&self, say: Say<'_>) -> String {
        text::table(self, say)
    }

    /// The report with tables, what was assumed and where the waves lose; `chart` is where its picture lies.
    pub fn markdown(&self, say: Say<'_>, chart: &str) -> String {
        text::markdown(self, say, chart)
    }

    /// The chart, as SVG.
    pub fn chart(&self, say: Say<'_>) -> String {
        chart::svg(self, say)
    }
}
