//! Reports that are asked for again and again: the schedules, and the ticks that were taken. When a tick is due is
//! worked out by the caller; here each is taken once, whatever the clocks say and however many processes ask.

pub(crate) mod change;
pub(crate) mod schedule;
pub(crate) mod tick;

#[cfg(test)]
mod tests;
