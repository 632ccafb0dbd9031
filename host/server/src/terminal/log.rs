//! The log on its way to standard error: its lines carry text of strangers too.

use std::io::{self, IsTerminal as _, StderrLock, Write};

use tracing_subscriber::{
    field::RecordFields,
    fmt::{
        FormatFields, MakeWriter,
        format::{DefaultFields, Writer},
    },
};

use super::visible;

/// Message and fields of a line for people. The line's own colours are not among them.
#[derive(Debug, Default)]
pub(crate) struct TextFields;

impl<'writer> FormatFields<'writer> for TextFields {
    fn format_fields<R: RecordFields>(
        &self,
        mut writer: Writer<'writer>,
        fields: R,
    ) -> std::fmt::Result {
        let mut plain = String::new();
        DefaultFields::new().format_fields(Writer::new(&mut plain), fields)?;
        writer.write_str(&visible(&plain))
    }
}

/// Takes lines for people, whose fields are visible by [`TextFields`].
#[derive(Debug)]
pub(crate) struct TextLog;

impl TextLog {
    /// Whether lines may have colours.
    pub(crate) fn has_colours() -> bool {
        super::standard_error().is_terminal()
    }
}

impl<'writer> MakeWriter<'writer> for TextLog {
    type Writer = StderrLock<'writer>;

    fn make_writer(&'writer self) -> StderrLock<'writer> {
        super::standard_error()
    }
}

/// Writes lines of JSON. The log hands over whole lines.
#[derive(Debug)]
pub(crate) struct JsonLog;

impl MakeWriter<'_> for JsonLog {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        Self
    }
}

impl Write for JsonLog {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        super::standard_error().write_all(visible::in_json(&text).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        super::standard_error().flush()
    }
}
