//! `/h`: one page on which a call is taken, by keyboard alone.

use askama::Template;
use axum::{
    extract::RawQuery,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::Failure;
use kernel::{Arg, Id, Kind as Refused, Refusal, Role};
use needs::{CATEGORIES, DAYS, PART_WORDS};
use web::{Answer, Ask, Choice, Failed, Fields, OrFailed, Page, clock, html, status_of};

use super::{Console, NOBODY_KNOWN, begin, console, save, send};
use crate::{Kind, PhoneCall, Said, State};

#[derive(Template)]
#[template(path = "console/templates/console.html")]
struct ConsolePage {
    page: Page,
    /// The number as it was typed.
    number: String,
    /// What the last call came to: `need`, `enquiry`, `back`, `other`; empty without one.
    done: &'static str,
    /// The number of the need it made, to be read out.
    need: String,
    /// The call on the line.
    open: Option<Open>,
}

/// What is shown of the call on the line.
struct Open {
    id: String,
    began: String,
    said: Said,
    kinds: Vec<Choice>,
    /// Who is known by the number; empty where there is nothing to choose.
    people: Vec<Choice>,
    known: bool,
    name: String,
    community: String,
    address: String,
    places: Vec<Choice>,
    categories: Vec<Choice>,
    days: Vec<Choice>,
    date: String,
    parts: Vec<Choice>,
    backs: Vec<Choice>,
    needs: Vec<Asked>,
    liked: String,
    elsewhere: Option<(String, String)>,
    due: Vec<String>,
    read_back: String,
}

/// A need of who calls.
struct Asked {
    number: String,
    what: String,
    when: String,
    state: String,
}

/// The fields of the form.
fn said(fields: &Fields) -> Said {
    let text = |name: &str| fields.text(name).to_owned();
    Said {
        kind: text("kind"),
        person: text("person"),
        name: text("name"),
        place: text("place"),
        division: text("division"),
        category: text("category"),
        // A day picked in the browser's own field wins over the list.
        day: fields.given("date").unwrap_or(fields.text("day")).to_owned(),
        part: text("part"),
        urgent: text("urgent"),
        address: text("address"),
        words: text("words"),
        answer: text("answer"),
        back: text("back"),
        back_at: text("back_at"),
    }
}

/// Choices with a digit before each, by which a list is chosen from with one key.
fn numbered(choices: impl Iterator<Item = (String, String)>, chosen: &str) -> Vec<Choice> {
    choices
        .enumerate()
        .map(|(at, (value, label))| Choice::new(value, format!("{} {label}", at + 1)).chosen_if(chosen))
        .collect()
}

impl Open {
    fn new(page: &Page, ask: &Ask, seen: &Console, typed: Said) -> Self {
        let or = |text: &str, other: &str| if text.is_empty() { other.to_owned() } else { text.to_owned() };
        let (kind, day, part, back) = (
            or(&typed.kind, "help"),
            or(&typed.day, "tomorrow"),
            or(&typed.part, "any"),
            or(&typed.back, "now"),
        );
        let words = |prefix: &'static str, all: &[&'static str], chosen: &str| {
            numbered(all.iter().map(|word| ((*word).to_owned(), page.tw(prefix, word))), chosen)
        };
        let kinds: Vec<&str> = Kind::ALL.iter().map(|kind| kind.word()).collect();
        let categories = CATEGORIES.iter().map(|one| (one.word.to_owned(), page.tw("category-", one.word)));
        let person = seen.call.person.map(|person| person.to_string());
        let people = if seen.people.is_empty() {
            Vec::new()
        } else {
            let known = seen.people.iter().map(|known| {
                let card = &known.card;
                (card.id.to_string(), format!("{} {}", card.name_masked, known.community))
            });
            let nobody = (NOBODY_KNOWN.to_owned(), page.t("hotline-somebody-else"));
            numbered(known.chain([nobody]), person.as_deref().unwrap_or(&typed.person))
        };
        let when = match day.parse() {
            Ok(day) => page.day(day),
            Err(_) if needs_day(&day) => page.tw("need-day-", &day),
            Err(_) => day.clone(),
        };
        let mut open = Self {
            id: seen.call.id.to_string(),
            began: clock(seen.call.began_at),
            kinds: words("hotline-kind-", &kinds, &kind),
            people,
            known: seen.caller.is_some(),
            name: seen.name().to_owned(),
            community: seen.community(),
            address: seen.address.clone(),
            places: numbered(
                seen.places.iter().map(|(code, name)| (code.to_string(), name.clone())),
                &seen.places.first().map(|(code, _)| code.to_string()).unwrap_or_default(),
            ),
            categories: numbered(categories, &typed.category),
            days: words("need-day-", &DAYS, &day),
            date: if needs_day(&day) { String::new() } else { day },
            parts: words("need-part-", &PART_WORDS, &part),
            backs: words("hotline-back-", &BACKS, &back),
            needs: seen.recalled.last.iter().map(|need| Asked::new(page, need)).collect(),
            liked: seen.liked.as_ref().map(|card| card.name_masked.clone()).unwrap_or_default(),
            elsewhere: seen.elsewhere.as_ref().map(|(place, station)| {
                (
                    place.clone(),
                    station.as_ref().map(|one| one.recorded.contact.phone.clone()).unwrap_or_default(),
                )
            }),
            due: seen.due.iter().filter_map(|one| one.due_at).map(|at| page.moment(at)).collect(),
            read_back: String::new(),
            said: typed,
        };
        open.read_back = open.aloud(
            page,
            ask,
            &kind,
            page.tb("hotline-when", "day", when, "part", page.tw("need-part-", &part)),
        );
        open
    }

    /// What is read to the caller, from what is saved; empty while there is nothing to read.
    fn aloud(&self, page: &Page, ask: &Ask, kind: &str, when: String) -> String {
        // The sentence goes on after them.
        let words = self.said.words.trim_end_matches(['。', '？', '！', '，', '.', '?', '!', ',', ' ']);
        if kind == "enquiry" {
            return if words.is_empty() {
                String::new()
            } else {
                page.ta("hotline-aloud-enquiry", "words", words)
            };
        }
        let place = format!("{} {}", self.community, self.address).trim().to_owned();
        if kind != "help" || self.said.category.is_empty() || self.name.is_empty() || place.is_empty() {
            return String::new();
        }
        // Their own words, where there are any: the category is ours.
        let what =
            if words.is_empty() { page.tw("category-", &self.said.category) } else { words.to_owned() };
        let args = [
            ("name", Arg::from(self.name.clone())),
            ("what", Arg::from(what)),
            ("when", Arg::from(when)),
            ("where", Arg::from(place)),
        ];
        ask.app.text().get(ask.language, "hotline-aloud-help", &args)
    }
}

