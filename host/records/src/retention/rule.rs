//! The rules that an operator may set.

use std::{fmt, time::Duration};

use jiff::Timestamp;

/// How long what is kept; none is for ever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    /// Reports that have ended: where they stand, their manifests and documents. Counted from their end.
    pub reports: Option<Duration>,
    /// Documents of reports that have ended. As long as their data are kept they are made again when somebody asks.
    pub documents: Option<Duration>,
    /// What documents are made from, counted from the last report that was made from it.
    pub data: Option<Duration>,
    /// What shadows did otherwise, once their trial is over.
    pub differences: Option<Duration>,
    /// Bytes of documents and data in all; beyond it the oldest documents go, then the data used longest ago.
    pub quota_bytes: Option<u64>,
}

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// Reports with all that is theirs.
    Reports,
    /// Documents alone.
    Documents,
    /// What documents are made from.
    Data,
    /// What shadows did otherwise.
    Differences,
    /// Whatever takes too much room.
    Quota,
}

/// What a rule removed, or would.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Removal {
    /// The rule.
    pub rule: Rule,
    /// How many of what it is about.
    pub number: u64,
    /// What is older than this.
    pub before: Timestamp,
}

impl Retention {
    /// Whether nothing is ever removed.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// The rules that go by age.
    pub(super) fn ages(&self) -> impl Iterator<Item = (Rule, Duration)> {
        [
            (Rule::Reports, self.reports),
            (Rule::Documents, self.documents),
            (Rule::Data, self.data),
            (Rule::Differences, self.differences),
        ]
        .into_iter()
        .filter_map(|(rule, keep)| Some((rule, keep?)))
    }
}

impl Rule {
    /// In one word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reports => "reports",
            Self::Documents => "documents",
            Self::Data => "data",
            Self::Differences => "differences",
            Self::Quota => "quota",
        }
    }

    /// What is remembered of each.
    pub(super) const fn kind(self) -> Option<&'static str> {
        match self {
            Self::Reports => Some("report"),
            Self::Documents | Self::Quota => Some("document"),
            Self::Data => Some("data"),
            Self::Differences => None,
        }
    }

    /// By which of its times.
    pub(super) const fn measured(self) -> &'static str {
        match self {
            Self::Reports | Self::Documents | Self::Quota => "finished",
            Self::Data => "last used",
            Self::Differences => "seen",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
