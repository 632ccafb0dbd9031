//! What a call costs with every limit on: a fresh instance, the call, checks, and letting go.
//!
//! `cargo run --release -p quire-modules --example calls -- FILE.wasm…`; each file is a section.

use std::{
    error::Error,
    fs, process,
    sync::Arc,
    time::{Duration, Instant},
};

use quire_faers::{CaseSeries, Snapshot};
use quire_model::{Background, Date, Label};
use quire_modules::{Call, Limits, ModuleHost, ModuleSettings};

/// Calls that are measured of each module.
const CALLS: usize = 2_000;

fn main() -> Result<(), Box<dyn Error>> {
    let code_dir = std::env::temp_dir().join(format!("quire-bench-{}", process::id()));
    let result = measure(&code_dir);
    fs::remove_dir_all(code_dir)?;
    result
}

fn measure(code_dir: &std::path::Path) -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    for file in std::env::args().skip(1) {
        let wasm = fs::read(&file)?;
        let (compile, _) = timed(|| host(code_dir)?.load(&wasm))?;
        let warm = host(code_dir)?;
        let (load, module) = timed(|| warm.load(&wasm))?;
        let (mut walls, mut cpus) = (Vec::new(), Vec::new());
        let data = series()?;
        for _ in 0..CALLS {
            let start = Instant::now();
            let output = runtime.block_on(warm.render(&module, call(), Arc::clone(&data)))?;
            walls.push(start.elapsed());
            cpus.push(output.cpu);
        }
        println!("{file}: {} bytes", wasm.len());
        println!("  compile and try   {:8.1} ms", compile.as_secs_f64() * 1e3);
        println!("  load compiled     {:8.2} ms", load.as_secs_f64() * 1e3);
        println!("  call, wall        {}", percentiles(&mut walls));
        println!("  call, CPU         {}", percentiles(&mut cpus));
    }
    Ok(())
}

fn timed<T, E>(work: impl FnOnce() -> Result<T, E>) -> Result<(Duration, T), E> {
    let start = Instant::now();
    let value = work()?;
    Ok((start.elapsed(), value))
}

fn percentiles(times: &mut [Duration]) -> String {
    times.sort_unstable();
    let at = |share: usize| {
        let time = times
            .get(times.len() * share / 100)
            .copied()
            .unwrap_or_default();
        time.as_secs_f64() * 1e6
    };
    format!("p50 {:8.1} µs   p99 {:8.1} µs", at(50), at(99))
}

fn host(code_dir: &std::path::Path) -> Result<ModuleHost, quire_modules::LoadError> {
    ModuleHost::new(ModuleSettings::new(code_dir.to_owned(), 8))
}

fn call() -> Call {
    let day = Date::constant(2025, 6, 30);
    Call {
        document_id: "bench".to_owned(),
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

fn series() -> Result<Arc<CaseSeries>, Box<dyn Error>> {
    let page = include_bytes!("../tests/containment/page.json");
    let snapshot = Snapshot::from_page(page, &"61958-0802".parse()?)?;
    Ok(Arc::new(CaseSeries::build(snapshot)))
}
