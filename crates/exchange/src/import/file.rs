//! A file that was uploaded, as it lies in its table.

use db::{Fault, FromRow, Outcome, Row, Tx, params};
use journal::{Call, Event, append};
use kernel::{District, Id, Instant, Minutes, Person, Refusal};

use super::ImportKind;

/// What an uploaded file is sealed for.
pub(crate) const PURPOSE: &str = "import.file";
/// How long a file waits for its worker.
pub(super) const KEPT: Minutes = Minutes::from_hours(24);
/// Files on the page of who uploads.
const LISTED_MAX: i64 = 10;

kernel::words! {
    /// Where a file stands.
    ImportState {
        /// Something in it is wrong; nothing of it is brought in.
        Wrong = "wrong",
        /// It is right and waits for a yes.
        Checked = "checked",
        /// It is being brought in.
        Running = "running",
        /// It is in.
        Done = "done",
        /// It waited for too long and is gone.
        Gone = "gone",
    }
}

/// An uploaded file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportFile {
    /// Its id, in the district of who uploaded it.
    pub id: Id<ImportFile>,
    /// Who uploaded it.
    pub actor: Id<Person>,
    /// What it brings in.
    pub kind: ImportKind,
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
    /// Where it stands.
    pub state: ImportState,
    /// Lines that say something.
    pub rows: i64,
    /// Lines that bring in something new.
    pub fresh: i64,
    /// Things that are wrong.
    pub wrong: i64,
    /// The line at which the next block begins.
    pub next_row: i64,
    /// Lines that were brought in so far.
    pub made: i64,
    /// Lines that something stood against when their turn came: number and rule, `5:import-overlap 9:…`.
    pub left_out: String,
    /// When it was uploaded.
    pub created_at: Instant,
    /// How many changes it has seen.
    pub version: i64,
}

impl ImportFile {
    /// Each line that was left out, and the rule.
    pub(super) fn left_out(&self) -> impl Iterator<Item = (&str, &str)> {
        self.left_out.split_whitespace().filter_map(|one| one.split_once(':'))
    }

    fn leave_out(&mut self, line: u32, rule: &str) {
        let space = if self.left_out.is_empty() { "" } else { " " };
        self.left_out.push_str(&format!("{space}{line}:{rule}"));
    }
}

fn word<T>(found: Option<T>, word: &str) -> Result<T, Fault> {
    found.ok_or_else(|| Fault::Defect(format!("import_file holds `{word}`")))
}

impl FromRow for ImportFile {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        let (id, actor) = (row.take()?, row.take()?);
        let (kind, sha256): (String, _) = (row.take()?, row.take()?);
        let state: String = row.take()?;
        Ok(Self {
            id,
            actor,
            kind: word(ImportKind::from_word(&kind), &kind)?,
            sha256,
            state: word(ImportState::from_word(&state), &state)?,
            rows: row.take()?,
            fresh: row.take()?,
            wrong: row.take()?,
            next_row: row.take()?,
            made: row.take()?,
            left_out: row.take()?,
            created_at: row.take()?,
            version: row.take()?,
        })
    }
}

/// What was found in a file before it was kept.
pub(super) struct Found {
    pub(super) rows: usize,
    pub(super) fresh: usize,
    pub(super) wrong: usize,
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Keeps an uploaded file, sealed, for who uploaded it.
pub(super) fn keep(
    tx: &mut Tx<'_>,
    call: &Call,
    (kind, bytes): (ImportKind, &[u8]),
    found: &Found,
) -> Outcome<Id<ImportFile>> {
    let me = call.actor.signed_in()?;
    let id: Id<ImportFile> = call.id(me.district());
    let sha256 = vault::digest(bytes);
    let sealed = call
        .keys()
        .seal(PURPOSE, bytes, call.random().bytes())
        .map_err(|error| Fault::Defect(format!("{PURPOSE}: {error}")))?;
    let state = if found.wrong == 0 { ImportState::Checked } else { ImportState::Wrong };
    tx.execute_one(
        "INSERT INTO import_file (district, id, actor, kind, sha256, content, state, row_count, fresh, wrong, next_row,
             made, left_out, created_at, touched_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0, '', $11, $11, 1)",
        params![
            me.district(),
            id,
            me,
            kind.word(),
            sha256,
            sealed,
            state.word(),
            number(found.rows),
            number(found.fresh),
            number(found.wrong),
            call.now
        ],
    )?;
    tell(tx, call, "import.checked", (id, 1), |event| {
        event
            .with("kind", kind.word())
            .with("file", vault::hex(&sha256))
            .with("rows", number(found.rows))
            .with("wrong", number(found.wrong))
    })?;
    Ok(id)
}

