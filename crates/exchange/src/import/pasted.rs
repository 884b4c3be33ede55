//! Lines copied in a spreadsheet and pasted into the form: made the sheet they came from, so that they go the same way.

use kernel::Refusal;
use sheets::{Book, Column, Value, plain};

use super::ImportKind;

/// A sheet of these lines. The first may be the heads of the columns; without them the columns stand as in the empty sheet.
///
/// # Errors
/// `import-paste-columns` where a line has more cells than there are columns; a sheet too large to be written.
pub(super) fn sheet(kind: ImportKind, text: &str, day: (u16, u8, u8)) -> Result<Vec<u8>, Refusal> {
    // A spreadsheet puts a cell that holds a tab or a line break in quotes.
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b'\t')
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let lines: Vec<Vec<String>> = reader
        .records()
        .filter_map(Result::ok)
        .map(|line| line.iter().map(str::to_owned).collect())
        .skip_while(|line: &Vec<String>| line.iter().all(|cell| plain(cell).is_empty()))
        .collect();
    let is_head = |cell: &String| {
        let known = kind.columns().iter().flat_map(|known| known.heading.names);
        let cell = plain(cell);
        known.into_iter().any(|name| *name == cell)
    };
    let has_heads = lines.first().is_some_and(|line| line.iter().any(is_head));
    let heads: Vec<String> = match lines.first().filter(|_| has_heads) {
        Some(line) => line.clone(),
        None => (0..kind.columns().len()).map(|index| kind.head(index).to_owned()).collect(),
    };
    let columns = heads.len();
    let mut book = Book::new("1", day, heads.into_iter().map(|head| Column::new(head, 16)).collect());
    for (number, mut line) in lines.into_iter().enumerate().skip(usize::from(has_heads)) {
        while line.len() > columns && line.last().is_some_and(|cell| plain(cell).is_empty()) {
            line.pop();
        }
        if line.len() > columns {
            return Err(Refusal::invalid("paste", "import-paste-columns")
                .with("row", number as i64 + 1)
                .with("cells", line.len() as i64)
                .with("most", columns as i64));
        }
        book.push(line.into_iter().map(Value::from).collect());
    }
    book.bytes().map_err(|_| Refusal::invalid("paste", "sheet-too-large"))
}
