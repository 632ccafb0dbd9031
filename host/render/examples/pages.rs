//! Draws sample documents, says what they cost, and writes them to be looked at.
//!
//! `cargo run --release -p quire-render --example pages -- [DIRECTORY [ROUNDS]]`
//!
//! The CPU time is that of this thread, as Linux counts it in `/proc/self/schedstat`.

#[path = "../src/sample.rs"]
mod sample;

use std::{error::Error, fs, path::Path};

use quire_model::{Document, Paper};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let directory = arguments.next().unwrap_or_else(|| String::from("."));
    let rounds: u32 = arguments.next().map_or(Ok(10), |rounds| rounds.parse())?;
    println!(
        "{:<12} {:>6} {:>8} {:>9} {:>9} {:>9}",
        "document", "pages", "KiB", "first ms", "warm ms", "peak MiB"
    );
    let samples = [
        ("plain", sample::plain(690)),
        ("everything", sample::everything(Paper::Letter)),
        ("a4", sample::everything(Paper::A4)),
        ("landscape", sample::everything(Paper::A4Landscape)),
        ("stress", sample::stress(Paper::Letter)),
        ("hostile", sample::hostile()),
        ("long", sample::long(10_000)),
    ];
    for (name, document) in samples {
        let rounds = if name == "long" {
            rounds.min(3)
        } else {
            rounds
        };
        measure(name, &document, rounds, Path::new(&directory))?;
    }
    Ok(())
}

fn measure(
    name: &str,
    document: &Document,
    rounds: u32,
    directory: &Path,
) -> Result<(), Box<dyn Error>> {
    let start = cpu_ms()?;
    let bytes = quire_render::pdf(document)?;
    let first = cpu_ms()? - start;
    let start = cpu_ms()?;
    for _ in 0..rounds {
        if quire_render::pdf(document)? != bytes {
            return Err(format!("{name} is not drawn to the same bytes twice").into());
        }
    }
    let warm = (cpu_ms()? - start) / f64::from(rounds.max(1));
    // Reading the file back takes more memory than drawing it.
    let peak = peak_mib()?;
    fs::write(directory.join(format!("{name}.pdf")), &bytes)?;
    let pages = lopdf::Document::load_mem(&bytes)?.get_pages().len();
    let size = bytes.len() / 1024;
    println!(
        "{name:<12} {pages:>6} {size:>8} {first:>9.2} {warm:>9.2} {:>9}",
        peak
    );
    Ok(())
}

fn cpu_ms() -> Result<f64, Box<dyn Error>> {
    let text = fs::read_to_string("/proc/self/schedstat")?;
    let nanoseconds: f64 = text.split(' ').next().unwrap_or("0").parse()?;
    Ok(nanoseconds / 1e6)
}

fn peak_mib() -> Result<u64, Box<dyn Error>> {
    let text = fs::read_to_string("/proc/self/status")?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap_or("0 kB");
    let kib: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kib / 1024)
}
