//! Guests that take more than their share of memory.

use std::hint::black_box;

use crate::quire::report::types::{Failure, Output};

const MIB: usize = 1 << 20;

/// Take too much, if `sin` is one of ours.
pub fn commit(sin: &str, size: usize) -> Option<Result<Output, Failure>> {
    match sin {
        "memory" => hoard(),
        "memory-politely" => Some(hoard_politely()),
        "memory-take" => Some(take(size)),
        "stack" => Some(Err(Failure::Failed(deep(1).to_string()))),
        _ => None,
    }
}

fn hoard() -> ! {
    let mut pages = Vec::new();
    loop {
        pages.push(vec![1_u8; MIB]);
        black_box(&pages);
    }
}

fn hoard_politely() -> Result<Output, Failure> {
    let mut pages: Vec<Vec<u8>> = Vec::new();
    loop {
        let mut page = Vec::new();
        if page.try_reserve_exact(MIB).is_err() {
            return Err(Failure::Failed(format!(
                "out of memory after {} MiB",
                pages.len()
            )));
        }
        page.resize(MIB, 1);
        pages.push(page);
    }
}

fn take(mebibytes: usize) -> Result<Output, Failure> {
    black_box(vec![1_u8; mebibytes * MIB]);
    Ok(crate::output::one_line("taken"))
}

#[inline(never)]
fn deep(depth: u64) -> u64 {
    let mut frame = [depth; 64];
    black_box(&mut frame);
    if depth == 0 {
        0
    } else {
        frame[(depth % 64) as usize] + deep(depth + 1)
    }
}
