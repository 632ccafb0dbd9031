//! A finished report before it is drawn.

use serde::{Deserialize, Serialize};

use crate::{Block, Date, Digest, Fact};

/// Paper size and orientation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Paper {
    /// 215.9 × 279.4 mm, upright.
    Letter,
    /// 279.4 × 215.9 mm.
    LetterLandscape,
    /// 210 × 297 mm, upright.
    A4,
    /// 297 × 210 mm.
    A4Landscape,
}

impl Paper {
    /// Width and height in points (1/72 inch).
    #[must_use]
    pub const fn size_pt(self) -> (f32, f32) {
        match self {
            Self::Letter => (612.0, 792.0),
            Self::LetterLandscape => (792.0, 612.0),
            Self::A4 => (595.28, 841.89),
            Self::A4Landscape => (841.89, 595.28),
        }
    }
}

/// Which code made a section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleRef {
    /// The module's name, such as `reaction-table`.
    pub name: String,
    /// The author's version, for people.
    pub version: String,
    /// The digest of the component.
    pub digest: Digest,
}

/// One section, as its module returned it and the host accepted it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// The section's name in the definition; unique in the document.
    pub name: String,
    /// Which code made it.
    pub module: ModuleRef,
    /// The content, beginning with a level 1 heading.
    pub blocks: Vec<Block>,
    /// What it established.
    pub facts: Vec<Fact>,
}

impl Section {
    /// Its title as it is printed; its name if it has no heading.
    #[must_use]
    pub fn title(&self) -> &str {
        match self.blocks.first() {
            Some(Block::Heading(heading)) => &heading.text,
            _ => &self.name,
        }
    }
}

/// A finished report before it is drawn. Equal documents are drawn to equal bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// Derives from the arguments, never from the task: 32 hexadecimal digits.
    pub id: String,
    /// The title on the cover and in the running header.
    pub title: String,
    /// A line below the title, such as the drug's names.
    pub subtitle: String,
    /// BCP 47 tag.
    pub language: String,
    /// "Today" for the document; its creation date.
    pub as_of: Date,
    /// Paper size.
    pub paper: Paper,
    /// Whether to draw a cover and a table of contents.
    pub front_matter: bool,
    /// Label and value lines on the cover: drug code, data source, reports analysed, and so on.
    pub cover: Vec<(String, String)>,
    /// A notice printed on the cover, such as "not for clinical decisions".
    pub notice: String,
    /// Name and version of the software.
    pub producer: String,
    /// In printed order.
    pub sections: Vec<Section>,
    /// Files that travel inside the PDF. No other form holds them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
}

/// A file inside the document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its name, such as `manifest.json`; unique in the document.
    pub name: String,
    /// What it is, such as `application/json`.
    pub media_type: String,
    /// What a reader should know about it.
    pub description: String,
    /// Its content.
    pub bytes: Vec<u8>,
}
