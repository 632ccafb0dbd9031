//! Who did what and when: append-only, chained by hashes, signed at checkpoints.

pub(crate) mod action;
pub(crate) mod checkpoint;
pub(crate) mod event;
pub(crate) mod export;
pub(crate) mod host_event;
pub(crate) mod signer;
pub(crate) mod spool;
pub(crate) mod trail;
pub(crate) mod verify;
