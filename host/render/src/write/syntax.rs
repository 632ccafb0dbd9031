//! Objects as they are spelled in a file.

use lopdf::{Dictionary, Object, ObjectId, StringFormat};

/// Write an object; of a stream, its dictionary.
pub(super) fn object(object: &Object, out: &mut Vec<u8>) {
    match object {
        Object::Null => out.extend_from_slice(b"null"),
        Object::Boolean(true) => out.extend_from_slice(b"true"),
        Object::Boolean(false) => out.extend_from_slice(b"false"),
        Object::Integer(value) => whole(*value, out),
        Object::Real(value) => out.extend_from_slice(value.to_string().as_bytes()),
        Object::Name(text) => name(text, out),
        Object::String(text, format) => string(text, format, out),
        Object::Array(items) => {
            out.push(b'[');
            for item in items {
                separated(item, out);
            }
            out.push(b']');
        }
        Object::Dictionary(entries) => dictionary(entries, out),
        Object::Stream(stream) => dictionary(&stream.dict, out),
        Object::Reference(id) => reference(*id, out),
    }
}

fn dictionary(entries: &Dictionary, out: &mut Vec<u8>) {
    out.extend_from_slice(b"<<");
    for (key, value) in entries {
        name(key, out);
        separated(value, out);
    }
    out.extend_from_slice(b">>");
}

/// Write an object apart from what stands before it.
fn separated(value: &Object, out: &mut Vec<u8>) {
    let starts_with_itself = matches!(
        value,
        Object::Name(_) | Object::String(..) | Object::Array(_) | Object::Dictionary(_)
    );
    let ends_with_itself = matches!(out.last(), Some(b'[' | b']' | b'>' | b')' | b'('));
    if !starts_with_itself && !ends_with_itself {
        out.push(b' ');
    }
    object(value, out);
}

/// Write where another object is.
pub(super) fn reference((number, generation): ObjectId, out: &mut Vec<u8>) {
    whole(i64::from(number), out);
    out.push(b' ');
    whole(i64::from(generation), out);
    out.extend_from_slice(b" R");
}

/// Write a whole number.
pub(super) fn whole(value: i64, out: &mut Vec<u8>) {
    if value < 0 {
        out.push(b'-');
    }
    match u32::try_from(value.unsigned_abs()) {
        Ok(small) => super::numeral::integer(small, out),
        Err(_) => out.extend_from_slice(value.unsigned_abs().to_string().as_bytes()),
    }
}

fn name(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'/');
    for byte in text {
        if byte.is_ascii_alphanumeric() || b"-_.+:'&*,;=@^~|!$?`\"".contains(byte) {
            out.push(*byte);
        } else {
            out.push(b'#');
            hexadecimal(*byte, out);
        }
    }
}

fn string(text: &[u8], format: &StringFormat, out: &mut Vec<u8>) {
    if *format == StringFormat::Hexadecimal {
        out.push(b'<');
        for byte in text {
            hexadecimal(*byte, out);
        }
        out.push(b'>');
        return;
    }
    out.push(b'(');
    for byte in text {
        match byte {
            b'(' | b')' | b'\\' => out.extend_from_slice(&[b'\\', *byte]),
            b'\r' => out.extend_from_slice(b"\\r"),
            byte => out.push(*byte),
        }
    }
    out.push(b')');
}

fn hexadecimal(byte: u8, out: &mut Vec<u8>) {
    let digit = |value: u8| match value {
        0..=9 => b'0' + value,
        _ => b'A' + value - 10,
    };
    out.extend_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
}

#[cfg(test)]
mod tests {
    use lopdf::dictionary;

    use super::*;

    #[test]
    fn objects_are_spelled_apart() {
        let mut out = Vec::new();
        let all = dictionary! {
            "A" => vec![1.into(), (-2).into(), Object::Real(0.5), Object::Null, true.into()],
            "B" => Object::Reference((12, 0)),
            "C/ d" => "Name",
            "E" => Object::string_literal("a(b)\\\r"),
            "F" => Object::String(vec![0xfe, 0x0a], StringFormat::Hexadecimal),
            "G" => vec![Object::Dictionary(Dictionary::new()), 7.into(), "N".into(), 8.into()],
        };

        object(&Object::Dictionary(all), &mut out);

        assert_eq!(
            String::from_utf8(out).unwrap(),
            "<</A[1 -2 0.5 null true]/B 12 0 R/C#2F#20d/Name/E(a\\(b\\)\\\\\\r)/F<FE0A>\
             /G[<<>>7/N 8]>>"
        );
    }
}
