//! `wasi:io`: streams that end at once or are captured, and waits that are over.

use wasmtime::component::Resource;

use super::handles::{Capture, Empty, IoError, Ready};
use crate::{
    bindings::wasi::wasi::io::{
        error, poll,
        streams::{self, StreamError},
    },
    store::{Guest, Stop},
};

/// Bytes that are kept of each stream: the last ones, since a panic comes last.
const KEPT_BYTES: usize = 64 << 10;

/// What a guest wrote to a stream.
#[derive(Debug, Default)]
pub(crate) struct Captured {
    bytes: Vec<u8>,
}

impl Captured {
    fn write(&mut self, bytes: &[u8]) {
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

/// A stream's answer, or a reason to end the call.
type Answer<T> = wasmtime::Result<Result<T, StreamError>>;

impl error::Host for Guest {}

impl error::HostError for Guest {
    fn to_debug_string(&mut self, _: Resource<IoError>) -> wasmtime::Result<String> {
        Ok("error".to_owned())
    }

    fn drop(&mut self, error: Resource<IoError>) -> wasmtime::Result<()> {
        self.table.delete(error)?;
        Ok(())
    }
}

impl poll::Host for Guest {
    fn poll(&mut self, pollables: Vec<Resource<Ready>>) -> wasmtime::Result<Vec<u32>> {
        if pollables.is_empty() {
            return Err(
                Stop::Misuse("`wasi:io/poll#poll` needs something to wait for".to_owned()).into(),
            );
        }
        Ok((0..).take(pollables.len()).collect())
    }
}

impl poll::HostPollable for Guest {
    fn ready(&mut self, _: Resource<Ready>) -> wasmtime::Result<bool> {
        Ok(true)
    }

    fn block(&mut self, _: Resource<Ready>) -> wasmtime::Result<()> {
        Ok(())
    }

    fn drop(&mut self, pollable: Resource<Ready>) -> wasmtime::Result<()> {
        self.table.delete(pollable)?;
        Ok(())
    }
}

impl streams::Host for Guest {}

impl streams::HostInputStream for Guest {
    fn read(&mut self, _: Resource<Empty>, _: u64) -> Answer<Vec<u8>> {
        Ok(Err(StreamError::Closed))
    }

    fn blocking_read(&mut self, _: Resource<Empty>, _: u64) -> Answer<Vec<u8>> {
        Ok(Err(StreamError::Closed))
    }

    fn skip(&mut self, _: Resource<Empty>, _: u64) -> Answer<u64> {
        Ok(Err(StreamError::Closed))
    }

    fn blocking_skip(&mut self, _: Resource<Empty>, _: u64) -> Answer<u64> {
        Ok(Err(StreamError::Closed))
    }

    fn subscribe(&mut self, _: Resource<Empty>) -> wasmtime::Result<Resource<Ready>> {
        Ok(self.table.push(Ready)?)
    }

    fn drop(&mut self, stream: Resource<Empty>) -> wasmtime::Result<()> {
        self.table.delete(stream)?;
        Ok(())
    }
}

impl streams::HostOutputStream for Guest {
    fn check_write(&mut self, _: Resource<Capture>) -> Answer<u64> {
        Ok(Ok(KEPT_BYTES as u64))
    }

    fn write(&mut self, stream: Resource<Capture>, bytes: Vec<u8>) -> Answer<()> {
        match self.table.get(&stream)? {
            Capture::Output => self.sandbox.output.write(&bytes),
            Capture::Error => self.sandbox.error.write(&bytes),
        }
        Ok(Ok(()))
    }

    fn blocking_write_and_flush(
        &mut self,
        stream: Resource<Capture>,
        bytes: Vec<u8>,
    ) -> Answer<()> {
        self.write(stream, bytes)
    }

    fn flush(&mut self, _: Resource<Capture>) -> Answer<()> {
        Ok(Ok(()))
    }

    fn blocking_flush(&mut self, _: Resource<Capture>) -> Answer<()> {
        Ok(Ok(()))
    }

    fn subscribe(&mut self, _: Resource<Capture>) -> wasmtime::Result<Resource<Ready>> {
        Ok(self.table.push(Ready)?)
    }

    fn write_zeroes(&mut self, _: Resource<Capture>, _: u64) -> Answer<()> {
        Ok(Ok(()))
    }

    fn blocking_write_zeroes_and_flush(&mut self, _: Resource<Capture>, _: u64) -> Answer<()> {
        Ok(Ok(()))
    }

    fn splice(&mut self, _: Resource<Capture>, _: Resource<Empty>, _: u64) -> Answer<u64> {
        Ok(Err(StreamError::Closed))
    }

    fn blocking_splice(&mut self, _: Resource<Capture>, _: Resource<Empty>, _: u64) -> Answer<u64> {
        Ok(Err(StreamError::Closed))
    }

    fn drop(&mut self, stream: Resource<Capture>) -> wasmtime::Result<()> {
        self.table.delete(stream)?;
        Ok(())
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
