//! What an administrator does next with a module. Whoever talks to them says it in their own words: as a
//! command, or as a request.

use serde::{Deserialize, Serialize};

use crate::Digest;

/// What to do next, and with what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextStep {
    /// The module's name.
    pub module: String,
    /// The version that it is about; none if it is about the module.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
    /// What.
    #[serde(flatten)]
    pub act: Act,
}

/// What an administrator can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "kebab-case")]
pub enum Act {
    /// Look which modules there are.
    List,
    /// Look how the module stands.
    Show,
    /// Decide that the version may be used.
    Stage,
    /// Run it beside the active version.
    Shadow {
        /// How many clean runs it has to show.
        required_clean: u32,
    },
    /// Wait until reports were made.
    MakeReports {
        /// How many more shadow runs are needed.
        runs: u32,
    },
    /// Look at the differences, and accept them if they are what is wanted.
    Accept {
        /// The last run that there is to look at.
        up_to: u64,
    },
    /// Mend the component and push it as a new version.
    Mend,
    /// Make a share of the reports with it, or activate it.
    Canary,
    /// Make it the active version.
    Activate,
    /// End its trial.
    EndTrial,
}

impl NextStep {
    /// A step with a version.
    #[must_use]
    pub fn of(module: &str, digest: Digest, act: Act) -> Self {
        Self {
            module: module.to_owned(),
            digest: Some(digest),
            act,
        }
    }

    /// A step with a module.
    #[must_use]
    pub fn with(module: &str, act: Act) -> Self {
        Self {
            module: module.to_owned(),
            digest: None,
            act,
        }
    }
}
