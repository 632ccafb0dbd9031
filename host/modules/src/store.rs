//! What belongs to one call: the store, its limits, and everything the guest has on the host's
//! side. Dropped after the call, whatever happened.

use std::{fmt::Debug, sync::Arc};

use quire_faers::CaseSeries;
use quire_model::{Background, Date, Digest, Label, LabelIndex, Recipe};
use wasmtime::{
    Engine, Store, UpdateDeadline,
    component::{Resource, ResourceTable},
};

use crate::{
    Limits, budget::Meter, founded::Founded, log::Log, memory::Memory, sandbox::Sandbox,
    series::Series,
};

/// Bytes that a guest may pass to the host in one call or one return, before anything is checked.
/// 5,000 blocks and 500,000 cells fit.
pub(crate) const HOSTCALL_BYTES: usize = 32 << 20;
/// Handles of all kinds that a guest may hold: as many series as can be granted, and some streams.
const HANDLES: usize = 1_000;

/// Why there is neither background nor label while a component is only described.
const NO_REPORT: &str = "no report is being made";

/// The guest of one call, seen from the host.
pub(crate) struct Guest {
    pub(crate) table: ResourceTable,
    pub(crate) memory: Memory,
    pub(crate) meter: Arc<Meter>,
    pub(crate) sandbox: Sandbox,
    pub(crate) log: Log,
    /// How often reactions are reported for other drugs; none while a component is tried.
    pub(crate) background: Arc<Background>,
    /// What the drug's label says; none while a component is tried.
    pub(crate) label: Arc<Label>,
    /// The label's words, once they were looked up.
    pub(crate) label_index: Option<LabelIndex>,
    /// Absent while a component is tried.
    pub(crate) data: Option<Arc<CaseSeries>>,
    /// What determines the document; absent without one.
    pub(crate) recipe: Option<Arc<Recipe>>,
    /// Case series that it holds.
    pub(crate) series: usize,
    /// How many it may hold.
    pub(crate) series_limit: usize,
    /// Host memory behind them.
    pub(crate) series_bytes: usize,
    /// The last query that the host refused, and why: where an author's language turns a refusal into a crash
    /// without words, this is what the crash is about.
    pub(crate) refused_query: Option<String>,
    /// The numbers that it was told, where somebody asks what its text is founded on.
    pub(crate) founded: Option<Founded>,
}

/// What the guest is told about the world.
#[derive(Clone, Copy, Debug)]
pub(crate) struct World {
    /// The module that runs.
    pub(crate) digest: Digest,
    /// The only date there is.
    pub(crate) as_of: Date,
    /// Where randomness comes from.
    pub(crate) seed: u64,
}

/// What a guest does at each tick, beside counting its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// Let other tasks of the runtime run.
    Yielding,
    /// Go on: a thread waits for it that may not run other tasks.
    Straight,
}

/// A store with every limit on.
pub(crate) fn new(engine: &Engine, limits: &Limits, world: World, pace: Pace) -> Store<Guest> {
    let mut table = ResourceTable::new();
    table.set_max_capacity(HANDLES);
    let guest = Guest {
        table,
        memory: Memory::new(limits.memory_bytes),
        meter: Arc::new(Meter::new(limits.cpu, limits.wall)),
        sandbox: Sandbox::new(world.as_of, world.seed),
        log: Log::new(world.digest, limits.log_bytes),
        background: Arc::new(Background::Unavailable(NO_REPORT.to_owned())),
        label: Arc::new(Label::Unavailable(NO_REPORT.to_owned())),
        label_index: None,
        data: None,
        recipe: None,
        series: 0,
        series_limit: limits.handles,
        series_bytes: 0,
        refused_query: None,
        founded: None,
    };
    let mut store = Store::new(engine, guest);
    store.limiter(|guest| &mut guest.memory);
    store.set_hostcall_fuel(HOSTCALL_BYTES);
    store.set_max_component_handles(HANDLES);
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(move |mut context| {
        context.data_mut().meter.check()?;
        Ok(match pace {
            Pace::Yielding => UpdateDeadline::YieldCustom(1, Box::pin(tokio::task::yield_now())),
            Pace::Straight => UpdateDeadline::Continue(1),
        })
    });
    store
}

