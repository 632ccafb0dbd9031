//! What must not be lost: where every report stands, who may ask, and who did what and when.
//!
//! One SQLite file (`quire.db`) beside a directory of artifacts. A change and its audit event are
//! one transaction, so neither can be there without the other. Several processes of one machine
//! may share the data directory.
//!
//! - [`Records`] opens the file and is the door to everything below;
//! - the ledger: [`Records::accept`], [`Records::claim`], [`Records::settle`] and their kin;
//! - artifacts: stored bytes, named by their digest;
//! - what reports were made from ([`Records::snapshot`]), and what is written down about each
//!   ([`Records::manifest`]);
//! - the registry: versions of modules ([`Records::add_version`], [`Records::activate`] and their
//!   kin) and of report definitions ([`Records::put_definition`]), and how those on trial fare;
//!   [`Records::change_counter`] says when to look again;
//! - whether the machine lets them be written: [`Records::probe`], [`Records::health`];
//! - API keys: who may ask, stored as hashes; [sessions](Records::session) of the console;
//! - [lists](Records::reports) of reports and of audit events;
//! - the audit trail: append-only, gap-free, chained by hashes, and signed at
//!   [checkpoints](Records::checkpoint).

mod accept;
mod acceptance;
mod activation;
mod actor;
mod artifacts;
mod audit;
mod cancel;
mod change;
mod checkpoint;
mod claim;
mod clock;
pub mod connection;
mod cost;
mod decision;
mod definition;
mod difference;
mod embedded;
mod entrance;
mod entry;
mod error;
mod export;
#[cfg(test)]
mod fixture;
mod health;
mod horizon;
mod host_event;
mod host_fault;
mod keys;
mod listing;
mod manifests;
mod module;
mod module_change;
mod next_step;
mod overdue;
mod pins;
mod records;
#[cfg(test)]
mod registry_tests;
mod report;
mod revocation;
mod session;
mod settings_key;
mod settle;
mod shown;
mod signer;
mod snapshots;
mod standing;
mod stored;
mod tally;
mod trail;
mod trial;
mod verdict;
mod verify;
mod version;
mod withdraw;

pub use accept::{Accepted, IdempotencyKey};
pub use acceptance::Acceptance;
pub use actor::{Actor, KeyId, Right, Role, RoleError, Secret};
pub use artifacts::{Artifact, ArtifactRef};
pub use audit::AuditEvent;
pub use cancel::Cancel;
pub use checkpoint::Checkpoint;
pub use claim::{Claim, Claimed, Renew};
pub use clock::Clock;
pub use cost::{Cost, CostLimits};
pub use decision::Decision;
pub use definition::{DefinitionOrigin, DefinitionRow, DefinitionVersionRow};
pub use difference::{DifferenceRow, RunCost, ShadowRun};
pub use entry::Entered;
pub use error::RecordsError;
pub use export::{ExportError, ExportLine, verify_export};
pub use health::StorageHealth;
pub use horizon::{LONGEST_LEASE, LONGEST_PAUSE};
pub use host_fault::{database_fault, host_fault};
pub use keys::KeyRow;
pub use listing::{AuditFilter, ReportFilter};
pub use module::{Canary, CanaryBudget, ModuleRow, Notice, Probation};
pub use next_step::{Act, NextStep};
pub use pins::Pins;
pub use records::{Records, RecordsSettings};
pub use report::{Progress, ReportRow, State, Success};
pub use session::{LINK_LIFE, SESSION_IDLE, SESSION_LIFE, Session};
pub use settle::Outcome;
pub use shown::ShadowVerdict;
pub use standing::{PlaceCount, Standing};
pub use tally::{Comparison, Run, Tally};
pub use verdict::Verdict;
pub use verify::FirstBroken;
pub use version::{NewVersion, VersionOrigin, VersionRow, VersionState};

/// A moment in time.
pub use jiff::Timestamp;
pub use quire_model::HostFault;
