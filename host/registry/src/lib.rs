//! Which code makes a section, and which sections make a report: versions of modules and report
//! definitions, as the records say at this moment.
//!
//! 1. A component is [entered](Registry::add_component): checked whole, stored, a version that nothing
//!    uses;
//! 2. [`Definitions`] says which sections a report has, [`Assignments`] which versions make them;
//! 3. [`follow`] keeps both in step with the records, so that every process uses the same;
//! 4. a report is [pinned](Registry::pins) to versions, and what its sections did is
//!    [looked back upon](Registry::look_back): runs of versions on trial are tallied, shadows are run
//!    and compared, and what a version on trial costs is measured.

mod registry;

mod enter;

mod definitions;
mod wanted;

mod definition_check;
mod definition_use;

mod assignments;

mod follower;

mod idle;
mod journal;
mod tallying;

mod beside;
mod bystander;
mod compare;
mod measure;
mod shadow;

pub use assignments::{Assignment, Assignments};
pub use compare::compare;
pub use definition_use::DefinitionError;
pub use definitions::Definitions;
pub use enter::{Added, EnterError, new_version, store_component};
pub use follower::follow;
pub use journal::{Beside, Journal, RunEnd, SectionRun, TrialInput};
pub use registry::Registry;
pub use wanted::{Wanted, begins_in_time, selected};
