//! Runs of text in styles, and what keeps any text acceptable to the host.

use crate::{
    log,
    wit::types::{Marker, Paragraph, Span, Style},
};

/// The contract's bound for one string, in bytes; longer text is cut, ends in an ellipsis, and the log says so.
const MAX_BYTES: usize = quire_contract::bounds::STRING_BYTES;

/// A text of one or more spans. Plain strings convert into it.
///
/// ```
/// use quire_sdk::Text;
///
/// let text = Text::new("See ").link("the limitations", "#limitations").plain(".");
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Text(Vec<Span>);

impl Text {
    /// Plain text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self::default().plain(text)
    }

    /// Append plain text.
    #[must_use]
    pub fn plain(self, text: impl Into<String>) -> Self {
        self.styled(text, Style::empty())
    }

    /// Append heavier text.
    #[must_use]
    pub fn bold(self, text: impl Into<String>) -> Self {
        self.styled(text, Style::BOLD)
    }

    /// Append slanted text.
    #[must_use]
    pub fn italic(self, text: impl Into<String>) -> Self {
        self.styled(text, Style::ITALIC)
    }

    /// Append text in the fixed-width face.
    #[must_use]
    pub fn code(self, text: impl Into<String>) -> Self {
        self.styled(text, Style::CODE)
    }

    /// Append text in any combination of styles.
    #[must_use]
    pub fn styled(mut self, text: impl Into<String>, style: Style) -> Self {
        self.0.push(Span {
            text: clean(text.into()),
            style,
            href: None,
            footnote: None,
        });
        self
    }

    /// Append a link to an `https:` address, to `#anchor` in this section, or to `#section/anchor`
    /// in another one.
    #[must_use]
    pub fn link(mut self, text: impl Into<String>, href: impl Into<String>) -> Self {
        self.0.push(Span {
            text: clean(text.into()),
            style: Style::empty(),
            href: Some(clean(href.into())),
            footnote: None,
        });
        self
    }

    /// Append `Table`, which the host prints as `Table 3` and links; `href` as in [`Self::link`].
    #[must_use]
    pub fn table(self, href: impl Into<String>) -> Self {
        self.link("Table", href)
    }

    /// Append `Figure`, which the host prints as `Figure 3` and links; `href` as in
    /// [`Self::link`].
    #[must_use]
    pub fn figure(self, href: impl Into<String>) -> Self {
        self.link("Figure", href)
    }

    /// Give the last span a footnote.
    #[must_use]
    pub fn footnote(mut self, note: impl Into<String>) -> Self {
        if let Some(last) = self.0.last_mut() {
            last.footnote = Some(clean(note.into()));
        }
        self
    }

    /// Append all spans of another text.
    #[must_use]
    pub fn append(mut self, other: impl Into<Self>) -> Self {
        self.0.extend(other.into().0);
        self
    }

    /// Whether there is nothing to read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|span| span.text.is_empty())
    }

    pub(crate) fn into_spans(self) -> Vec<Span> {
        self.0
    }

    pub(crate) fn into_paragraph(self, marker: Marker) -> Paragraph {
        Paragraph {
            spans: self.0,
            marker,
            indent: 0,
        }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

/// The text without control characters (but tab and line feed) and no longer than the contract
/// allows. The host gives terms and names as they are to be shown; this only keeps a module's own words
/// within the contract.
pub(crate) fn clean(text: String) -> String {
    let unwanted = |char: char| char.is_control() && char != '\t' && char != '\n';
    let text = if text.contains(unwanted) {
        text.replace(unwanted, " ")
    } else {
        text
    };
    if text.len() <= MAX_BYTES {
        return text;
    }
    let mut kept = text;
    let bytes = kept.len();
    kept.truncate(kept.floor_char_boundary(MAX_BYTES - '…'.len_utf8()));
    log::warn(&format!(
        "a text of {bytes} bytes was cut after {}: one text of a section has at most {MAX_BYTES}",
        kept.len()
    ));
    kept.push('…');
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_from_the_data_become_blanks() {
        assert_eq!(clean("a\u{0}b\tc\nd\u{85}".to_owned()), "a b\tc\nd ");
    }

    #[test]
    fn text_beyond_the_bound_is_cut_and_says_so() {
        let text = clean("ä".repeat(70_000));

        assert!(text.len() <= MAX_BYTES && text.len() > MAX_BYTES - 4);
        assert!(text.ends_with('…'));
    }
}
