//! The rules of the contract that WIT cannot say: how names are formed, and how much of everything
//! there may be. The host holds guests to them, and the SDK's tests hold a section to them before a
//! host does. Depends on nothing and compiles to WebAssembly.

pub mod bounds;
pub mod detail;
mod name;
pub mod number;

/// Kinds of chart that a host draws; of any other it shows the data as a table.
pub const CHART_KINDS: [&str; 7] = [
    "bar",
    "stacked-bar",
    "horizontal-bar",
    "line",
    "area",
    "scatter",
    "forest",
];

pub use name::{KEY_BYTES, NAME_BYTES, is_key, is_name};