const BACKS: [&str; 4] = ["now", "today", "tomorrow", "at"];

fn needs_day(day: &str) -> bool {
    DAYS.contains(&day)
}

impl Asked {
    fn new(page: &Page, need: &needs::Need) -> Self {
        Self {
            number: need.number.clone(),
            what: page.tw("category-", need.category.word),
            when: page.day(need.starts_at.day()),
            state: page.tw("need-staff-", need.state.word()),
        }
    }
}

/// The tab of a page of the hotline: an operator's rail, or a worker's.
pub(crate) fn tab(page: Page, is_operator: bool, operators: &'static str) -> Page {
    page.tab(if is_operator { operators } else { "worker/hotline" })
}

/// Shows the page: what is saved, or what was typed and refused.
async fn show(
    ask: &Ask,
    query: &Fields,
    typed: Option<&Fields>,
    refusal: Option<&Refusal>,
) -> Result<Response, Failed> {
    let ((seen, is_operator), page) = ask
        .app
        .read(ask, "hotline_page", |tx, call| Ok((console(tx, call)?, call.actor.holds(Role::Operator))))
        .await
        .or_failed(ask)?;
    let wrong = refusal.map(|refusal| refusal.fields.as_slice()).unwrap_or_default();
    let page = tab(page, is_operator, "operator/call").wrong(wrong);
    let done = match query.text("done") {
        "need" => "need",
        "enquiry" => "enquiry",
        "back" => "back",
        "other" => "other",
        _ => "",
    };
    let number = typed.and_then(|fields| fields.given("number")).map(str::to_owned);
    let number = number.or_else(|| seen.as_ref()?.call.number.as_ref().map(|one| one.as_str().to_owned()));
    let open = seen.as_ref().map(|seen| {
        let form = typed.filter(|fields| fields.given("call").is_some());
        Open::new(&page, ask, seen, form.map_or_else(|| seen.call.said.clone(), said))
    });
    let view = ConsolePage {
        number: number.unwrap_or_default(),
        done,
        need: needs::parse_number(query.text("need")).unwrap_or_default(),
        open,
        page,
    };
    Ok(html(refusal.map_or(StatusCode::OK, status_of), &view))
}

