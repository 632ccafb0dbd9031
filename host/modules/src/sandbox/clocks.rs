//! `wasi:clocks`: it is always midnight of the as-of date, and every wait is over at once.

use wasmtime::component::Resource;

use super::handles::Ready;
use crate::{
    bindings::wasi::wasi::clocks::{
        monotonic_clock,
        wall_clock::{self, Datetime},
    },
    store::Guest,
};

/// What one look at the monotonic clock takes.
const STEP_NS: u64 = 1_000;

impl monotonic_clock::Host for Guest {
    fn now(&mut self) -> wasmtime::Result<u64> {
        self.sandbox.monotonic_ns = self.sandbox.monotonic_ns.saturating_add(STEP_NS);
        Ok(self.sandbox.monotonic_ns)
    }

    fn resolution(&mut self) -> wasmtime::Result<u64> {
        Ok(STEP_NS)
    }

    fn subscribe_instant(&mut self, when: u64) -> wasmtime::Result<Resource<Ready>> {
        self.sandbox.monotonic_ns = self.sandbox.monotonic_ns.max(when);
        Ok(self.table.push(Ready)?)
    }

    fn subscribe_duration(&mut self, duration: u64) -> wasmtime::Result<Resource<Ready>> {
        self.sandbox.monotonic_ns = self.sandbox.monotonic_ns.saturating_add(duration);
        Ok(self.table.push(Ready)?)
    }
}

impl wall_clock::Host for Guest {
    fn now(&mut self) -> wasmtime::Result<Datetime> {
        Ok(Datetime {
            seconds: self.sandbox.wall_seconds,
            nanoseconds: 0,
        })
    }

    fn resolution(&mut self) -> wasmtime::Result<Datetime> {
        Ok(Datetime {
            seconds: 86_400,
            nanoseconds: 0,
        })
    }
}
