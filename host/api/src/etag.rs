//! Strong entity tags: a document's tag is its digest, so it says the same on every server.

use quire_model::Digest;

/// The tag of the bytes with this digest, as it stands in `ETag`.
pub(crate) fn of(digest: Digest) -> String {
    format!("\"{digest}\"")
}

/// What proxies append to a tag when they compress: the same document, other bytes.
const COMPRESSED: [&str; 7] = ["-gzip", "--gzip", ";gzip", ":gzip", "-br", "-zstd", "-df"];

/// What a tag says, however a proxy marked it on its way: without `W/`, quotes and the mark of a compression. None
/// if it is no tag.
pub(crate) fn opaque(tag: &str) -> Option<&str> {
    let tag = tag.trim();
    let quoted = tag.strip_prefix("W/").unwrap_or(tag);
    let inner = quoted.strip_prefix('"')?.strip_suffix('"')?;
    let bare = COMPRESSED.iter().find_map(|mark| inner.strip_suffix(mark));
    Some(bare.unwrap_or(inner))
}

/// Whether an `If-None-Match` header names `tag`: by weak comparison, as RFC 9110 asks.
pub(crate) fn none_match_names(header: &str, tag: &str) -> bool {
    header
        .split(',')
        .map(str::trim)
        .any(|named| named == "*" || opaque(named).is_some_and(|named| opaque(tag) == Some(named)))
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
        let compressed = tag.replacen('"', "", 1).replace('"', "-gzip\"");
        assert!(none_match_names(&format!("\"{compressed}"), &tag));
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
