//! How patient workers are, and how many reports they make at a time.

use std::time::Duration;

/// How reports are worked on.
#[derive(Clone, Debug)]
pub struct WorkerSettings {
    /// Reports that this process works on at a time.
    pub slots: usize,
    /// How long a claim lasts without renewal: after a crash the report stands still for so long.
    pub lease: Duration,
    /// How often a claim is renewed, and a cancellation noticed.
    pub renew_every: Duration,
    /// How often progress is written down; a report that is faster shows none.
    pub progress_every: Duration,
    /// How long one attempt may take.
    pub timeout: Duration,
    /// Attempts that may end in a retryable problem before the report fails.
    pub max_attempts: u32,
    /// Claims whose worker died before the report is taken for the cause. From the second death on it rests
    /// first and is then made alone, so that others who died with it, or a machine in trouble, are told apart.
    pub max_crashes: u32,
    /// A report that met a fault of the machine is taken up again after so long. By then a machine
    /// that lacked something for a moment has it, and one report that needs more than there is leaves
    /// nine tenths of the time to others.
    pub spared_for: Duration,
    /// The first pause between attempts; it doubles.
    pub backoff: Duration,
    /// How often lost tickets are looked for.
    pub sweep_every: Duration,
    /// How long running reports may take to finish after a stop; then they are handed back.
    pub drain: Duration,
}

impl Default for WorkerSettings {
    fn default() -> Self {
        Self {
            slots: 2,
            lease: Duration::from_secs(30),
            renew_every: Duration::from_secs(5),
            progress_every: Duration::from_millis(250),
            timeout: Duration::from_mins(5),
            max_attempts: 4,
            max_crashes: 4,
            spared_for: Duration::from_secs(10),
            backoff: Duration::from_secs(1),
            sweep_every: Duration::from_secs(1),
            drain: Duration::from_secs(20),
        }
    }
}
