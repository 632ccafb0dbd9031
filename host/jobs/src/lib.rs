//! Carries accepted reports to workers and makes them.
//!
//! The ledger in `quire-records` is the truth; the queue carries tickets, each no more than a
//! report id. A ticket may be lost, doubled or late without harm.
//!
//! 1. [`Queue::submit`] enters a report in the ledger and pushes its ticket;
//! 2. [`Workers`] take tickets, claim reports by lease, and settle them, fenced by a token;
//! 3. [`Pipeline`] makes the document: data, sections, narratives, PDF;
//! 4. [`Definitions`] says which sections a report has, [`Assignments`] which versions make them,
//!    [`Backgrounds`] what it is compared with; [`follow`] keeps the first two in step with the
//!    records;
//! 5. [`Pipeline::verify`] makes a document again and compares;
//! 6. afterwards, runs of versions on trial are tallied, shadows are run and compared, and what a version
//!    on trial costs is measured.

#![expect(
    clippy::result_large_err,
    reason = "a failure is made once a report, and its problem is read by field in the crates above"
)]

mod admission;
mod assignments;
mod backgrounds;
mod beside;
mod colophon;
mod compare;
mod cover;
mod definition_check;
mod definition_use;
mod definitions;
mod delivery;
mod desk;
mod entering;
mod error;
mod follower;
mod generate;
mod journal;
mod lives;
mod measure;
mod pause;
mod placeholder;
mod push;
mod queue;
mod recent;
mod recipe;
mod redis_link;
mod redis_queue;
mod sections;
mod shadow;
mod sqlite_queue;
mod sweeper;
mod tallying;
mod tick;
mod ticket;
#[cfg(test)]
mod trials;
mod verify;
mod work;
mod workers;

pub use admission::Admission;
pub use assignments::Assignments;
pub use backgrounds::Backgrounds;
pub use definitions::Definitions;
pub use entering::{new_version, store_component};
pub use error::{DefinitionError, JobsError, SubmitError};
pub use follower::follow;
pub use generate::{Composed, Failure, Generated, Pipeline, Timings};
pub use journal::{RunEnd, SectionRun};
pub use lives::Presence;
pub use push::{PushError, Pushed};
pub use queue::{Queue, QueueSettings};
pub use verify::{VerifyError, colophon_of};
pub use work::{ProgressSink, Work};
pub use workers::{WorkerSettings, Workers};

pub use quire_faers::CacheState;
pub use quire_records::Progress;
