//! Schemas that are read and refused, and parameters that fit them and do not.

use serde_json::json;

use super::*;

fn read(schema: &Value) -> ParamsSchema {
    ParamsSchema::read(Some(&schema.to_string())).unwrap()
}

fn refused(schema: &Value) -> String {
    ParamsSchema::read(Some(&schema.to_string())).unwrap_err()
}

fn wrong(schema: &ParamsSchema, params: &Value) -> Vec<(String, String)> {
    let errors = schema.check(params).unwrap_err();
    errors
        .into_iter()
        .map(|error| (error.pointer, error.detail))
        .collect()
}

fn table() -> ParamsSchema {
    read(&json!({
        "$schema": DIALECT,
        "type": "object",
        "properties": {
            "top": {"type": "integer", "minimum": 1},
            "order": {"enum": ["count", "name"]},
            "rows": {"type": "array", "items": {"$ref": "#/$defs/row"}},
        },
        "required": ["top"],
        "additionalProperties": false,
        "$defs": {"row": {"type": "string", "pattern": "^[a-z]+$"}},
    }))
}

#[test]
fn parameters_that_fit_are_taken() {
    let params = json!({"top": 3, "order": "name", "rows": ["a", "b"]});

    assert_eq!(table().check(&params), Ok(()));
}

#[test]
fn each_wrong_parameter_is_told_with_its_place() {
    let schema = table();

    let own = |pointer: &str, detail: &str| (pointer.to_owned(), detail.to_owned());
    assert_eq!(wrong(&schema, &json!({})), [own("/top", "it is required")]);
    assert_eq!(
        wrong(&schema, &json!({"top": "ten"})),
        [own("/top", "want integer, but got string")]
    );
    assert_eq!(
        wrong(&schema, &json!({"top": 1, "rows": ["a", "B"]}))[0].0,
        "/rows/1"
    );
    assert_eq!(
        wrong(&schema, &json!({"top": 1, "a/b": 2})),
        [own(
            "/a~1b",
            "there is no such parameter; there are order, rows, top"
        )]
    );
    assert_eq!(wrong(&schema, &json!([1]))[0].0, "");
}

#[test]
fn a_module_without_a_schema_takes_no_parameters() {
    let schema = ParamsSchema::read(None).unwrap();

    assert_eq!(schema.check(&json!({})), Ok(()));
    assert_eq!(wrong(&schema, &json!({"top": 1}))[0].0, "/top");
}

#[test]
fn what_is_no_schema_is_refused_with_the_place() {
    assert!(
        ParamsSchema::read(Some("{"))
            .unwrap_err()
            .contains("not JSON")
    );
    let error = refused(&json!({"type": "object", "properties": {"top": {"type": "nummer"}}}));
    assert!(error.contains("/properties/top/type"), "{error}");
    assert!(refused(&json!(7)).contains("at \"\""));
    assert!(refused(&json!({"pattern": "("})).contains("regex"));
    let old = json!({"$schema": "http://json-schema.org/draft-07/schema#"});
    assert!(refused(&old).contains("2020-12"));
}

#[test]
fn a_schema_never_reaches_for_files_or_addresses() {
    for reference in ["file:///etc/passwd", "https://example.com/a", "other#/a"] {
        let error = refused(&json!({"properties": {"a": {"$ref": reference}}}));

        assert!(error.contains("leads nowhere"), "{error}");
    }
}

#[test]
fn a_schema_that_would_take_for_ever_is_refused() {
    let mut parts = Map::new();
    for level in 0..40 {
        let next = json!({"$ref": format!("#/$defs/{}", level + 1)});
        parts.insert(level.to_string(), json!({"allOf": [next, next]}));
    }
    parts.insert("40".to_owned(), json!({"type": "string"}));

    let bomb = refused(&json!({"$defs": parts, "$ref": "#/$defs/0"}));
    let circle = refused(&json!({"properties": {"a": {"$ref": "#/properties/a"}}}));

    assert!(bomb.contains("10000 parts"), "{bomb}");
    assert!(circle.contains("leads back"), "{circle}");
}

#[test]
fn a_schema_that_would_take_all_the_memory_is_refused() {
    let named = |number: u32| (format!("p{number}"), json!({"pattern": "(a{999}){99}"}));
    let properties: Map<String, Value> = (0..41).map(named).collect();

    let error = refused(&json!({"properties": properties}));

    assert!(error.contains("40 patterns"), "{error}");
}

/// In either order of the names, since the parts are met in that order.
#[test]
fn a_schema_that_would_take_all_the_stack_is_refused() {
    for name in [|level: u32| level, |level: u32| 9_999 - level] {
        let mut parts = Map::new();
        for level in 1_000..3_000 {
            let next = json!({"$ref": format!("#/$defs/{}", name(level + 1))});
            parts.insert(name(level).to_string(), next);
        }
        parts.insert(name(3_000).to_string(), json!({}));
        let first = format!("#/$defs/{}", name(1_000));

        let error = refused(&json!({"$defs": parts, "$ref": first}));

        assert!(error.contains("200 levels"), "{error}");
    }
}

#[test]
fn a_trial_takes_the_defaults_or_the_example() {
    let defaults = read(&json!({
        "properties": {"top": {"type": "integer", "default": 5}}, "required": ["top"],
    }));
    let example = read(&json!({
        "properties": {"code": {"type": "string"}}, "required": ["code"],
        "examples": [{"code": "x"}],
    }));

    assert_eq!(defaults.sample(), Ok(json!({"top": 5})));
    assert_eq!(example.sample(), Ok(json!({"code": "x"})));
    assert_eq!(table().sample().unwrap_err()[0].pointer, "/top");
    assert_eq!(ParamsSchema::read(None).unwrap().sample(), Ok(json!({})));
}
