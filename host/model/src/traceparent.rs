//! Names a trace and a step of it, as W3C Trace Context writes it in the header `traceparent`:
//! `00-<trace id>-<span id>-<flags>`. Beside a document, never in it: equal arguments give equal bytes.

use std::{fmt, str::FromStr};

/// A trace and the step in it that others hang from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceParent {
    /// The trace; not all zero.
    pub trace: [u8; 16],
    /// The step; not all zero.
    pub span: [u8; 8],
    /// Whether whoever began it records it.
    pub sampled: bool,
}

/// The text is no `traceparent` of version 00.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is no traceparent")]
pub struct TraceParentError;

impl TraceParent {
    /// The trace's id: 32 hexadecimal digits, as it stands in the log.
    #[must_use]
    pub fn trace_id(&self) -> String {
        hex(&self.trace)
    }
}

impl FromStr for TraceParent {
    type Err = TraceParentError;

    fn from_str(text: &str) -> Result<Self, TraceParentError> {
        let mut parts = text.split('-');
        let mut part = || parts.next().ok_or(TraceParentError);
        let (version, trace, span, flags) = (part()?, part()?, part()?, part()?);
        let trace: [u8; 16] = bytes(trace).ok_or(TraceParentError)?;
        let span: [u8; 8] = bytes(span).ok_or(TraceParentError)?;
        let [flags]: [u8; 1] = bytes(flags).ok_or(TraceParentError)?;
        // A later version may add parts behind these; 00 has none.
        let known = match version {
            "00" => parts.next().is_none(),
            "ff" => false,
            later => bytes::<1>(later).is_some(),
        };
        if !known || trace == [0; 16] || span == [0; 8] {
            return Err(TraceParentError);
        }
        Ok(Self {
            trace,
            span,
            sampled: flags & 1 == 1,
        })
    }
}

impl fmt::Display for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (trace, span) = (hex(&self.trace), hex(&self.span));
        write!(f, "00-{trace}-{span}-{:02x}", u8::from(self.sampled))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// Exactly so many bytes, in small letters.
fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if text.len() != 2 * N || !text.bytes().all(is_hex) {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, at) in bytes.iter_mut().zip((0..text.len()).step_by(2)) {
        *byte = u8::from_str_radix(text.get(at..at + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_standard_gives_as_right_and_wrong_is_read_so() {
        let right = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let read: TraceParent = right.parse().unwrap();
        assert_eq!(read.to_string(), right);
        assert_eq!(read.trace_id(), "4bf92f3577b34da6a3ce929d0e0e4736");
        assert!(
            format!("cc{}-more", &right[2..])
                .parse::<TraceParent>()
                .is_ok()
        );
        for wrong in [
            "",
            "00",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
            "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
        ] {
            assert_eq!(
                wrong.parse::<TraceParent>(),
                Err(TraceParentError),
                "{wrong}"
            );
        }
    }
}
