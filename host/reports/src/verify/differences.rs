//! Where a file and the document that was made again differ.

use std::sync::Arc;

use quire_model::{Colophon, Finding, FindingKind, SectionOutcome};
use quire_render::Difference;

use super::VerifyError;

/// Where a file and the document that was made again differ.
pub(crate) async fn differences(
    colophon: &Colophon,
    pdf: Arc<[u8]>,
    again: &Colophon,
    pdf_again: Vec<u8>,
) -> Result<Vec<Finding>, VerifyError> {
    let again = &again.sections;
    let compared =
        tokio::task::spawn_blocking(move || quire_render::first_difference(&pdf, &pdf_again));
    let finding = match compared.await? {
        Ok(Some(Difference::Page(page))) => {
            let sections = colophon.sections.iter();
            let differing: Vec<Finding> = sections
                .filter(|section| !again.contains(section))
                .map(|section| section_differs(section, again))
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
