//! The product, tried through its own front doors: the binary, HTTP, and the files it leaves.
//!
//! Everything here is real: `quire` as it is shipped, a Redis, components compiled from source, and
//! openFDA's own records replayed over HTTP. Nothing sleeps: tests wait for conditions, with a bound.

mod support;

mod admin;
mod audit;
mod background;
mod cache;
mod claims;
mod clinical;
mod faults;
mod forms;
mod layers;
mod module_check;
mod normalize;
mod pdf;
mod problems;
mod recount;
mod report;
mod road;
mod sections;
mod selection;
mod stress;
mod structure;
mod swap;
mod upstream;
mod verify;
