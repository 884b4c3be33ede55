//! `/w/import`, its empty sheets, `/w/import/{id}` and its list of problems.

use std::{collections::BTreeMap, sync::Arc};

use askama::Template;
use axum::{
    extract::{FromRequest, Multipart, Path, Request},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::{Failure, Fault, Outcome};
use kernel::{Arg, Day, Id, Kind, Refusal};
use sheets::{Book, Column, FILE_BYTES_MAX, Value};
use web::{Answer, Ask, Choice, Failed, OrFailed, Page, download, html, status_of};

use super::{
    ImportFile, ImportKind, ImportState,
    check::{Checked, Problem, check, open},
    columns::{PROBLEM, template},
    file::{self, Found},
    pasted,
    run::run,
};
use crate::words::{Words, ymd};

/// Room for the frame of a multipart body round the file.
pub(crate) const UPLOAD_BYTES_MAX: usize = FILE_BYTES_MAX + 64 * 1024;
/// Files of one person within an hour: each is unpacked and checked whole.
const UPLOADS_AN_HOUR: u32 = 60;
/// Problems shown on the page; the file has them all.
const PROBLEMS_SHOWN: usize = 20;

#[derive(Template)]
#[template(path = "import/templates/import.html")]
struct ImportPage {
    page: Page,
    kinds: Vec<Choice>,
    pasted: String,
    files: Vec<ImportFile>,
}

impl ImportPage {
    fn line(&self, file: &ImportFile) -> String {
        let kind = self.page.tw("import-kind-", file.kind.word());
        self.page.tb("import-file", "kind", kind, "at", self.page.moment(file.created_at))
    }
}

#[derive(Template)]
#[template(path = "import/templates/file.html")]
struct FilePage {
    page: Page,
    file: ImportFile,
    known: i64,
    problems: Vec<String>,
    more: usize,
    left_out: Vec<String>,
}

impl FilePage {
    fn problems_link(&self) -> String {
        format!("/w/import/{}/problems", self.file.id)
    }
}

pub(crate) async fn form(ask: Ask) -> Result<Response, Failed> {
    show(&ask, ImportKind::People.word(), "", None).await
}

async fn show(ask: &Ask, kind: &str, pasted: &str, refusal: Option<&Refusal>) -> Result<Response, Failed> {
    let (files, page) = ask.app.read(ask, "import_page", file::newest).await.or_failed(ask)?;
    let choice =
        |one: &ImportKind| Choice::new(one.word(), page.tw("import-kind-", one.word())).chosen_if(kind);
    let kinds = ImportKind::ALL.iter().map(choice).collect();
    let wrong = refusal.map(|refusal| refusal.fields.as_slice()).unwrap_or_default();
    let page = page.back("/w").tab("worker/sheets").wrong(wrong);
    let shown = ImportPage { kinds, pasted: pasted.to_owned(), files, page };
    Ok(html(refusal.map_or(StatusCode::OK, status_of), &shown))
}

/// An empty sheet for volunteers.
pub(crate) async fn empty_people(ask: Ask) -> Result<Response, Failed> {
    empty(ask, ImportKind::People).await
}

/// An empty sheet for hours.
pub(crate) async fn empty_hours(ask: Ask) -> Result<Response, Failed> {
    empty(ask, ImportKind::Hours).await
}

async fn empty(ask: Ask, kind: ImportKind) -> Result<Response, Failed> {
    let (today, _) =
        ask.app.read(&ask, "import_template", |_, call| Ok(call.now.day())).await.or_failed(&ask)?;
    let words = Words::of(&ask.app);
    let made = template(kind, ymd(today), &words).map_err(|error| Fault::Defect(error.to_string()).into());
    let name = format!("{}.xlsx", words.word("import-template-", kind.word()));
    Ok(download(&name, sheets::MEDIA_TYPE, made.or_failed(&ask)?))
}

/// What a form with a file, or with lines pasted, brings.
#[derive(Default)]
pub(super) struct Upload {
    pub(super) kind: String,
    pub(super) key: Option<String>,
    pub(super) pasted: String,
    pub(super) bytes: Vec<u8>,
}

impl Upload {
    /// The file, or the sheet that the lines make.
    fn sheet(&self, kind: ImportKind, day: Day) -> Result<Vec<u8>, Refusal> {
        match (self.pasted.trim().is_empty(), self.bytes.is_empty()) {
            (true, true) => Err(Refusal::invalid("file", "sheet-missing")),
            (true, false) => Ok(self.bytes.clone()),
            (false, true) => pasted::sheet(kind, &self.pasted, ymd(day)),
            (false, false) => Err(Refusal::invalid("paste", "import-paste-or-file")),
        }
    }
}

async fn uploaded(request: Request) -> Result<Upload, Refusal> {
    let missing = || Refusal::invalid("file", "sheet-missing");
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| missing())?;
    let mut upload = Upload::default();
    let too_large = |_| Refusal::invalid("file", "sheet-too-large");
    while let Some(field) = form.next_field().await.map_err(too_large)? {
        match field.name() {
            Some("kind") => upload.kind = field.text().await.map_err(too_large)?,
            Some("key") => upload.key = Some(field.text().await.map_err(too_large)?),
            Some("paste") => upload.pasted = field.text().await.map_err(too_large)?,
            Some("file") => upload.bytes = field.bytes().await.map_err(too_large)?.to_vec(),
            _ => {}
        }
    }
    Ok(upload)
}

