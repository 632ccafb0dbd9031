//! What `wit/` looks like from the host. A second version of the contract gets a second module
//! beside this one, and both are put into one linker.

/// The world `section-module`; also the home of all imported interfaces.
pub(crate) mod section {
    wasmtime::component::bindgen!({
        world: "section-module",
        path: "../../wit",
        // Everything is in memory now; background, strata and label may have to be fetched one day.
        imports: {
            "quire:report/background": async | trappable,
            "quire:report/strata": async | trappable,
            "quire:report/label": async | trappable,
            default: trappable,
        },
        exports: { default: async },
        with: { "quire:report/cases.case-series": crate::series::Series },
        require_store_data_send: true,
    });
}

/// The world `narrative-module`, with the imports of [`section`].
pub(crate) mod narrative {
    wasmtime::component::bindgen!({
        world: "narrative-module",
        path: "../../wit",
        exports: { default: async },
        with: {
            "quire:report/types": crate::bindings::section::quire::report::types,
            "quire:report/cases": crate::bindings::section::quire::report::cases,
            "quire:report/totals": crate::bindings::section::quire::report::totals,
            "quire:report/interval": crate::bindings::section::quire::report::interval,
            "quire:report/background": crate::bindings::section::quire::report::background,
            "quire:report/strata": crate::bindings::section::quire::report::strata,
            "quire:report/label": crate::bindings::section::quire::report::label,
            "quire:report/provenance": crate::bindings::section::quire::report::provenance,
            "quire:report/log": crate::bindings::section::quire::report::log,
        },
        require_store_data_send: true,
    });
}

/// The part of WASI that is answered, with nothing behind it.
pub(crate) mod wasi {
    wasmtime::component::bindgen!({
        world: "quire:sandbox/sandbox",
        path: "wit-wasi",
        imports: { default: trappable },
        require_store_data_send: true,
        with: {
            "wasi:io/error.error": crate::sandbox::handles::IoError,
            "wasi:io/poll.pollable": crate::sandbox::handles::Ready,
            "wasi:io/streams.input-stream": crate::sandbox::handles::Empty,
            "wasi:io/streams.output-stream": crate::sandbox::handles::Capture,
            "wasi:cli/terminal-input.terminal-input": crate::sandbox::handles::Never,
            "wasi:cli/terminal-output.terminal-output": crate::sandbox::handles::Never,
        },
    });
}

pub(crate) use section::quire::report::{
    background, cases, interval, label, log, provenance, strata, totals, types,
};
