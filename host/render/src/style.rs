//! What the document looks like: colours and type sizes. Lengths are in points.

use quire_model::Tone;

use crate::text::Look;

/// A colour in sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Colour(pub(crate) u8, pub(crate) u8, pub(crate) u8);

/// Text.
pub(crate) const INK: Colour = Colour(0x1d, 0x26, 0x30);
/// The paper.
pub(crate) const WHITE: Colour = Colour(0xff, 0xff, 0xff);
/// Text that may be overlooked.
pub(crate) const MUTED: Colour = Colour(0x5c, 0x68, 0x75);
/// The one accent: section titles, links, captions' labels.
pub(crate) const ACCENT: Colour = Colour(0x0f, 0x4c, 0x75);
/// Rules that separate.
pub(crate) const RULE: Colour = Colour(0xd3, 0xd9, 0xe0);
/// Rules that frame.
pub(crate) const STRONG_RULE: Colour = Colour(0x8a, 0x96, 0xa3);
/// Every other row, and panels.
pub(crate) const TINT: Colour = Colour(0xf4, 0xf6, 0xf8);
/// Behind table headers.
pub(crate) const HEAD_TINT: Colour = Colour(0xe9, 0xee, 0xf3);

/// The dark and the light colour of a tone.
pub(crate) const fn tone(tone: Tone) -> (Colour, Colour) {
    match tone {
        Tone::Neutral => (Colour(0x5c, 0x68, 0x75), TINT),
        Tone::Info => (Colour(0x1f, 0x6b, 0xa8), Colour(0xed, 0xf4, 0xfa)),
        Tone::Good => (Colour(0x2c, 0x7a, 0x4b), Colour(0xed, 0xf6, 0xf0)),
        Tone::Caution => (Colour(0xb0, 0x76, 0x0c), Colour(0xfd, 0xf6, 0xe6)),
        Tone::Danger => (Colour(0xb0, 0x34, 0x2a), Colour(0xfb, 0xee, 0xec)),
    }
}

/// Size, line height, colour and look of a text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Type {
    pub(crate) size: f32,
    pub(crate) leading: f32,
    pub(crate) colour: Colour,
    pub(crate) look: Look,
}

impl Type {
    const fn new(size: f32, leading: f32, colour: Colour, look: Look) -> Self {
        Self {
            size,
            leading,
            colour,
            look,
        }
    }

    /// Running text.
    pub(crate) const BODY: Self = Self::new(9.0, 12.25, INK, Look::REGULAR);
    /// Text in boxes.
    pub(crate) const BOX: Self = Self::new(8.5, 12.0, INK, Look::REGULAR);
    /// Titles of boxes.
    pub(crate) const BOX_TITLE: Self = Self::new(8.5, 12.0, INK, Look::BOLD);
    /// Captions of tables and figures.
    pub(crate) const CAPTION: Self = Self::new(8.5, 11.5, INK, Look::REGULAR);
    /// Notes below tables.
    pub(crate) const NOTE: Self = Self::new(7.25, 9.75, MUTED, Look::REGULAR);
    /// Notes at the foot of the page.
    pub(crate) const FOOTNOTE: Self = Self::new(7.25, 9.75, MUTED, Look::REGULAR);
    /// Running header and footer.
    pub(crate) const RUNNING: Self = Self::new(7.5, 10.0, MUTED, Look::FIGURES);
    /// Text in charts.
    pub(crate) const CHART: Self = Self::new(7.5, 9.5, INK, Look::FIGURES);
    /// The title of a document with front matter, and the line below it.
    pub(crate) const TITLE: Self = Self::new(20.0, 25.0, INK, Look::BOLD);
    pub(crate) const SUBTITLE: Self = Self::new(11.0, 15.0, MUTED, Look::REGULAR);
    /// Text in a box that nobody needs to read twice.
    pub(crate) const SMALL_BOX: Self = Self::new(8.0, 11.0, INK, Look::REGULAR);
    /// The title of a document without front matter.
    pub(crate) const PLAIN_TITLE: Self = Self::new(18.0, 24.0, INK, Look::BOLD);

    /// A heading of level 1 to 4.
    pub(crate) const fn heading(level: u8) -> Self {
        match level {
            0 | 1 => Self::new(16.0, 20.0, ACCENT, Look::BOLD),
            2 => Self::new(11.5, 15.0, INK, Look::BOLD),
            3 => Self::new(10.5, 14.5, INK, Look::BOLD),
            _ => Self::new(9.5, 13.5, MUTED, Look::BOLD),
        }
    }

    /// The same in another colour.
    pub(crate) const fn with_colour(self, colour: Colour) -> Self {
        Self { colour, ..self }
    }

    /// The same in another look.
    pub(crate) const fn with_look(self, look: Look) -> Self {
        Self { look, ..self }
    }

    /// The distance from the top of a line to its baseline: capitals stand in the middle.
    pub(crate) const fn baseline(self) -> f32 {
        // Inter's capitals are 0.727 em high.
        (self.leading + self.size * 0.727) / 2.0
    }
}
