//! Makes a document again from what is stored, and says whether it is the same.

mod differences;
pub(crate) mod stored;

use std::sync::Arc;

use quire_model::{Colophon, Digest, Finding, FindingKind, HostFault, Verdict, Verification};
use quire_records::RecordsError;
use quire_registry::Registry;
use tokio::sync::Semaphore;

use self::{
    differences::differences,
    stored::{data, missing_modules, stated_definition},
};
use crate::{PRODUCER, maker::reproduce, recipe::fonts};

/// Documents that are made again at a time, so that whoever asks for many of them does not keep the
/// machine from making new ones.
pub(crate) static TURNS: Semaphore = Semaphore::const_new(2);

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
    /// It was removed by a rule, and cannot be made again.
    #[error("{0}")]
    Removed(String),
    /// A module cannot be loaded just now, for want of something that this machine lacks.
    #[error("a module could not be loaded just now: {0}")]
    Module(HostFault),
    /// A fault of Quire itself.
    #[error("the work crashed")]
    Crashed(#[from] tokio::task::JoinError),
}

/// Make the document of a file again, from the recipe that it carries and the data and modules that
/// are stored in the registry's records, and compare.
///
/// # Errors
///
/// [`VerifyError::NotAReport`] for a file without a recipe. That it cannot be made again is an answer.
pub async fn verify(registry: &Registry, pdf: Arc<[u8]>) -> Result<Verification, VerifyError> {
    let _turn = TURNS.acquire().await;
    let records = registry.records()?;
    let colophon = {
        let pdf = Arc::clone(&pdf);
        tokio::task::spawn_blocking(move || colophon_of(&pdf)).await??
    };
    let recipe = &colophon.recipe;
    let mut findings = statements(&colophon);
    findings.extend(stated_definition(registry, recipe).await?);
    let mut lacking = Vec::new();
    let data = data(records, recipe, &mut lacking).await?;
    lacking.extend(missing_modules(registry, recipe).await?);
    let again = match data {
        Some(data) if lacking.is_empty() => match reproduce(registry, recipe, data).await {
            Ok(again) => Some(again),
            Err(failure) => {
                lacking.push(Finding {
                    section: failure.problem.section.clone(),
                    ..Finding::new(FindingKind::Failed, failure.problem.detail)
                });
                None
            }
        },
        _ => None,
    };
    let Some((composed, pdf_again)) = again else {
        lacking.append(&mut findings);
        return Ok(answer(Verdict::Impossible, &colophon, &pdf, None, lacking));
    };
    let digest = Digest::of(&pdf_again);
    let verdict = if *pdf_again == *pdf {
        Verdict::Match
    } else {
        let file = Arc::clone(&pdf);
        findings.extend(differences(&colophon, file, &composed.colophon, pdf_again).await?);
        Verdict::Differs
    };
    Ok(answer(verdict, &colophon, &pdf, Some(digest), findings))
}

/// What can be seen without making anything.
fn statements(colophon: &Colophon) -> Vec<Finding> {
    let recipe = &colophon.recipe;
    let mut findings = Vec::new();
    if recipe.document_id() != colophon.document_id {
        findings.push(Finding::new(
            FindingKind::Inconsistent,
            "The file states a recipe from which another document identifier derives: what it \
             says about itself was altered.",
        ));
    }
    if recipe.producer != PRODUCER {
        findings.push(Finding::new(
            FindingKind::ProducerDiffers,
            format!(
                "The file was made by {}, and this is {}. Other versions may write other bytes; \
                 use the one that made it.",
                recipe.producer, PRODUCER
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

/// What the file says about itself.
///
/// # Errors
///
/// [`VerifyError::NotAReport`] for a file without a recipe.
pub fn colophon_of(pdf: &[u8]) -> Result<Colophon, VerifyError> {
    let found = quire_render::attachment(pdf, Colophon::NAME).map_err(|error| {
        VerifyError::NotAReport(format!("{error}. It is no PDF, or it was altered."))
    })?;
    let file = found.ok_or_else(|| {
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
