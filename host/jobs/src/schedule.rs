//! Asks for reports again and again: when a schedule is due is worked out here, and each tick is taken in the records,
//! once however many processes ask.

mod cron;
mod fields;
mod order;
mod scheduler;
mod timing;

pub use cron::{Cron, CronError};
pub use order::Order;
pub use scheduler::Scheduler;