impl Guest {
    /// Give the guest a case series; it is the guest's to drop.
    ///
    /// # Errors
    ///
    /// If the table of handles is full.
    pub(crate) fn give(&mut self, data: Arc<CaseSeries>) -> wasmtime::Result<Resource<Series>> {
        self.data = Some(Arc::clone(&data));
        self.series = 1;
        Ok(self.table.push(Series::all(data))?)
    }

    /// Hand on an answer, and keep its numbers where somebody asks for them.
    pub(crate) fn told<T: Debug>(&mut self, answer: T) -> T {
        if let Some(founded) = &mut self.founded {
            founded.note(&answer);
        }
        answer
    }

    /// Pass on what the guest said, at the end of its call.
    pub(crate) fn finish(&self) {
        if tracing::enabled!(tracing::Level::DEBUG) {
            let (output, error) = (self.sandbox.output.text(), self.sandbox.error.text());
            self.log.finish(&output, &error);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures::executor::block_on;
    use wasmtime::component::{Component, Linker};

    use super::*;
    use crate::{engine, epoch, memory::Denied};

    const MIB: usize = 1 << 20;

    /// Instantiates a component by hand; gives whether that worked, and what was denied.
    fn instantiate(wat: &str) -> (bool, Option<Denied>) {
        let limits = Limits {
            memory_bytes: 64 * MIB,
            ..Limits::DEFAULT
        };
        let (made, store) = start(wat, limits);
        (made.is_ok(), store.data().memory.denied())
    }

    fn start(wat: &str, limits: Limits) -> (wasmtime::Result<()>, Store<Guest>) {
        let engine = engine::start(1, limits.memory_bytes).unwrap().engine;
        epoch::start(&engine).unwrap();
        let component = Component::new(&engine, wat::parse_str(wat).unwrap()).unwrap();
        let world = World {
            digest: Digest::of(b""),
            as_of: Date::constant(2025, 6, 30),
            seed: 0,
        };
        let mut store = new(&engine, &limits, world, Pace::Straight);
        let linker = Linker::<Guest>::new(&engine);
        let meter = Arc::clone(&store.data().meter);
        let made = block_on(meter.measure(linker.instantiate_async(&mut store, &component)));
        (made.map(drop), store)
    }

    /// Modules with one memory each, of so many MiB.
    fn memories(sizes: &[usize]) -> String {
        let module = |size: &usize| {
            let pages = size * 16;
            format!(
                "(core module $m{size} (memory {pages})) (core instance (instantiate $m{size}))"
            )
        };
        let modules: String = sizes.iter().map(module).collect();
        format!("(component {modules})")
    }

    #[test]
    fn many_small_memories_count_as_one_large_one() {
        assert_eq!(instantiate(&memories(&[20, 30])), (true, None));
        assert_eq!(
            instantiate(&memories(&[20, 30, 15])),
            (false, Some(Denied::Memory))
        );
    }

    /// By the meter's own numbers, so that a busy machine, on which ticks come late, is no excuse.
    #[test]
    fn a_guest_that_loops_is_stopped_at_the_first_tick_after_its_budget() {
        let looping = "(component
            (core module $m (func $run (loop $again (br $again))) (start $run))
            (core instance (instantiate $m)))";
        let cpu = Duration::from_millis(100);
        let limits = Limits {
            cpu,
            ..Limits::DEFAULT
        };

        let (made, store) = start(looping, limits);

        assert!(made.is_err());
        let meter = &store.data().meter;
        assert!(meter.cpu() > cpu);
        assert!(meter.overrun() > Duration::ZERO);
        assert!(
            meter.overrun() <= meter.longest_tick(),
            "{:?} too late; the longest tick took {:?}",
            meter.overrun(),
            meter.longest_tick()
        );
    }

    #[test]
    fn tables_cannot_be_grown_without_end() {
        let bomb = "(component
            (core module $m
                (table 0 funcref)
                (func $grow
                    (loop $again
                        (if (i32.eq (table.grow 0 (ref.null func) (i32.const 1000)) (i32.const -1))
                            (then unreachable))
                        (br $again)))
                (start $grow))
            (core instance (instantiate $m)))";

        assert_eq!(instantiate(bomb), (false, Some(Denied::Table)));
    }
}
