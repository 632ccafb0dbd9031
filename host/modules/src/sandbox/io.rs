//! `wasi:io`: streams that end at once or are captured, and waits that are over.

use wasmtime::component::Resource;

use super::{
    captured::KEPT_BYTES,
    handles::{Capture, Empty, IoError, Ready},
};
use crate::{
    bindings::wasi::wasi::io::{
        error, poll,
        streams::{self, StreamError},
    },
    stop::Stop,
    store::Guest,
};

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
