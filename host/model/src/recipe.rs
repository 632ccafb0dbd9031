//! Everything that determines a document: who has the recipe, the data and the modules that it names
//! can make the same bytes again, years later and on another machine.

use serde::{Deserialize, Serialize};

use crate::{Definition, Digest, LimitOverrides, ReportRequest, Stale, canonical_json};

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
    /// The digest of the drug's label; absent when no section asks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Digest>,
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
    /// Since when they are out of date; none while they are not.
    #[serde(
        default,
        rename = "remarks",
        with = "remarks",
        skip_serializing_if = "Option::is_none"
    )]
    pub stale: Option<Stale>,
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

/// How a recipe writes what is said on top of the data: by name, as the contract does.
mod remarks {
    use quire_contract::detail::{STALE_REASON, STALE_SINCE};
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    use crate::{Attribute, Stale};

    pub(super) fn serialize<S: Serializer>(
        stale: &Option<Stale>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        let remark = |name: &str, value: String| Attribute {
            name: name.to_owned(),
            value,
        };
        let remarks = stale.as_ref().map(|Stale { since, reason }| {
            [
                remark(STALE_SINCE, since.to_string()),
                remark(STALE_REASON, reason.clone()),
            ]
        });
        remarks.serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Stale>, D::Error> {
        let remarks = Vec::<Attribute>::deserialize(from)?;
        let value = |name| remarks.iter().find(|remark| remark.name == name);
        let Some(since) = value(STALE_SINCE) else {
            return Ok(None);
        };
        Ok(Some(Stale {
            since: since.value.parse().map_err(D::Error::custom)?,
            reason: value(STALE_REASON).map_or_else(String::new, |reason| reason.value.clone()),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stale_data_are_written_as_remarks_as_they_always_were() {
        let text = concat!(
            r#"{"digest":"0000000000000000000000000000000000000000000000000000000000000000","#,
            r#""candidates":[],"matched":[],"source":"","last_updated":"","remarks":["#,
            r#"{"name":"stale-since","value":"2025-06-15T15:11:40Z"},"#,
            r#"{"name":"stale-reason","value":"openFDA cannot be reached"}]}"#
        );

        let data: RecipeData = serde_json::from_str(text).unwrap();

        let stale = data.stale.clone().unwrap();
        assert_eq!(stale.since.to_string(), "2025-06-15T15:11:40Z");
        assert_eq!(stale.reason, "openFDA cannot be reached");
        assert_eq!(serde_json::to_string(&data).unwrap(), text);
        let fresh = RecipeData {
            stale: None,
            ..data
        };
        let written = serde_json::to_string(&fresh).unwrap();
        assert!(!written.contains("remarks"), "{written}");
        assert_eq!(serde_json::from_str::<RecipeData>(&written).unwrap(), fresh);
    }
}
