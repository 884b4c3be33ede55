//! What is attached to the PDF of a certificate.

use std::collections::BTreeMap;

use hayro_syntax::{
    Pdf,
    object::{Array, Dict, Stream, String},
};

/// The files attached to a PDF (ISO 32000-2, 7.11.4; PDF/A-3 lists them in the catalogue's `AF`), by name; `None` when it is
/// no PDF. What cannot be read of it is left out.
pub fn attached(bytes: Vec<u8>) -> Option<BTreeMap<std::string::String, Vec<u8>>> {
    let pdf = Pdf::new(bytes).ok()?;
    let catalogue = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id())?;
    let listed = catalogue.get::<Array<'_>>("AF");
    let files = listed.iter().flat_map(|list| list.iter::<Dict<'_>>());
    let read = |file: Dict<'_>| {
        let name = file.get::<String<'_>>("F")?;
        let stream = file.get::<Dict<'_>>("EF")?.get::<Stream<'_>>("F")?;
        let content = stream.decoded().ok()?.into_owned();
        Some((std::string::String::from_utf8_lossy(name.as_bytes()).into_owned(), content))
    };
    Some(files.filter_map(read).collect())
}
