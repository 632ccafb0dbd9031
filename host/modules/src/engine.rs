//! The engine: which WebAssembly is understood, how it is compiled, and how much of it fits.

use std::{
    num::NonZeroUsize,
    sync::{Arc, LazyLock},
};

use wasmtime::{
    CacheStore, Config, Enabled, Engine, InstanceAllocationStrategy, OptLevel,
    PoolingAllocationConfig, WasmBacktraceDetails,
};

use crate::{Limits, LoadError};

/// Part of the name of compiled code: wasmtime does not notice when some of the settings below
/// change, such as NaN canonicalisation. Raise it with every change of [`config`].
pub(crate) const SETTINGS_VERSION: &str = "quire-engine-1 nan-canonical relaxed-simd-deterministic";

/// Core instances of one component. A Python guest has more than 25; each is a few KiB.
const CORE_INSTANCES: u32 = 64;
/// Linear memories of one component. A JavaScript guest has 3.
const MEMORIES: u32 = 4;
/// Tables of one component.
const TABLES: u32 = 32;
/// Elements of all tables of one call. `SpiderMonkey` needs 7,696.
pub(crate) const TABLE_ELEMENTS: usize = 100_000;
/// More slots than this leave no address space for anything else: 16 GiB each.
const MOST_SLOTS: u32 = 1_000;
/// Fewer slots than this are not worth a pool.
const SMALLEST_POOL: u32 = 2;
/// Loads try a component while all slots may be taken; they run one at a time.
const TRIAL_SLOTS: u32 = 1;

/// An engine and how many calls it can hold at a time.
pub(crate) struct Sized {
    pub(crate) engine: Engine,
    pub(crate) shape: Shape,
    pub(crate) slots: u32,
}

/// Where memories come from, which shapes the code that uses them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// From a pool, with 4 GiB of address space behind each, so that bounds checks vanish.
    Pooled,
    /// One by one. Address space is short, so that each gets this much.
    OnDemand { memory_bytes: u64 },
}

/// An engine that compiles and runs nothing: without a pool, whose address space would count
/// against the bounds of a process. It takes the code of functions that were compiled before.
///
/// # Errors
///
/// If the machine cannot run the engine at all.
pub(crate) fn for_compiling(
    shape: Shape,
    functions: Option<Arc<dyn CacheStore>>,
) -> wasmtime::Result<Engine> {
    let mut config = shaped(shape);
    if let Some(functions) = functions {
        config.enable_incremental_compilation(functions)?;
    }
    config.allocation_strategy(InstanceAllocationStrategy::OnDemand);
    Engine::new(&config)
}

/// Start an engine with a pool of so many slots. Where the address space is too small for that
/// (`ulimit -v`), fall back to fewer slots, and then to memory on demand, of `memory_bytes` each, which is
/// slower.
///
/// # Errors
///
/// If the machine cannot run the engine at all.
pub(crate) fn start(slots: u32, memory_bytes: usize) -> Result<Sized, LoadError> {
    let wanted = slots.clamp(1, MOST_SLOTS);
    let mut slots = wanted;
    loop {
        match Engine::new(&pooled(slots)) {
            Ok(engine) => {
                if slots < wanted {
                    tracing::warn!(
                        wanted,
                        slots,
                        "address space is short: {slots} instead of {wanted} modules run at a time"
                    );
                }
                return Ok(Sized {
                    engine,
                    shape: Shape::Pooled,
                    slots,
                });
            }
            Err(error) if slots <= SMALLEST_POOL => {
                tracing::warn!("no pool for module instances, so they start slower: {error:#}");
                let shape = Shape::OnDemand {
                    memory_bytes: memory_bytes as u64,
                };
                let engine = for_compiling(shape, None)
                    .map_err(|error| LoadError::Host(format!("no engine: {error:#}")))?;
                return Ok(Sized {
                    engine,
                    shape,
                    slots,
                });
            }
            Err(_) => slots = (slots / 2).max(SMALLEST_POOL),
        }
    }
}

/// What every engine of this host shares. All of it shapes compiled code.
fn config() -> Config {
    let mut config = Config::new();
    config
        .wasm_component_model(true)
        .concurrency_support(false)
        .wasm_memory64(false)
        // Components made of several instances (QuickJS among them) need it: the adapters between
        // instances copy from memory to memory, and without it wasmtime 48 panics on them.
        .wasm_multi_memory(true)
        .relaxed_simd_deterministic(true)
        .cranelift_nan_canonicalization(true)
        .cranelift_opt_level(OptLevel::Speed)
        .epoch_interruption(true)
        .memory_init_cow(true)
        .max_wasm_stack(1 << 20)
        .async_stack_size(2 << 20)
        .generate_address_map(true)
        .wasm_backtrace_details(WasmBacktraceDetails::Enable)
        .wasm_backtrace_max_frames(NonZeroUsize::new(32));
    config
}

/// What shapes code beside [`config`]. With a pool `memory_reservation` stays at 4 GiB a memory,
/// which costs address space only. Without one every byte of address space counts.
fn shaped(shape: Shape) -> Config {
    let mut config = config();
    match shape {
        Shape::Pooled => config.memory_guard_size(32 << 20),
        Shape::OnDemand { memory_bytes } => config
            .memory_reservation(memory_bytes)
            .memory_reservation_for_growth(0)
            .memory_guard_size(64 << 10),
    };
    config
}

/// A pool whose slots are as large as any call may get; the limiter of each call says how much of
/// that it gets.
fn pooled(slots: u32) -> Config {
    let total = slots + TRIAL_SLOTS;
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(total)
        .total_core_instances(total * CORE_INSTANCES)
        .total_memories(total * MEMORIES)
        .total_tables(total * TABLES)
        .total_stacks(total)
        .max_component_instance_size(4 << 20)
        .max_core_instance_size(4 << 20)
        .max_core_instances_per_component(CORE_INSTANCES)
        .max_memories_per_component(MEMORIES)
        .max_tables_per_component(TABLES)
        .max_memory_size(Limits::MAXIMUM.memory_bytes)
        .table_elements(TABLE_ELEMENTS)
        .max_unused_warm_slots(16)
        .linear_memory_keep_resident(keep_resident())
        .table_keep_resident(64 << 10)
        .async_stack_keep_resident(64 << 10)
        .pagemap_scan(Enabled::Auto);
    let mut config = shaped(Shape::Pooled);
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    config
}

/// Bytes of a memory that stay warm between calls. 1 MiB is right where the kernel can say which
/// pages were written (Linux 6.7); elsewhere it would be cleared by hand each time.
fn keep_resident() -> usize {
    static AVAILABLE: LazyLock<bool> =
        LazyLock::new(PoolingAllocationConfig::is_pagemap_scan_available);
    if *AVAILABLE { 1 << 20 } else { 64 << 10 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::engine_key;

    #[test]
    fn code_of_a_process_that_only_compiles_is_code_for_the_pool() {
        let running = Engine::new(&pooled(1)).unwrap();
        let compiling = for_compiling(Shape::Pooled, None).unwrap();
        let short = Shape::OnDemand {
            memory_bytes: 64 << 20,
        };
        let other = for_compiling(short, None).unwrap();

        assert_eq!(engine_key(&compiling), engine_key(&running));
        assert_ne!(engine_key(&other), engine_key(&running));
    }
}
