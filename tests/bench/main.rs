//! `make bench`: one table of what a report costs, measured on the machine at hand.
//!
//! CPU time is read from the kernel (`/proc/<pid>/stat`), so that a noisy machine moves it little;
//! wall-clock figures move more. With `BASELINE=<dir>` the Celery stack in that directory is measured
//! too, on the same reports, and the ratios are printed. `cargo bench --bench bench -- cases` measures
//! only how the cost of a report grows with its cases, `-- modules` only what modules cost,
//! `-- durability` only what syncing costs, `-- console` only what the console costs, `-- stack` only throughput and latency
//! of the whole, `-- before` the same of an older binary (`BEFORE=PATH`) and of this one in turns, `-- service` only how the service bears many reports: over a full ledger, as they come one by one, under
//! more than it can serve, and in a long run (half
//! an hour, so not among the rest); `-- full`, `-- delivery`, `-- overload` and `-- long-run` are its parts.

mod baseline;
mod before;
mod cases;
mod console;
mod delivery;
mod durability;
mod full;
mod ledger;
mod long_run;
mod modules;
mod overload;
mod pages;
mod process;
mod stack;
mod swap;
mod table;

use table::Table;

fn main() {
    if let Some(task) = std::env::args()
        .nth(1)
        .filter(|task| task.starts_with("pages-"))
    {
        return pages::child(&task);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    if std::env::args().any(|argument| argument == "swap-proof") {
        return runtime.block_on(swap::prove());
    }
    let mut table = Table::new();
    match std::env::args().nth(1).as_deref() {
        Some("cases") => {
            runtime.block_on(cases::measure(&mut table));
            return table.print();
        }
        Some("modules") => {
            modules::measure(&mut table, &runtime);
            return table.print();
        }
        Some("durability") => {
            runtime.block_on(durability::measure(&mut table));
            return table.print();
        }
        Some("console") => {
            runtime.block_on(console::measure(&mut table));
            return table.print();
        }
        Some("service") => {
            runtime.block_on(full::measure(&mut table));
            runtime.block_on(delivery::measure(&mut table));
            runtime.block_on(overload::measure(&mut table));
            runtime.block_on(long_run::measure(&mut table));
            return table.print();
        }
        Some("stack") => {
            runtime.block_on(stack::measure(&mut table));
            return table.print();
        }
        Some("before") => {
            runtime.block_on(before::measure(&mut table));
            return table.print();
        }
        Some("full") => {
            runtime.block_on(full::measure(&mut table));
            return table.print();
        }
        Some("delivery") => {
            runtime.block_on(delivery::measure(&mut table));
            return table.print();
        }
        Some("overload") => {
            runtime.block_on(overload::measure(&mut table));
            return table.print();
        }
        Some("long-run") => {
            runtime.block_on(long_run::measure(&mut table));
            return table.print();
        }
        _ => {}
    }
    pages::measure(&mut table);
    modules::measure(&mut table, &runtime);
    runtime.block_on(cases::measure(&mut table));
    runtime.block_on(durability::measure(&mut table));
    runtime.block_on(console::measure(&mut table));
    let cost = runtime.block_on(stack::measure(&mut table));
    if let Ok(folder) = std::env::var("BASELINE") {
        runtime.block_on(baseline::measure(
            &mut table,
            std::path::Path::new(&folder),
            cost,
        ));
    }
    table.print();
}
