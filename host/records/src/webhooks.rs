//! Who wants to be told that reports have ended, and what is still to be told.
//!
//! A delivery is written in the transaction that ends its report ([`outbox`]), so that whoever dies then, it is made.
//! One process [claims] it for a lease, sends it, and [settles](claims) it; nothing here knows HTTP.

pub(crate) mod change;
pub(crate) mod claims;
pub(crate) mod delivery;
pub(crate) mod event;
pub(crate) mod hook;
pub(crate) mod outbox;

#[cfg(test)]
mod tests;
