//! Lines of a text table (RFC 4180) that a spreadsheet can open without doing anything with what stands in it.

/// What a text table begins with, so that a spreadsheet reads Chinese.
pub const CSV_BEGIN: &str = "\u{feff}";

/// Characters a cell of which a spreadsheet may take for a formula begins with, also in full width.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// One line with its end. A cell that could be a formula gets an apostrophe in front, which a spreadsheet shows as text; a
/// line end within a cell becomes a space, so that a row is a line.
pub fn csv_line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let mut line = String::new();
    for (at, cell) in cells.into_iter().enumerate() {
        if at > 0 {
            line.push(',');
        }
        let guard = if cell.starts_with(FORMULA) { "'" } else { "" };
        let cell = cell.replace(['\n', '\r'], " ");
        if cell.contains([',', '"']) {
            line.push('"');
            line.push_str(guard);
            line.push_str(&cell.replace('"', "\"\""));
            line.push('"');
        } else {
            line.push_str(guard);
            line.push_str(&cell);
        }
    }
    line.push_str("\r\n");
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_a_line_and_no_cell_is_a_formula() {
        assert_eq!(csv_line(["a", "b,c", "d\"e", "f\ng"]), "a,\"b,c\",\"d\"\"e\",f g\r\n");
        for bad in ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "＝1", "＋1", "－1", "＠x"] {
            let line = csv_line([bad, "x"]);
            assert!(line.starts_with('\''), "{line}");
            assert_eq!(line.matches('\n').count(), 1, "{line}");
        }
        assert_eq!(csv_line(["=a,b"]), "\"'=a,b\"\r\n");
    }
}
