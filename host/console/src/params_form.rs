//! The parameters of a module as a form, made from the JSON Schema that the module brings.
//!
//! Numbers, texts, choices and switches get fields of their own; what else a schema can say is filled in as JSON.
//! Whether the parameters are right is not decided here: they are held to the schema as those of an upload are.

use maud::{Markup, html};
use quire_model::FieldError;
use serde_json::{Map, Number, Value};

/// The form's fields, as pairs of names and texts; a name with several values comes several times.
pub(crate) type Pairs = Vec<(String, String)>;

/// The parameters of a schema.
pub(crate) struct ParamsForm {
    properties: Map<String, Value>,
}

/// How a parameter is filled in.
enum Entry<'a> {
    Number,
    Text,
    Switch,
    /// One of these.
    Choice(&'a [Value]),
    /// Any of these.
    Several(&'a [Value]),
    Json,
}

impl ParamsForm {
    /// The form of a schema; none if the module takes no parameters.
    pub(crate) fn of(schema: &str) -> Option<Self> {
        let schema: Value = serde_json::from_str(schema).ok()?;
        let properties = schema.get("properties")?.as_object()?.clone();
        (!properties.is_empty()).then_some(Self { properties })
    }

    /// Of what was filled in, perhaps in a form of before, what is a parameter.
    pub(crate) fn own(&self, pairs: &Pairs) -> Pairs {
        let own = pairs
            .iter()
            .filter(|(name, _)| self.properties.contains_key(name));
        own.cloned().collect()
    }

    /// What was filled in, as JSON. What is left empty is left to the module.
    ///
    /// # Errors
    ///
    /// What cannot be read, or is no parameter.
    pub(crate) fn read(&self, pairs: &Pairs) -> Result<Value, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut given = Map::new();
        for (name, _) in pairs {
            if !self.properties.contains_key(name) {
                errors.push(wrong(name, "there is no such parameter"));
            }
        }
        for (name, property) in &self.properties {
            let texts = pairs.iter().filter(|(found, _)| found == name);
            let texts: Vec<&str> = texts.map(|(_, text)| text.trim()).collect();
            match value(&entry(property), &texts) {
                Ok(Some(value)) => drop(given.insert(name.clone(), value)),
                Ok(None) => {}
                Err(why) => errors.push(wrong(name, &why)),
            }
        }
        match errors.is_empty() {
            true => Ok(Value::Object(given)),
            false => Err(errors),
        }
    }

    /// What would be filled in for these parameters, and for the usual ones where they say nothing.
    pub(crate) fn filled(&self, params: &Value) -> Pairs {
        let texts = self.properties.iter().flat_map(|(name, property)| {
            let value = params.get(name).or_else(|| property.get("default"));
            let texts = value.map_or_else(Vec::new, |value| texts(&entry(property), value));
            texts.into_iter().map(|text| (name.clone(), text))
        });
        texts.collect()
    }

    /// The fields, as they were filled in, and what is wrong with it.
    pub(crate) fn fields(&self, filled: &Pairs, errors: &[FieldError]) -> Markup {
        html! {
            div.fields {
                @for (name, property) in &self.properties {
                    @let texts = filled.iter().filter(|(found, _)| found == name).map(|(_, text)| text.as_str());
                    @let wrong = errors.iter().find(|error| belongs(error, name));
                    (field(name, property, &texts.collect::<Vec<_>>(), wrong))
                }
            }
        }
    }
}

fn wrong(name: &str, detail: &str) -> FieldError {
    FieldError {
        pointer: format!("/{name}"),
        detail: detail.to_owned(),
    }
}

fn belongs(error: &FieldError, name: &str) -> bool {
    let place = error.pointer.trim_start_matches('/');
    place.split('/').next() == Some(name)
}

fn entry(property: &Value) -> Entry<'_> {
    if let Some(choices) = property.get("enum").and_then(Value::as_array) {
        return Entry::Choice(choices);
    }
    let several = property.get("items").and_then(|items| {
        let choices = items.get("enum").and_then(Value::as_array);
        choices.map(Vec::as_slice)
    });
    match (property.get("type").and_then(Value::as_str), several) {
        (Some("array"), Some(choices)) => Entry::Several(choices),
        (Some("integer" | "number"), _) => Entry::Number,
        (Some("boolean"), _) => Entry::Switch,
        (Some("string"), _) => Entry::Text,
        _ => Entry::Json,
    }
}

fn value(entry: &Entry<'_>, texts: &[&str]) -> Result<Option<Value>, String> {
    let json =
        |text: &str| serde_json::from_str(text).map_err(|error| format!("it is no JSON: {error}"));
    let text = texts.first().copied().unwrap_or_default();
    if let Entry::Several(_) = entry {
        let values: Result<Vec<Value>, String> = texts.iter().map(|text| json(text)).collect();
        return values.map(|values| Some(Value::Array(values)));
    }
    if text.is_empty() {
        return Ok(None);
    }
    match entry {
        Entry::Number => {
            let number = text.parse::<Number>();
            let value = number.map(Value::Number);
            value
                .map(Some)
                .map_err(|_| format!("{text:?} is no number"))
        }
        Entry::Text => Ok(Some(Value::String(text.to_owned()))),
        _ => json(text).map(Some),
    }
}

