use std::io::{Cursor, Write};

use proptest::prelude::*;
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::{
    Book, Cell, CellFault, Column, FILE_BYTES_MAX, Heading, ROWS_MAX, Refused, Row, Table, Value,
    column_name, plain, read,
};

const HEADINGS: [Heading; 3] = [
    Heading { names: &["姓名"], required: true },
    Heading { names: &["证件号码", "身份证号"], required: true },
    Heading { names: &["备注"], required: false },
];

fn look(bytes: &[u8]) -> Result<Table, Refused> {
    read(bytes, &HEADINGS, &["问题"])
}

fn text(text: &str) -> Cell {
    Cell { text: text.to_owned(), fault: None }
}

fn fault(fault: CellFault) -> Cell {
    Cell { text: String::new(), fault: Some(fault) }
}

fn book() -> Book {
    let columns = ["姓名", "证件号码", "备注"].map(|head| Column::new(head, 12)).to_vec();
    Book::new("志愿者", (2026, 3, 9), columns)
}

/// A file with this sheet and these parts besides, packed by hand.
fn packed(sheet: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    packed_as("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", sheet, more)
}

fn packed_as(kind: &str, sheet: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let types = format!(
        r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{kind}"/></Types>"#
    );
    let relationships = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    let workbook = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
    let sheets = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
    let parts: [(&str, &[u8]); 5] = [
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", relationships.as_bytes()),
        ("xl/workbook.xml", workbook.as_bytes()),
        ("xl/_rels/workbook.xml.rels", sheets.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ];
    for (name, content) in parts.iter().chain(more) {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A sheet with a heading and these rows, as they stand in the file.
fn sheet(rows: &str) -> String {
    format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">{}{}</row>{rows}</sheetData></worksheet>"#,
        inline("A1", "姓名"),
        inline("B1", "证件号码")
    )
}

fn inline(at: &str, words: &str) -> String {
    format!(r#"<c r="{at}" t="inlineStr"><is><t>{words}</t></is></c>"#)
}

#[test]
fn what_is_written_is_read_again_to_the_letter() {
    let mut book = book();
    book.notes_name = "说明".to_owned();
    book.notes.push("一行一人。".to_owned());
    book.mark = "冯九 2026-03-09 5 & 6".to_owned();
    let rows = [["李淑英", "420103198505170012", "=1+1"], ["王五", "00012345678901234567", ""]];
    for row in rows {
        book.push(row.map(Value::from).to_vec());
    }
    book.put(9, vec!["赵六".into(), Value::Number(480)]);
    let table = look(&book.bytes().unwrap()).unwrap();
    assert_eq!((table.heading, table.letters(1)), (1, "B".to_owned()));
    let read: Vec<(u32, Vec<Cell>)> = table.rows.into_iter().map(|row| (row.number, row.cells)).collect();
    let row = |number, cells: [&str; 3]| (number, cells.map(text).to_vec());
    assert_eq!(read, [row(2, rows[0]), row(3, rows[1]), row(9, ["赵六", "480", ""])]);
}

#[test]
fn the_same_rows_give_the_same_file() {
    let mut book = book();
    book.push(vec!["李淑英".into(), "1".into()]);
    assert_eq!(book.bytes().unwrap(), book.bytes().unwrap());
}

#[test]
fn what_an_input_method_leaves_is_taken_away() {
    assert_eq!(plain("　４２０１０３\u{200b}１９８５ Ｘ\u{feff}\n"), "4201031985 X");
    assert_eq!(plain("９：００"), "9:00");
    assert_eq!([0, 25, 26, 16_383].map(column_name), ["A", "Z", "AA", "XFD"]);
}

#[test]
fn numbers_days_and_times_become_their_text() {
    let rows = sheet(
        r#"<row r="2"><c r="A2"><v>13800000001</v></c><c r="B2"><v>420103198505170012</v></c></row>
           <row r="3"><c r="A3"><v>1.5</v></c><c r="B3" t="e"><v>#N/A</v></c></row>
           <row r="4"><c r="A4" t="d"><v>2026-03-09T09:30:00</v></c><c r="B4" t="b"><v>1</v></c></row>"#,
    );
    let table = look(&packed(&rows, &[])).unwrap();
    let cells = |n: usize| table.rows[n].cells[..2].to_vec();
    assert_eq!(cells(0), [text("13800000001"), fault(CellFault::DigitsLost)]);
    assert_eq!(cells(1), [text("1.5"), fault(CellFault::ErrorValue)]);
    assert_eq!(cells(2), [text("2026-03-09 09:30:00"), text("TRUE")]);
}

#[test]
fn days_that_a_spreadsheet_counts_are_read() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let page = book.add_worksheet();
    let format = |words: &str| rust_xlsxwriter::Format::new().set_num_format(words);
    page.write_string(0, 0, "姓名").unwrap().write_string(0, 1, "证件号码").unwrap();
    page.write_number_with_format(1, 0, 46_090.0, &format("yyyy-mm-dd")).unwrap();
    page.write_number_with_format(1, 1, 0.395_833_333_333, &format("hh:mm")).unwrap();
    page.write_number_with_format(2, 0, 46_090.395_833_333_3, &format("yyyy-mm-dd hh:mm")).unwrap();
    let table = look(&book.save_to_buffer().unwrap()).unwrap();
    assert_eq!(table.rows[0].cells[..2], [text("2026-03-09"), text("09:30")]);
    assert_eq!(table.rows[1].cells[0], text("2026-03-09 09:30"));
}

#[test]
fn a_formula_is_seen_whatever_value_it_brings() {
    let rows = sheet(
        r#"<row r="2"><c r="A2" t="str"><f>CONCATENATE("李","四")</f><v>李四</v></c><c r="B2"><f t="shared" si="4000000000" ref="B2:B9">1+1</f><v>2</v></c></row>"#,
    );
    let table = look(&packed(&rows, &[])).unwrap();
    let computed = |words: &str| Cell { text: words.to_owned(), fault: Some(CellFault::Formula) };
    assert_eq!(table.rows[0].cells[..2], [computed("李四"), computed("2")]);
}

#[test]
fn a_heading_may_stand_below_a_title_and_be_an_older_word() {
    let rows = format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">{}</row><row r="3">{}{}{}</row><row r="4">{}{}</row><row r="5">{}</row></sheetData></worksheet>"#,
        inline("A1", "2026 年志愿者名册"),
        inline("A3", " 姓名 "),
        inline("B3", "身份证号"),
        inline("C3", "问题"),
        inline("A4", "李四"),
        inline("C4", "证件号码不对"),
        inline("E5", "?"),
    );
    let table = look(&packed(&rows, &[])).unwrap();
    assert_eq!(table.heading, 3);
    let row = |number, name: &str, stray: Option<&str>| Row {
        number,
        cells: vec![text(name), text(""), text("")],
        stray: stray.map(str::to_owned),
    };
    assert_eq!(table.rows, [row(4, "李四", None), row(5, "", Some("E"))]);
}

#[test]
fn wrong_columns_are_named_with_their_place() {
    let heads = |heads: &[&str]| {
        let mut book =
            Book::new("表", (2026, 3, 9), heads.iter().map(|head| Column::new(*head, 9)).collect());
        book.push(vec!["李四".into()]);
        look(&book.bytes().unwrap()).unwrap_err()
    };
    assert_eq!(heads(&["姓名", "备注"]), Refused::MissingColumns(vec!["证件号码"]));
    assert_eq!(heads(&["甲", "乙"]), Refused::MissingColumns(vec!["姓名", "证件号码"]));
    let unknown = Refused::UnknownColumn { row: 1, column: "C".to_owned(), words: "年收入".to_owned() };
    assert_eq!(heads(&["姓名", "证件号码", "年收入"]), unknown);
    let doubled = Refused::DoubledColumn { row: 1, column: "C".to_owned(), words: "身份证号".to_owned() };
    assert_eq!(heads(&["姓名", "证件号码", "身份证号"]), doubled);
    assert_eq!(look(&book().bytes().unwrap()), Err(Refused::NoRows));
}

#[test]
fn a_million_rows_are_refused_and_twenty_thousand_read() {
    let rows = |last: u32, step: usize| {
        let rows: String = (2..=last)
            .step_by(step)
            .map(|row| format!(r#"<row r="{row}"><c r="A{row}"><v>1</v></c></row>"#))
            .collect();
        look(&packed(&sheet(&rows), &[]))
    };
    assert_eq!(rows(ROWS_MAX + 1, 1).unwrap().rows.len(), ROWS_MAX as usize);
    assert_eq!(rows(ROWS_MAX + 2, 1), Err(Refused::TooManyRows));
    assert_eq!(rows(1_048_576, 2), Err(Refused::TooManyRows));
    // Far down and far right, and nothing between.
    let far = r#"<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#;
    assert_eq!(look(&packed(&sheet(far), &[])), Err(Refused::TooManyRows));
}

#[test]
fn macros_are_refused_however_the_file_is_called() {
    let plain = sheet(r#"<row r="2"><c r="A2"><v>1</v></c></row>"#);
    assert_eq!(look(&packed(&plain, &[("xl/vbaProject.bin", b"\xd0\xcf")])), Err(Refused::Macro));
    assert_eq!(look(&packed(&plain, &[("xl/macrosheets/sheet1.xml", b"<x/>")])), Err(Refused::Macro));
    let enabled = "application/vnd.ms-excel.sheet.macroEnabled.main+xml";
    assert_eq!(look(&packed_as(enabled, &plain, &[])), Err(Refused::Macro));
    assert!(look(&packed(&plain, &[])).is_ok());
}

#[test]
fn what_unpacks_to_too_much_is_refused() {
    let plain = sheet(r#"<row r="2"><c r="A2"><v>1</v></c></row>"#);
    let zeros = vec![b' '; 17 << 20];
    let bomb = packed(&plain, &[("xl/sharedStrings.xml", &zeros)]);
    assert!(bomb.len() < 100_000, "{}", bomb.len());
    assert_eq!(look(&bomb), Err(Refused::UnpacksTooLarge));
    let sheets = packed(&plain, &[("xl/worksheets/sheet2.xml", &vec![b' '; 49 << 20])]);
    assert_eq!(look(&sheets), Err(Refused::UnpacksTooLarge));
    let many: Vec<String> = (0..300).map(|n| format!("xl/media/{n}.png")).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), b"".as_slice())).collect();
    assert_eq!(look(&packed(&plain, &many)), Err(Refused::UnpacksTooLarge));
    assert_eq!(look(&vec![b'P'; FILE_BYTES_MAX + 1]), Err(Refused::TooLarge));
}

#[test]
fn what_is_no_spreadsheet_says_so() {
    assert_eq!(look(b""), Err(Refused::NotXlsx));
    assert_eq!(look("姓名,证件号码\n李四,1\n".as_bytes()), Err(Refused::NotXlsx));
    assert_eq!(look(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old or locked"), Err(Refused::OldOrLocked));
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("word/document.xml", SimpleFileOptions::default()).unwrap();
    let document = zip.finish().unwrap().into_inner();
    assert_eq!(look(&document), Err(Refused::NotXlsx));
    let whole = packed(&sheet(r#"<row r="2"><c r="A2"><v>1</v></c></row>"#), &[]);
    for cut in [10, whole.len() / 2, whole.len() - 1] {
        assert_eq!(look(&whole[..cut]), Err(Refused::Broken), "cut at {cut}");
    }
    let half = r#"<?xml version="1.0"?><worksheet><sheetData><row r="1"><c r="A1"><v>1"#;
    assert_eq!(look(&packed(half, &[])), Err(Refused::Broken));
}

#[test]
fn a_cell_is_cut_where_it_is_too_long() {
    let mut book = book();
    book.push(vec!["李四".into(), "1".into(), "长".repeat(501).into()]);
    let table = look(&book.bytes().unwrap()).unwrap();
    let cell = &table.rows[0].cells[2];
    assert_eq!((cell.text.chars().count(), cell.fault), (500, Some(CellFault::TooLong)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_damage_makes_it_panic(places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20), cut in any::<prop::sample::Index>()) {
        let mut book = book();
        book.push(vec!["李四".into(), "420103198505170012".into(), "备注".into()]);
        let mut bytes = book.bytes().unwrap();
        for (place, byte) in places {
            let at = place.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = look(&bytes);
        bytes.truncate(cut.index(bytes.len()));
        let _ = look(&bytes);
    }

    #[test]
    fn no_sheet_makes_it_panic(inside in "[<>/a-z0-9= \"&;#]{0,200}", at in "[A-Za-z0-9$]{0,12}") {
        let _ = look(&packed(&sheet(&format!("<row r=\"2\"><c r=\"{at}\">{inside}</c></row>")), &[]));
        let _ = look(&packed(&inside, &[]));
    }

    #[test]
    fn any_text_comes_back_plain(words in "\\PC{0,40}") {
        let mut book = book();
        book.push(vec!["x".into(), "1".into(), words.clone().into()]);
        let table = look(&book.bytes().unwrap()).unwrap();
        prop_assert_eq!(&table.rows[0].cells[2].text, &plain(&words));
        prop_assert_eq!(plain(&plain(&words)), plain(&words));
    }
}
