//! The `Range` header, for one range of bytes (RFC 9110, section 14).

use std::ops::Range;

/// What part of a document a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// All of it: no header, several ranges, or something that is no byte range. RFC 9110 lets a
    /// server ignore those.
    Whole,
    /// These bytes; not empty, within the document.
    Bytes(Range<usize>),
    /// Well formed, but outside the document.
    Outside,
}

/// The part that `header` names of a document of `size_bytes`.
pub(crate) fn part(header: Option<&str>, size_bytes: usize) -> Part {
    let Some((first, last)) = header
        .and_then(|text| text.trim().strip_prefix("bytes="))
        .filter(|ranges| !ranges.contains(','))
        .and_then(|range| range.trim().split_once('-'))
    else {
        return Part::Whole;
    };
    match (number(first), number(last)) {
        (Some(Some(first)), Some(last)) => between(first, last, size_bytes),
        (Some(None), Some(Some(suffix))) => tail(suffix, size_bytes),
        _ => Part::Whole,
    }
}

/// `Some(None)` for nothing, `None` for what is no number. Numbers too large to hold lie beyond
/// every document, so they count as the largest.
fn number(text: &str) -> Option<Option<usize>> {
    if text.is_empty() {
        return Some(None);
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(Some(text.parse().unwrap_or(usize::MAX)))
}

/// From `first` to `last`, both included.
fn between(first: usize, last: Option<usize>, size_bytes: usize) -> Part {
    let end = last.map_or(size_bytes, |last| last.saturating_add(1).min(size_bytes));
    match last {
        Some(last) if last < first => Part::Whole,
        _ if first >= size_bytes => Part::Outside,
        _ => Part::Bytes(first..end),
    }
}

/// The last `suffix` bytes.
fn tail(suffix: usize, size_bytes: usize) -> Part {
    if suffix == 0 || size_bytes == 0 {
        return Part::Outside;
    }
    Part::Bytes(size_bytes.saturating_sub(suffix)..size_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_cut_to_the_document() {
        assert_eq!(part(Some("bytes=0-3"), 10), Part::Bytes(0..4));
        assert_eq!(part(Some("bytes=8-99"), 10), Part::Bytes(8..10));
        assert_eq!(part(Some("bytes=8-"), 10), Part::Bytes(8..10));
        assert_eq!(part(Some("bytes=-3"), 10), Part::Bytes(7..10));
        assert_eq!(part(Some("bytes=-99"), 10), Part::Bytes(0..10));
        assert_eq!(
            part(Some("bytes=3-99999999999999999999999"), 10),
            Part::Bytes(3..10)
        );
    }

    #[test]
    fn a_range_outside_the_document_is_told_apart() {
        assert_eq!(part(Some("bytes=10-"), 10), Part::Outside);
        assert_eq!(part(Some("bytes=-0"), 10), Part::Outside);
        assert_eq!(part(Some("bytes=0-"), 0), Part::Outside);
    }

    #[test]
    fn what_is_not_one_byte_range_is_ignored() {
        for header in [
            None,
            Some("bytes=0-1,4-5"),
            Some("lines=1-2"),
            Some("bytes=5-2"),
            Some("bytes=x-2"),
            Some("bytes=-"),
            Some("bytes"),
        ] {
            assert_eq!(part(header, 10), Part::Whole, "{header:?}");
        }
    }
}
