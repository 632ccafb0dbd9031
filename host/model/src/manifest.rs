//! What is written down about a report: what it was made of, what became of each section, and how
//! the making went.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Block, Digest, Fact, Note, Recipe, ReportId, SourceQuery, canonical_json};

/// What travels inside the document, under [`NAME`](Self::NAME): the recipe, and what each section
/// became. Equal recipes give equal colophons, unless a section ran into its time limit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Colophon {
    /// [`SCHEMA`](Self::SCHEMA), for readers of a later day.
    pub schema: String,
    /// The document's identifier, which derives from the recipe.
    pub document_id: String,
    /// What determines the document.
    pub recipe: Recipe,
    /// What each section became, in printed order.
    pub sections: Vec<SectionOutcome>,
}

/// What a section became.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionOutcome {
    /// The section's name in the definition.
    pub section: String,
    /// Whether it was made.
    pub outcome: MadeAs,
    /// The digest of its content, by which a difference can be named without the content.
    pub content: Digest,
}

/// How a section stands in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MadeAs {
    /// As its module made it.
    Made,
    /// A box stands in for it and says why.
    Placeholder,
}

/// Everything about one report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`SCHEMA`](Self::SCHEMA), for readers of a later day.
    pub schema: String,
    /// Which report.
    pub report: ReportId,
    /// The key that asked for it.
    pub requested_by: String,
    /// When it was accepted, begun for the first time, and made; by the host's clock.
    pub accepted_at: Timestamp,
    /// When a worker first began it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When this attempt had made it.
    pub made_at: Timestamp,
    /// Which attempt made it, from 1.
    pub attempt: u32,
    /// Which worker.
    pub worker: String,
    /// The trace that it was asked for in, under which the log and a collector know it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
    /// What the caller said about the request in words of their own.
    #[serde(flatten)]
    pub note: Note,
    /// The report that the document was made for, where this one was given it: when, by which attempt and worker, is
    /// told of that one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared_from: Option<ReportId>,
    /// What the document itself carries.
    #[serde(flatten)]
    pub making: Making,
}

/// How a document came about, for whoever asked for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Making {
    /// What travels inside the document.
    pub colophon: Colophon,
    /// How the data were come by.
    pub data: DataUse,
    /// What each section cost, in printed order.
    pub usage: Vec<SectionUsage>,
    /// What was written.
    pub outputs: Vec<OutputForm>,
}

/// How the data were come by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataUse {
    /// How the cache served them: `miss`, `hit` or `stale`.
    pub cache: String,
    /// How old they were, in seconds.
    pub age_s: u64,
    /// The time of the newest answer, RFC 3339, by the source's clock.
    pub fetched_at: String,
    /// The source's own statement of its age.
    pub last_updated: String,
    /// Every request to the source, in the order they were made.
    pub queries: Vec<SourceQuery>,
}

/// What a section used of its limits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionUsage {
    /// The section's name in the definition.
    pub section: String,
    /// CPU time of the guest, in milliseconds.
    pub cpu_ms: u64,
    /// Wall time of the call, in milliseconds.
    pub wall_ms: u64,
    /// Peak linear memory.
    pub memory_bytes: u64,
    /// Size of what it returned.
    pub output_bytes: u64,
    /// Log lines that were kept.
    pub log_bytes: u64,
}

/// One form of the document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputForm {
    /// Which form, such as `pdf`.
    pub form: String,
    /// What the bytes mean, such as `application/pdf`.
    pub media_type: String,
    /// The digest of the bytes.
    pub digest: Digest,
    /// How many they are.
    pub size_bytes: u64,
}

impl Colophon {
    /// The name of the file inside the document.
    pub const NAME: &'static str = "manifest.json";
    /// The form of this version.
    pub const SCHEMA: &'static str = "quire/colophon/1";

    /// The colophon of a document.
    #[must_use]
    pub fn new(recipe: Recipe, sections: Vec<SectionOutcome>) -> Self {
        Self {
            schema: Self::SCHEMA.to_owned(),
            document_id: recipe.document_id(),
            recipe,
            sections,
        }
    }

    /// Canonical JSON: the bytes of the file inside the document.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        // Its members have names that are text, so writing it cannot fail.
        canonical_json(self).unwrap_or_default()
    }
}

impl Manifest {
    /// The form of this version.
    pub const SCHEMA: &'static str = "quire/manifest/1";

    /// Canonical JSON: the bytes that are stored and served.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        // As above.
        canonical_json(self).unwrap_or_default()
    }
}

impl SectionOutcome {
    /// The digest of what a section consists of.
    #[must_use]
    pub fn content_of(blocks: &[Block], facts: &[Fact]) -> Digest {
        let mut hash = crate::digest::Hashing::default();
        // Writing into a hash cannot fail, and the nouns' members have names that are text.
        let _ = serde_json::to_writer(&mut hash, &(blocks, facts));
        hash.finish()
    }
}
