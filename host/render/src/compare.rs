//! Finds where two PDFs differ, for those who check a document against one that was made again.

use lopdf::Document as File;

use crate::{RenderError, read};

/// Where two files differ first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// On this page, from 1; also the first page that only one of them has.
    Page(u32),
    /// In an attachment of this name.
    Attachment(String),
    /// Neither on a page nor in an attachment: in a typeface, the outline or how the file is
    /// written.
    Elsewhere,
}

/// The first place at which two PDFs differ; none if they are the same bytes.
///
/// # Errors
///
/// [`RenderError::Unreadable`] when one of them is no PDF.
pub fn first_difference(one: &[u8], other: &[u8]) -> Result<Option<Difference>, RenderError> {
    if one == other {
        return Ok(None);
    }
    let pages = (pages(one)?, pages(other)?);
    let longest = pages.0.len().max(pages.1.len());
    let differs = |at: &usize| pages.0.get(*at) != pages.1.get(*at);
    if let Some(at) = (0..longest).find(differs) {
        return Ok(Some(Difference::Page(
            u32::try_from(at + 1).unwrap_or(u32::MAX),
        )));
    }
    let attachments = (read::attachments(one)?, read::attachments(other)?);
    let longest = attachments.0.len().max(attachments.1.len());
    let differs = |at: &usize| attachments.0.get(*at) != attachments.1.get(*at);
    let place = (0..longest).find(differs).and_then(|at| {
        let found = attachments.0.get(at).or_else(|| attachments.1.get(at));
        found.map(|attachment| Difference::Attachment(attachment.name.clone()))
    });
    Ok(Some(place.unwrap_or(Difference::Elsewhere)))
}

/// No page is unpacked beyond this; the largest that Quire draws are a hundredth of it.
const LARGEST_BYTES: usize = 64 << 20;

/// What is painted on each page. A page that cannot be unpacked is empty, which no page of ours is.
fn pages(pdf: &[u8]) -> Result<Vec<Vec<u8>>, RenderError> {
    let file = File::load_mem(pdf).map_err(|error| RenderError::Unreadable(error.to_string()))?;
    let content = |page| {
        file.get_page_content_with_limit(page, LARGEST_BYTES)
            .unwrap_or_default()
    };
    Ok(file.get_pages().into_values().map(content).collect())
}
