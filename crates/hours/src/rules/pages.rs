//! `/a/policies`: the rules of hours at a place, and the form for a new number.

use askama::Template;
use axum::{
    extract::RawQuery,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::Failure;
use kernel::{Action, DivisionCode, Kind, Refusal};
use places::{Binding, Edition, Policy};
use web::{Answer, Ask, Choice, Failed, Fields, OrFailed, Page, html, status_of};

use super::{ByRules, CountedBy, Simulated, Standing, Typed, decide, simulate, standing, tried::Tried};
use crate::policy::{RULES, Rule, Section, Unit};

/// A rule on the page.
struct Line {
    word: String,
    /// The number with its unit.
    number: String,
    /// The least and the most, with their unit; or what each number means.
    range: String,
    /// Who decided it, and from when it holds; empty for the usual number.
    since: String,
    source: String,
    /// What a level above leaves to the place; empty where it leaves everything.
    bound: String,
    past: Vec<Past>,
}

/// Rules that are about one thing.
struct Part {
    /// A word of `rules-section-…`.
    word: &'static str,
    lines: Vec<Line>,
}

/// A decision in the history of a rule.
struct Past {
    area: String,
    number: String,
    day: String,
    source: String,
    /// What it leaves below: a word of `rules-binding-…`.
    binding: &'static str,
}

/// By which rules something was counted, in words.
pub(crate) struct By {
    /// The number of the set, short; empty where it is not known.
    pub(crate) short: String,
    /// Each rule: its name, its number, and where it came from.
    pub(crate) lines: Vec<(String, String, String)>,
}

pub(crate) fn by(page: &Page, tree: &Edition, rules: &ByRules) -> By {
    let line = |one: &CountedBy| {
        let known = RULES.iter().find(|rule| rule.name == one.name);
        let (name, said) = match known {
            Some(rule) => (page.tw("rule-", &rule.word()), number(page, *rule, one.value)),
            None => (one.name.clone(), one.value.to_string()),
        };
        let whence = match (one.decider, known) {
            (Some(division), _) => {
                let area = match named(tree, division) {
                    name if name.is_empty() => page.t("rules-nation"),
                    name => name,
                };
                let by = page.tb("by-decided", "area", area, "version", one.version.unwrap_or_default());
                format!("{by} {}", one.source.as_deref().unwrap_or_default())
            }
            (None, Some(rule)) => page.tw("rule-source-", &rule.word()),
            (None, None) => page.t("rules-usual"),
        };
        (name, said, whence)
    };
    // What kinds of activities lead to is said where they are published; here it would hide the rest.
    let counts =
        |one: &&CountedBy| RULES.iter().all(|rule| rule.name != one.name || rule.section != Section::Kinds);
    By { short: rules.short(), lines: rules.rules.iter().filter(counts).map(line).collect() }
}

/// The word of `rules-binding-…` for what a decision leaves below.
const fn binding_word(binding: Binding) -> &'static str {
    match binding {
        Binding::Free => "free",
        Binding::Fixed => "fixed",
        Binding::AtMost | Binding::AtLeast => "stricter",
    }
}

#[derive(Template)]
#[template(path = "rules/templates/rules.html")]
struct RulesPage {
    page: Page,
    area: String,
    division: String,
    sections: Vec<Part>,
    areas: Vec<Choice>,
    names: Vec<Choice>,
    value: String,
    from_day: String,
    source: String,
    bindings: Vec<Choice>,
    done: bool,
    /// What the number that was typed would have done.
    tried: Option<Tried>,
}

fn number(page: &Page, rule: Rule, value: i64) -> String {
    page.ta(&format!("rules-unit-{}", rule.unit.word()), "number", value)
}

/// What may be decided: from the least to the most, or what each number means.
fn range(page: &Page, rule: Rule) -> String {
    let (least, most) = rule.range;
    match rule.unit {
        Unit::YesNo | Unit::Kind => {
            let choice = |value| format!("{value} {}", number(page, rule, value));
            (least..=most).map(choice).collect::<Vec<_>>().join(&page.t("rules-choices-and"))
        }
        _ => page.tb("rules-range", "least", number(page, rule, least), "most", number(page, rule, most)),
    }
}

pub(super) fn named(tree: &Edition, code: DivisionCode) -> String {
    if code == DivisionCode::NATION {
        return String::new();
    }
    tree.get(code).map_or_else(|| code.to_string(), |division| division.name.to_owned())
}

