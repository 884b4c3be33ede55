//! `/x/sample` and `/x/samples/…`.

use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::{Failure, Outcome, Tx};
use hours::Grade;
use journal::Call;
use kernel::{Action, DivisionCode, FieldRefusal, Id, Kind, Level, Minutes, Refusal};
use people::Field;
use web::{Answer as Done, Ask, Choice, Failed, Fields, OrFailed, Page, html, secretly, status_of};

use super::{
    Answer, COUNT_DEFAULT, Called, Drawing, Drawn, NewEntry, NewSample, Sample, Seen, Summary, again, draw,
    enter, phone, sample, samples,
};
use crate::area::Typed;

/// Services of a sample on one page.
const CALLS_SHOWN: i64 = 50;

/// What was typed into the form or sent to the API.
#[derive(Clone, Debug, Default)]
pub(super) struct TypedSample {
    pub(super) wish: Typed,
    pub(super) count: String,
    pub(super) grades: Vec<String>,
    pub(super) team: String,
    pub(super) seed: String,
    pub(super) cut: String,
}

impl TypedSample {
    fn of(fields: &Fields) -> Self {
        let text = |name: &str| fields.text(name).to_owned();
        Self {
            wish: Typed { division: text("division"), from: text("from"), to: text("to") },
            count: text("count"),
            grades: fields.all("grade").map(str::to_owned).collect(),
            team: text("team"),
            seed: text("seed"),
            cut: text("cut"),
        }
    }

    /// Reads the wish; every wrong field is named.
    pub(super) fn read(&self, tx: &mut Tx<'_>, call: &Call) -> Outcome<NewSample> {
        let mut wrong: Vec<FieldRefusal> = Vec::new();
        let mut unread = |field, rule| wrong.extend(Refusal::invalid(field, rule).fields);
        let count = match self.count.as_str() {
            "" => COUNT_DEFAULT,
            // What is no number is none that can be drawn.
            text => text.parse().unwrap_or(0),
        };
        let grades: Vec<Grade> = self.grades.iter().filter_map(|word| Grade::from_word(word)).collect();
        if grades.len() != self.grades.len() {
            unread("grade", "sample-grade");
        }
        let team = Some(self.team.as_str()).filter(|text| !text.is_empty()).map(str::parse).transpose();
        if team.is_err() {
            unread("team", "sample-team");
        }
        let cut = Some(self.cut.as_str()).filter(|text| !text.is_empty()).map(str::parse::<i64>).transpose();
        let cut = cut.unwrap_or(Some(-1));
        if !wrong.is_empty() {
            return Err(Refusal::fields(wrong).into());
        }
        let wish = self.wish.read(tx, call, Action::Audit)?;
        let team = team.unwrap_or_default();
        Ok(NewSample { drawing: Drawing { wish, grades, team }, count, seed: self.seed.clone(), cut })
    }
}

#[derive(Template)]
#[template(path = "sample/templates/samples.html")]
struct SamplesPage {
    page: Page,
    may_draw: bool,
    areas: Vec<Choice>,
    grades: Vec<Choice>,
    teams: Vec<Choice>,
    typed: TypedSample,
    lines: Vec<SampleLine>,
}

struct SampleLine {
    href: String,
    title: String,
    about: String,
}

/// The form and the samples of the asker's area.
pub(crate) async fn samples_page(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    let fields = Fields::parse(query.unwrap_or_default().as_bytes());
    show_samples(&ask, TypedSample::of(&fields), None).await
}

