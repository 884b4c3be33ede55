//! What a table that was taken away comes to.

use proof::{ExportLine, Part, Trust, read_export};

use crate::{Finding, Verdict};

/// Whether a table is as it was taken, with what it says of itself and everything that was found; `trust` is what whoever
/// asks has kept.
pub fn export_verdict(bytes: &[u8], trust: Option<&Trust>) -> (Verdict, Option<ExportLine>, Vec<Finding>) {
    let Some((line, signed)) = read_export(bytes) else {
        return (Verdict::False, None, vec![Finding::NotSigned]);
    };
    let mut findings = vec![Finding::Signed];
    let verdict = match trust.map(|trust| trust.signed(Part::Export, &signed.key, line.at)) {
        Some(Ok(())) => Verdict::Genuine,
        Some(Err(doubt)) => {
            findings.push(Finding::Doubt(doubt));
            Verdict::False
        }
        None => {
            findings.push(Finding::KeyUnknown(signed.key));
            Verdict::Unanchored
        }
    };
    (verdict, Some(line), findings)
}

#[cfg(test)]
mod tests {
    use kernel::{Day, DivisionCode, Instant};
    use proof::{Doubt, Signed, export_end};
    use rand::{SeedableRng, rngs::StdRng};
    use vault::{Keys, Suite};

    use super::*;

    #[test]
    fn a_table_is_genuine_under_the_key_that_was_kept_and_under_no_other() {
        let mut keys = [1, 2]
            .map(|seed| Keys::generate(Suite::International, &mut StdRng::seed_from_u64(seed)).unwrap());
        let table = "a\r\n1\r\n";
        let day = Day::from_number(20_000);
        let line = ExportLine {
            what: "records".to_owned(),
            area: DivisionCode::parse("420103").unwrap(),
            days: (day, day),
            rows: 1,
            digest: vault::digest(table.as_bytes()),
            at: Instant::from_micros(50),
        };
        let hex = |keys: &Keys| vault::hex(keys.public_key().as_bytes());
        let signature = keys[0].sign(line.to_string().as_bytes()).unwrap();
        let signed = Signed {
            text: line.to_string(),
            signature: vault::hex(signature.as_bytes()),
            key: hex(&keys[0]),
        };
        let file = format!("{table}{}", export_end(&signed)).into_bytes();
        let [own, other] = [hex(&keys[0]), hex(&keys[1])].map(|key| Trust::of_key(&key).unwrap());
        assert_eq!(
            export_verdict(&file, Some(&own)),
            (Verdict::Genuine, Some(line.clone()), vec![Finding::Signed])
        );
        let (verdict, _, findings) = export_verdict(&file, Some(&other));
        assert_eq!(verdict, Verdict::False);
        assert_eq!(findings[1], Finding::Doubt(Doubt::Key(Part::Export)));
        let (verdict, _, findings) = export_verdict(&file, None);
        assert_eq!((verdict, &findings[1]), (Verdict::Unanchored, &Finding::KeyUnknown(own_key(&keys[0]))));
        // What is dated after its key was replaced is not believed.
        let mut late = Trust::of_key(&own_key(&keys[0])).unwrap();
        keys[0].rotate_signing(49, &mut StdRng::seed_from_u64(3)).unwrap();
        let lines = proof::Published::key_lines(&keys[0].public_key(), keys[0].former_signers());
        late.follow(&proof::Published::parse(&lines).unwrap());
        assert_eq!(export_verdict(&file, Some(&late)).0, Verdict::False);
        let changed = String::from_utf8(file).unwrap().replacen('1', "2", 1);
        let (verdict, line, findings) = export_verdict(changed.as_bytes(), Some(&own));
        assert_eq!((verdict, line, findings), (Verdict::False, None, vec![Finding::NotSigned]));
    }

    fn own_key(keys: &Keys) -> String {
        vault::hex(keys.public_key().as_bytes())
    }
}
