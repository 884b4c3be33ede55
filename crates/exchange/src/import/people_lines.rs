//! Lines of a list of volunteers.

use std::collections::BTreeMap;

use db::{Outcome, Tx};
use journal::Call;
use people::{ImportedVolunteer, read_document, standing};
use sheets::Row;

use super::{
    check::{Communities, Item, Lines, day},
    columns::{People, document_kind, skill},
};
use crate::words::Words;

/// Which column a field of the people's rules is.
pub(super) fn place(field: &str) -> usize {
    match field {
        "kind" => People::KIND,
        "number" => People::NUMBER,
        "phone" => People::PHONE,
        "division" => People::COMMUNITY,
        "skills" => People::SKILLS,
        "birth_day" => People::BORN,
        _ => People::NAME,
    }
}

/// Every right line that is new; those that were brought in before are passed over.
pub(super) fn check(
    tx: &mut Tx<'_>,
    call: &Call,
    words: &Words,
    lines: &mut Lines,
    sha256: [u8; 32],
) -> Outcome<Vec<(u32, Item)>> {
    let communities = Communities::of(tx, call)?;
    let mut items = Vec::new();
    let mut documents = BTreeMap::new();
    let rows = std::mem::take(&mut lines.table.rows);
    for row in &rows {
        let before = lines.count();
        lines.stray(row);
        let line = read(call, words, lines, row, (&communities, sha256));
        let Some(line) = line else { continue };
        lines.refused(row.number, line.wrong(call.now.day()), place);
        let doubled = |first: u32| vec![("line", i64::from(first).into())];
        if let Some(first) = documents.insert(line.document.unique_text(), row.number) {
            lines.wrong(row.number, People::NUMBER, "import-line-doubled", doubled(first));
        }
        match standing(tx, call, &line)? {
            Ok(None) if lines.count() == before => {
                items.push((row.number, Item::Volunteer(Box::new(line))));
            }
            Ok(_) => {}
            Err(wrong) => lines.refused(row.number, vec![wrong], place),
        }
    }
    lines.table.rows = rows;
    Ok(items)
}

/// The line, unless a cell of it is wrong.
fn read(
    call: &Call,
    words: &Words,
    lines: &mut Lines,
    row: &Row,
    (communities, file): (&Communities, [u8; 32]),
) -> Option<ImportedVolunteer> {
    let before = lines.count();
    let mut text = |index| lines.text(row, index);
    let (name, kind, number) = (text(People::NAME), text(People::KIND), text(People::NUMBER));
    let (phone, community) = (text(People::PHONE), text(People::COMMUNITY));
    let (skills, born) = (text(People::SKILLS), text(People::BORN));

    let kind = kind.as_deref().and_then(|kind| {
        let found = document_kind(words, kind);
        if found.is_none() {
            lines.wrong(row.number, People::KIND, "document-kind-unknown", Vec::new());
        }
        found
    });
    let document = kind.zip(number.as_deref()).and_then(|(kind, number)| {
        let read = read_document(kind.code(), number, call.now.day());
        read.map_err(|refusal| lines.refused(row.number, refusal.fields, place)).ok()
    });
    let phone = phone.as_deref().and_then(|phone| {
        let read = people::sign_in::read_phone("phone", phone);
        read.map_err(|refusal| lines.refused(row.number, refusal.fields, place)).ok()
    });
    let division = community.as_deref().and_then(|community| {
        let found = communities.find(call, community);
        found.map_err(|rule| lines.wrong(row.number, People::COMMUNITY, rule, Vec::new())).ok()
    });
    let birth_day = born.as_deref().filter(|born| !born.is_empty()).and_then(|born| {
        let read = day(born);
        if read.is_none() {
            lines.wrong(row.number, People::BORN, "day-unknown", Vec::new());
        }
        read
    });
    let mut known = Vec::new();
    for one in skills.unwrap_or_default().split(['、', ',', ';', '/', '，', '；', ' ']) {
        match skill(words, one) {
            Some(word) => known.push(word.to_owned()),
            None if one.is_empty() => {}
            None => {
                let args = vec![("found", one.to_owned().into())];
                lines.wrong(row.number, People::SKILLS, "import-skill-unknown", args);
            }
        }
    }
    if lines.count() > before {
        return None;
    }
    Some(ImportedVolunteer {
        name: name?,
        document: document?,
        birth_day,
        phone: phone?,
        division: division?,
        skills: known,
        file,
        line: row.number,
    })
}
