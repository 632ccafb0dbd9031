//! Writes made-up FAERS files of any size, imports them, and says what it took.
//!
//! `cargo run --release -p quire-background --example quarter -- 215867` is a real quarter's size. With a
//! seed and a folder behind it, the files are written there and nothing is imported.
#![expect(clippy::print_stdout, reason = "it is what an example is for")]

use std::{error::Error, fs, path::PathBuf, time::Instant};

use quire_background::Store;
use quire_replay::Quarter;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let cases = std::env::args()
        .nth(1)
        .map_or(Ok(20_000), |text| text.parse())?;
    if let (Some(seed), Some(folder)) = (std::env::args().nth(2), std::env::args().nth(3)) {
        fs::create_dir_all(&folder)?;
        let (seed, second) = (
            seed.parse()?,
            Quarter {
                name: "22Q4",
                ..quarter(cases, 8)
            },
        );
        quarter(cases, seed).write(folder.as_ref())?;
        // Two quarters beside each other, for an import of several.
        if let Some(folder) = std::env::args().nth(4) {
            second.write(folder.as_ref())?;
        }
        return Ok(());
    }
    let folder = std::env::temp_dir().join(format!("quire-quarter-{}", std::process::id()));
    let (files, store) = (folder.join("ASCII"), folder.join("store"));
    fs::create_dir_all(&files)?;
    quarter(cases, 1).write(&files)?;
    println!("{cases} cases, {:.1} MB of text", megabytes(&files)?);

    // Writing the files is not what is measured.
    fs::write("/proc/self/clear_refs", "5")?;
    println!("memory before the import: {} kB", peak_kilobytes()?);

    let began = Instant::now();
    let store_at = Store::new(store.clone());
    let import = store_at
        .import(std::slice::from_ref(&files), None, &|_| ())
        .await?;
    println!(
        "imported in {:.1} s: {} reports",
        began.elapsed().as_secs_f64(),
        import.reports
    );
    println!(
        "{} drugs, {} reactions, prior {:?}",
        import.drugs, import.reactions, import.prior
    );
    println!("{:.1} MB in the store", megabytes(&store)?);

    let began = Instant::now();
    let background = store_at.background(&["SUBSTANCE 0".to_owned()]).await?;
    let background = background.ok_or("no import is used")?;
    let bytes = background.encode()?.len();
    println!(
        "one drug: {:.1} ms, {bytes} bytes",
        began.elapsed().as_secs_f64() * 1e3
    );
    println!("peak memory: {} kB", peak_kilobytes()?);
    fs::remove_dir_all(folder)?;
    Ok(())
}

fn quarter(cases: u64, seed: u64) -> Quarter {
    Quarter {
        name: "22Q3",
        cases,
        seed,
    }
}

fn megabytes(folder: &PathBuf) -> Result<f64, Box<dyn Error>> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        bytes += entry?.metadata()?.len();
    }
    Ok(bytes as f64 / 1e6)
}

/// The largest that this process was since the mark was cleared; Linux only.
fn peak_kilobytes() -> Result<u64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    Ok(number.ok_or("no VmHWM")?.parse()?)
}