async fn show_samples(ask: &Ask, typed: TypedSample, refusal: Option<&Refusal>) -> Result<Response, Failed> {
    let read = ask.app.read(ask, "samples_page", |tx, call| {
        let own = places::own(call, Action::Audit);
        let area = own.first().copied().ok_or_else(Refusal::forbidden)?;
        let teams =
            if area.level() < Level::District { Vec::new() } else { people::organisations_in(tx, area)? };
        let may_draw = call.actor.may(Action::CallBack, area);
        Ok((own, teams, may_draw, samples(tx, call, area)?, places::tree_in(tx)?, call.now.day()))
    });
    let ((own, teams, may_draw, (drawn, cards), tree, today), page) = read.await.or_failed(ask)?;
    let wrong = refusal.map(|refusal| refusal.fields.as_slice()).unwrap_or_default();
    let line = |one: &Drawn| {
        let by = cards.get(&one.drawn_by).map(|card| card.name_masked.clone()).unwrap_or_default();
        let area = one.drawing.wish.area;
        SampleLine {
            href: format!("/x/samples/{}", one.id),
            title: page.tb("sample-of", "seed", one.seed.as_str(), "count", one.wanted.min(one.population)),
            about: [
                tree.full_name(area).unwrap_or_else(|| area.to_string()),
                days(&page, one),
                page.tb("sample-by", "name", by, "at", page.moment(one.drawn_at)),
            ]
            .join(" · "),
        }
    };
    let lines = drawn.iter().map(line).collect();
    let grade = |grade: &Grade| {
        let mut choice = Choice::new(grade.word(), page.tw("shell-grade-", grade.word()));
        choice.chosen = typed.grades.iter().any(|word| word == grade.word());
        choice
    };
    let grades = Grade::ALL.iter().map(grade).collect();
    let every = Choice::new("", page.t("sample-every-team"));
    let team =
        |one: people::OrganisationCard| Choice::new(one.id.to_string(), one.name).chosen_if(&typed.team);
    let teams = [every].into_iter().chain(teams.into_iter().map(team)).collect();
    let mut shown = typed.clone();
    if shown.wish.to.is_empty() && shown.wish.from.is_empty() {
        (shown.wish.from, shown.wish.to) = (crate::area::quarter(today).0.to_string(), today.to_string());
    }
    if shown.count.is_empty() {
        shown.count = COUNT_DEFAULT.to_string();
    }
    let template = SamplesPage {
        areas: places::choices(&tree, &own, &typed.wish.division),
        page: page.back("/x").tab("audit/samples").wrong(wrong),
        may_draw,
        grades,
        teams,
        typed: shown,
        lines,
    };
    Ok(html(refusal.map_or(StatusCode::OK, status_of), &template))
}

fn days(page: &Page, drawn: &Drawn) -> String {
    let (first, last) = drawn.drawing.wish.days;
    page.tb("sample-days", "from", page.date(first), "to", page.date(last))
}

pub(crate) async fn draw_form(ask: Ask, fields: Fields) -> Result<Response, Failed> {
    let typed = TypedSample::of(&fields);
    let reading = typed.clone();
    let answer = ask.app.command(&ask, "sample_draw", fields.key(), fields.digest(), move |tx, call| {
        let new = reading.read(tx, call)?;
        let id = draw(tx, call, &new)?;
        Ok(Done::go(format!("/x/samples/{id}")))
    });
    match answer.await {
        Ok(answer) => Ok(answer.into_response()),
        Err(Failure::Refused(refusal)) if refusal.kind == Kind::Invalid => {
            show_samples(&ask, typed, Some(&refusal)).await
        }
        Err(failure) => Err(Failed::new(&ask, failure)),
    }
}

pub(super) fn id(ask: &Ask, text: &str) -> Result<Id<Sample>, Failed> {
    text.parse().map_err(|_| Failed::new(ask, Refusal::missing().into()))
}

#[derive(Template)]
#[template(path = "sample/templates/sample.html")]
struct SamplePage {
    page: Page,
    id: String,
    seed: String,
    facts: Vec<(String, String)>,
    summary: Summary,
    result: String,
    lines: Vec<CallLine>,
    more: Option<String>,
}

struct CallLine {
    number: i64,
    href: String,
    evidence: String,
    name: String,
    when: String,
    hours: String,
    grade: &'static str,
    category: String,
    answer: String,
    /// Whether the asker may call about it now.
    is_open: bool,
    /// The first of those.
    is_next: bool,
}

/// What a sample was drawn out of and how, in words.
fn facts(page: &Page, drawn: &Drawn, area: String) -> Vec<(String, String)> {
    let Drawing { grades, team, .. } = &drawn.drawing;
    let mut facts = vec![
        (page.t("alarms-area"), area),
        (page.t("sample-days-label"), days(page, drawn)),
        (page.t("sample-out-of"), page.ta("sample-services", "count", drawn.population)),
        (page.t("sample-seed"), drawn.seed.clone()),
        (page.t("sample-cut"), drawn.cut.to_string()),
    ];
    if !grades.is_empty() {
        let words: Vec<String> = grades.iter().map(|grade| page.tw("shell-grade-", grade.word())).collect();
        facts.push((page.t("sample-grades"), words.join(" ")));
    }
    if let Some(team) = team {
        facts.push((page.t("sample-team"), team.to_string()));
    }
    facts
}

/// What the calls came to, in one sentence.
fn result(page: &Page, summary: &Summary) -> String {
    let Some((low, high)) = summary.interval() else { return page.t("sample-no-result") };
    let counted = page.tb("sample-confirmed", "confirmed", summary.confirmed, "answered", summary.answered());
    format!("{counted}{}", page.tb("sample-interval", "low", low, "high", high))
}

