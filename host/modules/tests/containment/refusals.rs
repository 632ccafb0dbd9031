//! Each refusal of the upload's checks: a stable word for it, and a message from which an author
//! knows what to change.

use std::{path::PathBuf, sync::Arc, time::Duration};

use quire_faers::{CaseSeries, Snapshot};
use quire_model::{Background, Date, Label, ProblemKind};
use quire_modules::{
    Checked, ChildCompiler, CompileLimits, Compiler, Limits, LoadError, ModuleHost, ModuleSettings,
    Sample, SelfTest,
};

use crate::support::{
    Folder, LIMITS, describing, grafted, guest, host, reworded, series, with_schema,
};

pub(crate) fn sample() -> Sample {
    Sample {
        name: "sample data".to_owned(),
        further: Vec::new(),
        series: series(),
        facts: Vec::new(),
        background: Arc::new(Background::Unavailable("none in a test".to_owned())),
        label: Arc::new(Label::Unavailable("none in a test".to_owned())),
        as_of: Date::constant(2025, 6, 30),
    }
}

async fn check(wasm: Vec<u8>) -> Result<Checked, LoadError> {
    host(LIMITS, 1).check(wasm, sample()).await
}

/// The component is refused by this check, in words that hold these.
async fn refused(wasm: Vec<u8>, refusal: &str, words: &[&str]) {
    let error = check(wasm).await.unwrap_err();

    assert_refusal(&error, refusal, words);
}

fn assert_refusal(error: &LoadError, refusal: &str, words: &[&str]) {
    let problem = error.problem();
    assert_eq!(error.refusal(), refusal, "{error}");
    assert_eq!(problem.kind, ProblemKind::ModuleRefused);
    assert_eq!(problem.refusal.as_deref(), Some(refusal));
    for word in words {
        assert!(problem.detail.contains(word), "{word:?}: {error}");
    }
}

fn wat(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap()
}

#[tokio::test]
async fn size() {
    refused(vec![0; (32 << 20) + 1], "size", &["33554433", "33554432"]).await;
}

#[tokio::test]
async fn not_wasm() {
    refused(b"#!/bin/sh".to_vec(), "not-wasm", &["begin with"]).await;
}

#[tokio::test]
async fn core_module() {
    let words = ["wasm32-wasip2", "wasm-tools component new"];
    refused(wat("(module)"), "core-module", &words).await;
}

#[tokio::test]
async fn precompiled() {
    let elf = b"\x7fELF\x02\x01\x01\0".to_vec();
    refused(elf, "precompiled", &["upload the WebAssembly component"]).await;
}

#[tokio::test]
async fn invalid() {
    let cut = guest("hostile")[..5000].to_vec();
    refused(cut, "invalid", &["malformed"]).await;
    let memory64 = wat("(component (core module (memory i64 1)))");
    refused(memory64, "invalid", &["memory64"]).await;
}

#[tokio::test]
async fn imports() {
    let greedy = wat(r#"(component
        (import "wasi:nn/tensor@0.2.6" (instance))
        (import "quire:report/cases@0.2.0" (instance))
        (import "run" (func)))"#);
    let words = [
        "`wasi:nn/tensor@0.2.6`",
        "`run`",
        "(0.1 is served)",
        "wasi:io",
    ];
    refused(greedy, "imports", &words).await;
}

#[tokio::test]
async fn world() {
    let words = ["exports nothing", "`quire:report/section@0.1.0`"];
    refused(wat("(component)"), "world", &words).await;
}

