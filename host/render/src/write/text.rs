//! Words and days as PDF writes them.

use lopdf::{Object, StringFormat};
use quire_model::Date;

/// Text that is shown by a viewer.
pub(super) fn text(text: &str) -> Object {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Object::string_literal(text);
    }
    let mut bytes = vec![0xfe, 0xff];
    bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    Object::String(bytes, StringFormat::Hexadecimal)
}

/// The beginning of a day, as a PDF writes it.
pub(super) fn date(day: Date) -> Object {
    let digits: String = day
        .to_string()
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    Object::string_literal(format!("D:{digits}000000Z"))
}
