//! Names that are typed, and keys that documents are read by.

/// Longest name of a module, a report definition or a section, in bytes. Names are typed, stand in
/// addresses and file names, and head columns of tables in a terminal.
pub const NAME_BYTES: usize = 64;

/// Longest key of a column or a fact, in bytes. Keys may be made from the data, such
/// as a reaction's term, and the longest of MedDRA's has 100 characters.
pub const KEY_BYTES: usize = 200;

/// Whether `text` can name a module, a report definition or a section: lower-case letters, digits and
/// hyphens, beginning with a letter, not ending with a hyphen, of at most [`NAME_BYTES`].
#[must_use]
pub fn is_name(text: &str) -> bool {
    text.len() <= NAME_BYTES && is_well_formed(text)
}

/// Whether `text` can be the key of a column or a fact: formed like a
/// [name](is_name), of at most [`KEY_BYTES`].
#[must_use]
pub fn is_key(text: &str) -> bool {
    text.len() <= KEY_BYTES && is_well_formed(text)
}

fn is_well_formed(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && !text.ends_with('-')
        && text
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_keys_are_formed_alike_and_differ_in_length() {
        for good in ["a", "trend", "reaction-table", "ebgm-05", "a--b"] {
            assert!(is_name(good) && is_key(good), "{good}");
        }
        for bad in ["", "a-", "-a", "1a", "A", "a_b", "a b", "ä"] {
            assert!(!is_name(bad) && !is_key(bad), "{bad}");
        }
        assert!(is_name(&"a".repeat(NAME_BYTES)) && !is_name(&"a".repeat(NAME_BYTES + 1)));
        assert!(is_key(&"a".repeat(KEY_BYTES)) && !is_key(&"a".repeat(KEY_BYTES + 1)));
    }
}
