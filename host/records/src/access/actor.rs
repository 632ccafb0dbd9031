//! Who acts: the holder of an API key, or Quire itself.

use std::{fmt, net::IpAddr, str::FromStr};

use serde::{Deserialize, Serialize};
use strum::{Display, IntoStaticStr};

use crate::stored::{Stored, stored_text};

/// What a key allows.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr, Display,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Role {
    /// May request and read reports.
    Consumer,
    /// May also change modules, definitions and keys, and read the audit trail.
    Admin,
    /// May read everything, and change nothing.
    Auditor,
    /// May have components and definitions checked, and nothing else.
    Author,
}

/// What a role may allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// Ask for reports, read one's own and call them off.
    Request,
    /// Read everyone's reports, modules, definitions, keys and the audit trail.
    ReadAll,
    /// Have components and definitions checked; nothing is kept.
    Check,
    /// Change modules, definitions and keys.
    Change,
}

/// The public name of an API key; safe to log.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyId(pub(crate) String);

/// What the holder of a key knows. Never written to a log: it has no `Display`, and `Debug` hides
/// it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub(crate) String);

/// The authenticated author of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Which key was shown.
    pub key: KeyId,
    /// What it allows.
    pub role: Role,
    /// What its maker called it.
    pub label: String,
    /// Where the connection came from, as far as there is one.
    pub address: Option<IpAddr>,
}

impl Role {
    /// All roles, the one with the fewest rights first.
    pub const ALL: [Self; 4] = [Self::Author, Self::Consumer, Self::Auditor, Self::Admin];

    /// Whether whoever has the role may do this. The same for the API and the console.
    #[must_use]
    pub const fn may(self, right: Right) -> bool {
        match self {
            Self::Admin => true,
            Self::Consumer => matches!(right, Right::Request),
            Self::Auditor => matches!(right, Right::ReadAll),
            Self::Author => matches!(right, Right::Check),
        }
    }

    /// As stored and shown: `consumer`, `admin`, `auditor` or `author`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

stored_text!(Role);

impl Stored for KeyId {
    type Raw = String;

    fn restore(raw: String) -> Result<Self, String> {
        Ok(Self(raw))
    }
}

/// The text names no role.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a role: expected consumer, admin, auditor or author")]
pub struct RoleError(String);

impl FromStr for Role {
    type Err = RoleError;

    fn from_str(text: &str) -> Result<Self, RoleError> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| RoleError(text.chars().take(40).collect()))
    }
}

impl Actor {
    /// Whether a report that this key asked for is there for the actor. Others' do not exist for them,
    /// so that ids cannot be probed.
    #[must_use]
    pub fn may_see(&self, owner: &KeyId) -> bool {
        self.key == *owner || self.role.may(Right::ReadAll)
    }

    /// The person at the command line of this machine, who needs no key.
    #[must_use]
    pub fn operator() -> Self {
        Self {
            key: KeyId("operator".to_owned()),
            role: Role::Admin,
            label: "command line".to_owned(),
            address: None,
        }
    }
}

impl Actor {
    /// The same, over a connection from there.
    #[must_use]
    pub fn at(self, address: Option<IpAddr>) -> Self {
        Self { address, ..self }
    }

    /// The same, by their own name there: what the trail tells of them begins with `operator/`.
    #[must_use]
    pub fn operator_named(name: &str) -> Self {
        Self {
            key: KeyId(format!("operator/{name}")),
            label: format!("{name} on the command line"),
            ..Self::operator()
        }
    }
}

impl KeyId {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for KeyId {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Secret {
    /// The text, to be shown to its owner once.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