/// Counts a file of who asks. Who it is comes first: of nobody else anything is read.
pub(super) async fn counted(ask: &Ask) -> Outcome<()> {
    let (me, _) = ask.app.read(ask, "import_who", |_, call| Ok(call.actor.signed_in()?)).await?;
    let now = ask.app.kit().clock.now();
    Ok(ask.app.limits().count(format!("import:{me}"), UPLOADS_AN_HOUR, 3_600, "import-too-often", now)?)
}

pub(crate) async fn upload(ask: Ask, request: Request) -> Result<Response, Failed> {
    counted(&ask).await.or_failed(&ask)?;
    let upload = match uploaded(request).await {
        Ok(upload) => upload,
        Err(refusal) => return show(&ask, "", "", Some(&refusal)).await,
    };
    match keep(&ask, &upload, |id| Answer::go(format!("/w/import/{id}"))).await {
        Ok(answer) => Ok(answer.into_response()),
        Err(Failure::Refused(refusal)) if refusal.kind == Kind::Invalid => {
            show(&ask, &upload.kind, &upload.pasted, Some(&refusal)).await
        }
        Err(failure) => Err(Failed::new(&ask, failure)),
    }
}

/// Checks a file and keeps it, right or wrong.
pub(super) async fn keep(
    ask: &Ask,
    upload: &Upload,
    answer: fn(Id<ImportFile>) -> Answer,
) -> Outcome<Answer> {
    let kind = ImportKind::from_word(&upload.kind);
    let kind = kind.ok_or_else(|| Refusal::invalid("kind", "import-kind"))?;
    let bytes = Arc::new(upload.sheet(kind, ask.app.kit().clock.now().day())?);
    let checked = checked(ask, kind, Arc::clone(&bytes)).await.map_err(|failure| match failure {
        Failure::Refused(refusal) if upload.bytes.is_empty() => Failure::Refused(of_pasted(refusal)),
        other => other,
    })?;
    let found =
        Found { rows: checked.table.rows.len(), fresh: checked.items.len(), wrong: checked.problems.len() };
    let digest = vault::digest(&[kind.word().as_bytes(), &bytes].concat());
    let command = ask.app.command(ask, "import_keep", upload.key.as_deref(), digest, move |tx, call| {
        file::keep(tx, call, (kind, &bytes), &found).map(answer)
    });
    command.await
}

/// What is wrong with a sheet that was pasted is said beside the lines.
fn of_pasted(mut refusal: Refusal) -> Refusal {
    for field in refusal.fields.iter_mut().filter(|field| field.field == "file") {
        field.field = "paste";
    }
    refusal
}

/// Reads a file outside the database's threads, and checks it against one snapshot.
async fn checked(ask: &Ask, kind: ImportKind, bytes: Arc<Vec<u8>>) -> Outcome<Checked> {
    let sha256 = vault::digest(&bytes);
    let table = tokio::task::spawn_blocking(move || open(kind, &bytes)).await;
    let table = table.map_err(|error| Fault::Defect(error.to_string()))??;
    let words = Words::of(&ask.app);
    let read = ask
        .app
        .read(ask, "import_check", move |tx, call| check(tx, call, &words, (kind, sha256), table.clone()));
    Ok(read.await?.0)
}

pub(super) fn id_of(path: &str) -> Outcome<Id<ImportFile>> {
    path.parse().map_err(|_| Refusal::missing().into())
}

/// The file as it stands, and what is wrong with it today.
pub(super) async fn looked_at(ask: &Ask, path: &str) -> Outcome<((ImportFile, Option<Checked>), Page)> {
    let id = id_of(path)?;
    let read = ask.app.read(ask, "import_file", move |tx, call| {
        let file = file::load(tx, call, id)?;
        let bytes = match file.state {
            ImportState::Wrong => Some(file::content(tx, call, id)?),
            _ => None,
        };
        Ok((file, bytes))
    });
    let ((file, bytes), page) = read.await?;
    let checked = match bytes {
        Some(bytes) => Some(checked(ask, file.kind, Arc::new(bytes)).await?),
        None => None,
    };
    Ok(((file, checked), page))
}

