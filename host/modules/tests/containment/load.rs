//! What is taken and what is refused when a component is loaded.

use std::sync::Arc;

use quire_model::{Digest, Kind};
use quire_modules::{
    ChildCompiler, CompileLimits, Compiler, LoadError, ModuleHost, ModuleSettings,
};
use serde_json::json;

use crate::support::{Folder, Hostile, LIMITS, guest, host};

#[test]
fn a_good_component_says_what_it_is() {
    let hostile = Hostile::new();

    assert_eq!(hostile.module.kind, Kind::Section);
    assert_eq!(hostile.module.digest, Digest::of(&guest("hostile")));
    assert_eq!(hostile.module.manifest.title, "Hostile");
    assert_eq!(hostile.module.manifest.locales, ["en"]);
    assert!(hostile.module.manifest.params_schema.is_some());
}

#[test]
fn parameters_are_held_to_the_modules_schema() {
    let hostile = Hostile::new();
    let narrator = hostile.host.load(&guest("narrator")).unwrap();

    assert_eq!(hostile.module.check_params(&json!({"sin": "loop"})), Ok(()));
    let errors = hostile.module.check_params(&json!({"sin": 7})).unwrap_err();
    assert_eq!(errors[0].pointer, "/sin");
    assert_eq!(errors[0].detail, "want string, but got number");
    // It has no schema, and so no parameters.
    let errors = narrator.check_params(&json!({"top": 7})).unwrap_err();
    assert_eq!(errors[0].pointer, "/top");
}

#[test]
fn every_forbidden_import_is_named() {
    let wasm = wat::parse_str(
        r#"(component
            (import "wasi:nn/tensor@0.2.6" (instance))
            (import "wasi:cli/exit@0.2.6" (instance))
            (import "quire:report/cases@0.2.0" (instance))
            (import "run" (func)))"#,
    )
    .unwrap();

    let error = host(LIMITS, 1).load(&wasm).unwrap_err();

    let LoadError::Imports { names, .. } = error else {
        panic!("not the imports but {error}")
    };
    assert_eq!(
        names,
        [
            "`wasi:nn/tensor@0.2.6`",
            "`quire:report/cases@0.2.0` (0.1 is served)",
            "`run`"
        ]
    );
}

#[test]
fn imports_are_refused_before_anything_is_compiled() {
    let folder = Folder::new("module-uncompiled");
    let nobody = Compiler::Child(ChildCompiler {
        program: "/nowhere/at/all".into(),
        arguments: Vec::new(),
        limits: CompileLimits::default(),
    });
    let host = ModuleHost::new(ModuleSettings {
        compiler: nobody,
        ..ModuleSettings::new(folder.0.clone(), 1)
    })
    .unwrap();
    // What is inside a component imports from it, and is nobody else's business.
    let inside = r#"(component $c (import "run" (func)))
        (core module (import "env" "memory" (memory 1)))"#;
    let load = |import: &str| {
        host.load(&wat::parse_str(format!("(component {inside} {import})")).unwrap())
    };

    let refused = load(r#"(import "wasi:nn/tensor@0.2.6" (instance))"#).unwrap_err();
    let taken = load(r#"(import "wasi:cli/exit@0.2.6" (instance))"#).unwrap_err();

    assert!(
        matches!(&refused, LoadError::Imports { names, .. } if names.len() == 1),
        "{refused}"
    );
    assert!(taken.is_ours(), "{taken}");
}

#[test]
fn what_was_loaded_is_found_until_it_is_forgotten() {
    let hostile = Hostile::new();
    let digest = hostile.module.digest;

    let again = hostile.host.load(&guest("hostile")).unwrap();

    assert!(Arc::ptr_eq(&again, &hostile.module));
    assert!(hostile.host.by_digest(digest).is_some());
    hostile.host.forget(digest);
    assert!(hostile.host.by_digest(digest).is_none());
}

#[test]
fn the_active_version_is_the_one_activated_last() {
    let hostile = Hostile::new();
    let narrator = hostile.host.load(&guest("narrator")).unwrap();

    hostile.host.activate("b", Arc::clone(&hostile.module));
    hostile.host.activate("a", Arc::clone(&hostile.module));
    hostile.host.activate("a", Arc::clone(&narrator));

    let names: Vec<String> = hostile
        .host
        .list()
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(names, ["a", "b"]);
    assert_eq!(hostile.host.active("a").unwrap().digest, narrator.digest);
    assert!(hostile.host.active("c").is_none());
}
