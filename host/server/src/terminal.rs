//! What is said to the person or script that started the command.

use std::{fmt::Display, io::Write as _};

/// Write a line to standard output. A reader that has gone away is no reason to stop.
pub(crate) fn say(line: impl Display) {
    let mut output = std::io::stdout().lock();
    let _ = writeln!(output, "{line}");
    let _ = output.flush();
}

/// Write a line to standard error.
pub(crate) fn note(line: impl Display) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}
