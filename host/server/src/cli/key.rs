//! What can be typed after `quire key`.

use clap::{Subcommand, ValueEnum};
use quire_records::Role;

use crate::{settings::DataSettings, storage::Needs};

/// `quire key …`.
#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// Make a key and print it; it is stored hashed and cannot be shown again
    #[command(after_help = "Example:\n  quire key create --role consumer --label dashboard")]
    Create {
        /// What the key allows
        #[arg(long)]
        role: RoleName,
        /// Who or what uses it, for the list and the audit trail
        #[arg(long, value_name = "TEXT")]
        label: String,
        #[command(flatten)]
        data: DataSettings,
    },
    /// List the keys, without the secrets
    List {
        #[command(flatten)]
        data: DataSettings,
    },
    /// Make a key invalid from now on
    Revoke {
        /// The key's id, as `quire key list` shows it
        id: String,
        /// Why; kept in the audit trail
        #[arg(long, value_name = "TEXT")]
        reason: String,
        #[command(flatten)]
        data: DataSettings,
    },
}

impl KeyCommand {
    pub(super) fn data(&self) -> (&DataSettings, Needs) {
        match self {
            Self::Create { data, .. } => (data, Needs::Nothing),
            Self::List { data } | Self::Revoke { data, .. } => (data, Needs::Records),
        }
    }
}

/// [`Role`], as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum RoleName {
    /// Asks for reports and reads its own.
    Consumer,
    /// May do everything.
    Admin,
    /// Reads everything, and changes nothing.
    Auditor,
    /// Has components and definitions checked.
    Author,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Consumer => Self::Consumer,
            RoleName::Admin => Self::Admin,
            RoleName::Auditor => Self::Auditor,
            RoleName::Author => Self::Author,
        }
    }
}
