//! What is written down about a report: what it was made of, what became of each section, and how
//! the making went.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

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

/// What a manifest says of the request that a document was given to, rather than of its making: members of [`Manifest`]
/// by the same names.
#[derive(Clone, Debug, Serialize)]
pub struct Given {
    /// Which report.
    pub report: ReportId,
    /// The key that asked for it.
    pub requested_by: String,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// When a worker first began it; none if it was given the document at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// The trace that it was asked for in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
    /// What the caller said about it.
    #[serde(flatten)]
    pub note: Note,
    /// The report that the document was made for.
    pub shared_from: ReportId,
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

impl Given {
    /// Members that only some manifests have.
    const OPTIONAL: [&'static str; 4] = ["started_at", "trace_id", "label", "metadata"];

    /// The manifest of a report that was given a document, from the manifest of the one that it was made for, as that is
    /// stored; canonical as that is. What is told of the making is taken over unread.
    ///
    /// # Errors
    ///
    /// If what is stored is no JSON object.
    pub fn manifest(&self, stored: &str) -> Result<String, serde_json::Error> {
        let mut members: BTreeMap<String, Box<RawValue>> = serde_json::from_str(stored)?;
        members.retain(|name, _| !Self::OPTIONAL.contains(&name.as_str()));
        let own = String::from_utf8_lossy(&canonical_json(self)?).into_owned();
        let own: BTreeMap<String, Box<RawValue>> = serde_json::from_str(&own)?;
        members.extend(own);
        serde_json::to_string(&members)
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn made(optional: serde_json::Value) -> Manifest {
        let digest = Digest::of(b"data");
        let recipe = json!({
            "request": {"ndc": "61958-0802", "definition": "cer", "as_of": "2025-06-30", "locale": "en"},
            "definition": {"name": "cer", "version": 3, "title": "", "paper": "a4", "front_matter": false,
                           "sections": []},
            "definition_digest": digest,
            "data": {"digest": digest, "candidates": [], "matched": [], "source": "", "last_updated": ""},
            "modules": [], "producer": "", "fonts": [], "conformance": "",
        });
        let mut manifest = json!({
            "schema": Manifest::SCHEMA, "report": "01JD3Q0V5N8R6Z2W4Y7XK9MTBC", "requested_by": "first",
            "accepted_at": "2025-06-15T15:06:40Z", "made_at": "2025-06-15T15:06:41Z", "attempt": 1, "worker": "w",
            "colophon": {"schema": "", "document_id": "", "recipe": recipe, "sections": []},
            "data": {"cache": "miss", "age_s": 0, "fetched_at": "", "last_updated": "", "queries": []},
            "usage": [], "outputs": [],
        });
        if let (Some(members), Some(optional)) = (manifest.as_object_mut(), optional.as_object()) {
            members.extend(optional.clone());
        }
        serde_json::from_value(manifest).unwrap()
    }

    #[test]
    fn who_is_given_a_document_has_a_manifest_as_if_it_were_written_anew() {
        let full = json!({
            "started_at": "2025-06-15T15:06:40.5Z", "trace_id": "0af7651916cd43dd8448eb211c80319c",
            "label": "first \"one\"", "metadata": {"b": "1", "a": "2"}, "shared_from": "01JD3Q0V5N8R6Z2W4Y7XK9MTBA",
        });
        let pairs = BTreeMap::from([("order".to_owned(), "A-17 ä".to_owned())]);
        let note = Note::new(Some("desk 4"), &pairs).unwrap();
        for source in [made(full), made(json!({}))] {
            for (note, trace_id) in [
                (note.clone(), Some("4bf9".to_owned())),
                (Note::default(), None),
            ] {
                let given = Given {
                    report: "01JD3Q0V5N8R6Z2W4Y7XK9MTBD".parse().unwrap(),
                    requested_by: "second".to_owned(),
                    accepted_at: "2025-06-15T15:07:00.25Z".parse().unwrap(),
                    started_at: None,
                    trace_id,
                    note,
                    shared_from: source.report.clone(),
                };
                let anew = Manifest {
                    report: given.report.clone(),
                    requested_by: given.requested_by.clone(),
                    accepted_at: given.accepted_at,
                    started_at: given.started_at,
                    trace_id: given.trace_id.clone(),
                    note: given.note.clone(),
                    shared_from: Some(given.shared_from.clone()),
                    ..source.clone()
                };

                let stored = String::from_utf8(source.to_bytes()).unwrap();

                assert_eq!(given.manifest(&stored).unwrap().as_bytes(), anew.to_bytes());
            }
        }
    }
}
