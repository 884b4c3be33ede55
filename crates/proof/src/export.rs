//! A table that was taken away, with its signature at its end: whoever is handed it sees whether it is as it was taken.

use crate::{ExportLine, Signed};

/// How the line that is signed begins.
const BEGINS: &[u8] = b"linli-export ";

/// What stands below the rows: the signed line, key and signature.
pub fn export_end(line: &Signed) -> String {
    format!("{}\r\nkey {}\r\nsignature {}\r\n", line.text, line.key, line.signature)
}

/// Reads a file as it was saved, and gives what is signed of it; `None` when it is none, was changed or its signature does
/// not hold.
pub fn read_export(bytes: &[u8]) -> Option<(ExportLine, Signed)> {
    let begins = |at: &usize| bytes.get(*at..).is_some_and(|rest| rest.starts_with(BEGINS));
    let after_lines = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
    let at = after_lines.rev().find(begins)?;
    let (table, end) = bytes.split_at_checked(at)?;
    let mut lines = std::str::from_utf8(end).ok()?.lines();
    let signed = Signed {
        text: lines.next()?.to_owned(),
        key: lines.next()?.strip_prefix("key ")?.to_owned(),
        signature: lines.next()?.strip_prefix("signature ")?.to_owned(),
    };
    let line: ExportLine = signed.text.parse().ok()?;
    let rows = table.iter().filter(|byte| **byte == b'\n').count().checked_sub(1)?;
    let is_whole = lines.next().is_none() && line.rows == rows as u64 && line.digest == vault::digest(table);
    (is_whole && signed.holds()).then_some((line, signed))
}

#[cfg(test)]
mod tests {
    use kernel::{Day, DivisionCode, Instant};
    use rand::{SeedableRng, rngs::StdRng};
    use vault::{Keys, Suite};

    use super::*;

    #[test]
    fn a_table_holds_as_it_was_taken_and_with_any_byte_changed_it_does_not() {
        let keys = Keys::generate(Suite::International, &mut StdRng::seed_from_u64(1)).unwrap();
        let table = "\u{feff}编号,分钟\r\n1,60\r\n2,90\r\n";
        let day = Day::from_ymd(2026, 3, 9).unwrap();
        let line = ExportLine {
            what: "records".to_owned(),
            area: DivisionCode::parse("420103002").unwrap(),
            days: (day, day),
            rows: 2,
            digest: vault::digest(table.as_bytes()),
            at: Instant::from_micros(5),
        };
        let text = line.to_string();
        let signature = vault::hex(keys.sign(text.as_bytes()).unwrap().as_bytes());
        let signed = Signed { text, signature, key: vault::hex(keys.public_key().as_bytes()) };
        let file = format!("{table}{}", export_end(&signed)).into_bytes();
        assert_eq!(read_export(&file), Some((line, signed)));
        for at in 0..file.len() {
            let mut changed = file.clone();
            // A line end in another place would still be one line of the end.
            if changed[at] == b'\r' && at > table.len() {
                continue;
            }
            changed[at] ^= 1;
            let read = read_export(&changed);
            // Whose key it is, only trust can say; another key never fits the signature.
            assert_eq!(read, None, "byte {at}");
        }
        assert_eq!(read_export(table.as_bytes()), None);
        let more = [file.clone(), b"3,9\r\n".to_vec()].concat();
        assert_eq!(read_export(&more), None);
    }
}
