//! Everything that determines a document: who has the recipe, the data and the modules that it names
//! can make the same bytes again, years later and on another machine.

use serde::{Deserialize, Serialize};

use crate::{Attribute, Definition, Digest, LimitOverrides, ReportRequest, canonical_json};

/// The arguments of a document. It is known before the first section runs, and holds nothing that
/// depends on the run: no times, no costs, no attempts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    /// What was asked for, as it was written.
    pub request: ReportRequest,
    /// The report definition, whole.
    pub definition: Definition,
    /// Its digest, by which the version in the records is known.
    pub definition_digest: Digest,
    /// Which reports.
    pub data: RecipeData,
    /// The digest of the background they are compared with; absent when no section asks for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub background: Option<Digest>,
    /// Which code makes each section, in printed order.
    pub modules: Vec<Component>,
    /// Name and version of the software.
    pub producer: String,
    /// The typefaces that can be used.
    pub fonts: Vec<FontRef>,
    /// The standard that the file follows, such as `PDF/A-3b`.
    pub conformance: String,
}

/// The data of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecipeData {
    /// The digest of the snapshot, under which it is stored.
    pub digest: Digest,
    /// Product codes that were searched.
    pub candidates: Vec<String>,
    /// Those of them that the source knows.
    pub matched: Vec<String>,
    /// The source's name.
    pub source: String,
    /// The source's own statement of its age.
    pub last_updated: String,
    /// What is said on top of the data, such as how stale they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<Attribute>,
}

/// The code that makes one section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Component {
    /// The section's name in the definition.
    pub section: String,
    /// The module's name.
    pub module: String,
    /// The author's version; `not installed` where there was no such module.
    pub version: String,
    /// The digest of the component; absent where there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
    /// What it may use in place of the usual: an administrator's limits for the module, with those of
    /// the definition in their place. A section that breaks one is a placeholder.
    #[serde(default, skip_serializing_if = "LimitOverrides::is_empty")]
    pub limits: LimitOverrides,
}

/// A typeface.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FontRef {
    /// Its PostScript name.
    pub name: String,
    /// The digest of the font file.
    pub digest: Digest,
}

impl Recipe {
    /// The document's identifier, 32 hexadecimal digits: equal recipes, equal identifier.
    #[must_use]
    pub fn document_id(&self) -> String {
        // Its members have names that are text, so writing it cannot fail.
        let bytes = canonical_json(self).unwrap_or_default();
        let parts: [&[u8]; 2] = [b"quire document 2", &bytes];
        Digest::of_parts(parts)
            .to_string()
            .chars()
            .take(32)
            .collect()
    }

    /// One digest for all typefaces.
    #[must_use]
    pub fn fonts_digest(&self) -> Digest {
        Digest::of_parts(self.fonts.iter().flat_map(|font| {
            let parts: [&[u8]; 2] = [font.name.as_bytes(), font.digest.as_bytes()];
            parts
        }))
    }
}

impl Definition {
    /// The digest of the definition as JSON.
    #[must_use]
    pub fn digest(&self) -> Digest {
        // As above.
        Digest::of(&serde_json::to_vec(self).unwrap_or_default())
    }
}
