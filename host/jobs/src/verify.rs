//! Makes a document again from what is stored, and says whether it is the same.

use std::sync::Arc;

use quire_faers::CaseSeries;
use quire_model::{
    Background, Colophon, Component, Definition, Digest, Finding, FindingKind, Recipe,
    SectionOutcome, Verdict, Verification,
};
use quire_records::{Records, RecordsError};
use quire_render::Difference;
use tokio::sync::Semaphore;

use crate::{Generated, Pipeline, recipe::fonts};

/// Documents that are made again at a time, so that whoever asks for many of them does not keep the
/// machine from making new ones.
static TURNS: Semaphore = Semaphore::const_new(2);

/// Why there is no answer at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The file does not say what it was made from; whoever gave it has to act.
    #[error("{0}")]
    NotAReport(String),
    /// The records cannot be read.
    #[error("the records could not be read")]
    Records(#[from] RecordsError),
    /// A fault of Quire itself.
    #[error("the work crashed")]
    Crashed(#[from] tokio::task::JoinError),
}

impl Pipeline {
    /// Make the document of a file again, from the recipe that it carries and the data and modules
    /// that are stored here, and compare.
    ///
    /// # Errors
    ///
    /// [`VerifyError::NotAReport`] for a file without a recipe. That it cannot be made again is an
    /// answer.
    pub async fn verify(
        &self,
        records: &Records,
        pdf: Arc<[u8]>,
    ) -> Result<Verification, VerifyError> {
        let _turn = TURNS.acquire().await;
        let colophon = {
            let pdf = Arc::clone(&pdf);
            tokio::task::spawn_blocking(move || colophon_of(&pdf)).await??
        };
        let recipe = &colophon.recipe;
        let mut findings = self.statements(&colophon);
        findings.extend(self.stated_definition(records, recipe).await?);
        let mut lacking = Vec::new();
        let series = found(series(records, recipe).await?, &mut lacking);
        let background = found(background(records, recipe).await?, &mut lacking);
        lacking.extend(self.missing_modules(records, recipe).await?);
        let generated = match (series, background) {
            (Some(series), Some(background)) if lacking.is_empty() => {
                match self.reproduce(recipe, series, background).await {
                    Ok(generated) => Some(generated),
                    Err(failure) => {
                        lacking.push(Finding {
                            section: failure.problem.section.clone(),
                            ..Finding::new(FindingKind::Failed, failure.problem.detail)
                        });
                        None
                    }
                }
            }
            _ => None,
        };
        let Some(generated) = generated else {
            lacking.append(&mut findings);
            return Ok(answer(Verdict::Impossible, &colophon, &pdf, None, lacking));
        };
        let again = Digest::of(&generated.pdf);
        let verdict = if *generated.pdf == *pdf {
            Verdict::Match
        } else {
            findings.extend(compare(&colophon, Arc::clone(&pdf), generated).await?);
            Verdict::Differs
        };
        Ok(answer(verdict, &colophon, &pdf, Some(again), findings))
    }

    /// What can be seen without making anything.
    fn statements(&self, colophon: &Colophon) -> Vec<Finding> {
        let recipe = &colophon.recipe;
        let mut findings = Vec::new();
        if recipe.document_id() != colophon.document_id {
            findings.push(Finding::new(
                FindingKind::Inconsistent,
                "The file states a recipe from which another document identifier derives: what it \
                 says about itself was altered.",
            ));
        }
        if recipe.producer != self.producer {
            findings.push(Finding::new(
                FindingKind::ProducerDiffers,
                format!(
                    "The file was made by {}, and this is {}. Other versions may write other bytes; \
                     use the one that made it.",
                    recipe.producer, self.producer
                ),
            ));
        }
        if recipe.fonts != fonts() || recipe.conformance != quire_render::CONFORMANCE {
            findings.push(Finding::new(
                FindingKind::FontsDiffer,
                "The file was set in other typefaces, or by another standard, than this version of \
                 Quire has.",
            ));
        }
        findings
    }

    /// Whether the report definition is the one that is known under its name and version.
    async fn stated_definition(
        &self,
        records: &Records,
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
        let stored = records.definition_version(name, version).await?;
        let own = || {
            self.definitions
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
    async fn missing_modules(
        &self,
        records: &Records,
        recipe: &Recipe,
    ) -> Result<Vec<Finding>, VerifyError> {
        let mut missing = Vec::new();
        for component in &recipe.modules {
            if let Some(digest) = component.digest
                && !self.has_module(records, digest).await?
            {
                missing.push(not_here(component, digest));
            }
        }
        Ok(missing)
    }

    async fn has_module(&self, records: &Records, digest: Digest) -> Result<bool, VerifyError> {
        if self.modules.by_digest(digest).is_some() {
            return Ok(true);
        }
        let stored = match records.artifact(digest).await {
            Ok(stored) => stored.bytes,
            Err(
                RecordsError::NoArtifact(_)
                | RecordsError::DamagedArtifact(_)
                | RecordsError::File { .. },
            ) => return Ok(false),
            Err(error) => return Err(error.into()),
        };
        let modules = self.modules.clone();
        let loaded = tokio::task::spawn_blocking(move || modules.load(&stored)).await?;
        Ok(loaded.is_ok())
    }
}

/// What was looked for, or why it is not to be had.
type Found<T> = Result<T, Finding>;

fn found<T>(found: Found<T>, lacking: &mut Vec<Finding>) -> Option<T> {
    found.map_err(|finding| lacking.push(finding)).ok()
}

/// The reports, as they were when the document was made.
async fn series(records: &Records, recipe: &Recipe) -> Result<Found<Arc<CaseSeries>>, VerifyError> {
    let digest = recipe.data.digest;
    let encoded = match stored(records, digest, FindingKind::DataMissing, "data").await? {
        Ok(encoded) => encoded,
        Err(finding) => return Ok(Err(finding)),
    };
    let (ndc, remarks) = (recipe.request.ndc.clone(), recipe.data.remarks.clone());
    let restore = move || CaseSeries::restore(encoded.into(), ndc.as_str(), &remarks);
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
        Ok(None) => Ok(Err(finding(
            missing,
            format!(
                "The {what} that the document was made from are not stored here. Use the data \
                 directory of the server that made it."
            ),
        ))),
        Err(RecordsError::DamagedArtifact(_) | RecordsError::File { .. }) => Ok(Err(finding(
            FindingKind::DataUnreadable,
            format!(
                "The stored {what} were altered or cannot be read. Restore the data directory."
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

/// What the file says about itself.
///
/// # Errors
///
/// [`VerifyError::NotAReport`] for a file without a recipe.
pub fn colophon_of(pdf: &[u8]) -> Result<Colophon, VerifyError> {
    let attachments = quire_render::attachments(pdf).map_err(|error| {
        VerifyError::NotAReport(format!("{error}. It is no PDF, or it was altered."))
    })?;
    let file = attachments
        .into_iter()
        .find(|file| file.name == Colophon::NAME)
        .ok_or_else(|| {
            VerifyError::NotAReport(format!(
                "The PDF carries no {}: it is no report of Quire, or another program has written it \
                 anew.",
                Colophon::NAME
            ))
        })?;
    let colophon: Colophon = quire_model::json_object(&file.bytes).map_err(|error| {
        VerifyError::NotAReport(format!(
            "The {} inside the PDF is not what Quire writes: {error}.",
            Colophon::NAME
        ))
    })?;
    if colophon.schema != Colophon::SCHEMA {
        return Err(VerifyError::NotAReport(format!(
            "The {} inside the PDF is of the form {:?}, and this version of Quire reads {}.",
            Colophon::NAME,
            colophon.schema.chars().take(40).collect::<String>(),
            Colophon::SCHEMA
        )));
    }
    Ok(colophon)
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

/// Where a file and the document that was made again differ.
async fn compare(
    colophon: &Colophon,
    pdf: Arc<[u8]>,
    generated: Generated,
) -> Result<Vec<Finding>, VerifyError> {
    let again = generated.making.colophon.sections.clone();
    let compared =
        tokio::task::spawn_blocking(move || quire_render::first_difference(&pdf, &generated.pdf));
    let finding = match compared.await? {
        Ok(Some(Difference::Page(page))) => {
            let sections = colophon.sections.iter();
            let differing: Vec<Finding> = sections
                .filter(|section| !again.contains(section))
                .map(|section| section_differs(section, &again))
                .collect();
            if !differing.is_empty() {
                return Ok(differing);
            }
            Finding {
                page: Some(page),
                ..Finding::new(
                    FindingKind::PageDiffers,
                    format!(
                        "Page {page} differs, though every section has the content that the file \
                         states: the page was altered after it was drawn, or drawn otherwise."
                    ),
                )
            }
        }
        Ok(Some(Difference::Attachment(name))) => Finding::new(
            FindingKind::FileDiffers,
            format!("All pages are the same; the attachment {name} is not."),
        ),
        Ok(_) => Finding::new(
            FindingKind::FileDiffers,
            "All pages and attachments are the same; the file differs beside them, in its typefaces, \
             its outline or the way it is written. It was altered or saved anew.",
        ),
        Err(error) => Finding::new(FindingKind::FileDiffers, error.to_string()),
    };
    Ok(vec![finding])
}

fn section_differs(section: &SectionOutcome, again: &[SectionOutcome]) -> Finding {
    let name = &section.section;
    let now = again.iter().find(|now| now.section == *name);
    let detail = match now {
        Some(now) if now.outcome == section.outcome => {
            format!("The section {name} has other content when it is made again.")
        }
        Some(_) => format!(
            "The section {name} could be made once and not the other time; a box stands in for it."
        ),
        None => format!("The section {name} is not in the document that was made again."),
    };
    Finding {
        section: Some(name.clone()),
        digest: Some(section.content),
        ..Finding::new(FindingKind::SectionDiffers, detail)
    }
}

fn answer(
    verdict: Verdict,
    colophon: &Colophon,
    pdf: &[u8],
    recomputed: Option<Digest>,
    findings: Vec<Finding>,
) -> Verification {
    Verification {
        verdict,
        digest: Digest::of(pdf),
        size_bytes: pdf.len() as u64,
        document_id: colophon.document_id.clone(),
        recomputed,
        findings,
    }
}
