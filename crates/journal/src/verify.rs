//! Recomputing everything that was sealed, and naming what does not fit.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use db::{Db, Fault, Tx, params};
use kernel::{Day, District, Id, Instant, Person};
use proof::{DayLine, NodeLine, Published, canonical_json, row_name};
use vault::{Keys, PublicKey};

use crate::{
    Journal, Sealed, SealedTable,
    event::Head,
    node::{line_of_row, node, root_of_roots},
    seal::ChainHead,
};

/// One thing that is not as it was sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Whose journal.
    pub district: District,
    /// The table of the row.
    pub table: String,
    /// The row: its sequence, its day or its id.
    pub row: String,
    /// What is wrong with it.
    pub what: String,
}

/// What [`verify`] saw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Events recomputed.
    pub events: u64,
    /// Insert-only rows recomputed.
    pub rows: u64,
    /// Closed days recomputed.
    pub days: u64,
    /// Roots of roots recomputed.
    pub node_days: u64,
    /// Everything that is wrong; empty when all is as it was sealed.
    pub findings: Vec<Finding>,
}

/// Recomputes every district's chain, days and insert-only rows. `published` are roots that somebody kept,
/// so that a whole chain made anew, one that was cut short and one that is gone are found
/// too. Time and memory grow with the number of rows: 100 bytes for each insert-only row of one district.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn verify(
    db: &Db,
    keys: &Keys,
    tables: Vec<&'static SealedTable>,
    published: &Published,
) -> Result<Report, Fault> {
    let signers = keys.signers();
    let published = published.clone();
    db.read_now("journal_verify", move |tx| {
        let mut report = Report::default();
        let mut districts: Vec<(i64,)> = tx.query("SELECT district FROM journal_head", params![])?;
        districts.extend(tx.query::<(i64,)>("SELECT DISTINCT district FROM journal", params![])?);
        districts.extend(tx.query::<(i64,)>("SELECT DISTINCT district FROM journal_day", params![])?);
        for table in &tables {
            tx.each_text(&format!("SELECT DISTINCT district FROM {}", table.name), params![], |row| {
                districts.push((row.take()?,));
                Ok(())
            })?;
        }
        districts.extend(published.days.keys().map(|(district, _)| (i64::from(district.number()),)));
        districts.sort_unstable();
        districts.dedup();
        for (code,) in districts {
            let Some(district) = u32::try_from(code).ok().and_then(District::new) else {
                report.findings.push(Finding {
                    district: District::default(),
                    table: "journal".to_owned(),
                    row: code.to_string(),
                    what: "a row stands in a district that is none".to_owned(),
                });
                continue;
            };
            let mut check =
                Check { district, report: &mut report, signers: &signers, published: &published.days };
            check.run(tx, &tables)?;
        }
        node_days(tx, &mut report, &signers, &published)?;
        Ok(report)
    })
}

/// Recomputes the roots of roots from the rows of the districts' days, whose own roots were recomputed before.
fn node_days(
    tx: &mut Tx<'_>,
    report: &mut Report,
    signers: &[PublicKey],
    published: &Published,
) -> Result<(), Fault> {
    type DayRow = (i64, i64, i64, i64, Vec<u8>, Instant);
    type NodeRow = (i64, i64, i64, Vec<u8>, Vec<u8>, Instant);
    let mut lines: BTreeMap<Day, BTreeMap<District, String>> = BTreeMap::new();
    for (district, day, first, last, root, closed_at) in tx.query::<DayRow>(
        "SELECT district, day, first_seq, last_seq, root, closed_at FROM journal_day",
        params![],
    )? {
        if let Some((day, district, line)) = line_of_row((district, day, first, last), &root, closed_at) {
            lines.entry(day).or_default().insert(district, line);
        }
    }
    let mut find = |row: String, what: &str| {
        report.findings.push(Finding {
            district: node(),
            table: "node_day".to_owned(),
            row,
            what: what.to_owned(),
        });
    };
    let mut closed = BTreeSet::new();
    for (district, number, count, root, signature, closed_at) in tx.query::<NodeRow>(
        "SELECT district, day, districts, root, signature, closed_at FROM node_day ORDER BY day",
        params![],
    )? {
        report.node_days += 1;
        let Ok(day) = i32::try_from(number).map(Day::from_number) else {
            find(number.to_string(), "is no day");
            continue;
        };
        if district != i64::from(node().number()) {
            find(day.to_string(), "stands in a district");
        }
        closed.insert(day);
        let Some(lines) = lines.get(&day) else {
            find(day.to_string(), "no district has a root of this day");
            continue;
        };
        let expected = root_of_roots(lines.values().map(String::as_str));
        if root != expected {
            find(day.to_string(), "the root of roots is not that of the districts' roots");
        }
        if usize::try_from(count) != Ok(lines.len()) {
            find(day.to_string(), "the number of districts is not that of the day");
        }
        let line = NodeLine { day, districts: count, root: expected, closed_at };
        if vault::signer_among(signers, line.to_string().as_bytes(), &signature).is_err() {
            find(day.to_string(), "the signature does not hold");
        }
        if published.node.get(&day).is_some_and(|root| *root != vault::hex(&expected)) {
            find(day.to_string(), "the root of roots is not the one that was published");
        }
    }
    // They are closed in order, so every day before the last one has its root.
    let last = closed.last().copied();
    for day in lines.keys().filter(|day| Some(**day) < last && !closed.contains(day)) {
        find(day.to_string(), "was closed, its root of roots is gone");
    }
    for day in published.node.keys().filter(|day| !closed.contains(day)).collect::<BTreeSet<_>>() {
        find(day.to_string(), "published, but gone");
    }
    if published.public_key.is_some_and(|published| !signers.contains(&published)) {
        find("key".to_owned(), "the roots were published with another key");
    }
    Ok(())
}

