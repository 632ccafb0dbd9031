//! Lines from modules: for authors and administrators, bounded, never shown to readers.

use quire_model::Digest;

use crate::said::Line;

/// The longest line that is kept.
const LINE_BYTES: usize = 4 << 10;

/// What one call may still log.
#[derive(Debug)]
pub(crate) struct Log {
    module: Digest,
    left_bytes: usize,
    kept_bytes: usize,
    dropped: u64,
    dropped_bytes: usize,
    /// What was said, if somebody listens.
    heard: Option<Vec<Line>>,
}

impl Log {
    pub(crate) fn new(module: Digest, limit_bytes: usize) -> Self {
        Self {
            module,
            left_bytes: limit_bytes,
            kept_bytes: 0,
            dropped: 0,
            dropped_bytes: 0,
            heard: None,
        }
    }

    /// Keep what is said for somebody who listens.
    pub(crate) fn listen(&mut self) {
        self.heard = Some(Vec::new());
    }

    /// What was said since, and what was printed.
    pub(crate) fn heard(&mut self, output: &str, error: &str) -> Vec<Line> {
        let mut heard = self.heard.take().unwrap_or_default();
        for (stream, text) in [("stdout", output), ("stderr", error)] {
            let lines = text.lines().map(|line| Line {
                from: stream.to_owned(),
                text: printable(line, LINE_BYTES),
            });
            heard.extend(lines);
        }
        heard
    }

    /// Pass a line on, or count it.
    pub(crate) fn write(&mut self, level: &str, message: &str) {
        // An empty line is not free either.
        let cost = message.len().max(16);
        if cost > self.left_bytes {
            self.dropped += 1;
            self.dropped_bytes = self.dropped_bytes.saturating_add(message.len());
            return;
        }
        self.left_bytes -= cost;
        self.kept_bytes += message.len();
        let module = self.module.short();
        let line = printable(message, LINE_BYTES);
        tracing::debug!(module.digest = %module, module.level = level, "module {module}: {line}");
        if let Some(heard) = &mut self.heard {
            heard.push(Line {
                from: level.to_owned(),
                text: line,
            });
        }
    }

    /// Pass on what was printed, and say how much was dropped, at the end of a call.
    pub(crate) fn finish(&self, output: &str, error: &str) {
        for (stream, text) in [("output", output), ("error", error)] {
            if !text.is_empty() {
                let (module, text) = (self.module.short(), printable(text, LINE_BYTES));
                tracing::debug!(
                    module.digest = %module,
                    "module {module} wrote to standard {stream}: {text}"
                );
            }
        }
        if self.dropped > 0 {
            let (module, dropped) = (self.module.short(), self.dropped);
            tracing::debug!(
                module.digest = %module,
                "module {module}: {dropped} more lines were dropped"
            );
        }
    }

    /// Bytes of lines that were passed on.
    pub(crate) fn kept_bytes(&self) -> usize {
        self.kept_bytes
    }

    /// Bytes of lines that did not fit.
    pub(crate) fn dropped_bytes(&self) -> usize {
        self.dropped_bytes
    }

    /// Lines that did not fit.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped
    }
}

/// A stranger's words, safe for a terminal and a page: at most `limit_bytes`, without control
/// characters but tab and line feed.
pub(crate) fn printable(text: &str, limit_bytes: usize) -> String {
    let mut end = text.len().min(limit_bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let (kept, rest) = text.split_at(end);
    let mut clean: String = kept
        .chars()
        .filter(|char| !char.is_control() || matches!(char, '\t' | '\n'))
        .collect();
    if !rest.is_empty() {
        clean.push('…');
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_counted_and_dropped() {
        let mut log = Log::new(Digest::of(b""), 100);

        for _ in 0..10 {
            log.write("info", &"z".repeat(40));
        }

        assert_eq!(log.dropped(), 8);
        assert_eq!(log.kept_bytes(), 80);
        assert_eq!(log.dropped_bytes(), 320);
    }

    #[test]
    fn escape_sequences_do_not_reach_a_terminal() {
        assert_eq!(printable("\u{1b}[31mred\u{7}\n", 100), "[31mred\n");
        assert_eq!(printable("äöü", 3), "ä…");
    }
}