fn line(page: &Page, tree: &Edition, place: DivisionCode, one: &Standing) -> Line {
    let rule = one.rule;
    let by = |policy: &Policy| match named(tree, policy.division) {
        name if name.is_empty() => page.t("rules-nation"),
        name => name,
    };
    let since = one.held.as_ref().map(|policy| {
        let key = if policy.division == place { "rules-own" } else { "rules-inherited" };
        page.tb(key, "area", by(policy), "day", page.date(policy.from_day))
    });
    let past = |policy: &Policy| Past {
        area: by(policy),
        number: number(page, rule, policy.value),
        day: page.date(policy.from_day),
        source: policy.source.clone(),
        binding: binding_word(policy.binding),
    };
    let bound = one.bound.as_ref().map(|policy| {
        let key = format!("rules-bound-{}", binding_word(policy.binding));
        page.tb(&key, "area", by(policy), "number", number(page, rule, policy.value))
    });
    let word = rule.word();
    Line {
        number: number(page, rule, one.held.as_ref().map_or(rule.usual, |policy| policy.value)),
        range: range(page, rule),
        source: match &one.held {
            Some(policy) => policy.source.clone(),
            None => page.tw("rule-source-", &word),
        },
        since: since.unwrap_or_default(),
        bound: bound.unwrap_or_default(),
        past: one.history.iter().map(past).collect(),
        word,
    }
}

async fn page(
    ask: &Ask,
    fields: &Fields,
    refusal: Option<&Refusal>,
    simulated: Option<&Simulated>,
) -> Result<Response, Failed> {
    let asked = fields.given("division").map(DivisionCode::parse).transpose();
    let asked = asked.map_err(|_| Refusal::invalid("division", "place-code").into()).or_failed(ask)?;
    let reading = ask.app.read(ask, "policies_page", move |tx, call| {
        let own = places::own(call, Action::ManagePlaces);
        let place = asked.or(own.first().copied()).ok_or_else(Refusal::missing)?;
        let today = call.now.day();
        Ok((standing(tx, call, place, today)?, places::tree_in(tx)?, own, place, today))
    });
    let ((rules, tree, own, place, today), page) = reading.await.or_failed(ask)?;
    let wrong = refusal.map(|refusal| refusal.fields.clone()).unwrap_or_default();
    let page = page.back("/me").tab("places/policies").wrong(&wrong);
    let chosen = fields.text("name");
    let names = rules
        .iter()
        .map(|one| Choice::new(one.rule.name, page.tw("rule-", &one.rule.word())).chosen_if(chosen));
    let part = |section: &Section| {
        let of = rules.iter().filter(|one| one.rule.section == *section);
        Part { word: section.word(), lines: of.map(|one| line(&page, &tree, place, one)).collect() }
    };
    let shown = RulesPage {
        area: tree.full_name(place).unwrap_or_else(|| page.t("rules-nation")),
        division: place.to_string(),
        sections: Section::ALL.iter().map(part).collect(),
        areas: places::choices(&tree, &own, &place.to_string()),
        names: names.collect(),
        value: fields.text("value").to_owned(),
        from_day: fields.given("from_day").map_or_else(|| today.to_string(), str::to_owned),
        source: fields.text("source").to_owned(),
        bindings: ["free", "stricter", "fixed"]
            .map(|word| Choice::new(word, page.tw("rules-binding-", word)).chosen_if(fields.text("binding")))
            .into(),
        done: fields.text("done") == "set",
        tried: simulated.map(|all| Tried::of(&page, &tree, chosen, all)),
        page,
    };
    Ok(html(refusal.map_or(StatusCode::OK, status_of), &shown))
}

pub(super) async fn show(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    page(&ask, &Fields::parse(query.unwrap_or_default().as_bytes()), None, None).await
}

pub(super) async fn set(ask: Ask, fields: Fields) -> Result<Response, Failed> {
    let typed = Typed::of(&fields);
    if fields.text("do") == "try" {
        let tried = ask.app.read(&ask, "policy_simulate", move |tx, call| {
            simulate(tx, call, &typed.to_be_tried(call.now.day())?)
        });
        return match tried.await {
            Ok((simulated, _)) => page(&ask, &fields, None, Some(&simulated)).await,
            Err(Failure::Refused(refusal)) if refusal.kind == Kind::Invalid => {
                page(&ask, &fields, Some(&refusal), None).await
            }
            Err(failure) => Err(failure).or_failed(&ask),
        };
    }
    let outcome = ask
        .app
        .command(&ask, "policy_set", fields.key(), fields.digest(), move |tx, call| {
            decide(tx, call, &typed.read()?)?;
            Ok(Answer::go(format!("/a/policies?division={}&done=set", typed.division.trim())))
        })
        .await;
    match outcome {
        Err(Failure::Refused(refusal)) if refusal.kind == Kind::Invalid => {
            page(&ask, &fields, Some(&refusal), None).await
        }
        outcome => Ok(outcome.or_failed(&ask)?.into_response()),
    }
}
