//! A square code as it stands in a page.

use db::{Fault, Outcome};
use qrcode::{QrCode, render::svg};

/// Edge in pixels at least; the style sheet sizes it.
const PIXELS: u32 = 240;

/// The square code of a text, as SVG.
///
/// # Errors
/// A fault, when the text is too long for one.
pub(crate) fn square(text: &str) -> Outcome<String> {
    let code = QrCode::new(text).map_err(|error| Fault::Defect(error.to_string()))?;
    let drawn = code.render::<svg::Color<'_>>().min_dimensions(PIXELS, PIXELS).build();
    // Without the XML head it stands inside the page.
    Ok(drawn.find("<svg").and_then(|at| drawn.get(at..)).unwrap_or_default().to_owned())
}
