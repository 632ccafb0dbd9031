//! What must not be lost: where every report stands, who may ask, and who did what and when.
//!
//! One SQLite file (`quire.db`) beside a directory of artifacts. A change and its audit event are
//! one transaction, so neither can be there without the other. Several processes of one machine
//! may share the data directory.
//!
//! - [`Records`] opens the file and is the door to everything below;
//! - the ledger: [`Records::accept`], [`Records::claim`], [`Records::settle`] and their kin;
//! - artifacts: stored bytes, named by their digest;
//! - API keys: who may ask, stored as hashes;
//! - the audit trail: append-only, gap-free and chained by hashes.

mod accept;
mod actor;
mod artifacts;
mod audit;
mod cancel;
mod claim;
mod clock;
mod error;
#[cfg(test)]
mod fixture;
mod keys;
mod overdue;
mod records;
mod report;
mod settle;
mod stored;
mod verify;

pub use accept::{Accepted, IdempotencyKey};
pub use actor::{Actor, KeyId, Role, RoleError, Secret};
pub use artifacts::{Artifact, ArtifactRef};
pub use audit::AuditEvent;
pub use cancel::Cancel;
pub use claim::{Claim, Claimed, Renew};
pub use clock::Clock;
pub use error::RecordsError;
pub use keys::KeyRow;
pub use records::{Records, RecordsSettings};
pub use report::{Progress, ReportRow, State, Success};
pub use settle::Outcome;
pub use verify::FirstBroken;

/// A moment in time.
pub use jiff::Timestamp;
