//! Text: characters, links, names.

use quire_contract::{
    KEY_BYTES,
    bounds::{ATTRIBUTE_BYTES, ATTRIBUTES, INDENT},
    is_key,
};
use quire_model::{Attribute, Paragraph, Span};

use super::{Fault, at_most, tally::Tally};

/// Text that is printed: bounded, without control characters but tab and line feed.
pub(crate) fn text(text: &str, tally: &mut Tally) -> Result<(), Fault> {
    tally.string(text)?;
    characters(text)
}

/// The same where there need not be any.
pub(crate) fn optional(value: Option<&str>, tally: &mut Tally) -> Result<(), Fault> {
    value.map_or(Ok(()), |value| text(value, tally))
}

/// Several strings.
pub(crate) fn texts<'a>(
    values: impl IntoIterator<Item = &'a String>,
    tally: &mut Tally,
) -> Result<(), Fault> {
    values.into_iter().try_for_each(|value| text(value, tally))
}

/// No control characters but tab and line feed.
pub(crate) fn characters(text: &str) -> Result<(), Fault> {
    let forbidden = |char: char| char.is_control() && !matches!(char, '\t' | '\n');
    match text.chars().find(|char| forbidden(*char)) {
        Some(char) => {
            let code = u32::from(char);
            let start: String = text
                .chars()
                .take(30)
                .filter(|char| !char.is_control())
                .collect();
            Err(
                format!("the text beginning {start:?} has the control character U+{code:04X}")
                    .into(),
            )
        }
        None => Ok(()),
    }
}

/// Runs of text.
pub(crate) fn spans(spans: &[Span], tally: &mut Tally) -> Result<(), Fault> {
    tally.parts(spans.len())?;
    for span in spans {
        text(&span.text, tally)?;
        optional(span.footnote.as_deref(), tally)?;
        if let Some(href) = &span.href {
            text(href, tally)?;
            link(href)?;
        }
    }
    Ok(())
}

/// Running text, inside and outside of boxes.
pub(crate) fn paragraphs(paragraphs: &[Paragraph], tally: &mut Tally) -> Result<(), Fault> {
    tally.parts(paragraphs.len())?;
    paragraphs
        .iter()
        .try_for_each(|content| paragraph(content, tally))
}

/// One paragraph.
pub(crate) fn paragraph(paragraph: &Paragraph, tally: &mut Tally) -> Result<(), Fault> {
    indent(paragraph.indent)?;
    spans(&paragraph.spans, tally)
}

/// How far something is moved to the right.
pub(crate) fn indent(indent: u8) -> Result<(), Fault> {
    if indent > INDENT {
        return Err(format!("an indent of {indent}; at most {INDENT} is allowed").into());
    }
    Ok(())
}

/// Details for later versions.
pub(crate) fn attributes(attributes: &[Attribute], tally: &mut Tally) -> Result<(), Fault> {
    at_most(attributes.len(), ATTRIBUTES, "attributes")?;
    for attribute in attributes {
        text(&attribute.name, tally)?;
        text(&attribute.value, tally)?;
        if attribute.name.is_empty() {
            return Err("an attribute has no name".into());
        }
        if attribute.value.len() > ATTRIBUTE_BYTES {
            let (name, bytes) = (&attribute.name, attribute.value.len());
            return Err(format!(
                "attribute `{name}` has {bytes} bytes; at most {ATTRIBUTE_BYTES} are allowed"
            )
            .into());
        }
    }
    Ok(())
}

/// The key of a column or a fact.
pub(crate) fn key(key: &str) -> Result<(), Fault> {
    if is_key(key) {
        return Ok(());
    }
    let shown: String = key.chars().take(60).collect();
    Err(format!(
        "the key {shown:?} is not 1 to {KEY_BYTES} lower-case letters, digits and hyphens, beginning \
         with a letter and not ending with a hyphen"
    )
    .into())
}

/// An `https:` address or `#anchor`.
fn link(href: &str) -> Result<(), Fault> {
    let address = href
        .strip_prefix("https://")
        .is_some_and(|rest| rest.starts_with(|char: char| char.is_alphanumeric()));
    let anchor = href.strip_prefix('#').is_some_and(|rest| !rest.is_empty());
    let blank = href.contains(char::is_whitespace);
    if (address || anchor) && !blank {
        return Ok(());
    }
    let shown: String = href.chars().take(60).collect();
    Err(format!("the link {shown:?} is neither an `https:` address nor an `#anchor`").into())
}
