//! Carries accepted reports to workers and sees them to their end.
//!
//! The ledger in `quire-records` is the truth; the queue carries tickets, each no more than a
//! report id. A ticket may be lost, doubled or late without harm.
//!
//! 1. [`Queue::submit`] enters a report in the ledger and pushes its ticket;
//! 2. [`Workers`] take tickets, claim reports by lease, have them made by their [`Work`], and settle
//!    them, fenced by a token;
//! 3. a sweeper pushes tickets again that were lost;
//! 4. a [`Scheduler`] asks again and again for what callers want again and again;
//! 5. [`Admission`] closes the door while this machine cannot do what a report needs.

mod admission;

mod queue;
mod redis_link;
mod redis_queue;
mod sqlite_queue;
mod submit_batch;

mod delivery;
mod poll;
mod recent;
mod ticket;

mod worker_settings;
mod workers;

mod supervisor;

mod trace;

mod attempt;
mod backoff;
mod consumer;
mod failures;
mod pinning;
mod settle;
mod success;

mod work;

mod sweeper;

mod schedule;

mod error;

mod examine;

#[cfg(test)]
mod delivery_tests;

pub use admission::Admission;
pub use error::{JobsError, SubmitError};
pub use examine::{RedisExamined, examine_redis};
pub use queue::{Bounds, Queue, QueueSettings};
pub use schedule::{Cron, CronError, Order, Scheduler};
pub use supervisor::Presence;
pub use trace::{begin as begin_trace, here as current_trace, within as within_trace};
pub use work::{ProgressSink, Work};
pub use worker_settings::WorkerSettings;
pub use workers::Workers;
