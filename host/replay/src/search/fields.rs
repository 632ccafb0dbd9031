//! The values of a dotted field: arrays on the way are flattened, as in openFDA's index.

use std::collections::BTreeSet;

use serde_json::Value;

/// All values of a field of one record, as text.
pub(crate) fn texts(record: &Value, path: &str) -> Vec<String> {
    let mut found = Vec::new();
    let segments: Vec<&str> = path.split('.').collect();
    walk(record, &segments, &mut found);
    found
}

fn walk(value: &Value, path: &[&str], found: &mut Vec<String>) {
    match (value, path.split_first()) {
        (Value::Array(items), _) => items.iter().for_each(|item| walk(item, path, found)),
        (Value::Object(members), Some((name, rest))) => {
            if let Some(member) = members.get(*name) {
                walk(member, rest, found);
            }
        }
        // `_exists_:patient` asks for an object.
        (Value::Object(members), None) if !members.is_empty() => found.push(String::new()),
        (Value::String(text), None) => found.push(text.clone()),
        (Value::Number(number), None) => found.push(number.to_string()),
        (Value::Bool(flag), None) => found.push(flag.to_string()),
        _ => {}
    }
}

/// All text of a record.
pub(crate) fn everywhere(record: &Value) -> Vec<String> {
    match record {
        Value::Array(items) => items.iter().flat_map(everywhere).collect(),
        Value::Object(members) => members.values().flat_map(everywhere).collect(),
        Value::String(text) => vec![text.clone()],
        Value::Number(number) => vec![number.to_string()],
        _ => Vec::new(),
    }
}

/// What a count of `field` counts in one record, each once: whole values of `.exact` and of codes,
/// words of analysed text.
pub(crate) fn terms(record: &Value, field: &str) -> BTreeSet<String> {
    if let Some(path) = field.strip_suffix(".exact") {
        let texts = texts(record, path).into_iter();
        if ignores_case(path) {
            return texts.map(|text| text.to_uppercase()).collect();
        }
        return texts.collect();
    }
    let texts = texts(record, field);
    // Codes and ages are stored as numbers, which have no words.
    let is_number = |text: &String| text.parse::<f64>().is_ok();
    if texts.iter().all(is_number) {
        return texts.into_iter().collect();
    }
    texts.iter().flat_map(|text| words(text)).collect()
}

/// Whether `.exact` of the field has the analyser that writes capitals.
pub(crate) fn ignores_case(path: &str) -> bool {
    path.ends_with("reactionmeddrapt")
}

/// Words without regard to case.
pub(crate) fn words(text: &str) -> Vec<String> {
    let letters = text.split(|letter: char| !letter.is_alphanumeric());
    letters
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}
