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
//! - who is [told](Records::webhooks) of the ends of reports, and what is still to be told;
//! - a copy of it all that stands alone ([`Records::copy_to`]);
//! - what is [removed](Records::apply_retention) when, if an operator sets rules for it;
//! - whether the machine lets them be written: [`Records::probe`], [`Records::health`];
//! - API keys: who may ask, stored as hashes; [sessions](Records::session) of the console; [links](LinkTerms) that
//!   need no key;
//! - [lists](Records::reports) of reports and of audit events;
//! - the audit trail: append-only, gap-free, chained by hashes, and signed at
//!   [checkpoints](Records::checkpoint).

mod access;
mod audit;
mod registry;
mod reports;
mod webhooks;

mod artifacts;
mod backup;
mod clock;
pub mod connection;
mod deployment;
mod error;
mod examine;
#[cfg(test)]
mod fixture;
mod health;
mod host_fault;
mod records;
mod retention;
mod schedules;
mod secret_file;
mod stored;

pub use access::actor::{Actor, KeyId, Right, Role, RoleError, Secret};
pub use access::keys::{KeyRow, NewKey};
pub use access::link::LinkTerms;
pub use access::session::{LINK_LIFE, SESSION_IDLE, SESSION_LIFE, Session};
pub use artifacts::{Artifact, ArtifactRef};
pub use audit::action::{ACTIONS, KINDS};
pub use audit::checkpoint::Checkpoint;
pub use audit::event::AuditEvent;
pub use audit::export::{ExportError, ExportLine, verify_export};
pub use audit::trail::FirstBroken;
pub use backup::{Copied, CopiedFile};
pub use clock::Clock;
pub use error::RecordsError;
pub use examine::{Examined, ValidKey, examine};
pub use health::StorageHealth;
pub use host_fault::{database_fault, host_fault};
pub use records::{Records, RecordsSettings, newest_form};
pub use registry::acceptance::Acceptance;
pub use registry::cost::{Cost, CostLimits, LEAST_CPU, LEAST_MEMORY_BYTES, LEAST_WALL};
pub use registry::decision::Decision;
pub use registry::definition::{DefinitionOrigin, DefinitionRow, DefinitionVersionRow};
pub use registry::difference::{DifferenceRow, RunCost, ShadowRun};
pub use registry::enter::Entered;
pub use registry::fitting::CheckParams;
pub use registry::judged_run::{Comparison, Run};
pub use registry::module::{Canary, CanaryBudget, ModuleRow, Notice, Probation};
pub use registry::shadow_runs::ShadowVerdict;
pub use registry::standing::{PlaceCount, Standing};
pub use registry::tally::Tally;
pub use registry::verdict::Verdict;
pub use registry::version::{NewVersion, VersionOrigin, VersionRow, VersionState};
pub use reports::accept::{Accepted, IdempotencyKey};
pub use reports::batch::{AcceptedBatch, BatchRow};
pub use reports::cancel::Cancel;
pub use reports::claim::{Claim, Claimed, Renew};
pub use reports::clock_bounds::{LONGEST_LEASE, LONGEST_PAUSE};
pub use reports::isolation::SUSPECT_AFTER;
pub use reports::line::Line;
pub use reports::listing::{AuditFilter, ReportFilter};
pub use reports::manner::Manner;
pub use reports::pins::Pins;
pub use reports::remake::Remade;
pub use reports::report::{Progress, ReportRow, State, Success};
pub use reports::settle::Outcome;
pub use reports::shared::{AnswerKey, Pinned};
pub use reports::turns::{Asked, Urgency};
pub use retention::{Removal, Removed, Retention, Rule, Sizes};
pub use schedules::change::{NewSchedule, ScheduleChange};
pub use schedules::schedule::{Missed, Plan, RefusalRow, ScheduleRow, TickRow};
pub use schedules::tick::{Asks, Taken, TickRun};
pub use webhooks::change::{NewWebhook, WebhookChange};
pub use webhooks::claims::{ClaimedDelivery, Told};
pub use webhooks::delivery::{DeliveryRow, DeliveryState};
pub use webhooks::event::{Subject, WebhookEvent};
pub use webhooks::hook::WebhookRow;

/// A moment in time.
pub use jiff::Timestamp;
pub use quire_model::HostFault;
