//! What files come to.

use kernel::{Day, Instant};
use proof::{Broken, Doubt, Held, Part, Proof, Revoked, Signed, Trust};
use serde_json::Value;

use crate::{Said, attached};

/// Why a file cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// Neither a PDF nor a proof.
    Neither,
    /// A PDF without a signed statement in it: not a certificate of Linli, or printed anew by another program.
    NoStatement,
    /// A proof of another form.
    Proof,
    /// Its statement is another than that of the file before.
    Another,
}

/// What was handed over, together.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    statement: Option<Signed>,
    proof: Option<Proof>,
}

/// Something that was found, good or bad.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The statement's signature holds.
    Signed,
    /// The statement or record stands in the journal of this day of its district, whose root is signed.
    InJournal(Day),
    /// The root is one that was kept: it cannot have been made up afterwards.
    KeptRoot,
    /// The day was closed together with all districts.
    WithAllDistricts,
    /// It is not among what was taken back as of that instant.
    NotRevoked(Instant),
    /// Nothing says whose the key is.
    KeyUnknown(String),
    /// No proof was given: the statement may have been signed at any time.
    NoProof,
    /// No list of what was taken back was given.
    NoList,
    /// It was taken back on that day.
    Revoked(Day),
    /// The signature of the statement does not hold.
    NotSigned,
    /// The proof does not hold.
    Broken(Broken),
    /// The proof is of another statement than the certificate.
    OtherStatement,
    /// The proof holds, and is not to be believed.
    Doubt(Doubt),
    /// The list of what was taken back does not hold.
    BadList,
}

/// What the files come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Everything holds, under a key that is believed.
    Genuine,
    /// Everything holds, but nobody says whose the key is.
    Unanchored,
    /// Something does not hold, or it was taken back.
    False,
}

impl Evidence {
    /// Takes a file: the PDF of a certificate, or a proof.
    ///
    /// # Errors
    /// [`Unread`].
    pub fn read(&mut self, bytes: Vec<u8>) -> Result<(), Unread> {
        if bytes.starts_with(b"%PDF") {
            let statement = of_pdf(bytes).ok_or(Unread::NoStatement)?;
            if self.statement.replace(statement).is_some() {
                return Err(Unread::Another);
            }
            return Ok(());
        }
        if serde_json::from_slice::<Value>(&bytes).is_err() {
            return Err(Unread::Neither);
        }
        let proof = Proof::read(&bytes).map_err(|_| Unread::Proof)?;
        if self.proof.replace(proof).is_some() {
            return Err(Unread::Another);
        }
        Ok(())
    }

    fn statement(&self) -> Option<&Signed> {
        self.statement.as_ref().or_else(|| self.proof.as_ref()?.statement.as_ref())
    }

    /// What it says, of a statement or of a record; read without believing it.
    pub fn said(&self) -> Option<Said> {
        match self.statement() {
            Some(statement) => Said::of_statement(&statement.text),
            None => self.proof.as_ref().and_then(|proof| Said::of_row(proof.row.as_ref()?)),
        }
    }

    /// What it comes to, with everything that was found on the way. `trust` and `list` are what whoever asks has kept: keys
    /// and roots, and the text of the list of what was taken back.
    pub fn verdict(&self, trust: Option<&Trust>, list: Option<&str>) -> (Verdict, Vec<Finding>) {
        let mut findings = Vec::new();
        let is_kept = self.find(trust, list, &mut findings);
        let bad = |finding: &Finding| {
            matches!(
                finding,
                Finding::Revoked(_)
                    | Finding::NotSigned
                    | Finding::Broken(_)
                    | Finding::OtherStatement
                    | Finding::Doubt(_)
                    | Finding::BadList
            )
        };
        let verdict = if findings.iter().any(bad) {
            Verdict::False
        } else if is_kept {
            Verdict::Genuine
        } else {
            Verdict::Unanchored
        };
        (verdict, findings)
    }

    /// Adds what is found; whether keys are believed.
    fn find(&self, trust: Option<&Trust>, list: Option<&str>, findings: &mut Vec<Finding>) -> bool {
        if let Some(statement) = self.statement() {
            if !statement.holds() {
                findings.push(Finding::NotSigned);
                return false;
            }
            findings.push(Finding::Signed);
            if let (Some(trust), Some(at)) = (trust, Said::of_statement(&statement.text).map(|said| said.at))
                && let Err(doubt) = trust.signed(Part::Statement, &statement.key, at)
            {
                findings.push(Finding::Doubt(doubt));
            }
        }
        match &self.proof {
            Some(proof) => self.prove(proof, trust, findings),
            None => findings.push(Finding::NoProof),
        }
        match (self.statement(), list) {
            (Some(statement), Some(list)) => findings.push(of_list(statement, list, trust)),
            (Some(_), None) => findings.push(Finding::NoList),
            (None, _) => {}
        }
        if trust.is_none() {
            let key = self.statement().map(|signed| &signed.key);
            let key = key.or(self.proof.as_ref().map(|proof| &proof.day.line.key));
            findings.push(Finding::KeyUnknown(key.cloned().unwrap_or_default()));
        }
        trust.is_some()
    }

    fn prove(&self, proof: &Proof, trust: Option<&Trust>, findings: &mut Vec<Finding>) {
        let held: Held = match proof.check() {
            Ok(held) => held,
            Err(broken) => return findings.push(Finding::Broken(broken)),
        };
        let proved = proof.statement.as_ref().map(|signed| &signed.text);
        let is_other = self.statement.as_ref().is_some_and(|held| Some(&held.text) != proved);
        // A proof without statement and row shows that something happened, and not what.
        if is_other || (proved.is_none() && proof.row.is_none()) {
            return findings.push(Finding::OtherStatement);
        }
        findings.push(Finding::InJournal(held.day.day));
        if held.node.is_some() {
            findings.push(Finding::WithAllDistricts);
        }
        match trust.map(|trust| trust.believes(&held)) {
            Some(Ok(true)) => findings.push(Finding::KeptRoot),
            Some(Err(doubt)) => findings.push(Finding::Doubt(doubt)),
            Some(Ok(false)) | None => {}
        }
    }
}

fn of_list(statement: &Signed, list: &str, trust: Option<&Trust>) -> Finding {
    let Some((revoked, line, signed)) = Revoked::read(list) else { return Finding::BadList };
    if trust.is_some_and(|trust| trust.signed(Part::Statement, &signed.key, line.at).is_err()) {
        return Finding::BadList;
    }
    match revoked.day_of(&vault::digest(statement.text.as_bytes())) {
        Some(day) => Finding::Revoked(day),
        None => Finding::NotRevoked(line.at),
    }
}

/// The statement that is attached to a certificate, with its signature.
fn of_pdf(bytes: Vec<u8>) -> Option<Signed> {
    let mut files = attached(bytes)?;
    let text = String::from_utf8(files.remove("statement.json")?).ok()?;
    let value: Value = serde_json::from_slice(&files.remove("signature.json")?).ok()?;
    let word = |name: &str| Some(value.get(name)?.as_str()?.to_owned());
    Some(Signed { text, signature: word("signature")?, key: word("public_key")? })
}
