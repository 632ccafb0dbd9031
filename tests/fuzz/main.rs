//! Inputs by chance for whatever reads what strangers write, for as long as is asked for:
//!
//! `make fuzz TARGET=layout TIME=60`, or the program itself: `fuzz TARGET|all SECONDS [SEED]`
//!
//! Each try derives from one number, which is said when something falls; given as the seed it is tried again first. The
//! profile is the one of tests, so that arithmetic that overflows falls too.

mod dice;
mod document;
mod targets;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    process::ExitCode,
    time::{Duration, Instant},
};

use dice::Dice;

/// A try that takes the processor for longer stands still. By the clock on the wall it would be the machine's other work
/// that falls.
const LONGEST: Duration = Duration::from_secs(20);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let named = arguments.first().map_or("all", String::as_str);
    let seconds = arguments.get(1).and_then(|text| text.parse().ok());
    let seed = arguments.get(2).and_then(|text| text.parse().ok());
    let time = Duration::from_secs(seconds.unwrap_or(10));
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let scratch = std::env::temp_dir().join(format!("quire-fuzz-{}", std::process::id()));
    let mut fell = false;
    let mut known = false;
    for (name, target) in targets::all(&workspace, &scratch) {
        if named == "all" || named == name {
            known = true;
            fell |= !hold(name, &target, time, seed.unwrap_or(1));
        }
    }
    let _ = std::fs::remove_dir_all(&scratch);
    if !known {
        eprintln!("there is no target {named:?}; tests/fuzz/targets.rs lists them");
    }
    match fell || !known {
        true => ExitCode::FAILURE,
        false => ExitCode::SUCCESS,
    }
}

/// Try a target for a time; whether it held.
fn hold(name: &str, target: &targets::Target, time: Duration, first: u64) -> bool {
    let began = Instant::now();
    let (mut tries, mut slowest) = (0_u64, Duration::ZERO);
    while began.elapsed() < time {
        let seed = first + tries;
        let started = processor_time();
        let tried = catch_unwind(AssertUnwindSafe(|| target(&mut Dice::new(seed))));
        let took = processor_time().saturating_sub(started);
        slowest = slowest.max(took);
        tries += 1;
        let wrong = match tried {
            Ok(Ok(())) if took <= LONGEST => continue,
            Ok(Ok(())) => format!("it took {took:?} of the processor"),
            Ok(Err(wrong)) => wrong,
            Err(_) => "it crashed; see above".to_owned(),
        };
        println!("{name}: fell at seed {seed} after {tries} tries: {wrong}");
        return false;
    }
    let seconds = began.elapsed().as_secs_f64();
    println!("{name}: {tries} tries in {seconds:.0} s, the slowest {slowest:.1?}: held");
    true
}

/// What this process has used of the processor so far.
fn processor_time() -> Duration {
    let used = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::try_from(used).unwrap_or_default()
}
