//! Sealing and finding a person's secrets with the keys of the call.

use db::Fault;
use journal::Call;
use vault::{Keys, Phone};

/// What a sealed value is for; a value moved to another column does not open.
pub(crate) const PHONE: &str = "person.phone";
/// Number of the identity document.
pub(crate) const DOCUMENT: &str = "person.document";
/// Phone of a minor's guardian.
pub(crate) const GUARDIAN_PHONE: &str = "volunteer.guardian_phone";

/// Encrypts `text` for `purpose`.
pub(crate) fn seal(call: &Call, purpose: &str, text: &str) -> Result<Vec<u8>, Fault> {
    call.keys()
        .seal(purpose, text.as_bytes(), call.random().bytes())
        .map_err(|error| Fault::Defect(format!("{purpose}: {error}")))
}

/// Decrypts what [`seal`] made.
pub(crate) fn open(keys: &Keys, purpose: &str, sealed: &[u8]) -> Result<String, Fault> {
    let plain = keys.open(purpose, sealed).map_err(|error| Fault::Defect(format!("{purpose}: {error}")))?;
    String::from_utf8(plain).map_err(|_| Fault::Defect(format!("{purpose}: not UTF-8")))
}

/// A person's phone in clear.
pub(crate) fn open_phone(keys: &Keys, sealed: &[u8]) -> Result<Phone, Fault> {
    Phone::parse(&open(keys, PHONE, sealed)?).map_err(|error| Fault::Defect(error.to_string()))
}
