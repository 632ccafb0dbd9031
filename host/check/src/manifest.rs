//! What a module says about itself.

use quire_model::Attribute;

use super::{
    Fault,
    tally::Tally,
    text::{attributes, text},
};

/// All of a manifest.
const MANIFEST_BYTES: usize = 256 << 10;
/// Characters of a title.
const TITLE_CHARS: usize = 80;
/// Characters of a summary: two sentences.
const SUMMARY_CHARS: usize = 1_000;
/// Characters of a version.
const VERSION_CHARS: usize = 80;
/// Languages of one module.
const LOCALES: usize = 200;

/// What a module says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// What an administrator reads in a list.
    pub title: String,
    /// One or two sentences.
    pub summary: String,
    /// The author's own version.
    pub version: String,
    /// BCP 47 tags; the first is the default.
    pub locales: Vec<String>,
    /// JSON Schema of its parameters.
    pub params_schema: Option<String>,
    /// Details for later versions.
    pub attributes: Vec<Attribute>,
}

/// Check a manifest.
///
/// # Errors
///
/// The rule that it breaks, in words.
pub fn manifest(manifest: &Manifest) -> Result<(), String> {
    check(manifest).map_err(|fault| match fault {
        Fault::Rule(rule) => rule,
        Fault::TooLarge { .. } | Fault::Blocks { .. } | Fault::Rows { .. } => {
            format!("it has more than {MANIFEST_BYTES} bytes")
        }
    })
}

fn check(manifest: &Manifest) -> Result<(), Fault> {
    let mut tally = Tally::new(MANIFEST_BYTES, 0);
    words("title", &manifest.title, TITLE_CHARS, &mut tally)?;
    words("summary", &manifest.summary, SUMMARY_CHARS, &mut tally)?;
    words("version", &manifest.version, VERSION_CHARS, &mut tally)?;
    if manifest.title.trim().is_empty() {
        return Err("the title is empty".into());
    }
    super::at_most(manifest.locales.len(), LOCALES, "locales")?;
    for locale in &manifest.locales {
        tally.parts(1)?;
        language_tag(locale)?;
    }
    if let Some(schema) = &manifest.params_schema {
        tally
            .string(schema)
            .map_err(|fault| fault.at(|| "the schema of the parameters".to_owned()))?;
    }
    attributes(&manifest.attributes, &mut tally)
}

fn words(name: &str, words: &str, limit: usize, tally: &mut Tally) -> Result<(), Fault> {
    text(words, tally).map_err(|fault| fault.at(|| name.to_owned()))?;
    let chars = words.chars().count();
    if chars > limit {
        return Err(
            format!("the {name} has {chars} characters; at most {limit} are allowed").into(),
        );
    }
    Ok(())
}

/// The shape of a BCP 47 tag: `en`, `de-CH`, `zh-Hant-TW`.
fn language_tag(tag: &str) -> Result<(), Fault> {
    let part = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    if tag.len() <= 35 && tag.split('-').all(part) {
        return Ok(());
    }
    let shown: String = tag.chars().take(40).collect();
    Err(format!("the locale {shown:?} is not a BCP 47 tag such as `en` or `de-CH`").into())
}
