//! Papers: what leaves the screen as a PDF. Set by typst, with the fonts that come along.
//!
//! A paper is data in the reader's words ([`Certificate`]); what it looks like stands in `templates/`. The same data gives
//! the same bytes, as long as every character is in the font that comes along.

mod fonts;
mod world;

use qrcode::{EcLevel, QrCode, render::svg};
use serde::Serialize;

pub use fonts::Fonts;

/// A proof of voluntary service (志愿服务记录证明), in the words of its language. What it must say: decree 67 of the Ministry
/// of Civil Affairs, art. 15; the guidance of four ministries of 2015.
#[derive(Clone, Debug, Serialize)]
pub struct Certificate {
    /// Language (BCP 47): `zh` or `en`.
    pub lang: String,
    /// Heading.
    pub title: String,
    /// Who certifies what, in a sentence.
    pub sentence: String,
    /// Name and value: number, document, place, days, hours.
    pub facts: Vec<(String, String)>,
    /// Heading of the hours by grade of evidence.
    pub grades_title: String,
    /// Letter, what it means, hours.
    pub grades: Vec<(String, String, String)>,
    /// Heading of the services.
    pub lines_title: String,
    /// Headings of its columns: day, time, what, place, hours, evidence.
    pub heads: [String; 6],
    /// The services in the order of days.
    pub lines: Vec<[String; 6]>,
    /// Where the seal goes: who, day.
    pub seal: (String, String),
    /// How anybody checks it, a paragraph each.
    pub notes: Vec<String>,
    /// The code it is found by.
    pub code: String,
    /// The address that the QR code holds.
    pub url: String,
    /// First sixteen digits of the digest of the signed statement.
    pub digest: String,
    /// What stands before the characters that no font has.
    pub missing: String,
}

/// What is attached to the PDF, so that it can be checked without this installation.
#[derive(Clone, Debug)]
pub struct Attached {
    /// The canonical statement (RFC 8785 JSON).
    pub statement: Vec<u8>,
    /// Signature and public key, as JSON.
    pub signature: Vec<u8>,
}

/// Cards of the size of ISO/IEC 7810 ID-1, eight to an A4 page with marks to cut along, in the words of their language.
#[derive(Clone, Debug, Serialize)]
pub struct Cards {
    /// Language (BCP 47): `zh` or `en`.
    pub lang: String,
    /// The file's title.
    pub title: String,
    /// Who stands for them: the community or area.
    pub place: String,
    /// What to do when one is lost.
    pub lost: String,
    /// Below the cards: how to cut them.
    pub notes: Vec<String>,
    /// One after the other.
    pub cards: Vec<CardFace>,
    /// What stands before the characters that no font has.
    pub missing: String,
}

/// What stands on one card.
#[derive(Clone, Debug, Serialize)]
pub struct CardFace {
    /// What kind of card it is.
    pub kind: String,
    /// The masked name.
    pub name: String,
    /// Name and value: number, until when.
    pub facts: Vec<(String, String)>,
    /// The address that the QR code holds.
    pub url: String,
}

/// Why a paper was not set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotSet(String);

impl std::fmt::Display for NotSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the paper was not set: {}", self.0)
    }
}

impl std::error::Error for NotSet {}

/// Sets a certificate as PDF/A-3 (ISO 19005-3), A4, with the statement and its signature attached. `day` is the day of
/// issue (year, month, day) and stands in the file's metadata.
///
/// # Errors
/// [`NotSet`] where typst refuses, which is a defect of the template.
pub fn certificate(
    fonts: &Fonts,
    certificate: &Certificate,
    attached: &Attached,
    day: (i32, u8, u8),
) -> Result<Vec<u8>, NotSet> {
    let (files, chosen) = desk(fonts, certificate, attached)?;
    world::set(TEMPLATE, files, chosen, day).map_err(NotSet)
}

/// The same certificate as a picture (PNG), for phones that keep pictures and no files. Nothing is attached to it: what it
/// says is checked by its code.
///
/// # Errors
/// As [`certificate`].
pub fn picture(fonts: &Fonts, certificate: &Certificate, attached: &Attached) -> Result<Vec<u8>, NotSet> {
    let (files, chosen) = desk(fonts, certificate, attached)?;
    world::picture(TEMPLATE, files, chosen).map_err(NotSet)
}

const TEMPLATE: &str = include_str!("../templates/certificate.typ");
const CARDS: &str = include_str!("../templates/cards.typ");

/// Sets cards as PDF/A-3, A4. `day` is the day of printing and stands in the file's metadata.
///
/// # Errors
/// As [`certificate`].
pub fn cards(fonts: &Fonts, cards: &Cards, day: (i32, u8, u8)) -> Result<Vec<u8>, NotSet> {
    let (files, chosen) = sheet(fonts, cards)?;
    world::set(CARDS, files, chosen, day).map_err(NotSet)
}

/// What the template of the cards reads, and the fonts that have all its characters.
fn sheet(fonts: &Fonts, cards: &Cards) -> Result<(Files<1>, Vec<typst::text::Font>), NotSet> {
    let mut data = serde_json::to_value(cards).map_err(|error| NotSet(error.to_string()))?;
    let chosen = fonts.covering(&mut data, &cards.missing);
    let codes = cards.cards.iter().map(|card| qr(&card.url)).collect::<Option<Vec<_>>>();
    let codes = codes.ok_or_else(|| NotSet("the address is too long for a QR code".to_owned()))?;
    if let Some(data) = data.as_object_mut() {
        data.insert("codes".to_owned(), codes.into());
    }
    Ok(([("data.json", data.to_string().into_bytes())], chosen))
}

/// What a template reads: each file's name and content.
type Files<const N: usize> = [(&'static str, Vec<u8>); N];

/// What the template reads, and the fonts that have all its characters.
fn desk(
    fonts: &Fonts,
    certificate: &Certificate,
    attached: &Attached,
) -> Result<(Files<4>, Vec<typst::text::Font>), NotSet> {
    let mut data = serde_json::to_value(certificate).map_err(|error| NotSet(error.to_string()))?;
    let chosen = fonts.covering(&mut data, &certificate.missing);
    let qr =
        qr(&certificate.url).ok_or_else(|| NotSet("the address is too long for a QR code".to_owned()))?;
    let files = [
        ("data.json", data.to_string().into_bytes()),
        ("qr.svg", qr.into_bytes()),
        ("statement.json", attached.statement.clone()),
        ("signature.json", attached.signature.clone()),
    ];
    Ok((files, chosen))
}

/// The QR code as SVG, with a quarter of it correctable: paper gets folded.
fn qr(text: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::Q).ok()?;
    Some(code.render::<svg::Color<'_>>().min_dimensions(200, 200).quiet_zone(false).build())
}

#[cfg(test)]
mod tests;
