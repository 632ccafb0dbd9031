//! What guests hold handles to: nothing with anything behind it.

#![expect(unreachable_pub, reason = "the bindings re-export these types")]

/// An error of a stream: never made.
pub struct IoError;
/// Something to wait for, which has always happened already.
pub struct Ready;
/// An input that is at its end.
pub struct Empty;
/// Something that is never handed out, such as a terminal.
pub struct Never;
/// Standard output or standard error.
#[derive(Clone, Copy)]
pub enum Capture {
    /// Standard output.
    Output,
    /// Standard error.
    Error,
}
