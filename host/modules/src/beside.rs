//! That a later version of the contract, in which a shape is another one, can be served beside this one: one linker,
//! one case series, two sets of bindings. The later version is made up, and has what shows this and no more.

use std::sync::{Arc, Mutex};

use quire_faers::{CaseSeries, Snapshot};
use quire_model::{Background, Date, Digest, Label};
use wasmtime::component::{Component, HasSelf, Resource};

use crate::{
    Call, Compiler, Limits,
    bindings::cases::HostCaseSeries,
    code::CodeDir,
    engine, epoch, linker,
    load::Loader,
    run::{self, Job},
    series::Series,
    store::{self, Guest, Pace, World},
};

/// The made-up 0.2, in which a series counts in `u64`.
mod later {
    wasmtime::component::bindgen!({
        inline: "
            package quire:report@0.2.0;
            interface cases { resource case-series { len: func() -> u64; } }
            interface section {
                use cases.{case-series};
                render: func(data: case-series) -> u64;
            }
            world section-module { import cases; export section; }
        ",
        imports: { default: trappable },
        exports: { default: async },
        with: { "quire:report/cases.case-series": crate::series::Series },
        require_store_data_send: true,
    });
}

use later::quire::report::cases as later_cases;

impl later_cases::Host for Guest {}

/// What is otherwise is converted; the rest is that of 0.1.
impl later_cases::HostCaseSeries for Guest {
    fn len(&mut self, series: Resource<Series>) -> wasmtime::Result<u64> {
        HostCaseSeries::len(self, series).map(u64::from)
    }

    fn drop(&mut self, series: Resource<Series>) -> wasmtime::Result<()> {
        HostCaseSeries::drop(self, series)
    }
}

/// A section of the later version: it says how many reports there are.
const LATER: &str = r#"(component
    (import "quire:report/cases@0.2.0" (instance $cases
        (export "case-series" (type $series (sub resource)))
        (export "[method]case-series.len" (func (param "self" (borrow $series)) (result u64)))))
    (alias export $cases "case-series" (type $series))
    (core func $len (canon lower (func $cases "[method]case-series.len")))
    (core func $drop (canon resource.drop $series))
    (core module $code
        (import "cases" "len" (func $len (param i32) (result i64)))
        (import "cases" "drop" (func $drop (param i32)))
        (func (export "render") (param i32) (result i64)
            (call $len (local.get 0))
            (call $drop (local.get 0))))
    (core instance $code (instantiate $code (with "cases" (instance
        (export "len" (func $len)) (export "drop" (func $drop))))))
    (func $render (param "data" (own $series)) (result u64) (canon lift (core func $code "render")))
    (instance $section (export "case-series" (type $series)) (export "render" (func $render)))
    (export "quire:report/section@0.2.0" (instance $section)))"#;

/// Built against 0.1 long ago.
const EARLIER: &[u8] = include_bytes!("../../../tests/data/contract/0.1-before-limit.wasm");

#[tokio::test]
async fn a_later_version_of_the_contract_is_served_beside_this_one() {
    let limits = Limits::DEFAULT;
    let sized = engine::start(2, limits.memory_bytes).unwrap();
    let engine = &sized.engine;
    epoch::start(engine).unwrap();
    let mut both = linker::base(engine).unwrap();
    later::SectionModule::add_to_linker::<_, HasSelf<_>>(&mut both, |guest| guest).unwrap();
    let page = include_bytes!("../tests/containment/page.json");
    let snapshot = Snapshot::from_page(page, &"61958-0802".parse().unwrap()).unwrap();
    let data = Arc::new(CaseSeries::build(snapshot));

    // One of this version is loaded and run as ever.
    let folder = std::env::temp_dir().join(format!("quire-beside-{}", std::process::id()));
    let loader = Loader {
        engine,
        shape: sized.shape,
        compiler: &Compiler::InProcess,
        linker: &both,
        code_dir: &CodeDir::open(&folder, engine, None).unwrap(),
        limits: &limits,
        trial: &Mutex::new(()),
    };
    let earlier = loader.load(Digest::of(EARLIER), EARLIER).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let job = Job {
        call: call(limits),
        data: Arc::clone(&data),
        facts: Vec::new(),
    };
    let output = run::run(engine, &earlier, job).await.unwrap();
    assert!(output.facts.iter().any(|fact| fact.key == "reports"));

    // One of the later version reads the same series by its own bindings.
    let wasm = wat::parse_str(LATER).unwrap();
    let component = Component::new(engine, &wasm).unwrap();
    let pre = both.instantiate_pre(&component).unwrap();
    let pre = later::SectionModulePre::new(pre).unwrap();
    let world = World {
        digest: Digest::of(&wasm),
        as_of: Date::constant(2025, 6, 30),
        seed: 0,
    };
    let mut store = store::new(engine, &limits, world, Pace::Straight);
    let reports = u64::from(data.len());
    let series = store.data_mut().table.push(Series::all(data)).unwrap();
    let instance = pre.instantiate_async(&mut store).await.unwrap();
    let section = instance.quire_report_section();
    let answer = section.call_render(&mut store, series).await;
    assert_eq!(answer.unwrap(), reports);

    // A host without it says which versions it serves.
    let alone = linker::base(engine).unwrap();
    let refusal = linker::link(&alone, &component).unwrap_err().to_string();
    for words in ["quire:report/section@0.2.0", "quire:report/section@0.1.0"] {
        assert!(refusal.contains(words), "{refusal}");
    }
}

fn call(limits: Limits) -> Call {
    let unavailable = "not asked for".to_owned();
    Call {
        document_id: "0".repeat(32),
        title: "Both".to_owned(),
        locale: "en".to_owned(),
        as_of: Date::constant(2025, 6, 30),
        period: (Date::constant(2025, 1, 1), Date::constant(2025, 6, 30)),
        seed: 1,
        params: "{}".to_owned(),
        limits,
        attributes: Vec::new(),
        background: Arc::new(Background::Unavailable(unavailable.clone())),
        label: Arc::new(Label::Unavailable(unavailable)),
        recipe: None,
    }
}
