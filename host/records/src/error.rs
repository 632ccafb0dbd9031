//! Why the records could not be read or changed.

use std::{path::PathBuf, sync::Arc};

use jiff::Timestamp;
use quire_model::{Act, Digest, Kind, NextStep, ProblemKind, ReportId};

use crate::{KeyId, Standing, VersionState};

/// Why the records could not be read or changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordsError {
    /// The idempotency key was used for another request; the caller's to fix.
    #[error("the idempotency key was already used for another request")]
    Conflict {
        /// The report that the key belongs to; none where it made something else.
        report: Option<ReportId>,
    },
    /// What an earlier request with the idempotency key made is gone.
    #[error(
        "this Idempotency-Key made the {what} {id}, which was deleted since; to make another, take a new key"
    )]
    MadeAndGone {
        /// `schedule` or `webhook`.
        what: &'static str,
        /// Which.
        id: String,
    },
    /// Nothing is stored under this digest.
    #[error("there is no artifact {0}")]
    NoArtifact(Digest),
    /// The stored bytes are not those that were written; restore the file from a backup.
    #[error("artifact {0} is damaged: its bytes have another digest; restore it from a backup")]
    DamagedArtifact(Digest),
    /// A file could not be read or written.
    #[error("{} could not be used", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The database is busy, full or damaged.
    #[error("the records could not be used")]
    Database(#[source] sqlx::Error),
    /// The same for all that were to be written together.
    #[error(transparent)]
    Together(Arc<RecordsError>),
    /// Nothing came of a write in time; the disk hangs, or another process holds the records.
    #[error("the records did not answer in time")]
    Unreachable,
    /// A newer version of Quire has written the records.
    #[error(
        "the records are of form {found}, which a newer version of Quire has written; this one knows up to {known}: \
         use the newer version, or restore a backup that was made before the upgrade"
    )]
    Newer {
        /// The form they are in.
        found: i64,
        /// The newest that this version knows.
        known: i64,
    },
    /// The database has another form than this version of Quire expects.
    #[error("the records could not be brought to this version's form")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A stored value cannot be read.
    #[error("the records hold a {what} that cannot be read: {value:?}")]
    Unreadable {
        /// What it should be.
        what: &'static str,
        /// What it is, shortened.
        value: String,
    },
    /// A value cannot be stored.
    #[error("the value cannot be stored")]
    Unwritable(#[from] serde_json::Error),
    /// A text about a key is empty, too long, or more than one line.
    #[error("{name} must be one line of 1 to {most_bytes} bytes, without control characters")]
    NotALine {
        /// Which text.
        name: &'static str,
        /// The longest that is kept.
        most_bytes: usize,
    },
    /// Without this key nobody could administer the server over HTTP.
    #[error(
        "it is the last valid key with the role admin: make another first, or nobody could administer this \
         server"
    )]
    LastAdmin,
    /// There are as many as there may be; the caller's to take some away, or to wait.
    #[error("there are {most} {what} already, and no more are taken")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// As many as there may be.
        most: i64,
    },
    /// A webhook is sent nothing while it is paused.
    #[error(
        "the webhook is paused, or its receiver said that it is gone: set \"paused\" to false first"
    )]
    Silent,
    /// A key would end before it begins.
    #[error("the key would have ended already: give a time that is to come")]
    Expired,
    /// No secret could be made.
    #[error("the operating system gave no random bytes")]
    Random,
    /// The secret is not one that a person should choose.
    #[error("a key needs at least {0} characters")]
    WeakSecret(usize),
    /// No caller could send such a secret, or copies of it would differ unseen.
    #[error(
        "it has {0} in it, and a key is one word of ASCII letters, digits and signs: take what stands around it away, or \
         make another, such as with openssl rand -hex 24"
    )]
    UnfitSecret(&'static str),
    /// The secret was a key's that is revoked.
    #[error(
        "it was revoked as {id} on {at:.0} and stays so: give another key, or none, and make one with \
         quire key create --role admin"
    )]
    RevokedSecret {
        /// Which key.
        id: KeyId,
        /// When.
        at: Timestamp,
    },
    /// The secret is a key's that is no administrator's.
    #[error("it is the key {id}, whose role is not admin: give another key")]
    NoAdminSecret {
        /// Which key.
        id: KeyId,
    },
    /// This process works without records, so nothing can be changed.
    #[error("there are no records here to change")]
    Absent,
    /// The audit trail could not be written out.
    #[error("the audit trail could not be written out")]
    Export(#[source] std::io::Error),
    /// A change came without words that say why; the caller's to give.
    #[error("a reason is needed, of 1 to {0} bytes: it is kept in the audit trail")]
    NoReason(usize),
    /// The name cannot be used.
    #[error(
        "{0:?} is not a name: expected 1 to 64 of a-z, 0-9 and hyphens, beginning with a letter"
    )]
    InvalidName(String),
    /// There is no module of that name.
    #[error("there is no module {0:?}")]
    UnknownModule(String),
    /// The module has no such version.
    #[error("module {module} has no version {version}")]
    UnknownVersion {
        /// Which module.
        module: String,
        /// What was asked for: a digest, or how it begins.
        version: String,
    },
    /// Several versions of the module begin so.
    #[error("several versions of module {module} begin with {version}: write more digits")]
    AmbiguousVersion {
        /// Which module.
        module: String,
        /// What was asked for.
        version: String,
    },
    /// The file of a version's component is gone or damaged.
    #[error(
        "the component of version {} of module {module} is not in the data directory any more, or not as it was stored: \
         restore its file from a backup, or push the same component again",
        digest.short()
    )]
    NoComponent {
        /// Which module.
        module: String,
        /// Which version.
        digest: Digest,
    },
    /// There is no such definition, or it has no such version.
    #[error("there is no report definition {name:?}{}", version.map_or_else(String::new, |version| format!(" of version {version}")))]
    UnknownDefinition {
        /// Which definition.
        name: String,
        /// Which version, if one was asked for.
        version: Option<u32>,
    },
    /// Someone else changed it since it was read; read it again and decide anew.
    #[error("{object} was changed meanwhile: it is at revision {found}, not {expected}")]
    Changed {
        /// `module …` or `definition …`.
        object: String,
        /// The revision that the decision was made on.
        expected: u64,
        /// The revision it is at.
        found: u64,
    },
    /// The version is in a state in which this cannot be done.
    #[error(
        "version {} of module {module} is {state} and cannot be {action}: it must be {}",
        digest.short(),
        one_of(allowed)
    )]
    NotAllowed {
        /// Which module.
        module: String,
        /// Which version.
        digest: Digest,
        /// What was tried, such as `activated`.
        action: &'static str,
        /// The state it is in.
        state: VersionState,
        /// The states from which it can be done.
        allowed: &'static [VersionState],
    },
    /// The version has not shown yet what is asked of it.
    #[error("version {} of module {} {}", .0.digest.short(), .0.module, .0.told())]
    NotProven(Box<Standing>),
    /// Who added a version wants to put it into reports alone.
    #[error(
        "{} of module {module} was added by you: with four eyes, someone else decides that reports are made \
         with it", digest.short()
    )]
    FourEyes {
        /// Which module.
        module: String,
        /// Which version.
        digest: Digest,
    },
    /// Reports would lack the section that the version makes.
    #[error(
        "version {} of module {module} does not take what report definitions give it: {}; put a definition that \
         it fits, or one whose section names the version it is meant for",
        digest.short(),
        breaches.join("; ")
    )]
    Unfit {
        /// Which module.
        module: String,
        /// Which version.
        digest: Digest,
        /// Which parameter of which definition, and why, in words.
        breaches: Vec<String>,
    },
    /// The version did nothing otherwise that could be accepted.
    #[error(
        "there is nothing to accept of version {} of module {}: it {}",
        .0.digest.short(),
        .0.module,
        .0.told()
    )]
    NothingToAccept(Box<Standing>),
    /// The module was rolled back already.
    #[error(
        "module {module} was rolled back already, from version {}, and nothing is changed; to use that \
         version again, activate it",
        digest.short()
    )]
    RolledBackAlready {
        /// Which module.
        module: String,
        /// The version it was rolled back from.
        digest: Digest,
    },
    /// The definition was put back to an earlier version already.
    #[error(
        "definition {name} was rolled back already, from version {version}, and nothing is changed; to use that version \
         again, name it"
    )]
    DefinitionRolledBackAlready {
        /// Which definition.
        name: String,
        /// The version that was in use before.
        version: u32,
    },
    /// The definition had no other version in use before.
    #[error("definition {0} has no version before the present one to roll back to")]
    NoDefinitionBefore(String),
    /// No other version was in use before, so there is nothing to return to.
    #[error("{0} has no version before the present one to roll back to")]
    NothingBefore(String),
    /// The module has no active version to compare with.
    #[error("module {0} has no active version to compare with: activate one first")]
    NoActive(String),
    /// The module has such a trial already; end it first.
    #[error("module {module} has a {trial} already, version {}: end it first", digest.short())]
    OnTrial {
        /// Which module.
        module: String,
        /// `canary` or `shadow`.
        trial: &'static str,
        /// The version on trial.
        digest: Digest,
    },
    /// The trial cannot be run as asked for.
    #[error("this cannot be done so: {0}")]
    InvalidTrial(&'static str),
    /// The versions of a module all implement one world.
    #[error("module {module} is a {expected} module, and this component is a {kind}")]
    OtherKind {
        /// Which module.
        module: String,
        /// What the component is.
        kind: Kind,
        /// What the module's other versions are.
        expected: Kind,
    },
}

