//! `wasi:random`: numbers that follow from the seed of the call. Not for secrets, which modules do
//! not have.

use super::Sandbox;
use crate::{
    bindings::wasi::wasi::random::{insecure, insecure_seed, random},
    stop::Stop,
    store::Guest,
};

/// Bytes of one request.
const REQUEST_BYTES: u64 = 64 << 10;

impl Sandbox {
    /// `SplitMix64`: Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014).
    fn next(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn bytes(&mut self, count: u64) -> wasmtime::Result<Vec<u8>> {
        if count > REQUEST_BYTES {
            let advice =
                format!("{count} random bytes were asked for; {REQUEST_BYTES} are given at a time");
            return Err(Stop::Misuse(advice).into());
        }
        let count = usize::try_from(count)?;
        let mut bytes = Vec::with_capacity(count + 8);
        while bytes.len() < count {
            bytes.extend_from_slice(&self.next().to_le_bytes());
        }
        bytes.truncate(count);
        Ok(bytes)
    }
}

impl random::Host for Guest {
    fn get_random_bytes(&mut self, count: u64) -> wasmtime::Result<Vec<u8>> {
        self.sandbox.bytes(count)
    }

    fn get_random_u64(&mut self) -> wasmtime::Result<u64> {
        Ok(self.sandbox.next())
    }
}

impl insecure::Host for Guest {
    fn get_insecure_random_bytes(&mut self, count: u64) -> wasmtime::Result<Vec<u8>> {
        self.sandbox.bytes(count)
    }

    fn get_insecure_random_u64(&mut self) -> wasmtime::Result<u64> {
        Ok(self.sandbox.next())
    }
}

impl insecure_seed::Host for Guest {
    fn insecure_seed(&mut self) -> wasmtime::Result<(u64, u64)> {
        Ok((self.sandbox.next(), self.sandbox.next()))
    }
}