/// What stands in a field for a value: the other way round than [`value`].
fn texts(entry: &Entry<'_>, value: &Value) -> Vec<String> {
    match (entry, value) {
        (Entry::Several(_), Value::Array(values)) => values.iter().map(Value::to_string).collect(),
        (Entry::Text, Value::String(text)) => vec![text.clone()],
        (Entry::Json, value) => serde_json::to_string_pretty(value).into_iter().collect(),
        (_, value) => vec![value.to_string()],
    }
}

fn field(name: &str, property: &Value, texts: &[&str], wrong: Option<&FieldError>) -> Markup {
    let said = |key: &str| property.get(key).and_then(Value::as_str);
    let title = said("title").unwrap_or(name);
    let (id, about) = (format!("param-{name}"), format!("about-{name}"));
    let bound = |key: &str| property.get(key).map(Value::to_string);
    let entry = entry(property);
    let label = html! { label for=(id) { (title) } };
    let invalid = wrong.map(|_| "true");
    let text = texts.first().copied();
    html! {
        div {
            @match &entry {
                Entry::Number => { (label)
                    input id=(id) name=(name) type="number" step="any" min=[bound("minimum")] max=[bound("maximum")]
                        value=[text] aria-describedby=(about) aria-invalid=[invalid]; },
                Entry::Text => { (label)
                    input id=(id) name=(name) value=[text] aria-describedby=(about) aria-invalid=[invalid]; },
                Entry::Switch => { (label) (choices((&id, name), &[Value::Bool(true), Value::Bool(false)], text, &about, invalid)) },
                Entry::Choice(values) => { (label) (choices((&id, name), values, text, &about, invalid)) },
                Entry::Several(values) => fieldset aria-describedby=(about) {
                    legend { (title) }
                    @for one in *values {
                        label.check {
                            input type="checkbox" name=(name) value=(one) checked[texts.contains(&one.to_string().as_str())];
                            " " (shown(one))
                        }
                    }
                },
                Entry::Json => { (label)
                    textarea.code id=(id) name=(name) rows="4" spellcheck="false" aria-describedby=(about) aria-invalid=[invalid] {
                        "\n" (text.unwrap_or_default())
                    } },
            }
            p.below id=(about) {
                @if let Some(wrong) = wrong { strong.bad { (wrong.detail) } " " }
                (said("description").unwrap_or_default())
            }
        }
    }
}

fn choices(
    (id, name): (&str, &str),
    values: &[Value],
    chosen: Option<&str>,
    about: &str,
    invalid: Option<&str>,
) -> Markup {
    let chosen = chosen.unwrap_or_default();
    html! {
        select id=(id) name=(name) aria-describedby=(about) aria-invalid=[invalid] {
            @if chosen.is_empty() { option value="" { "as the module has it" } }
            @for one in values { option value=(one) selected[one.to_string().as_str() == chosen] { (shown(one)) } }
        }
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SCHEMA: &str = r#"{"type": "object", "properties": {
        "top": {"type": "integer", "minimum": 0, "default": 30},
        "order": {"enum": ["ic", "ror"], "default": "ic"},
        "codes": {"type": "boolean"},
        "measures": {"type": "array", "items": {"enum": ["ic", "ror"]}},
        "title": {"type": "string"},
        "screening": {"type": "object"}
    }}"#;

    fn pairs(pairs: &[(&str, &str)]) -> Pairs {
        let own = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
        pairs.iter().map(own).collect()
    }

    #[test]
    fn what_is_filled_in_has_the_type_of_its_parameter() {
        let form = ParamsForm::of(SCHEMA).unwrap();

        let filled = [
            ("top", "5"),
            ("order", "\"ror\""),
            ("codes", "false"),
            ("measures", "\"ic\""),
            ("measures", "\"ror\""),
            ("title", " <b> "),
            ("screening", "{\"n\": 3}"),
        ];
        let read = form.read(&pairs(&filled)).unwrap();
        assert_eq!(form.read(&form.filled(&read)).unwrap(), read);

        let expected = json!({
            "top": 5, "order": "ror", "codes": false, "measures": ["ic", "ror"], "title": "<b>",
            "screening": {"n": 3}
        });
        assert_eq!(read, expected);
        assert_eq!(
            form.read(&pairs(&[("top", "")])).unwrap(),
            json!({"measures": []})
        );
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let form = ParamsForm::of(SCHEMA).unwrap();

        let filled = [("top", "many"), ("screening", "{"), ("bottom", "1")];
        let errors = form.read(&pairs(&filled)).unwrap_err();

        let places: Vec<&str> = errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(places, ["/bottom", "/screening", "/top"]);
        // What was typed stays.
        let filled = [("title", "<script>"), ("top", "many"), ("order", "\"ror\"")];
        let drawn = form.fields(&pairs(&filled), &errors).into_string();
        assert!(
            drawn.contains("is no number") && !drawn.contains("<script>"),
            "{drawn}"
        );
        assert!(
            drawn.contains("value=\"many\"") && drawn.contains("&quot;ror&quot;\" selected"),
            "{drawn}"
        );
        let usual = form.fields(&form.filled(&Value::Null), &[]).into_string();
        assert!(usual.contains("value=\"30\""), "{usual}");
        assert!(ParamsForm::of(r#"{"properties": {}}"#).is_none());
    }
}
