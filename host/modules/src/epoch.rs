//! The clock that interrupts guests.

use std::{thread, time::Duration};

use wasmtime::Engine;

use crate::LoadError;

/// How often running guests are interrupted to count their time and let others run. A runaway is
/// stopped at most this much too late.
pub(crate) const TICK: Duration = Duration::from_millis(10);

/// Tick until the engine is gone. An OS thread, because async timers stop when the runtime is busy.
///
/// # Errors
///
/// If no thread can be started.
pub(crate) fn start(engine: &Engine) -> Result<(), LoadError> {
    let engine = engine.weak();
    thread::Builder::new()
        .name("module-epoch".to_owned())
        .spawn(move || {
            while let Some(engine) = engine.upgrade() {
                engine.increment_epoch();
                drop(engine);
                thread::sleep(TICK);
            }
        })
        .map(drop)
        .map_err(|error| LoadError::Host(format!("the epoch thread cannot be started: {error}")))
}