impl RecordsError {
    /// The kind of problem it is for the one who asked; none if it is no fault of theirs.
    #[must_use]
    pub fn kind(&self) -> Option<ProblemKind> {
        Some(match self {
            Self::Together(error) => return error.kind(),
            Self::NoReason(_)
            | Self::InvalidName(_)
            | Self::InvalidTrial(_)
            | Self::Expired
            | Self::NotALine { .. } => ProblemKind::InvalidRequest,
            Self::FourEyes { .. } => ProblemKind::Forbidden,
            Self::UnknownModule(_) => ProblemKind::UnknownModule,
            Self::UnknownVersion { .. } | Self::AmbiguousVersion { .. } => {
                ProblemKind::UnknownVersion
            }
            Self::NoComponent { .. } => ProblemKind::DataMissing,
            Self::UnknownDefinition { .. } => ProblemKind::NotFound,
            Self::Changed { .. } => ProblemKind::PreconditionFailed,
            Self::NotAllowed { .. }
            | Self::NotProven(_)
            | Self::Unfit { .. }
            | Self::NothingToAccept(_)
            | Self::RolledBackAlready { .. }
            | Self::DefinitionRolledBackAlready { .. }
            | Self::NoDefinitionBefore(_)
            | Self::NothingBefore(_)
            | Self::NoActive(_)
            | Self::OnTrial { .. }
            | Self::LastAdmin
            | Self::TooMany { .. }
            | Self::Silent
            | Self::MadeAndGone { .. }
            | Self::OtherKind { .. } => ProblemKind::StateConflict,
            _ => return None,
        })
    }
}

