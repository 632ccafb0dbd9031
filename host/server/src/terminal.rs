//! The one road to standard output and standard error.
//!
//! Much of what is shown was written by strangers: a file, a module, a key's label, a source's error.
//! So no text gets out of here as it came: what would steer the terminal, break the line or hide itself
//! is [`visible`](mod@visible). Bytes that were asked for as a file take [`file`](fn@file). Beside a log for collectors
//! a server's lines are [`collected`] too.

mod bar;
mod collected;
mod log;
mod visible;

use std::{
    fmt::Display,
    io::{StderrLock, StdoutLock, Write as _},
};

use serde::Serialize;

pub(crate) use bar::Bar;
pub(crate) use collected::{asked_for, collect, is_collected};
pub(crate) use log::{JsonLog, TextFields, TextLog};
pub(crate) use visible::visible;

/// Write a line to standard output. A reader that has gone away is no reason to stop.
pub(crate) fn say(line: impl Display) {
    let line = line.to_string();
    match is_collected() {
        false => write_out(&visible(&line)),
        true => collected::line(&line)
            .iter()
            .for_each(|line| write_out(line)),
    }
}

/// Write a line to standard error.
pub(crate) fn note(line: impl Display) {
    let line = line.to_string();
    let line = match is_collected() {
        false => Some(visible(&line).into_owned()),
        true => collected::line(&line),
    };
    if let Some(line) = line {
        let _ = writeln!(standard_error(), "{line}");
    }
}

/// Write words of several lines to standard error. All but the first are indented, so that a stranger's line break
/// begins no line of ours.
pub(crate) fn note_lines(words: &str) {
    for (at, line) in words.lines().enumerate() {
        match at {
            0 => note(line),
            _ => note(format_args!("  {line}")),
        }
    }
}

/// Write a noun to standard output as JSON for people and programs, over several lines.
///
/// # Errors
///
/// If it cannot be written as JSON.
pub(crate) fn say_json(noun: &impl Serialize) -> serde_json::Result<()> {
    write_out(&visible::in_json(&serde_json::to_string_pretty(noun)?));
    Ok(())
}

/// Write a noun to standard output as one line of JSON.
///
/// # Errors
///
/// If it cannot be written as JSON.
pub(crate) fn say_json_line(noun: &impl Serialize) -> serde_json::Result<()> {
    write_out(&visible::in_json(&serde_json::to_string(noun)?));
    Ok(())
}

/// Standard output as a file: the bytes go out as they are.
pub(crate) fn file() -> StdoutLock<'static> {
    standard_output()
}

fn write_out(line: &str) {
    let mut output = standard_output();
    let _ = writeln!(output, "{line}");
    let _ = output.flush();
}

#[expect(clippy::disallowed_methods, reason = "the one place that hands it out")]
fn standard_output() -> StdoutLock<'static> {
    std::io::stdout().lock()
}

#[expect(clippy::disallowed_methods, reason = "the one place that hands it out")]
fn standard_error() -> StderrLock<'static> {
    std::io::stderr().lock()
}
