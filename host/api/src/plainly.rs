//! What a library says of a body or a query that cannot be read, in words that need no knowledge of it.

/// The same fault, without the names of types. Where it is, is kept where nothing else says it.
pub(crate) fn plainly(fault: &str) -> String {
    let (what, place) = match fault.rsplit_once(" at line ") {
        Some((what, place)) => (what, Some(place)),
        None => (fault, None),
    };
    if let Some((found, expected)) = what
        .strip_prefix("invalid type: ")
        .or_else(|| what.strip_prefix("invalid value: "))
        .and_then(|rest| rest.rsplit_once(", expected "))
    {
        let place = place.map(|place| format!(", at line {place}"));
        let (expected, found) = (wanted(expected), sent(found));
        return format!(
            "expected {expected}, not {found}{}",
            place.unwrap_or_default()
        );
    }
    if let Some(rest) = what
        .strip_prefix("unknown variant ")
        .or_else(|| what.strip_prefix("unknown field "))
    {
        return format!("there is no {rest}");
    }
    if let Some(name) = what.strip_prefix("missing field ") {
        return format!("{name} is missing");
    }
    if let Some(name) = what.strip_prefix("duplicate field ") {
        return format!("{name} is said twice");
    }
    fault.to_owned()
}

/// What should have been sent.
fn wanted(expected: &str) -> &str {
    match expected {
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number, 0 or more",
        "i8" | "i16" | "i32" | "i64" => "a whole number",
        "a string" => "a text",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "a map" => "an object",
        other => other,
    }
}

/// What was sent.
fn sent(found: &str) -> String {
    let quoted = |kind: &str| {
        let rest = found.strip_prefix(kind)?.trim_matches('`');
        Some(rest.to_owned())
    };
    match found {
        "map" => "an object".to_owned(),
        "sequence" => "a list".to_owned(),
        _ => quoted("integer ")
            .or_else(|| quoted("floating point "))
            .or_else(|| quoted("boolean "))
            .or_else(|| quoted("string ").map(|text| format!("the text {text}")))
            .unwrap_or_else(|| found.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields, rename_all = "lowercase")]
    #[expect(dead_code, reason = "only read")]
    struct Sample {
        seconds: u64,
        form: Form,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Form {
        Pdf,
        Html,
    }

    #[test]
    fn no_type_of_the_library_is_named() {
        for (body, words) in [
            (
                r#"{"seconds": "10m"}"#,
                "expected a whole number, 0 or more, not the text \"10m\", at line 1 column 17",
            ),
            (
                r#"{"seconds": -1}"#,
                "expected a whole number, 0 or more, not -1, at line 1 column 14",
            ),
            (
                r#"{"form": "docx"}"#,
                "there is no `docx`, expected `pdf` or `html`",
            ),
            (
                r#"{"forms": 1}"#,
                "there is no `forms`, expected `seconds` or `form`",
            ),
            (r#"{"seconds": 1}"#, "`form` is missing"),
            (r#"{"seconds": 1, "seconds": 2}"#, "`seconds` is said twice"),
        ] {
            let fault = serde_json::from_str::<Sample>(body).unwrap_err();
            assert_eq!(plainly(&fault.to_string()), words);
        }
        assert_eq!(plainly("a word of ours"), "a word of ours");
    }
}