pub(crate) async fn look(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    show(&ask, &query, None, None).await
}

pub(crate) async fn begin_form(ask: Ask, fields: Fields) -> Result<Response, Failed> {
    let number = fields.text("number").to_owned();
    let answer = ask
        .app
        .command(&ask, "hotline_begin", fields.key(), fields.digest(), move |tx, call| {
            begin(tx, call, &number)?;
            Ok(Answer::go("/h"))
        })
        .await;
    answered(&ask, &fields, answer).await
}

/// Leads on; or shows what was typed, with what is wrong of it.
async fn answered(ask: &Ask, fields: &Fields, answer: Result<Answer, Failure>) -> Result<Response, Failed> {
    match answer {
        Ok(answer) => Ok(answer.into_response()),
        Err(Failure::Refused(refusal)) if refusal.kind == Refused::Invalid => {
            show(ask, &Fields::default(), Some(fields), Some(&refusal)).await
        }
        Err(failure) => Err(Failed::new(ask, failure)),
    }
}

/// Which call the form is of.
fn id(fields: &Fields) -> Result<Id<PhoneCall>, Refusal> {
    fields.text("call").parse().map_err(|_| Refusal::missing())
}

/// Keeps the fields. Without a key: the same form comes again and again, with other words each time.
async fn keep(ask: &Ask, fields: &Fields) -> Result<Answer, Failure> {
    let (id, typed) = (id(fields), said(fields));
    ask.app
        .command(ask, "hotline_save", None, fields.digest(), move |tx, call| {
            save(tx, call, id.clone()?, &typed)?;
            Ok(Answer::go("/h"))
        })
        .await
}

pub(crate) async fn save_form(ask: Ask, fields: Fields) -> Result<Response, Failed> {
    answered(&ask, &fields, keep(&ask, &fields).await).await
}

pub(crate) async fn send_form(ask: Ask, fields: Fields) -> Result<Response, Failed> {
    let (id, typed) = (id(&fields), said(&fields));
    let answer = ask
        .app
        .command(&ask, "hotline_send", fields.key(), fields.digest(), move |tx, call| {
            let one = send(tx, call, id.clone()?, &typed)?;
            Ok(Answer::go(match (one.need, one.kind, one.state) {
                (Some((_, number)), ..) => format!("/h?done=need&need={number}"),
                (None, _, State::Due) => "/h?done=back".to_owned(),
                (None, Some(Kind::Enquiry), _) => "/h?done=enquiry".to_owned(),
                _ => "/h?done=other".to_owned(),
            }))
        })
        .await;
    if matches!(&answer, Err(Failure::Refused(refusal)) if refusal.kind == Refused::Invalid) {
        // What cannot be sent yet is kept as far as it can be.
        keep(&ask, &fields).await.map(drop).or_else(|failure| match failure {
            Failure::Refused(_) => Ok(()),
            Failure::Fault(_) => Err(Failed::new(&ask, failure)),
        })?;
    }
    answered(&ask, &fields, answer).await
}
