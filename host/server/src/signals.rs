//! SIGTERM and Ctrl-C: finish what runs, then end.

use std::process::ExitCode;

use anyhow::Context as _;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// A file would grow beyond the process' limit (`ulimit -f`). The number is the same wherever Linux
/// runs but on MIPS.
const FILE_TOO_LARGE: i32 = 25;

/// Waits for the signals that mean "end".
#[derive(Debug)]
pub(crate) struct EndSignals {
    terminate: Signal,
    interrupt: Signal,
    /// Never waited for: where it is listened to, the write fails like one on a full disk, and the
    /// process goes on.
    _file_too_large: Signal,
}

impl EndSignals {
    /// Begin to listen. From here on these signals no longer kill the process.
    pub(crate) fn listen() -> anyhow::Result<Self> {
        let listen = |kind| signal(kind).context("signals cannot be received");
        Ok(Self {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
            _file_too_large: listen(SignalKind::from_raw(FILE_TOO_LARGE))?,
        })
    }

    /// Wait for the next one; gives its number.
    pub(crate) async fn next(&mut self) -> u8 {
        tokio::select! {
            _ = self.terminate.recv() => 15,
            _ = self.interrupt.recv() => 2,
        }
    }

    /// Do something, unless a signal says to end first; then the status that says so, as shells have it.
    ///
    /// # Errors
    ///
    /// What `work` fails with.
    pub(crate) async fn unless<T>(
        &mut self,
        work: impl Future<Output = anyhow::Result<T>>,
    ) -> anyhow::Result<Result<T, ExitCode>> {
        tokio::select! {
            done = work => done.map(Ok),
            signal = self.next() => Ok(Err(ExitCode::from(128 + signal))),
        }
    }
}
