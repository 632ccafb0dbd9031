//! Strong entity tags: a document's tag is its digest, so it says the same on every server.

use quire_model::Digest;

/// The tag of the bytes with this digest, as it stands in `ETag`.
pub(crate) fn of(digest: Digest) -> String {
    format!("\"{digest}\"")
}

/// Whether an `If-None-Match` header names `tag`: by weak comparison, as RFC 9110 asks.
pub(crate) fn none_match_names(header: &str, tag: &str) -> bool {
    header
        .split(',')
        .map(str::trim)
        .any(|named| named == "*" || named.strip_prefix("W/").unwrap_or(named) == tag)
}

/// Whether an `If-Range` header lets a range be served: the tag must be the same and strong. A
/// date never does; this server sends no `Last-Modified`.
pub(crate) fn range_holds(header: Option<&str>, tag: &str) -> bool {
    header.is_none_or(|named| named.trim() == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_of_several_tags_matches() {
        let tag = of(Digest::of(b"a"));

        assert!(none_match_names(&tag, &tag));
        assert!(none_match_names(&format!("\"x\", W/{tag}"), &tag));
        assert!(none_match_names("*", &tag));
        assert!(!none_match_names("\"x\"", &tag));
    }

    #[test]
    fn a_range_needs_the_same_strong_tag() {
        let tag = of(Digest::of(b"a"));

        assert!(range_holds(None, &tag));
        assert!(range_holds(Some(&tag), &tag));
        assert!(!range_holds(Some(&format!("W/{tag}")), &tag));
        assert!(!range_holds(Some("Wed, 21 Oct 2015 07:28:00 GMT"), &tag));
    }
}