pub(crate) async fn look(ask: Ask, Path(path): Path<String>) -> Result<Response, Failed> {
    let ((file, checked), page) = looked_at(&ask, &path).await.or_failed(&ask)?;
    let problems = checked.as_ref().map(|checked| checked.problems.as_slice()).unwrap_or_default();
    let said = |problem: &Problem| {
        let text = ask.app.text();
        let what = text.rule(ask.language, problem.rule, &problem.args);
        let place = [
            ("line", Arg::from(i64::from(problem.line))),
            ("column", Arg::from(problem.column.clone())),
            ("head", Arg::from(problem.head.to_owned())),
        ];
        let key = if problem.head.is_empty() { "import-problem-line" } else { "import-problem" };
        format!("{} {what}", text.get(ask.language, key, &place))
    };
    let left_out = file.left_out().map(|(line, rule)| {
        format!(
            "{} {}",
            page.ta("import-left-out-line", "line", line),
            ask.app.text().rule(ask.language, rule, &[])
        )
    });
    let shown = FilePage {
        known: file.rows - file.fresh,
        problems: problems.iter().take(PROBLEMS_SHOWN).map(said).collect(),
        more: problems.len().saturating_sub(PROBLEMS_SHOWN),
        left_out: left_out.take(PROBLEMS_SHOWN).collect(),
        page: page.back("/w/import").tab("worker/sheets"),
        file,
    };
    Ok(html(StatusCode::OK, &shown))
}

/// The file with a column that says what is wrong.
pub(crate) async fn problems(ask: Ask, Path(path): Path<String>) -> Result<Response, Failed> {
    let ((file, checked), _) = looked_at(&ask, &path).await.or_failed(&ask)?;
    let checked = checked.ok_or_else(|| Refusal::missing().into()).or_failed(&ask)?;
    let words = Words::of(&ask.app);
    let day = ymd(ask.app.kit().clock.now().day());
    let name = format!("{}.xlsx", words.word("import-problems-", file.kind.word()));
    let made =
        tokio::task::spawn_blocking(move || problem_book(file.kind, &checked, day, &words).bytes()).await;
    let made = made.map_err(|error| Fault::Defect(error.to_string()).into()).or_failed(&ask)?;
    let made = made.map_err(|error| Fault::Defect(error.to_string()).into()).or_failed(&ask)?;
    Ok(download(&name, sheets::MEDIA_TYPE, made))
}

fn problem_book(kind: ImportKind, checked: &Checked, day: (u16, u8, u8), words: &Words) -> Book {
    let table = &checked.table;
    let there: Vec<usize> = (0..kind.columns().len())
        .filter(|index| table.columns.get(*index).is_some_and(Option::is_some))
        .collect();
    let width = |index: usize| kind.columns().get(index).map_or(12, |known| known.width);
    let mut columns: Vec<Column> =
        there.iter().map(|index| Column::new(kind.head(*index), width(*index))).collect();
    columns.push(Column { is_problem: true, ..Column::new(PROBLEM, 60) });
    let mut book = Book::new(words.word("import-kind-", kind.word()), day, columns);
    let mut wrong: BTreeMap<u32, Vec<&Problem>> = BTreeMap::new();
    for problem in &checked.problems {
        wrong.entry(problem.line).or_default().push(problem);
    }
    for row in &table.rows {
        let cell = |index: &usize| row.cells.get(*index).map(|cell| cell.text.clone()).unwrap_or_default();
        let mut cells: Vec<Value> = there.iter().map(|index| Value::from(cell(index))).collect();
        let said = wrong.get(&row.number).into_iter().flatten().map(|problem| {
            let what = words.refused(problem.rule, &problem.args);
            if problem.head.is_empty() { what } else { format!("{}：{what}", problem.head) }
        });
        cells.push(said.collect::<Vec<_>>().join(" ").into());
        // The heading is in the first row here, wherever it was.
        book.put(row.number - (table.heading - 1), cells);
    }
    book
}

/// Says yes to a right file and brings it in.
pub(crate) async fn bring_in(
    ask: Ask,
    Path(path): Path<String>,
    fields: web::Fields,
) -> Result<Response, Failed> {
    let id = id_of(&path).or_failed(&ask)?;
    let answer = Answer::go(format!("/w/import/{id}"));
    Ok(brought_in(&ask, id, (fields.key(), fields.digest()), answer).await.or_failed(&ask)?.into_response())
}

/// Says yes under a key, brings the file in, and gives the answer when all of it is.
pub(super) async fn brought_in(
    ask: &Ask,
    id: Id<ImportFile>,
    (key, digest): (Option<&str>, [u8; 32]),
    answer: Answer,
) -> Outcome<Answer> {
    let begun = ask.app.command(ask, "import_begin", key, digest, move |tx, call| {
        file::begin(tx, call, id)?;
        Ok(answer.clone())
    });
    let answer = begun.await?;
    let (me, _) = ask.app.read(ask, "import_who", |_, call| Ok(call.actor.signed_in()?)).await?;
    let app = ask.app.clone();
    // It goes on when the browser goes away; what is left after a kill the timer brings in.
    let done = tokio::task::spawn_blocking(move || run(app.db(), app.kit(), &Words::of(&app), id, me)).await;
    done.map_err(|error| Fault::Defect(error.to_string()))??;
    Ok(answer)
}
