//! The definition of each figure: which version, and where it comes from.

/// One figure's definition. Its name and its words are the sentences `figure-{id}` and
/// `figure-{id}-definition` of the locale files; `docs/figures.md` has them in English.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Definition {
    /// Name in the API and of the sentences.
    pub id: &'static str,
    /// Raised with every change of what is counted.
    pub version: i64,
    /// The document or practice the definition follows.
    pub source: &'static str,
}

const STUDY: &str = "Headline figures of the national volunteer service statistics, 30 October 2021";
const LINES: &str = "Government hotline 12345: promptness of answers; Linli policy";

/// Every figure of the board, the six headline figures first.
pub const DEFINITIONS: &[Definition] = &[
    Definition { id: "volunteers", version: 1, source: STUDY },
    Definition { id: "resident-share", version: 1, source: STUDY },
    Definition { id: "teams", version: 1, source: STUDY },
    Definition { id: "projects", version: 1, source: STUDY },
    Definition { id: "hours", version: 1, source: STUDY },
    Definition { id: "hours-a-head", version: 1, source: STUDY },
    Definition { id: "active", version: 1, source: "Linli: registered is not serving" },
    Definition { id: "response", version: 1, source: LINES },
    Definition { id: "match", version: 1, source: LINES },
    Definition { id: "grades", version: 1, source: "Linli: the four grades of evidence" },
];
