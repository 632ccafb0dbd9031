//! A list is no object: JSON is read by the names of members, wherever a person writes it.

use quire_model::Colophon;
use reqwest::{Method, StatusCode};
use serde_json::{Map, Value, json};

use crate::support::{Folder, Quire, run_quire};

/// A value that fits a schema of the OpenAPI document, and each way to give an object in it by position.
struct Samples<'a> {
    schemas: &'a Value,
}

impl Samples<'_> {
    fn resolved<'b>(&'b self, schema: &'b Value) -> &'b Value {
        let named = schema["$ref"].as_str().and_then(|at| at.rsplit('/').next());
        let schema = named.map_or(schema, |name| &self.schemas[name]);
        let choices = ["oneOf", "anyOf", "allOf"];
        let choices = choices.iter().find_map(|name| schema[name].as_array());
        match choices.and_then(|all| all.iter().find(|one| one["type"] != "null")) {
            Some(choice) => self.resolved(choice),
            None => schema,
        }
    }

    fn value(&self, schema: &Value) -> Value {
        let schema = self.resolved(schema);
        if let Some(properties) = schema["properties"].as_object() {
            let members = properties.iter();
            let members = members.map(|(name, schema)| (name.clone(), self.value(schema)));
            return Value::Object(members.collect::<Map<_, _>>());
        }
        if let Some(first) = schema["enum"].get(0) {
            return first.clone();
        }
        let kind = &schema["type"];
        let is = |name: &str| kind == name || kind[0] == name;
        match schema.get("example") {
            Some(example) => example.clone(),
            None if is("array") => json!([self.value(&schema["items"])]),
            None if is("string") => json!("x"),
            None if is("integer") || is("number") => json!(1),
            None if is("boolean") => json!(true),
            None => json!({}),
        }
    }
}

/// The members of an object in a few orders, as lists: all orders of three, and each turned.
fn lists(object: &Map<String, Value>) -> Vec<Value> {
    let values: Vec<Value> = object.values().cloned().collect();
    let mut lists = Vec::new();
    for turn in 0..values.len().max(1) {
        let mut turned = values.clone();
        turned.rotate_left(turn.min(values.len()));
        lists.push(Value::Array(turned.clone()));
        turned.reverse();
        lists.push(Value::Array(turned));
    }
    lists
}

/// The value with one object in it given by position, in every way.
fn by_position(value: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    if let Some(object) = value.as_object() {
        all.extend(lists(object));
        for (name, member) in object {
            for other in by_position(member) {
                let mut changed = object.clone();
                changed.insert(name.clone(), other);
                all.push(Value::Object(changed));
            }
        }
    }
    if let Some(items) = value.as_array() {
        for (at, item) in items.iter().enumerate() {
            for other in by_position(item) {
                let mut changed = items.clone();
                changed[at] = other;
                all.push(Value::Array(changed));
            }
        }
    }
    all
}

#[tokio::test]
async fn no_endpoint_takes_a_list_for_an_object() {
    let quire = Quire::start().await;
    let description = quire.get("/openapi.json").await.json();
    let samples = Samples {
        schemas: &description["components"]["schemas"],
    };
    let keys = quire.get("/api/admin/keys").await.json();
    // What its request is to be is read once it is known to be there.
    let weekly =
        json!({"cron": "0 6 * * MON", "time_zone": "UTC", "request": {"ndc": "61958-0802"}});
    let made = quire.post("/api/schedules", Some(weekly)).await.json();
    let schedule = made["schedule_id"].as_str().unwrap();

    let mut endpoints = 0;
    for (path, operations) in description["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            if schema.is_null() {
                continue;
            }
            endpoints += 1;
            let address = path.replace("{ndc}", "61958-0802").replace("{id}", "x");
            let object = if path.contains("definition") {
                "cer"
            } else {
                "trend"
            };
            let address = address
                .replace("{name}", object)
                .replace("{schedule_id}", schedule)
                .replace("{task_id}", "01JD3Q0V5N8R6Z2W4Y7XK9MTBC");
            let sample = samples.value(schema);
            let mut bodies = by_position(&sample);
            assert!(bodies.len() > 1, "{method} {path}: {sample}");
            bodies.extend([json!([]), json!([sample]), json!([[]])]);
            for body in bodies {
                let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
                let headers = [("if-match", "\"1\"")];
                let answer = quire.send(method, &address, &headers, Some(body.clone()));
                let answer = answer.await;
                let refused = [StatusCode::BAD_REQUEST, StatusCode::UNPROCESSABLE_ENTITY];
                let problem = answer.json();
                assert!(refused.contains(&answer.status), "{path} {body}: {problem}");
                // Where the sample has other faults too, each stands in `errors`.
                let told = [&problem["detail"], &problem["errors"]].map(Value::to_string);
                let told = told.concat();
                assert!(told.contains("expected"), "{path} {body}: {told}");
            }
        }
    }
    assert!(endpoints >= 14, "{endpoints}");
    assert_eq!(quire.get("/api/admin/keys").await.json(), keys);
}