impl RecordsError {
    /// What an administrator does next, who was refused a step with a module.
    #[must_use]
    pub fn next_step(&self) -> Option<NextStep> {
        Some(match self {
            Self::UnknownModule(module) => NextStep::with(module, Act::List),
            Self::UnknownVersion { module, .. }
            | Self::AmbiguousVersion { module, .. }
            | Self::NothingBefore(module)
            | Self::NoActive(module) => NextStep::with(module, Act::Show),
            Self::Changed { object, .. } => {
                NextStep::with(object.strip_prefix("module ")?, Act::Show)
            }
            Self::NotAllowed {
                module,
                digest,
                state,
                allowed,
                ..
            } => NextStep::of(module, *digest, out_of(*state, allowed)),
            Self::NotProven(standing) | Self::NothingToAccept(standing) => standing.next_step()?,
            Self::RolledBackAlready { module, digest } => {
                NextStep::of(module, *digest, Act::Activate)
            }
            Self::OnTrial { module, digest, .. } => NextStep::of(module, *digest, Act::EndTrial),
            _ => return None,
        })
    }
}

/// What brings a version from a state into one of these.
fn out_of(state: VersionState, allowed: &[VersionState]) -> Act {
    let staged = allowed.contains(&VersionState::Staged);
    match state {
        VersionState::Checked | VersionState::Retired if staged => Act::Stage,
        VersionState::Canary | VersionState::Shadow if staged => Act::EndTrial,
        _ => Act::Show,
    }
}

/// `staged, canary or shadow`.
fn one_of(states: &[VersionState]) -> String {
    let words: Vec<&str> = states.iter().map(|state| state.as_str()).collect();
    match words.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}
