//! What `wit-bindgen` makes of the contract: one set of types, shared by both worlds.
//!
//! Nothing here is meant to be read or called by a section; the crate root re-exports what is.

/// The world `section-module`, and the types that both worlds use.
pub mod section_world {
    wit_bindgen::generate!({
        path: "wit",
        world: "quire:report/section-module",
        generate_all,
        additional_derives: [PartialEq, Clone],
        pub_export_macro: true,
        export_macro_name: "export_section",
        default_bindings_module: "quire_sdk::bindings::section_world",
    });
}

/// The world `narrative-module`.
pub mod narrative_world {
    wit_bindgen::generate!({
        path: "wit",
        world: "quire:report/narrative-module",
        with: {
            "quire:report/types@0.1.0": super::section_world::quire::report::types,
            "quire:report/cases@0.1.0": super::section_world::quire::report::cases,
            "quire:report/totals@0.1.0": super::section_world::quire::report::totals,
            "quire:report/interval@0.1.0": super::section_world::quire::report::interval,
            "quire:report/background@0.1.0": super::section_world::quire::report::background,
            "quire:report/strata@0.1.0": super::section_world::quire::report::strata,
            "quire:report/label@0.1.0": super::section_world::quire::report::label,
            "quire:report/provenance@0.1.0": super::section_world::quire::report::provenance,
            "quire:report/log@0.1.0": super::section_world::quire::report::log,
        },
        generate_all,
        additional_derives: [PartialEq, Clone],
        pub_export_macro: true,
        export_macro_name: "export_narrative",
        default_bindings_module: "quire_sdk::bindings::narrative_world",
    });
}
