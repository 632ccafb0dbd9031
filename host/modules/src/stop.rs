//! Why the host ends a call before the guest does.

use std::time::Duration;

/// Why the host ended a call. Travels through wasmtime as the cause of its error.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Stop {
    #[error("out of CPU time")]
    Cpu(Duration),
    #[error("out of time")]
    Wall(Duration),
    #[error("exit with status {0}")]
    Exit(u8),
    #[error("`{0}` is not available to modules")]
    Forbidden(String),
    #[error("{0} case series are held at a time")]
    Series(usize),
    #[error("the case series held take more than {0} bytes")]
    SeriesBytes(usize),
    #[error("{0}")]
    Misuse(String),
}
