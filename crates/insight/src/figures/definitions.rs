//! The definition of each figure: which version, and where it comes from.

/// One figure's definition. Its name, its words and its source are the sentences `figure-{id}`,
/// `figure-{id}-definition` and `figure-source-{source}` of the locale files; `docs/figures.md` has them in English.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Definition {
    /// Name in the API and of the sentences.
    pub id: &'static str,
    /// Raised with every change of what is counted.
    pub version: i64,
    /// Word of the document or practice the definition follows.
    pub source: &'static str,
}

/// Every figure of the board, the six headline figures first.
pub const DEFINITIONS: &[Definition] = &[
    Definition { id: "volunteers", version: 1, source: "study" },
    Definition { id: "resident-share", version: 1, source: "study" },
    Definition { id: "teams", version: 1, source: "study" },
    Definition { id: "projects", version: 1, source: "study" },
    Definition { id: "hours", version: 1, source: "study" },
    Definition { id: "hours-a-head", version: 1, source: "study" },
    Definition { id: "active", version: 1, source: "serving" },
    Definition { id: "response", version: 1, source: "promptness" },
    Definition { id: "match", version: 1, source: "promptness" },
    Definition { id: "grades", version: 1, source: "evidence" },
    Definition { id: "categories", version: 1, source: "categories" },
    Definition { id: "decades", version: 1, source: "decades" },
];