#[tokio::test]
async fn version() {
    let exports = wat(r#"(component
        (component $c)
        (instance $i (instantiate $c))
        (export "quire:report/section@0.2.0" (instance $i)))"#);
    let words = [
        "`quire:report/section@0.2.0`",
        "`quire:report/section@0.1.0`",
    ];
    refused(exports, "version", &words).await;
    let imports = wat(r#"(component (import "quire:report/cases@0.2.0" (instance)))"#);
    refused(imports, "version", &["cases@0.2.0", "quire:report 0.1"]).await;
}

#[tokio::test]
async fn contract() {
    let other = wat(r#"(component
        (import "wasi:cli/exit@0.2.6" (instance (export "exit" (func (param "code" u64)))))
        (component $c)
        (instance $i (instantiate $c))
        (export "quire:report/section@0.1.0" (instance $i)))"#);
    refused(other, "contract", &["unchanged `wit/`"]).await;
}

#[tokio::test]
async fn memory() {
    // 100 MiB, where a call may use 64.
    let large = grafted("hostile", "(module (memory 1600))");
    refused(large, "memory", &["104857600", "67108864"]).await;
    // All that there is: no engine holds it.
    let largest = grafted("hostile", "(module (memory 65536))");
    refused(largest, "memory", &["4294967296", "67108864"]).await;
}

#[tokio::test]
async fn trial() {
    let words = ["describe", "I do not know who I am"];
    refused(describing("panic"), "trial", &words).await;
}

#[tokio::test]
async fn manifest() {
    let bell = reworded(
        "hostile",
        "Misbehaves on demand.",
        "Misbehaves on deman\u{7}.",
    );
    refused(bell, "manifest", &["summary", "U+0007"]).await;
}

#[tokio::test]
async fn params_schema() {
    let typo = with_schema(r#"{"properties":{"top":{"type":"nummer"}}}"#);
    refused(typo, "params-schema", &["/properties/top/type"]).await;
    refused(with_schema("{"), "params-schema", &["not JSON"]).await;
}

#[tokio::test]
async fn self_test() {
    let sin = |sin: &str| {
        with_schema(&format!(
            r#"{{"properties":{{"s":{{"default":"{sin}"}}}},"required":["s"]}}"#
        ))
    };
    let words = [r#"{"s":"nan"}"#, "block 0", "finite"];
    refused(sin("nan"), "self-test", &words).await;
    refused(sin("panic"), "self-test", &["bad thing", "src/lib.rs"]).await;
    refused(sin("failed"), "self-test", &["the wheel came off"]).await;
}

#[tokio::test]
async fn what_passes_is_told_and_not_kept() {
    let host = host(LIMITS, 1);

    let checked = host.check(guest("hostile"), sample()).await.unwrap();

    let SelfTest::Passed { params, output } = &checked.self_test else {
        panic!("not passed but {:?}", checked.self_test)
    };
    assert_eq!((params.as_str(), output.blocks.len()), ("{}", 9));
    assert!(output.wall >= output.cpu && output.output_bytes > 500);
    assert_eq!(checked.warnings(), [""; 0]);
    assert!(
        checked
            .module
            .imports
            .contains(&"quire:report/cases@0.1.0".to_owned())
    );
    assert!(host.by_digest(checked.module.digest).is_none());
    assert!(host.list().is_empty());
}

#[tokio::test]
async fn a_number_that_no_fact_stands_behind_is_told() {
    // Its title stands above its text.
    let wasm = reworded(
        "narrator",
        "Narrator of what it is told",
        "Of 6,174 reports it is told",
    );

    let checked = check(wasm).await.unwrap();

    assert_eq!(
        checked.unfounded,
        ["6,174 in \u{201c}Of 6,174 reports it\u{201d}"]
    );
    let [warning] = &checked.warnings()[..] else {
        panic!("{:?}", checked.warnings())
    };
    assert!(warning.contains("6,174"), "{warning}");
    assert_eq!(check(guest("narrator")).await.unwrap().unfounded, [""; 0]);
}

#[tokio::test]
async fn a_narrative_is_tried_on_facts() {
    let checked = check(guest("narrator")).await.unwrap();

    assert!(matches!(checked.self_test, SelfTest::Passed { .. }));
}

#[tokio::test]
async fn what_could_not_be_tried_is_a_warning() {
    let needs = r#"{"required":["sin"],"properties":{"sin":{}}}"#;
    let no_data = r#"{"required":["s"],"examples":[{"s":"no-data"}]}"#;
    let refuses = r#"{"required":["s"],"examples":[{"s":"invalid-params"}]}"#;
    for (schema, warning) in [
        (needs, "needs parameters"),
        (no_data, "no report has a reaction"),
        (refuses, "top exceeds bottom"),
    ] {
        let checked = check(with_schema(schema)).await.unwrap();

        let warnings = checked.warnings();
        assert!(warnings[0].contains(warning), "{warnings:?}");
    }
}

#[tokio::test]
async fn what_breaks_with_an_example_of_its_own_schema_is_refused() {
    let wasm = with_schema(r#"{"properties":{"s":{}},"examples":[{"s":"panic"}]}"#);

    let words = [
        "failed on sample data with the parameters {\"s\":\"panic\"}",
        "bad thing",
    ];
    refused(wasm, "self-test", &words).await;
}

#[tokio::test]
async fn what_breaks_on_other_data_is_refused_and_the_data_are_named() {
    let page = br#"{"meta":{"results":{"skip":0,"limit":0,"total":0}},"results":[]}"#;
    let nobody = Snapshot::from_page(page, &"61958-0802".parse().unwrap()).unwrap();
    let nobody = Sample {
        name: "a series without reports".to_owned(),
        series: Arc::new(CaseSeries::build(nobody)),
        ..sample()
    };
    let data = Sample {
        further: vec![nobody],
        ..sample()
    };
    let wasm = with_schema(r#"{"required":["s"],"examples":[{"s":"first-report"}]}"#);

    let error = host(LIMITS, 1).check(wasm, data).await.unwrap_err();

    let words = [
        "failed on a series without reports",
        "the first report is missing",
    ];
    assert_refusal(&error, "self-test", &words);
}

#[tokio::test]
async fn a_slow_component_is_not_tried_for_ever_and_the_rest_is_told() {
    let data = Sample {
        further: vec![sample(); 500],
        ..sample()
    };

    let checked = host(LIMITS, 1)
        .check(guest("edition-slow"), data)
        .await
        .unwrap();

    let warnings = checked.warnings();
    assert!(warnings[0].starts_with("Not tried with"), "{warnings:?}");
}

/// A host whose compiler is a shell script.
fn compiled_by(folder: &Folder, script: &str) -> ModuleHost {
    let child = ChildCompiler {
        program: PathBuf::from("/bin/sh"),
        arguments: vec!["-c".into(), script.into(), "compiler".into()],
        limits: CompileLimits {
            memory_bytes: 1 << 30,
            cpu: Duration::from_secs(3600),
            wall: Duration::from_secs(3600),
        },
    };
    ModuleHost::new(ModuleSettings {
        limits: Limits::DEFAULT,
        compiler: Compiler::Child(child),
        ..ModuleSettings::new(folder.0.clone(), 1)
    })
    .unwrap()
}

fn compile_error(name: &str, script: &str) -> LoadError {
    let folder = Folder::new(name);
    let host = compiled_by(&folder, script);
    host.load(&guest("narrator")).unwrap_err()
}

#[test]
fn compile_time() {
    let cpu = compile_error("compile-cpu", "kill -XCPU $$");

    assert_refusal(&cpu, "compile-time", &["3600 s", "functions smaller"]);
}

#[test]
fn a_compiler_that_hangs_is_ended_with_all_its_children() {
    let folder = Folder::new("compile-hangs");
    let child = ChildCompiler {
        program: PathBuf::from("/bin/sh"),
        arguments: vec!["-c".into(), "sleep 3600 & sleep 3600".into()],
        limits: CompileLimits {
            wall: Duration::from_millis(50),
            ..CompileLimits::default()
        },
    };
    let host = ModuleHost::new(ModuleSettings {
        compiler: Compiler::Child(child),
        ..ModuleSettings::new(folder.0.clone(), 1)
    })
    .unwrap();

    // The readers of its output would wait for ever if anyone still held it.
    let error = host.load(&guest("narrator")).unwrap_err();

    assert_refusal(&error, "compile-time", &[]);
}

#[test]
fn compile_memory() {
    let said = compile_error(
        "compile-memory",
        "echo memory allocation of 5 bytes failed >&2; kill -ABRT $$",
    );
    let killed = compile_error("compile-killed", "kill -KILL $$");

    for error in [said, killed] {
        assert_refusal(&error, "compile-memory", &["1024 MiB", "functions smaller"]);
    }
}

#[test]
fn compile_crash() {
    let panic = compile_error(
        "compile-panic",
        "echo 'panicked at src/isle.rs: oh no' >&2; exit 101",
    );
    let fault = compile_error("compile-fault", "kill -SEGV $$");
    let silent = compile_error("compile-silent", "true");

    assert_refusal(&panic, "compile-crash", &["oh no", "101"]);
    assert_refusal(&fault, "compile-crash", &["signal: 11"]);
    assert_refusal(&silent, "compile-crash", &["no code"]);
}

#[test]
fn what_the_compiler_refuses_is_told_in_its_words() {
    let error = compile_error("compile-refuses", "echo 'unknown opcode' >&2; exit 3");

    assert_refusal(&error, "invalid", &["unknown opcode"]);
}

#[test]
fn what_the_compiler_makes_up_is_never_run() {
    let error = compile_error("compile-garbage", "echo garbage");

    assert!(error.is_ours(), "{error}");
}

#[test]
fn a_compiler_that_cannot_be_started_is_not_the_authors_fault() {
    let folder = Folder::new("compile-missing");
    let child = ChildCompiler {
        program: PathBuf::from("/nowhere/quire"),
        arguments: Vec::new(),
        limits: CompileLimits::default(),
    };
    let host = ModuleHost::new(ModuleSettings {
        compiler: Compiler::Child(child),
        ..ModuleSettings::new(folder.0.clone(), 1)
    })
    .unwrap();

    let error = host.load(&guest("narrator")).unwrap_err();

    assert!(error.is_ours());
    assert!(error.to_string().contains("/nowhere/quire"), "{error}");
}
