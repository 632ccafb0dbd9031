//! What a guest wrote to a stream, bounded.

/// Bytes that are kept of each stream: the last ones, since a panic comes last.
pub(super) const KEPT_BYTES: usize = 64 << 10;

/// What a guest wrote to a stream.
#[derive(Debug, Default)]
pub(crate) struct Captured {
    bytes: Vec<u8>,
}

impl Captured {
    pub(super) fn write(&mut self, bytes: &[u8]) {
        let start = bytes.len().saturating_sub(KEPT_BYTES);
        self.bytes
            .extend_from_slice(bytes.get(start..).unwrap_or_default());
        // Cut only when twice too long, so that each byte is moved once.
        if self.bytes.len() > 2 * KEPT_BYTES {
            self.bytes.drain(..self.bytes.len() - KEPT_BYTES);
        }
    }

    /// The last `KEPT_BYTES` as text.
    pub(crate) fn text(&self) -> String {
        let start = self.bytes.len().saturating_sub(KEPT_BYTES);
        String::from_utf8_lossy(self.bytes.get(start..).unwrap_or_default()).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_flood_is_kept() {
        let mut captured = Captured::default();

        for _ in 0..100 {
            captured.write(&[b'x'; 4096]);
        }
        captured.write(b"panicked");

        let text = captured.text();
        assert_eq!(text.len(), KEPT_BYTES);
        assert!(text.ends_with("xpanicked"));
    }
}
