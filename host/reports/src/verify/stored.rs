//! What a document was made from, as it is stored here: data, definition, modules. What is not to be
//! had is a finding.

use std::sync::Arc;

use quire_faers::CaseSeries;
use quire_model::{Background, Component, Definition, Digest, Finding, FindingKind, Label, Recipe};
use quire_records::{Records, RecordsError};
use quire_registry::Registry;

use super::VerifyError;
use crate::data::Data;

/// What was looked for, or why it is not to be had.
pub(crate) type Found<T> = Result<T, Finding>;

pub(crate) fn found<T>(found: Found<T>, lacking: &mut Vec<Finding>) -> Option<T> {
    found.map_err(|finding| lacking.push(finding)).ok()
}

/// What the document was made from; none if something of it is not to be had, which `lacking` then says.
pub(crate) async fn data(
    records: &Records,
    recipe: &Recipe,
    lacking: &mut Vec<Finding>,
) -> Result<Option<Data>, VerifyError> {
    let series = found(series(records, recipe).await?, lacking);
    let background = found(background(records, recipe).await?, lacking);
    let label = found(label(records, recipe).await?, lacking);
    Ok(series
        .zip(background)
        .zip(label)
        .map(|((series, background), label)| Data {
            series,
            background,
            label,
        }))
}

/// The reports, as they were when the document was made.
pub(crate) async fn series(
    records: &Records,
    recipe: &Recipe,
) -> Result<Found<Arc<CaseSeries>>, VerifyError> {
    let digest = recipe.data.digest;
    let encoded = match stored(records, digest, FindingKind::DataMissing, "data").await? {
        Ok(encoded) => encoded,
        Err(finding) => return Ok(Err(finding)),
    };
    let restore = move || CaseSeries::restore(encoded.into());
    let restored = tokio::task::spawn_blocking(restore).await?;
    Ok(match restored {
        Ok(series) if series.digest() == digest => Ok(Arc::new(series)),
        _ => Err(unreadable(digest)),
    })
}

/// What the reports were compared with, if the document has it.
async fn background(
    records: &Records,
    recipe: &Recipe,
) -> Result<Found<Option<Arc<Background>>>, VerifyError> {
    let Some(digest) = recipe.background else {
        return Ok(Ok(None));
    };
    let kind = FindingKind::BackgroundMissing;
    let encoded = match stored(records, digest, kind, "background totals").await? {
        Ok(encoded) => encoded,
        Err(finding) => return Ok(Err(finding)),
    };
    Ok(match Background::decode(&encoded) {
        Ok(background) if Digest::of(&encoded) == digest => Ok(Some(Arc::new(background))),
        _ => Err(unreadable(digest)),
    })
}

/// The drug's label, if the document has it.
async fn label(
    records: &Records,
    recipe: &Recipe,
) -> Result<Found<Option<Arc<Label>>>, VerifyError> {
    let Some(digest) = recipe.label else {
        return Ok(Ok(None));
    };
    let encoded = match stored(records, digest, FindingKind::LabelMissing, "a label").await? {
        Ok(encoded) => encoded,
        Err(finding) => return Ok(Err(finding)),
    };
    Ok(match Label::decode(&encoded) {
        Ok(label) if Digest::of(&encoded) == digest => Ok(Some(Arc::new(label))),
        _ => Err(unreadable(digest)),
    })
}

async fn stored(
    records: &Records,
    digest: Digest,
    missing: FindingKind,
    what: &str,
) -> Result<Found<Vec<u8>>, VerifyError> {
    let finding = |kind, detail: String| Finding {
        digest: Some(digest),
        ..Finding::new(kind, detail)
    };
    match records.snapshot(digest).await {
        Ok(Some(encoded)) => Ok(Ok(encoded)),
        Ok(None) => {
            let removed = records.removed_data(digest).await?;
            let why = removed.map_or_else(
                || "this data directory does not hold. Use that of the server that made it.".to_owned(),
                |removed| {
                    format!(
                        "were removed from this data directory on {:.0} by the rule {:?} of its retention. A backup of \
                         before has them.",
                        removed.at, removed.rule
                    )
                },
            );
            let detail = format!("The document was made from {what} that {why}");
            Ok(Err(finding(missing, detail)))
        }
        Err(RecordsError::DamagedArtifact(_) | RecordsError::File { .. }) => Ok(Err(finding(
            FindingKind::DataUnreadable,
            format!(
                "The document was made from {what}; what is stored of that was altered or cannot be read. \
                 Restore the data directory."
            ),
        ))),
        Err(error) => Err(error.into()),
    }
}

fn unreadable(digest: Digest) -> Finding {
    Finding {
        digest: Some(digest),
        ..Finding::new(
            FindingKind::DataUnreadable,
            "The stored data are in a form that this version of Quire does not read. Use the version \
             that made the document.",
        )
    }
}

/// Whether the report definition is the one that is known under its name and version.
pub(crate) async fn stated_definition(
    registry: &Registry,
    recipe: &Recipe,
) -> Result<Option<Finding>, VerifyError> {
    let definition = &recipe.definition;
    let (name, version) = (&definition.name, definition.version);
    if definition.digest() != recipe.definition_digest {
        return Ok(Some(Finding::new(
            FindingKind::Inconsistent,
            "The file states a report definition and a digest that is not the definition's: what \
             it says about itself was altered.",
        )));
    }
    let stored = registry
        .records()?
        .definition_version(name, version)
        .await?;
    let own = || {
        registry
            .definitions
            .get(name)
            .map(|own| Definition::clone(&own))
    };
    let known = stored.or_else(|| own().filter(|own| own.version == version));
    let (kind, detail) = match known {
        Some(known) if known.digest() == recipe.definition_digest => return Ok(None),
        Some(_) => (
            FindingKind::DefinitionDiffers,
            format!(
                "Version {version} of the report definition {name} reads otherwise in the records \
                 than in the file: parameters were given for this one report, or the file comes \
                 from another place. It was compared with the definition that it carries."
            ),
        ),
        None => (
            FindingKind::DefinitionUnknown,
            format!(
                "The records hold no version {version} of the report definition {name}. The file \
                 was compared with the definition that it carries."
            ),
        ),
    };
    Ok(Some(Finding {
        digest: Some(recipe.definition_digest),
        ..Finding::new(kind, detail)
    }))
}

/// Modules of the recipe that are not to be had. Those that are stored but not loaded are loaded.
pub(crate) async fn missing_modules(
    registry: &Registry,
    recipe: &Recipe,
) -> Result<Vec<Finding>, VerifyError> {
    let mut missing = Vec::new();
    for component in &recipe.modules {
        if let Some(digest) = component.digest
            && !registry.has(digest).await.map_err(VerifyError::Module)?
        {
            missing.push(not_here(component, digest));
        }
    }
    Ok(missing)
}

fn not_here(component: &Component, digest: Digest) -> Finding {
    let Component {
        section,
        module,
        version,
        ..
    } = component;
    Finding {
        section: Some(section.clone()),
        module: Some(module.clone()),
        digest: Some(digest),
        ..Finding::new(
            FindingKind::ModuleMissing,
            format!(
                "Module {module} {version} ({}), which made the section {section}, is not here. Push \
                 it again, or use the data directory of the server that made the document.",
                digest.short()
            ),
        )
    }
}
