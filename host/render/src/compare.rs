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
    if let Some(page) = first_page(&read::load(one)?, &read::load(other)?) {
        return Ok(Some(Difference::Page(page)));
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

/// The first page, from 1, that one paints otherwise than the other, one after the other: never are more than two
/// unpacked. A page that cannot be unpacked is empty, which no page of ours is.
fn first_page(one: &File, other: &File) -> Option<u32> {
    let (mut pages, mut others) = (
        one.get_pages().into_values(),
        other.get_pages().into_values(),
    );
    let painted = |file: &File, page| {
        file.get_page_content_with_limit(page, LARGEST_BYTES)
            .unwrap_or_default()
    };
    for number in 1.. {
        match (pages.next(), others.next()) {
            (None, None) => return None,
            (Some(page), Some(also)) if painted(one, page) == painted(other, also) => {}
            _ => return Some(number),
        }
    }
    None
}
