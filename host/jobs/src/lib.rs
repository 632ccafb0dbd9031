//! Carries accepted reports to workers and sees them to their end.
//!
//! The ledger in `quire-records` is the truth; the queue carries tickets, each no more than a
//! report id. A ticket may be lost, doubled or late without harm.
//!
//! 1. [`Queue::submit`] enters a report in the ledger and pushes its ticket;
//! 2. [`Workers`] take tickets, claim reports by lease, have them made by their [`Work`], and settle
//!    them, fenced by a token;
//! 3. a sweeper pushes tickets again that were lost;
//! 4. [`Admission`] closes the door while this machine cannot do what a report needs.

mod admission;

mod queue;
mod redis_link;
mod redis_queue;
mod sqlite_queue;

mod delivery;
mod recent;
mod tick;
mod ticket;

mod worker_settings;
mod workers;

mod lives;

mod desk;
mod pause;

mod work;

mod sweeper;

mod error;

#[cfg(test)]
mod trials;

pub use admission::Admission;
pub use error::{JobsError, SubmitError};
pub use lives::Presence;
pub use queue::{Queue, QueueSettings};
pub use work::{ProgressSink, Work};
pub use worker_settings::WorkerSettings;
pub use workers::Workers;
