//! The product, tried through its own front doors: the binary, HTTP, and the files it leaves.
//!
//! Everything here is real: `quire` as it is shipped, a Redis, components compiled from source, and
//! openFDA's own records replayed over HTTP. Nothing sleeps: tests wait for conditions, with a bound.

mod support;

mod admin;
mod audit;
mod author;
mod background;
mod backup;
mod base_path;
mod by_position;
mod cache;
mod callers;
mod claims;
mod clients;
mod clinical;
mod console;
mod contract;
mod crimes;
mod disk;
mod doctor;
mod empty_directory;
mod environment;
mod faults;
mod following;
mod forms;
mod host_faults;
mod label;
mod languages;
mod layers;
mod looks;
mod middleboxes;
mod mistakes;
mod module_check;
mod monitoring;
mod normalize;
mod openapi;
mod pdf;
mod private_files;
mod problems;
mod readiness;
mod readme_http;
mod readme_swap;
mod recount;
mod redis_ways;
mod remake;
mod remote;
mod replay;
mod report;
mod retention;
mod road;
mod rolling;
mod schemathesis;
mod sections;
mod selection;
mod shape;
mod sockets;
mod stress;
mod structure;
mod swap;
mod terminal;
mod traces;
mod upstream;
mod verify;
