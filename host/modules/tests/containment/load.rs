//! What is taken and what is refused when a component is loaded.

use std::sync::Arc;

use quire_model::{Digest, Kind};
use quire_modules::{LoadError, RunError};

use crate::support::{Hostile, LIMITS, guest, host};

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
fn a_component_that_crashes_when_asked_is_refused() {
    let error = host(LIMITS, 1).load(&guest("broken")).unwrap_err();

    let LoadError::Trial(RunError::Crashed { message }) = error else {
        panic!("no crash but {error}")
    };
    assert!(message.contains("I do not know who I am"), "{message}");
}

#[test]
fn what_is_no_component_is_refused_with_advice() {
    let host = host(LIMITS, 1);

    let core = host.load(&wat::parse_str("(module)").unwrap()).unwrap_err();
    let text = host.load(b"(component)").unwrap_err();
    let cut = host.load(&guest("hostile")[..5000]).unwrap_err();

    assert!(
        core.to_string().contains("wasm-tools component new"),
        "{core}"
    );
    assert!(matches!(text, LoadError::NotWasm(_)), "{text}");
    assert!(matches!(cut, LoadError::Invalid(_)), "{cut}");
}

#[test]
fn a_component_of_another_world_is_told_which_are_served() {
    let wasm = wat::parse_str("(component)").unwrap();

    let error = host(LIMITS, 1).load(&wasm).unwrap_err().to_string();

    assert!(error.contains("exports nothing"), "{error}");
    assert!(error.contains("`quire:report/section@0.1.0`"), "{error}");
}

#[test]
fn every_forbidden_import_is_named() {
    let wasm = wat::parse_str(
        r#"(component
            (import "wasi:http/types@0.2.6" (instance))
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
            "`wasi:http/types@0.2.6`",
            "`quire:report/cases@0.2.0` (0.1 is served)",
            "`run`"
        ]
    );
}

#[test]
fn an_import_with_other_types_is_refused() {
    let wasm = wat::parse_str(
        r#"(component
            (import "wasi:cli/exit@0.2.6" (instance (export "exit" (func (param "code" u64)))))
            (component $c)
            (instance $i (instantiate $c))
            (export "quire:report/section@0.1.0" (instance $i)))"#,
    )
    .unwrap();

    let error = host(LIMITS, 1).load(&wasm).unwrap_err();

    assert!(matches!(error, LoadError::Contract(_)), "{error}");
}

#[test]
fn features_that_are_switched_off_are_refused() {
    let wasm = wat::parse_str("(component (core module (memory i64 1)))").unwrap();

    let error = host(LIMITS, 1).load(&wasm).unwrap_err();

    assert!(matches!(error, LoadError::Invalid(_)), "{error}");
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
