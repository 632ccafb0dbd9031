//! What can be typed after `quire key`.

use clap::{Subcommand, ValueEnum};
use quire_records::{Role, Timestamp};

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
        /// When it ends by itself: a duration such as 90d, or a time such as 2027-01-31T00:00:00Z [default: never]
        #[arg(long, value_name = "TIME", value_parser = parse_expiry)]
        expires: Option<Timestamp>,
        /// Why; kept in the audit trail
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
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
            // A directory that nobody named is not begun for a key that no server would know.
            Self::Create { data, .. } if data.is_named() => (data, Needs::Nothing),
            Self::Create { data, .. } => (data, Needs::Records),
            Self::List { data } | Self::Revoke { data, .. } => (data, Needs::Records),
        }
    }
}

fn parse_expiry(text: &str) -> Result<Timestamp, String> {
    if let Ok(time) = text.parse() {
        return Ok(time);
    }
    let expected =
        || "expected a duration such as 90d, or a time such as 2027-01-31T00:00:00Z".to_owned();
    let duration = humantime::parse_duration(text).map_err(|_| expected())?;
    Timestamp::now()
        .checked_add(duration)
        .map_err(|_| expected())
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
