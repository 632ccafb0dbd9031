//! What a module said while it ran: for its author, who looks at one call.

use std::time::Duration;

use crate::{Output, RunError};

/// One thing that a module said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// `debug`, `info`, `warn` or `error` of the contract's log; `stdout` or `stderr` for what it printed.
    pub from: String,
    /// Its words, without control characters but tab and line feed.
    pub text: String,
}

/// A call that was listened to.
#[derive(Clone, Debug)]
pub struct Observed {
    /// What came of it.
    pub result: Result<Output, RunError>,
    /// Numbers in the text of a narrative that are no facts and were not answered to it, with the words around them.
    pub unfounded: Vec<String>,
    /// What the module said, in order; what it printed stands last. Bounded as every call's log is.
    pub lines: Vec<Line>,
    /// Lines that did not fit.
    pub lines_dropped: u64,
    /// CPU time of the guest, also of a call that broke.
    pub cpu: Duration,
    /// Time from instantiation to the end of the call.
    pub wall: Duration,
    /// Peak linear memory, in bytes.
    pub memory_bytes: usize,
}