fn tell(
    tx: &mut Tx<'_>,
    call: &Call,
    kind: &'static str,
    (id, version): (Id<ImportFile>, i64),
    more: impl FnOnce(Event) -> Event,
) -> Outcome<()> {
    Ok(append(tx, call, more(Event::new(kind, id.district(), id, version)))?)
}

/// The file of who asks.
///
/// # Errors
/// 404 for anybody else's, or none.
pub(super) fn load(tx: &mut Tx<'_>, call: &Call, id: Id<ImportFile>) -> Outcome<ImportFile> {
    let file: Option<ImportFile> = tx.query_opt(
        "SELECT id, actor, kind, sha256, state, row_count, fresh, wrong, next_row, made, left_out, created_at, version
         FROM import_file WHERE district = $1 AND id = $2",
        params![id.district(), id],
    )?;
    let mine = |file: &ImportFile| call.actor.person == Some(file.actor);
    Ok(file.filter(mine).ok_or_else(Refusal::missing)?)
}

/// The same, held until the transaction ends.
fn lock(tx: &mut Tx<'_>, call: &Call, id: Id<ImportFile>) -> Outcome<ImportFile> {
    let file: Option<ImportFile> = tx.query_opt(
        "SELECT id, actor, kind, sha256, state, row_count, fresh, wrong, next_row, made, left_out, created_at, version
         FROM import_file WHERE district = $1 AND id = $2 FOR UPDATE",
        params![id.district(), id],
    )?;
    let mine = |file: &ImportFile| call.actor.person == Some(file.actor);
    Ok(file.filter(mine).ok_or_else(Refusal::missing)?)
}

/// What the file holds, opened.
///
/// # Errors
/// `import-gone` (conflict) when it is not kept any more.
pub(super) fn content(tx: &mut Tx<'_>, call: &Call, id: Id<ImportFile>) -> Outcome<Vec<u8>> {
    let row: Option<(Option<Vec<u8>>,)> = tx.query_opt(
        "SELECT content FROM import_file WHERE district = $1 AND id = $2",
        params![id.district(), id],
    )?;
    let sealed = row.and_then(|(sealed,)| sealed).ok_or_else(|| Refusal::conflict("import-gone"))?;
    let plain =
        call.keys().open(PURPOSE, &sealed).map_err(|error| Fault::Defect(format!("{PURPOSE}: {error}")))?;
    Ok(plain)
}

/// The newest files of who asks.
pub(super) fn newest(tx: &mut Tx<'_>, call: &Call) -> Outcome<Vec<ImportFile>> {
    let me = call.actor.signed_in()?;
    Ok(tx.query(
        "SELECT id, actor, kind, sha256, state, row_count, fresh, wrong, next_row, made, left_out, created_at, version
         FROM import_file WHERE district = $1 AND actor = $2 ORDER BY id DESC LIMIT $3",
        params![me.district(), me, LISTED_MAX],
    )?)
}

/// Says yes to a right file; saying it again is harmless.
///
/// # Errors
/// 404; `import-wrong`, `import-gone` (conflict).
pub(super) fn begin(tx: &mut Tx<'_>, call: &Call, id: Id<ImportFile>) -> Outcome<()> {
    let file = lock(tx, call, id)?;
    match file.state {
        ImportState::Running | ImportState::Done => return Ok(()),
        ImportState::Wrong => return Err(Refusal::conflict("import-wrong").into()),
        ImportState::Gone => return Err(Refusal::conflict("import-gone").into()),
        ImportState::Checked => {}
    }
    put(tx, call, &file, ("import.begun", ImportState::Running))
}

