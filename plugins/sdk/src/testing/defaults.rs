//! Whether the defaults in a section's schema, which administrators read, are those that its code has.

use std::fmt::Debug;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::about_problem;
use crate::About;

/// Hold the schema of `P` to `P`: every parameter of the schema has a default, the defaults are equal, and at the
/// top every parameter of the code is in the schema (found where `P` refuses unknown fields). What a module says about itself is held to the contract on the way.
///
/// # Errors
///
/// What differs, in words.
pub fn defaults_agree<P: DeserializeOwned + Debug>(about: &About) -> Result<(), String> {
    if let Some(problem) = about_problem(*about) {
        return Err(problem);
    }
    let schema = about.params_schema.ok_or("there is no schema")?;
    let schema: Value = serde_json::from_str(schema).map_err(|error| error.to_string())?;
    let stated = defaults("", &schema)?;
    let read = |params: Value| {
        serde_json::from_value::<P>(params)
            .map(|params| format!("{params:?}"))
            .map_err(|error| format!("the code does not take the schema's defaults: {error}"))
    };
    // Serde names all fields that it knows when it meets one that it does not.
    let unknown = Value::Object(Map::from_iter([(String::new(), Value::Null)]));
    if let Err(error) = read(unknown)
        && let Some((_, fields)) = error.split_once("expected ")
    {
        let mut fields = fields.split('`').skip(1).step_by(2);
        if let Some(field) = fields.find(|field| stated.get(field).is_none()) {
            return Err(format!("the schema does not have the parameter {field}"));
        }
    }
    let (code, schema) = (read(Value::Object(Map::new()))?, read(stated)?);
    if code == schema {
        return Ok(());
    }
    Err(format!("the code has {code}, and the schema {schema}"))
}

/// The defaults of an object's properties.
fn defaults(path: &str, schema: &Value) -> Result<Value, String> {
    if let Some(value) = schema.get("default") {
        return Ok(value.clone());
    }
    let Some(Value::Object(properties)) = schema.get("properties") else {
        return Err(format!("{path} has no default"));
    };
    let property = |(name, schema): (&String, &Value)| {
        let value = defaults(&format!("{path}/{name}"), schema)?;
        Ok((name.clone(), value))
    };
    let properties: Result<Map<_, _>, String> = properties.iter().map(property).collect();
    properties.map(Value::Object)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(default, deny_unknown_fields)]
    struct Params {
        top: u32,
        chart: bool,
    }

    impl Default for Params {
        fn default() -> Self {
            Self {
                top: 15,
                chart: true,
            }
        }
    }

    fn with(params_schema: &'static str) -> Result<(), String> {
        defaults_agree::<Params>(&About {
            title: "Test",
            summary: "Tests.",
            version: "1",
            locales: &["en"],
            params_schema: Some(params_schema),
        })
    }

    #[test]
    fn every_way_to_differ_is_named() {
        let top = r#"{"properties": {"top": {"default": 15}, "chart": {"default": true}}}"#;
        assert_eq!(with(top), Ok(()));
        for (schema, words) in [
            (
                r#"{"properties": {"top": {"default": 16}, "chart": {"default": true}}}"#,
                "the schema Params { top: 16",
            ),
            (
                r#"{"properties": {"top": {"default": 15}}}"#,
                "does not have the parameter chart",
            ),
            (
                r#"{"properties": {"top": {"default": 15}, "chart": {}}}"#,
                "/chart has no default",
            ),
            (
                r#"{"properties": {"top": {"default": 15}, "chart": {"default": true}, "x": {"default": 1}}}"#,
                "unknown field `x`",
            ),
        ] {
            let error = with(schema).unwrap_err();
            assert!(error.contains(words), "{error}");
        }
    }
}
