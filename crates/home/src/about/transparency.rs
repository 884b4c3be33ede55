//! `/transparency`: the daily roots of this node and of its district, page by page, one day in full, and all as a file.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    extract::RawQuery,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use db::{Fault, Tx};
use journal::{DayRoot, NodeRoot};
use kernel::{Day, District, Instant, Refusal};
use web::{Ask, Failed, Fields, OrFailed, Page, html};

/// Closed days of a page: a month and a few days.
pub(super) const DAYS_MAX: i64 = 35;

#[derive(Template)]
#[template(path = "about/templates/transparency.html")]
struct TransparencyPage {
    page: Page,
    district: String,
    days: Vec<ClosedDay>,
    /// Where the older days are.
    older: Option<String>,
    /// Whether these are not the newest.
    is_older: bool,
    /// The day that was asked for.
    whole: Option<WholeDay>,
    public_key: Vec<String>,
    /// Each key that was replaced, with the day on which it was.
    former: Vec<(String, Vec<String>)>,
}

/// A closed day in text: of the district, of the node, or of both.
#[derive(Default)]
struct ClosedDay {
    day: String,
    /// First and last event of the district, and its root; nothing when it had no event.
    own: Option<(i64, i64, Vec<String>)>,
    /// The root of roots; nothing until the day is closed for every district.
    node: Option<Vec<String>>,
}

/// One day with all that is needed to check it from outside.
struct WholeDay {
    day: String,
    node: Option<Signed>,
    districts: Vec<(String, Signed)>,
}

/// What was signed, with the root in it, and the signature.
struct Signed {
    statement: String,
    signature: Vec<String>,
}

/// Hexadecimal in groups of eight, between which a narrow screen may break the line.
fn groups(bytes: &[u8]) -> Vec<String> {
    bytes.chunks(4).map(vault::hex).collect()
}

impl From<&DayRoot> for Signed {
    fn from(root: &DayRoot) -> Self {
        Self { statement: root.statement(), signature: groups(&root.signature) }
    }
}

impl From<&NodeRoot> for Signed {
    fn from(root: &NodeRoot) -> Self {
        Self { statement: root.statement(), signature: groups(&root.signature) }
    }
}

/// What a page shows: closed days of the district, of the node, and the districts of one day.
type Roots = (Vec<DayRoot>, Vec<NodeRoot>, Vec<DayRoot>);

/// The closed days of the district and of the node before `before`, and all districts of `whole`: three statements.
fn read(
    tx: &mut Tx<'_>,
    district: District,
    before: Option<Day>,
    whole: Option<Day>,
) -> Result<Roots, Fault> {
    let (own, mut nodes) =
        (journal::day_roots(tx, district, before, DAYS_MAX)?, journal::node_roots(tx, before, DAYS_MAX)?);
    let mut districts = Vec::new();
    if let Some(day) = whole {
        districts = journal::roots_of_days(tx, day, day)?;
        if !nodes.iter().any(|node| node.day == day) {
            nodes.extend(
                journal::node_roots(tx, Some(day.plus(1)), 1)?.into_iter().filter(|one| one.day == day),
            );
        }
    }
    Ok((own, nodes, districts))
}

/// The newest days of both lists, newest first; how many there are at most is what each list holds at most.
fn merged(own: &[DayRoot], nodes: &[NodeRoot], before: Option<Day>) -> Vec<(Day, ClosedDay)> {
    let mut days: BTreeMap<Day, ClosedDay> = BTreeMap::new();
    for root in own {
        days.entry(root.day).or_default().own = Some((root.first_seq, root.last_seq, groups(&root.root)));
    }
    for node in nodes.iter().filter(|node| before.is_none_or(|before| node.day < before)) {
        days.entry(node.day).or_default().node = Some(groups(&node.root));
    }
    let most = usize::try_from(DAYS_MAX).unwrap_or(usize::MAX);
    let named =
        days.into_iter().rev().map(|(day, closed)| (day, ClosedDay { day: day.to_string(), ..closed }));
    named.take(most).collect()
}

/// A day of the query; nonsense is refused.
pub(super) fn day_of(text: Option<&str>, name: &'static str) -> Result<Option<Day>, Refusal> {
    let day = text.map(str::parse).transpose();
    day.map_err(|_| Refusal::invalid(name, "roots-before"))
}

pub(crate) async fn transparency(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    let district = ask.app.place().division.district();
    let asked = Fields::parse(query.unwrap_or_default().as_bytes());
    let days = day_of(asked.given("before"), "before")
        .and_then(|before| Ok((before, day_of(asked.given("day"), "day")?)));
    let (before, whole) = days.map_err(Into::into).or_failed(&ask)?;
    let ((own, nodes, districts), page) = ask
        .app
        .read(&ask, "transparency_page", move |tx, _| Ok(read(tx, district, before, whole)?))
        .await
        .or_failed(&ask)?;
    let days = merged(&own, &nodes, before);
    let is_full = i64::try_from(days.len()).is_ok_and(|count| count == DAYS_MAX);
    let older = days.last().filter(|_| is_full).map(|(day, _)| format!("/transparency?before={day}"));
    let whole = whole.filter(|_| !districts.is_empty()).map(|day| WholeDay {
        day: day.to_string(),
        node: nodes.iter().find(|node| node.day == day).map(Signed::from),
        districts: districts.iter().map(|root| (root.district.to_string(), Signed::from(root))).collect(),
    });
    let shown = TransparencyPage {
        page: page.back("/"),
        district: district.to_string(),
        days: days.into_iter().map(|(_, day)| day).collect(),
        older,
        is_older: before.is_some(),
        whole,
        former: ask.app.kit().keys.former_signers().iter().map(former).collect(),
        public_key: groups(ask.app.kit().keys.public_key().as_bytes()),
    };
    Ok(html(StatusCode::OK, &shown))
}

fn former(one: &vault::FormerKey) -> (String, Vec<String>) {
    (Instant::from_micros(one.until).day().to_string(), groups(one.key.as_bytes()))
}

/// All roots of all days and districts in the form that `linli journal verify --roots FILE` reads, oldest first, with
/// signatures and public key.
pub(crate) async fn roots_file(ask: Ask) -> Result<Response, Failed> {
    let kit = std::sync::Arc::clone(ask.app.kit());
    let (text, _) = ask
        .app
        .read(&ask, "transparency_file", move |tx, _| Ok(journal::roots_file(tx, &kit.keys)?))
        .await
        .or_failed(&ask)?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}

/// A page that checks certificates and proofs by itself, without a network; it may be saved and carried away.
const CHECK: &str = include_str!("check.html");

/// The page as it is: it may load nothing and send nothing.
pub(crate) async fn check_page() -> Response {
    let policy =
        "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; frame-ancestors 'none'";
    let headers =
        [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CONTENT_SECURITY_POLICY, policy)];
    (headers, CHECK).into_response()
}