#[tokio::test]
async fn no_definition_has_a_list_for_an_object() {
    let folder = Folder::new();
    let made = run_quire(
        &folder,
        &["key", "create", "--role", "admin", "--label", "x"],
    );
    assert!(made.status.success());
    let quire = Quire::start().await;
    let definition = quire.get("/api/admin/definitions/cer").await.json()["current"].clone();
    assert!(definition["sections"].is_array(), "{definition}");

    let every = by_position(&definition);
    let section = |body: &Value| {
        body["sections"]
            .as_array()
            .is_some_and(|all| all[0].is_array())
    };
    let nested = every.iter().find(|body| section(body)).unwrap();
    let selected = every
        .iter()
        .find(|body| body["selection"].is_array())
        .unwrap();
    for wrong in [&every[0], nested, selected] {
        let path = "/api/admin/definition-check";
        let answer = quire.post(path, Some(wrong.clone())).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");

        let file = folder.file("wrong.json");
        std::fs::write(&file, wrong.to_string()).unwrap();
        let file = file.to_string_lossy().into_owned();
        for verb in [&["check"][..], &["put", "--reason", "test"]] {
            let arguments = [&["definition"], verb, &[&file]].concat();
            let output = run_quire(&folder, &arguments);
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{said}");
            assert!(
                said.contains("expected an object") || said.contains("a JSON object"),
                "{said}"
            );
        }
    }
}

#[test]
fn no_parameters_and_no_exported_trail_are_lists() {
    let folder = Folder::new();
    let out = folder.file("out.pdf").to_string_lossy().into_owned();
    let report = [
        "report",
        "61958-0802",
        "--sample",
        "--output",
        &out,
        "--params",
        "trend=[10]",
    ];
    let trail = folder.file("trail.jsonl").to_string_lossy().into_owned();
    std::fs::write(&trail, r#"["trail", "quire audit 1", "00"]"#).unwrap();

    let params = run_quire(&folder, &report);
    let trail = run_quire(&folder, &["audit", "verify", "--file", &trail]);

    assert_eq!(params.status.code(), Some(2), "{params:?}");
    assert_eq!(trail.status.code(), Some(1));
    let said = String::from_utf8_lossy(&trail.stderr);
    assert!(
        said.contains("line 1 cannot be read") && said.contains("a JSON object"),
        "{said}"
    );
}

#[test]
fn no_recipe_inside_a_document_is_a_list() {
    let folder = Folder::new();
    let out = folder.file("out.pdf").to_string_lossy().into_owned();
    let made = run_quire(
        &folder,
        &["report", "61958-0802", "--sample", "--output", &out],
    );
    assert!(made.status.success(), "{made:?}");
    let mut document = lopdf::Document::load(&out).unwrap();
    let is_colophon = |object: &lopdf::Object| {
        let content = object.as_stream().ok()?.get_plain_content().ok()?;
        serde_json::from_slice::<Colophon>(&content).ok()
    };
    let objects = document.objects.iter();
    let mut found = objects.filter_map(|(id, object)| Some((*id, is_colophon(object)?)));
    let (id, colophon) = found.next_back().unwrap();
    let colophon = serde_json::to_value(&colophon).unwrap();
    let lists = by_position(&colophon);
    let first = lists.iter().find(|value| value.is_array());
    let nested = lists.iter().find(|value| value["recipe"].is_array());
    for list in [first.unwrap(), nested.unwrap()] {
        let stream = lopdf::Stream::new(lopdf::dictionary! {}, list.to_string().into_bytes());
        let stream = document.objects.insert(id, lopdf::Object::Stream(stream));
        assert!(stream.is_some());
        document.save(&out).unwrap();

        let output = run_quire(&folder, &["verify", &out]);

        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("is not what Quire writes"), "{said}");
    }
}
