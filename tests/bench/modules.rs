//! What a call of a module costs: a fresh instance, the call, and letting go.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use quire_faers::{Faers, FaersSettings};
use quire_model::{Background, Date, Label};
use quire_modules::{Call, Limits, ModuleHost, ModuleSettings};
use quire_replay::Replay;

use crate::table::{Table, percentile};

/// Calls the limitations section (text only) and the reaction table over the bundled sample.
pub(crate) fn measure(table: &mut Table, runtime: &tokio::runtime::Runtime) {
    let folder = std::env::temp_dir().join(format!("quire-bench-code-{}", std::process::id()));
    let host = ModuleHost::new(ModuleSettings::new(folder.clone(), 8)).unwrap();
    for name in ["limitations", "reaction-table"] {
        let file = crate::process::section(name);
        let start = Instant::now();
        let module = host.load(&std::fs::read(file).unwrap()).unwrap();
        let compiled = start.elapsed();
        let mut micros = runtime.block_on(async {
            let replay = Replay::sample().await.unwrap();
            let faers = Faers::new(settings(replay.url())).unwrap();
            let data = faers
                .case_series(&"61958-0802".parse().unwrap())
                .await
                .unwrap()
                .series;
            let mut micros = Vec::new();
            for _ in 0..500 {
                let start = Instant::now();
                host.render(&module, call(), Arc::clone(&data))
                    .await
                    .unwrap();
                micros.push(start.elapsed().as_secs_f64() * 1e6);
            }
            micros
        });
        let (median, slow) = (percentile(&mut micros, 0.5), percentile(&mut micros, 0.99));
        table.row(
            &format!("module `{name}`: instantiate, render, check, drop"),
            format!("{median:.0} µs"),
            &format!("p99 {slow:.0} µs; compiled in {} ms", compiled.as_millis()),
        );
    }
    loads(table, &host);
    let _ = std::fs::remove_dir_all(folder);
}

/// What a restart pays for each section: checksum, mapping, linking, a trial instance, its schema.
fn loads(table: &mut Table, host: &ModuleHost) {
    let sections: Vec<Vec<u8>> = crate::process::sections()
        .iter()
        .map(|file| std::fs::read(file).unwrap())
        .collect();
    let mut micros = Vec::new();
    for round in 0..31 {
        for wasm in &sections {
            let start = Instant::now();
            let module = host.load(wasm).unwrap();
            let took = start.elapsed();
            // The first round compiles.
            if round > 0 {
                micros.push(took.as_secs_f64() * 1e6);
            }
            host.forget(module.digest);
        }
    }
    let (median, slow) = (percentile(&mut micros, 0.5), percentile(&mut micros, 0.99));
    table.row(
        "load a compiled section",
        format!("{median:.0} µs"),
        &format!(
            "p99 {slow:.0} µs; {} sections, 30 times each",
            sections.len()
        ),
    );
}

fn call() -> Call {
    let day = Date::constant(2025, 6, 30);
    Call {
        document_id: "0".repeat(32),
        title: "Benchmark".to_owned(),
        locale: "en".to_owned(),
        as_of: day,
        period: (Date::constant(2012, 1, 1), day),
        seed: 1,
        params: "{}".to_owned(),
        limits: Limits::DEFAULT,
        attributes: Vec::new(),
        background: Arc::new(Background::Unavailable("none in a test".to_owned())),
        label: Arc::new(Label::Unavailable("none in a test".to_owned())),
        recipe: None,
    }
}

fn settings(openfda_url: String) -> FaersSettings {
    FaersSettings {
        openfda_url,
        sample: false,
        openfda_key: None,
        cache_ttl: Duration::from_secs(300),
        max_reports: 5000,
        redis_url: None,
        requests_per_minute: 240,
        requests_per_day: 1000,
        share_percent: 100,
        certificates: None,
        timeout: Duration::from_secs(30),
        background_requests: 60,
    }
}