fn answer_words(page: &Page, called: &Called) -> String {
    match called.entries.last() {
        None => page.t("call-open"),
        Some(entry) => match (entry.answer, entry.minutes) {
            (Answer::NotReached, _) => page.ta("call-not-reached-times", "tries", called.tries()),
            (Answer::OtherHours, Some(said)) => page.ta("call-other-hours-said", "hours", said.to_string()),
            (answer, _) => page.tw("call-answer-", answer.word()),
        },
    }
}

pub(crate) async fn sample_page(
    ask: Ask,
    Path(path): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failed> {
    let id = id(&ask, &path)?;
    let fields = Fields::parse(query.unwrap_or_default().as_bytes());
    let after: i64 = fields.text("after").parse().unwrap_or(0);
    let shown = move |one: &Called| one.number > after && one.number <= after.saturating_add(CALLS_SHOWN);
    let looked = ask
        .app
        .look(&ask, "sample_page", move |tx, call| Ok((sample(tx, call, id, shown)?, places::tree_in(tx)?)));
    let ((seen, tree), page) = looked.await.or_failed(&ask)?;
    let area = seen.drawn.drawing.wish.area;
    let next = seen.calls.iter().find(|one| one.answer().is_none()).map(|one| one.number);
    let line = |one: &Called| CallLine {
        number: one.number,
        href: format!("/x/samples/{id}/calls/{}", one.number),
        evidence: format!("/x/presences/{}", one.attendance),
        name: seen.cards.get(&one.person).map(|card| card.name_masked.clone()).unwrap_or_default(),
        when: page.window(one.served.0, one.served.1),
        hours: one.minutes.to_string(),
        grade: one.grade.word(),
        category: page.tw("category-", &one.category),
        answer: answer_words(&page, one),
        is_open: seen.own && matches!(one.answer(), None | Some(Answer::NotReached)),
        is_next: seen.own && next == Some(one.number),
    };
    let last = after.saturating_add(CALLS_SHOWN);
    let summary = seen.summary();
    let template = SamplePage {
        facts: facts(&page, &seen.drawn, tree.full_name(area).unwrap_or_else(|| area.to_string())),
        result: result(&page, &summary),
        lines: seen.calls.iter().filter(|one| shown(one)).map(line).collect(),
        more: seen.calls.iter().any(|one| one.number > last).then(|| format!("/x/samples/{id}?after={last}")),
        page: page.back("/x/sample").tab("audit/samples"),
        id: id.to_string(),
        seed: seen.drawn.seed.clone(),
        summary,
    };
    Ok(html(StatusCode::OK, &template))
}

#[derive(Template)]
#[template(path = "sample/templates/again.html")]
struct AgainPage {
    page: Page,
    id: String,
    same: usize,
    of: usize,
    seed: String,
    cut: i64,
}

/// Draws a sample once more.
pub(crate) async fn again_page(ask: Ask, Path(path): Path<String>) -> Result<Response, Failed> {
    let id = id(&ask, &path)?;
    let looked = ask.app.look(&ask, "sample_again", move |tx, call| again(tx, call, id));
    let ((drawn, same, of), page) = looked.await.or_failed(&ask)?;
    let page = page.back(format!("/x/samples/{id}")).tab("audit/samples");
    let template = AgainPage { page, id: id.to_string(), same, of, seed: drawn.seed, cut: drawn.cut };
    Ok(html(StatusCode::OK, &template))
}

#[derive(Template)]
#[template(path = "sample/templates/call.html")]
struct CallPage {
    page: Page,
    id: String,
    number: i64,
    name: String,
    facts: Vec<(String, String)>,
    grade: &'static str,
    evidence: String,
    /// What was entered, the first first: when, what, in which words.
    entries: Vec<(String, String, String)>,
    own: bool,
    phone: Option<(String, String)>,
    reason: String,
    answers: Vec<Choice>,
    minutes: String,
    note: String,
    next: Option<String>,
}

/// The page of one service of a sample, with what was typed and is wrong, and the phone where it was asked for.
async fn show_call(
    ask: &Ask,
    (id, number): (Id<Sample>, i64),
    fields: &Fields,
    refusal: Option<&Refusal>,
    shown: Option<(Field, String)>,
) -> Result<Response, Failed> {
    let looked = ask.app.look(ask, "call_page", move |tx, call| {
        Ok((sample(tx, call, id, |one| one.number == number)?, places::tree_in(tx)?))
    });
    let ((seen, tree), page) = looked.await.or_failed(ask)?;
    let Seen { calls, cards, own, .. } = seen;
    let one = calls.iter().find(|one| one.number == number);
    let one = one.ok_or_else(|| Refusal::missing().into()).or_failed(ask)?;
    let card = cards.get(&one.person);
    let place = |code: DivisionCode| tree.full_name(code).unwrap_or_else(|| code.to_string());
    let facts = vec![
        (page.t("call-when"), page.window(one.served.0, one.served.1)),
        (page.t("call-hours"), page.ta("sample-hours", "hours", one.minutes.to_string())),
        (page.t("call-what"), page.tw("category-", &one.category)),
        (page.t("alarms-area"), place(one.division)),
    ];
    let entry = |entry: &super::Entry| {
        let said = match entry.minutes {
            Some(said) => page.ta("call-other-hours-said", "hours", said.to_string()),
            None => page.tw("call-answer-", entry.answer.word()),
        };
        (page.moment(entry.at), said, entry.note.clone())
    };
    let typed = fields.text("answer");
    let answers = Answer::ALL.iter().map(|answer| {
        Choice::new(answer.word(), page.tw("call-answer-", answer.word()))
            .with_hint(page.tw("call-hint-", answer.word()))
            .chosen_if(typed)
    });
    let is_open = |one: &&Called| one.number > number && one.answer().is_none();
    let next = calls
        .iter()
        .find(is_open)
        .or_else(|| calls.iter().find(|one| one.answer().is_none() && one.number != number));
    let wrong = refusal.map(|refusal| refusal.fields.as_slice()).unwrap_or_default();
    let template = CallPage {
        id: id.to_string(),
        number,
        name: card.map(|card| format!("{} ****{}", card.name_masked, card.phone_last4)).unwrap_or_default(),
        facts,
        grade: one.grade.word(),
        evidence: format!("/x/presences/{}", one.attendance),
        entries: one.entries.iter().map(entry).collect(),
        own,
        phone: shown.map(|(field, clear)| (page.tw("people-field-", field.word()), clear)),
        reason: fields.given("reason").map_or_else(|| page.t("call-reason-usual"), str::to_owned),
        answers: answers.collect(),
        minutes: fields.text("minutes").to_owned(),
        note: fields.text("note").to_owned(),
        next: next.map(|one| format!("/x/samples/{id}/calls/{}", one.number)),
        page: page.back(format!("/x/samples/{id}")).tab("audit/samples").wrong(wrong),
    };
    Ok(html(refusal.map_or(StatusCode::OK, status_of), &template))
}

pub(crate) async fn call_page(
    ask: Ask,
    Path((path, number)): Path<(String, String)>,
) -> Result<Response, Failed> {
    let which = (id(&ask, &path)?, number.parse().unwrap_or(0));
    show_call(&ask, which, &Fields::default(), None, None).await
}

pub(crate) async fn call_form(
    ask: Ask,
    Path((path, number)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, Failed> {
    let which = (id(&ask, &path)?, number.parse().unwrap_or(0));
    let typed = fields.clone();
    let answer = ask.app.command(&ask, "sample_call", fields.key(), fields.digest(), move |tx, call| {
        enter(tx, call, which, read_entry(typed.text("answer"), typed.text("minutes"), typed.text("note"))?)?;
        Ok(Done::go(format!("/x/samples/{}", which.0)))
    });
    match answer.await {
        Ok(answer) => Ok(answer.into_response()),
        Err(Failure::Refused(refusal)) if refusal.kind == Kind::Invalid => {
            show_call(&ask, which, &fields, Some(&refusal), None).await
        }
        Err(failure) => Err(Failed::new(&ask, failure)),
    }
}

/// What was typed of a call.
fn read_entry(answer: &str, minutes: &str, note: &str) -> Result<NewEntry, Refusal> {
    let answer = Answer::from_word(answer).ok_or_else(|| Refusal::invalid("answer", "call-answer"))?;
    Ok(NewEntry { answer, minutes: minutes.parse().ok().map(Minutes), note: note.to_owned() })
}

pub(crate) async fn phone_form(
    ask: Ask,
    Path((path, number)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, Failed> {
    let which = (id(&ask, &path)?, number.parse().unwrap_or(0));
    let reason = fields.text("reason").to_owned();
    let shown =
        secretly(&ask, "sample_phone", fields.digest(), move |tx, call| phone(tx, call, which, &reason));
    match shown.await {
        Ok(shown) => show_call(&ask, which, &fields, None, Some(shown)).await,
        Err(Failure::Refused(refusal)) if refusal.kind == Kind::Invalid => {
            show_call(&ask, which, &fields, Some(&refusal), None).await
        }
        Err(failure) => Err(Failed::new(&ask, failure)),
    }
}