struct Check<'a> {
    district: District,
    report: &'a mut Report,
    signers: &'a [PublicKey],
    published: &'a HashMap<(District, Day), String>,
}

/// Leaf and link of an event, and the day it was sealed on.
type Walked = ([u8; 32], [u8; 32], Day);

/// A row of `journal` as it stands.
struct Entry {
    seq: i64,
    head: Head,
    sealed_at: Instant,
    body: Vec<u8>,
    link: Vec<u8>,
}

impl db::FromRow for Entry {
    fn from_row(row: &mut db::Row<'_>) -> Result<Self, Fault> {
        let seq = row.take()?;
        let head = Head {
            id: row.take::<Id<Journal>>()?,
            kind: row.take()?,
            subject: row.take()?,
            version: row.take()?,
            actor: row.take::<Option<Id<Person>>>()?,
            at: row.take()?,
        };
        Ok(Self { seq, head, sealed_at: row.take()?, body: row.take()?, link: row.take()? })
    }
}

impl Check<'_> {
    fn find(&mut self, table: &str, row: impl ToString, what: impl Into<String>) {
        self.report.findings.push(Finding {
            district: self.district,
            table: table.to_owned(),
            row: row.to_string(),
            what: what.into(),
        });
    }

    fn run(&mut self, tx: &mut Tx<'_>, tables: &[&SealedTable]) -> Result<(), Fault> {
        let mut digests = HashMap::new();
        let leaves = self.chain(tx, &mut digests)?;
        self.days(tx, &leaves)?;
        for table in tables {
            self.rows(tx, table, &mut digests)?;
        }
        for (name, (seq, _)) in digests {
            let (table, id) = name.split_once(':').unwrap_or((&name, ""));
            self.find(table, id, format!("event {seq} has its digest, but the row is gone"));
        }
        Ok(())
    }

    /// Walks the chain; gives the leaf and the link of each event and keeps the digests that events carry.
    fn chain(
        &mut self,
        tx: &mut Tx<'_>,
        digests: &mut HashMap<String, (i64, String)>,
    ) -> Result<Vec<Walked>, Fault> {
        let (mut seq, mut link, mut walked) = (0_i64, [0_u8; 32], Vec::new());
        let mut unreadable = Vec::new();
        let district = self.district;
        let mut findings = Vec::new();
        tx.each(
            "SELECT seq, id, kind, subject, version, actor, at, sealed_at, body, link
             FROM journal WHERE district = $1 ORDER BY seq",
            params![district],
            |row| {
                let entry = match <Entry as db::FromRow>::from_row(row) {
                    Ok(entry) => entry,
                    Err(fault) => {
                        unreadable.push((seq + 1, fault.to_string()));
                        seq += 1;
                        return Ok(());
                    }
                };
                if entry.seq != seq + 1 {
                    findings.push((seq + 1, format!("is gone: {} follows {seq}", entry.seq)));
                }
                seq = entry.seq;
                let leaf = proof::leaf_hash(&entry.body);
                match Sealed::read(district, entry.seq, entry.sealed_at, &entry.body) {
                    None => findings.push((seq, "the body is not an event".to_owned())),
                    Some(event) => {
                        if event.head() != entry.head {
                            findings.push((seq, "a column differs from the body".to_owned()));
                        }
                        for (name, digest) in &event.rows {
                            let digest = digest.as_str().unwrap_or_default().to_owned();
                            digests.insert(name.clone(), (seq, digest));
                        }
                    }
                }
                let canonical = serde_json::from_slice(&entry.body).map(|value| canonical_json(&value));
                if canonical.ok().as_deref() != Some(&entry.body) {
                    findings.push((seq, "the body is not canonical".to_owned()));
                }
                link = proof::link_hash(&link, seq, entry.sealed_at.micros(), &leaf);
                if entry.link != link {
                    findings.push((
                        seq,
                        "the link does not follow from the event and the link before".to_owned(),
                    ));
                    // Go on from what stands, so that one change is one finding.
                    link = entry.link.try_into().unwrap_or(link);
                }
                walked.push((leaf, link, entry.sealed_at.day()));
                Ok(())
            },
        )?;
        for (seq, what) in unreadable.into_iter().chain(findings) {
            self.find("journal", seq, what);
        }
        self.report.events += walked.len() as u64;
        let head: Result<Option<ChainHead>, Fault> = tx.query_opt(
            "SELECT seq, link, day, day_first_seq, sealed_at FROM journal_head WHERE district = $1",
            params![district],
        );
        match head {
            Ok(Some(head)) => self.head(&head, seq, &link, &walked),
            Ok(None) => self.find("journal_head", district, "is gone"),
            // A value that is no day or no link is a change too.
            Err(Fault::Defect(words)) => self.find("journal_head", district, words),
            Err(fault) => return Err(fault),
        }
        Ok(walked)
    }

    /// The head repeats where the chain stands: its last event, the day that is open and the first event of it.
    fn head(&mut self, head: &ChainHead, seq: i64, link: &[u8; 32], walked: &[Walked]) {
        let district = self.district;
        if head.seq != seq || head.link != *link {
            self.find("journal_head", district, format!("stands at {}, the chain at {seq}", head.seq));
        }
        let last = walked.last().map(|(.., on)| *on);
        if head.day != head.sealed_at.day() || last.is_some_and(|last| head.day < last) {
            self.find("journal_head", district, format!("its open day is not {}", head.day));
        }
        let closed = walked.iter().filter(|(.., on)| *on < head.day).count() as i64;
        if head.day_first_seq != closed + 1 {
            let first = head.day_first_seq;
            self.find("journal_head", district, format!("its open day does not begin with event {first}"));
        }
    }

    fn days(&mut self, tx: &mut Tx<'_>, walked: &[Walked]) -> Result<(), Fault> {
        type DayRow = (i64, i64, i64, Vec<u8>, Vec<u8>, Vec<u8>, Instant);
        let days: Vec<DayRow> = tx.query(
            "SELECT day, first_seq, last_seq, root, link, signature, closed_at FROM journal_day
             WHERE district = $1 ORDER BY day",
            params![self.district],
        )?;
        let (mut next_seq, mut rooted) = (1, BTreeSet::new());
        for (day, first, last, root, link, signature, closed_at) in days {
            self.report.days += 1;
            let Ok(day) = i32::try_from(day).map(Day::from_number) else {
                self.find("journal_day", day, "is no day");
                continue;
            };
            rooted.insert(day);
            let range = usize::try_from(first - 1).ok().zip(usize::try_from(last).ok());
            let events = range.and_then(|(from, to)| walked.get(from..to)).unwrap_or_default();
            let leaves: Vec<[u8; 32]> = events.iter().map(|(leaf, ..)| *leaf).collect();
            let expected = proof::merkle_root(&leaves);
            let whole = first == next_seq && !events.is_empty() && events.iter().all(|(.., on)| *on == day);
            if !whole {
                self.find("journal_day", day, format!("events {first} to {last} are not those of the day"));
            }
            if root != expected {
                self.find("journal_day", day, "the root is not that of its events");
            }
            if events.last().is_none_or(|(_, end, _)| link != end) {
                self.find("journal_day", day, "the link is not that of its last event");
            }
            let line = DayLine { district: self.district, day, first, last, root: expected, closed_at };
            if vault::signer_among(self.signers, line.to_string().as_bytes(), &signature).is_err() {
                self.find("journal_day", day, "the signature does not hold");
            }
            if self.published.get(&(self.district, day)).is_some_and(|root| *root != vault::hex(&expected)) {
                self.find("journal_day", day, "the root is not the one that was published");
            }
            next_seq = last + 1;
        }
        let published = self.published;
        let gone = published.keys().filter(|(of, day)| *of == self.district && !rooted.contains(day));
        for (_, day) in gone.collect::<BTreeSet<_>>() {
            self.find("journal_day", day, "published, but gone");
        }
        // Every day before the last event's is over, so it must have a root.
        let last = walked.last().map(|(.., on)| *on);
        let over: BTreeSet<Day> = walked.iter().map(|(.., on)| *on).filter(|on| Some(*on) != last).collect();
        for day in over.difference(&rooted) {
            self.find("journal_day", day, "was closed, its root is gone");
        }
        Ok(())
    }

    fn rows(
        &mut self,
        tx: &mut Tx<'_>,
        table: &SealedTable,
        digests: &mut HashMap<String, (i64, String)>,
    ) -> Result<(), Fault> {
        let (mut count, mut findings) = (0, Vec::new());
        tx.each_text(&table.select(), params![self.district], |row| {
            count += 1;
            match table.digest_of(row) {
                Ok(digest) => {
                    let name = row_name(table.name, &digest.id);
                    match digests.remove(&name) {
                        Some((_, sealed)) if sealed == vault::hex(&digest.sha256) => {}
                        Some((seq, _)) => {
                            findings.push((digest.id, format!("differs from the digest in event {seq}")))
                        }
                        None => findings.push((digest.id, "no event has its digest".to_owned())),
                    }
                }
                Err(fault) => findings.push(([0; 16], fault.to_string())),
            }
            Ok(())
        })?;
        self.report.rows += count;
        for (id, what) in findings {
            self.find(table.name, vault::hex(&id), what);
        }
        Ok(())
    }
}
