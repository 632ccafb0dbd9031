//! One way to write a noun as JSON: members sorted by name, no blanks. Equal nouns are equal bytes,
//! whatever the order of their fields in the code.

use serde::Serialize;
use serde_json::Value;

/// The noun as canonical JSON.
///
/// # Errors
///
/// If it has a member whose name is no text, which none of this crate has.
pub fn canonical_json(noun: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = Vec::new();
    write(&serde_json::to_value(noun)?, &mut bytes)?;
    Ok(bytes)
}

fn write(value: &Value, to: &mut Vec<u8>) -> Result<(), serde_json::Error> {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| name.as_str());
            list(b'{', b'}', members, to, |(name, value), to| {
                serde_json::to_writer(&mut *to, name)?;
                to.push(b':');
                write(value, to)
            })
        }
        Value::Array(items) => list(b'[', b']', items, to, write),
        plain => serde_json::to_writer(to, plain),
    }
}

fn list<T>(
    open: u8,
    close: u8,
    items: impl IntoIterator<Item = T>,
    to: &mut Vec<u8>,
    write: impl Fn(T, &mut Vec<u8>) -> Result<(), serde_json::Error>,
) -> Result<(), serde_json::Error> {
    to.push(open);
    for (position, item) in items.into_iter().enumerate() {
        if position > 0 {
            to.push(b',');
        }
        write(item, to)?;
    }
    to.push(close);
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_are_sorted_at_every_depth() {
        let value = json!({"b": [1, {"z": "ü\"", "a": null}], "a": 0.1});

        let bytes = canonical_json(&value).unwrap();

        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text, r#"{"a":0.1,"b":[1,{"a":null,"z":"ü\""}]}"#);
    }
}
