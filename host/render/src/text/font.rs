//! The bundled typefaces, parsed once per process.

use std::sync::OnceLock;

use harfrust::{Direction, Feature, Font, Script, ShapePlan, ShaperFont, Tag};
use quire_model::Digest;

use crate::RenderError;

/// One font file that may be embedded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum FontFile {
    Regular,
    Bold,
    Italic,
    BoldItalic,
    Mono,
    /// Steps in for characters that the others lack.
    Symbols,
}

impl FontFile {
    const ALL: [Self; 6] = [
        Self::Regular,
        Self::Bold,
        Self::Italic,
        Self::BoldItalic,
        Self::Mono,
        Self::Symbols,
    ];

    /// The font's name in page content: `F0` to `F5`.
    pub(crate) const fn resource(self) -> &'static str {
        match self {
            Self::Regular => "F0",
            Self::Bold => "F1",
            Self::Italic => "F2",
            Self::BoldItalic => "F3",
            Self::Mono => "F4",
            Self::Symbols => "F5",
        }
    }

    /// The PostScript name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Regular => "Inter-Regular",
            Self::Bold => "Inter-SemiBold",
            Self::Italic => "Inter-Italic",
            Self::BoldItalic => "Inter-SemiBoldItalic",
            Self::Mono => "LiberationMono",
            Self::Symbols => "DejaVuSans",
        }
    }

    const fn data(self) -> &'static [u8] {
        match self {
            Self::Regular => include_bytes!("../../fonts/Inter-Regular.ttf"),
            Self::Bold => include_bytes!("../../fonts/Inter-SemiBold.ttf"),
            Self::Italic => include_bytes!("../../fonts/Inter-Italic.ttf"),
            Self::BoldItalic => include_bytes!("../../fonts/Inter-SemiBoldItalic.ttf"),
            Self::Mono => include_bytes!("../../fonts/LiberationMono-Regular.ttf"),
            Self::Symbols => include_bytes!("../../fonts/DejaVuSans.ttf"),
        }
    }
}

/// How a word is set: a typeface, and whether all digits are equally wide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Look {
    pub(crate) file: FontFile,
    /// Digits line up in columns.
    pub(crate) tabular: bool,
}

impl Look {
    pub(crate) const REGULAR: Self = Self::of(FontFile::Regular, false);
    pub(crate) const BOLD: Self = Self::of(FontFile::Bold, false);
    pub(crate) const FIGURES: Self = Self::of(FontFile::Regular, true);
    pub(crate) const BOLD_FIGURES: Self = Self::of(FontFile::Bold, true);

    /// How many values [`Look::number`] has.
    pub(crate) const COUNT: usize = 12;

    pub(crate) const fn of(file: FontFile, tabular: bool) -> Self {
        Self { file, tabular }
    }

    /// A small number for each look.
    pub(crate) const fn number(self) -> usize {
        self.file as usize * 2 + self.tabular as usize
    }
}

/// A parsed font file with what shaping needs again and again.
pub(crate) struct Typeface {
    pub(crate) data: &'static [u8],
    pub(crate) font: Font,
    /// Font units in one em.
    pub(crate) units: f32,
    latin: ShapePlan,
    latin_tabular: ShapePlan,
}

impl Typeface {
    fn parse(file: FontFile) -> Result<Self, RenderError> {
        let data = file.data();
        let font = Font::new(data, 0).ok_or_else(|| RenderError::Typeface {
            face: file.name(),
            reason: String::from("the file is damaged"),
        })?;
        let plan = |tabular| {
            ShapePlan::new(
                &font,
                Direction::LeftToRight,
                Some(Script::LATIN),
                None,
                features(tabular),
            )
        };
        Ok(Self {
            data,
            units: f32::from(font.units_per_em()).max(1.0),
            latin: plan(false),
            latin_tabular: plan(true),
            font,
        })
    }

    /// Whether the typeface has a picture of the character.
    pub(crate) fn has(&self, character: char) -> bool {
        self.font.charmap().map_unicode(character).is_some()
    }

    /// How wide a glyph is, in thousandths of an em.
    pub(crate) fn width(&self, glyph: u16) -> f32 {
        let advance = ShaperFont::new(&self.font).glyph_h_advance(u32::from(glyph).into());
        (advance as f32 * 1e6 / self.units).round() / 1000.0
    }

    /// How Latin text is shaped.
    pub(crate) const fn latin(&self, tabular: bool) -> &ShapePlan {
        if tabular {
            &self.latin_tabular
        } else {
            &self.latin
        }
    }
}

/// What is asked of a font beyond its defaults. Contextual alternates are off: Inter would turn
/// "->" into an arrow and "2x4" into a product, and a report shows what its data say.
pub(crate) fn features(tabular: bool) -> &'static [Feature] {
    static PLAIN: OnceLock<[Feature; 2]> = OnceLock::new();
    static TABULAR: OnceLock<[Feature; 2]> = OnceLock::new();
    let calt = Tag::new(b"calt");
    let tnum = Tag::new(b"tnum");
    let cell = if tabular { &TABULAR } else { &PLAIN };
    cell.get_or_init(|| {
        [
            Feature::new(calt, 0, ..),
            Feature::new(tnum, u32::from(tabular), ..),
        ]
    })
}

/// All typefaces.
pub(crate) struct Library {
    regular: Typeface,
    bold: Typeface,
    italic: Typeface,
    bold_italic: Typeface,
    mono: Typeface,
    symbols: Typeface,
}

impl Library {
    fn parse() -> Result<Self, RenderError> {
        Ok(Self {
            regular: Typeface::parse(FontFile::Regular)?,
            bold: Typeface::parse(FontFile::Bold)?,
            italic: Typeface::parse(FontFile::Italic)?,
            bold_italic: Typeface::parse(FontFile::BoldItalic)?,
            mono: Typeface::parse(FontFile::Mono)?,
            symbols: Typeface::parse(FontFile::Symbols)?,
        })
    }

    /// One typeface.
    pub(crate) const fn face(&self, file: FontFile) -> &Typeface {
        match file {
            FontFile::Regular => &self.regular,
            FontFile::Bold => &self.bold,
            FontFile::Italic => &self.italic,
            FontFile::BoldItalic => &self.bold_italic,
            FontFile::Mono => &self.mono,
            FontFile::Symbols => &self.symbols,
        }
    }
}

/// The bundled typefaces: the PostScript name and the digest of each font file. They are among the
/// arguments of a document, as other typefaces would give other pages.
#[must_use]
pub fn fonts() -> Vec<(&'static str, Digest)> {
    static FONTS: OnceLock<[(&str, Digest); 6]> = OnceLock::new();
    FONTS
        .get_or_init(|| FontFile::ALL.map(|file| (file.name(), Digest::of(file.data()))))
        .to_vec()
}

/// The typefaces, parsed by the first who asks.
pub(crate) fn library() -> Result<&'static Library, RenderError> {
    static LIBRARY: OnceLock<Library> = OnceLock::new();
    if let Some(library) = LIBRARY.get() {
        return Ok(library);
    }
    let parsed = Library::parse()?;
    Ok(LIBRARY.get_or_init(|| parsed))
}