/// Writes a file's progress under its lock, and tells of it.
fn put(
    tx: &mut Tx<'_>,
    call: &Call,
    file: &ImportFile,
    (kind, state): (&'static str, ImportState),
) -> Outcome<()> {
    let version = file.version + 1;
    tx.execute_one(
        "UPDATE import_file SET state = $3, next_row = $4, made = $5, left_out = $6, fresh = $7, wrong = $8,
             touched_at = $9, version = $10
         WHERE district = $1 AND id = $2",
        params![
            file.id.district(),
            file.id,
            state.word(),
            file.next_row,
            file.made,
            file.left_out,
            file.fresh,
            file.wrong,
            call.now,
            version
        ],
    )?;
    tell(tx, call, kind, (file.id, version), |event| {
        event.with("next_row", file.next_row).with("made", file.made)
    })
}

/// What a block came to.
pub(super) struct Block {
    /// Where the next one begins.
    pub(super) next_row: i64,
    /// Lines that were brought in.
    pub(super) made: i64,
    /// A line that something stood against, and the rule.
    pub(super) left_out: Option<(u32, &'static str)>,
}

/// Whether a block may be worked on; it holds the file until the transaction ends.
pub(super) fn hold(
    tx: &mut Tx<'_>,
    call: &Call,
    id: Id<ImportFile>,
    from: i64,
) -> Outcome<Option<ImportFile>> {
    let file = lock(tx, call, id)?;
    Ok(Some(file).filter(|file| file.state == ImportState::Running && file.next_row == from))
}

/// Notes what a block came to, in the transaction that did it.
pub(super) fn went_on(tx: &mut Tx<'_>, call: &Call, mut file: ImportFile, block: &Block) -> Outcome<()> {
    file.next_row = block.next_row;
    file.made += block.made;
    if let Some((line, rule)) = block.left_out {
        file.leave_out(line, rule);
    }
    put(tx, call, &file, ("import.went_on", ImportState::Running))
}

/// Notes that nothing is left to bring in and which lines turned wrong, and forgets the file.
pub(super) fn finish(
    tx: &mut Tx<'_>,
    call: &Call,
    id: Id<ImportFile>,
    late: &[(u32, &'static str)],
) -> Outcome<()> {
    let mut file = lock(tx, call, id)?;
    if file.state != ImportState::Running {
        return Ok(());
    }
    for (line, rule) in late {
        file.leave_out(*line, rule);
    }
    put(tx, call, &file, ("import.done", ImportState::Done))?;
    Ok(tx.execute_one(
        "UPDATE import_file SET content = NULL WHERE district = $1 AND id = $2",
        params![id.district(), id],
    )?)
}

/// Notes that something stands against the file since it was checked, before anything of it was brought in.
pub(super) fn turned_wrong(tx: &mut Tx<'_>, call: &Call, id: Id<ImportFile>, wrong: usize) -> Outcome<()> {
    let mut file = lock(tx, call, id)?;
    if file.state != ImportState::Running || file.next_row > 0 {
        return Ok(());
    }
    file.wrong = number(wrong);
    put(tx, call, &file, ("import.turned_wrong", ImportState::Wrong))
}

/// Forgets the files of a district that waited for too long.
pub(super) fn forget(tx: &mut Tx<'_>, district: District, before: Instant) -> Result<u64, Fault> {
    tx.execute(
        "UPDATE import_file SET content = NULL, state = 'gone' WHERE district = $1 AND touched_at < $2
         AND state IN ('checked', 'wrong')",
        params![district, before],
    )
}

/// A file, and who uploaded it.
pub(super) type Stopped = (Id<ImportFile>, Id<Person>);

/// Files of a district that were being brought in when somebody was stopped.
pub(super) fn stopped(tx: &mut Tx<'_>, district: District, before: Instant) -> Result<Vec<Stopped>, Fault> {
    tx.query(
        "SELECT id, actor FROM import_file WHERE district = $1 AND state = 'running' AND touched_at < $2",
        params![district, before],
    )
}
