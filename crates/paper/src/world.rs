//! What typst sees: one template, a few files in memory, some fonts, no clock and no network.

use std::{collections::BTreeMap, sync::LazyLock};

use typst::{
    Library, LibraryExt as _, World,
    diag::{FileError, FileResult, SourceDiagnostic},
    foundations::{Bytes, Datetime, Duration, Smart},
    layout::Abs,
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
    visualize::Color,
};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};
use typst_render::RenderOptions;

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));

struct Desk {
    main: Source,
    files: BTreeMap<String, Bytes>,
    fonts: Vec<Font>,
    book: LazyHash<FontBook>,
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() { Ok(self.main.clone()) } else { Err(FileError::NotSource) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let path = id.get().vpath().get_without_slash();
        self.files.get(path).cloned().ok_or_else(|| FileError::NotFound(path.into()))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

/// Lays the template out with its files, and makes of it what is wanted.
fn laid_out<T>(
    template: &str,
    files: impl IntoIterator<Item = (&'static str, Vec<u8>)>,
    fonts: Vec<Font>,
    make: impl FnOnce(&PagedDocument) -> Result<T, String>,
) -> Result<T, String> {
    let path = VirtualPath::new("/main.typ").map_err(|error| format!("{error:?}"))?;
    let main = FileId::new(RootedPath::new(VirtualRoot::Project, path));
    let desk = Desk {
        main: Source::new(main, template.to_owned()),
        files: files.into_iter().map(|(name, bytes)| (name.to_owned(), Bytes::new(bytes))).collect(),
        book: LazyHash::new(FontBook::from_fonts(&fonts)),
        fonts,
    };
    let set = typst::compile::<PagedDocument>(&desk).output.map_err(|errors| words(&errors));
    let made = set.and_then(|set| make(&set));
    // What typst remembers of one paper helps no other.
    comemo::evict(0);
    made
}

/// Sets the template with its files as PDF/A-3b.
pub(crate) fn set(
    template: &str,
    files: impl IntoIterator<Item = (&'static str, Vec<u8>)>,
    fonts: Vec<Font>,
    (year, month, day): (i32, u8, u8),
) -> Result<Vec<u8>, String> {
    let issued = Datetime::from_ymd_hms(year, month, day, 0, 0, 0).map(Timestamp::new_utc);
    let options = PdfOptions {
        ident: Smart::Auto,
        creator: Smart::Custom(Some("Linli".to_owned())),
        timestamp: issued,
        page_ranges: None,
        standards: PdfStandards::new(&[PdfStandard::A_3b]).map_err(|error| error.message().to_string())?,
        tagged: true,
        pretty: false,
    };
    laid_out(template, files, fonts, |set| typst_pdf::pdf(set, &options).map_err(|errors| words(&errors)))
}

/// Pixels for each point: an A4 page is 1,190 wide, which a phone shows sharp and a printer still prints.
const PIXELS: f64 = 2.0;

/// Sets the template with its files as one PNG, the pages below each other.
pub(crate) fn picture(
    template: &str,
    files: impl IntoIterator<Item = (&'static str, Vec<u8>)>,
    fonts: Vec<Font>,
) -> Result<Vec<u8>, String> {
    let options = RenderOptions { pixel_per_pt: PIXELS.into(), render_bleed: false };
    laid_out(template, files, fonts, |set| {
        let canvas = typst_render::render_merged(set, &options, Abs::zero(), Some(Color::WHITE));
        canvas.encode_png().map_err(|error| error.to_string())
    })
}

fn words(errors: &[SourceDiagnostic]) -> String {
    errors.iter().map(|error| error.message.to_string()).collect::<Vec<_>>().join("; ")
}
