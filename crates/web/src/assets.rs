//! The static files of the pages, compiled in and named by their content.
//!
//! A file is served as `/static/app.HASH.css`, so a browser may keep it for ever: a changed file has another name.

use std::fmt::Write as _;
use std::sync::OnceLock;

use sha2::{Digest, Sha256};

/// Bytes of the content hash that go into a file's name (two hex digits each).
const HASH_BYTES: usize = 6;

/// The whole style sheet, in the order of the file names.
const CSS: &str = concat!(
    include_str!("../assets/css/00-normalize.css"),
    include_str!("../assets/css/10-tokens.css"),
    include_str!("../assets/css/20-base.css"),
    include_str!("../assets/css/30-layout.css"),
    include_str!("../assets/css/40-components.css"),
    include_str!("../assets/css/50-elder.css"),
    include_str!("../assets/css/60-print.css"),
);

/// What the big screen lays over it.
const SCREEN_CSS: &str = include_str!("../assets/screen.css");

/// The whole script: htmx first, then our own, so that a phone fetches one file.
const SCRIPT: &str = concat!(include_str!("../assets/htmx.min.js"), "\n", include_str!("../assets/app.js"));

/// One static file.
#[derive(Debug, Clone, Copy)]
pub struct Asset {
    /// Where it is served, with the hash of its content: `/static/app.0123456789ab.css`.
    pub path: &'static str,
    /// The `Content-Type` header.
    pub content_type: &'static str,
    /// The file as served.
    pub bytes: &'static [u8],
}

struct Source {
    stem: &'static str,
    extension: &'static str,
    content_type: &'static str,
    bytes: &'static [u8],
}

const SOURCES: [Source; 5] = [
    Source { stem: "app", extension: "css", content_type: "text/css; charset=utf-8", bytes: CSS.as_bytes() },
    Source {
        stem: "app",
        extension: "js",
        content_type: "text/javascript; charset=utf-8",
        bytes: SCRIPT.as_bytes(),
    },
    Source {
        stem: "icons",
        extension: "svg",
        content_type: "image/svg+xml",
        bytes: include_bytes!("../assets/icons.svg"),
    },
    Source {
        stem: "logo",
        extension: "svg",
        content_type: "image/svg+xml",
        bytes: include_bytes!("../assets/logo.svg"),
    },
    Source {
        stem: "screen",
        extension: "css",
        content_type: "text/css; charset=utf-8",
        bytes: SCREEN_CSS.as_bytes(),
    },
];

static ASSETS: OnceLock<[Asset; SOURCES.len()]> = OnceLock::new();

fn table() -> &'static [Asset; SOURCES.len()] {
    ASSETS.get_or_init(|| {
        SOURCES.map(|source| Asset {
            path: hashed_path(&source),
            content_type: source.content_type,
            bytes: source.bytes,
        })
    })
}

/// The name lives as long as the program, once per file, so leaking it costs nothing.
fn hashed_path(source: &Source) -> &'static str {
    let digest = Sha256::digest(source.bytes);
    let mut path = format!("/static/{}.", source.stem);
    for byte in digest.iter().take(HASH_BYTES) {
        // Writing into a String cannot fail.
        let _ = write!(path, "{byte:02x}");
    }
    path.push('.');
    path.push_str(source.extension);
    path.leak()
}

/// Every static file.
#[must_use]
pub fn assets() -> &'static [Asset] {
    table()
}

/// The file served at `path`, if there is one.
#[must_use]
pub fn asset(path: &str) -> Option<&'static Asset> {
    table().iter().find(|asset| asset.path == path)
}

/// Path of the style sheet.
#[must_use]
pub fn css_path() -> &'static str {
    let [css, ..] = table();
    css.path
}

/// Path of the script: htmx and our own.
#[must_use]
pub fn js_path() -> &'static str {
    let [_, js, ..] = table();
    js.path
}

/// Path of the icon sprite; an icon is `icons_path()#name`.
#[must_use]
pub fn icons_path() -> &'static str {
    let [_, _, icons, ..] = table();
    icons.path
}

/// Path of the mark 邻, also the favicon.
#[must_use]
pub fn logo_path() -> &'static str {
    let [_, _, _, logo, _] = table();
    logo.path
}

/// Path of what the big screen lays over the style sheet.
#[must_use]
pub fn screen_css_path() -> &'static str {
    let [.., screen] = table();
    screen.path
}

#[cfg(test)]
mod tests;
