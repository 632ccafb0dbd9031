//! Why there is no case series.

use std::time::Duration;

use quire_model::{Digest, Failure, HostFault, Problem, ProblemKind};

/// Why openFDA's reports could not be had, by who has to act.
///
/// [`UnknownNdc`](Self::UnknownNdc) and [`AmbiguousNdc`](Self::AmbiguousNdc) are the caller's to fix, [`Refused`](Self::Refused),
/// [`Misled`](Self::Misled) and [`BudgetExhausted`](Self::BudgetExhausted) the administrator's, [`BadRequest`](Self::BadRequest),
/// [`TooLarge`](Self::TooLarge) and [`Broken`](Self::Broken) ours; [`Host`](Self::Host) is this
/// machine's; the rest passes by itself.
/// Addresses never appear in it: they could carry the key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FaersError {
    /// No report carries the code, and the product directory does not list it; the caller's to fix.
    #[error(
        "no report carries the code {ndc}, and openFDA's product directory does not list it; tried {}. \
         Check the code on the package or in the NDC directory", candidates.join(", ")
    )]
    UnknownNdc {
        /// As written.
        ndc: String,
        /// The readings that were tried.
        candidates: Vec<String>,
    },
    /// The bundled sample, which stands in openFDA's place, has no report of the code; the caller's to fix.
    #[error(
        "the bundled sample has no report that carries the code {ndc}; tried {}. It is of 61958-0802 alone: leave out \
         --sample, and openFDA is asked", candidates.join(", ")
    )]
    NotInSample {
        /// As written.
        ndc: String,
        /// The readings that were tried.
        candidates: Vec<String>,
    },
    /// Two readings of the code have reports, of different drugs; the caller's to say which is meant.
    #[error(
        "{ndc} can be read as {}, and there are reports of each: ask for the one that is meant, with its \
         hyphen",
        spelled(readings)
    )]
    AmbiguousNdc {
        /// As written.
        ndc: String,
        /// Each reading with the names that its reports use.
        readings: Vec<(String, Vec<String>)>,
    },
    /// openFDA could not be reached, or kept failing. Worth another try later.
    #[error("openFDA cannot be reached: {reason}; try again later")]
    Unavailable {
        /// What happened last, without the address.
        reason: String,
    },
    /// openFDA failed just now, and is left alone for a moment.
    #[error("openFDA failed just now and is left alone for a moment; try again later")]
    Resting,
    /// This machine could not even ask: openFDA is not to blame.
    #[error("this server could not ask openFDA: {0}")]
    Host(HostFault),
    /// openFDA asked to slow down, or our own share of it is used up for the moment.
    #[error("openFDA asks to wait {} s before the next request", retry_after.as_secs())]
    Throttled {
        /// After how long another try may succeed.
        retry_after: Duration,
    },
    /// openFDA cannot be reached as the settings have it. The administrator's to fix.
    #[error("openFDA cannot be reached: {reason}; {remedy}")]
    Misled {
        /// What went wrong.
        reason: String,
        /// What to look at.
        remedy: &'static str,
    },
    /// The requests of today are used up; a key or a larger budget helps before tomorrow.
    #[error(
        "the daily budget of {per_day} requests to openFDA is used up and renews in {} s; an \
         administrator can set QUIRE_OPENFDA_KEY to raise it", resets.as_secs()
    )]
    BudgetExhausted {
        /// The budget.
        per_day: u32,
        /// Until it renews.
        resets: Duration,
    },
    /// One caller's part of the requests of today is used up; others may go on.
    #[error(
        "this key's part of a day's requests to openFDA, {share}, is used up and renews in {} s; the rest is \
         kept for other keys, and an administrator can change that with QUIRE_SOURCE_SHARE", resets.as_secs()
    )]
    ShareExhausted {
        /// The part.
        share: u32,
        /// Until it renews.
        resets: Duration,
    },
    /// openFDA does not let us in. The administrator's to fix.
    #[error("openFDA refused the request ({status}): {message}; check QUIRE_OPENFDA_KEY")]
    Refused {
        /// 401 or 403.
        status: u16,
        /// openFDA's words.
        message: String,
    },
    /// openFDA did not understand the request: a fault of ours.
    #[error("openFDA did not accept the request ({status}): {message}")]
    BadRequest {
        /// A status in the 400s.
        status: u16,
        /// openFDA's words.
        message: String,
    },
    /// openFDA's answer is no answer: not JSON, cut short, or not in openFDA's form.
    #[error("openFDA answered with something unreadable: {reason}")]
    Invalid {
        /// What is wrong with it.
        reason: String,
    },
    /// An answer larger than may be read.
    #[error(
        "openFDA's answer is larger than {limit_bytes} bytes, for however few reports it is asked"
    )]
    TooLarge {
        /// The cap.
        limit_bytes: usize,
    },
    /// A setting cannot be used. Ends the start.
    #[error("{name} cannot be used: {reason}")]
    Setting {
        /// Its name, such as `QUIRE_OPENFDA_URL`.
        name: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// Work inside this crate broke off: a fault of ours.
    #[error("fetching reports broke off: {reason}")]
    Broken {
        /// What happened.
        reason: String,
    },
}

/// Why stored bytes are not a snapshot, or a snapshot cannot be stored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// Not a page of openFDA.
    #[error("not a page of reports")]
    Page(#[from] serde_json::Error),
    /// Not our encoding.
    #[error("not the encoding of a snapshot")]
    Encoding(#[from] postcard::Error),
    /// Not our compression.
    #[error("not compressed as snapshots are")]
    Compression(#[from] lz4_flex::block::DecompressError),
    /// A size that no snapshot has.
    #[error("a snapshot of {0} bytes would be too large")]
    TooLarge(usize),
    /// Readable, but not what the digest stands for.
    #[error("the content is not what the digest {0} stands for")]
    Altered(Digest),
}

impl FaersError {
    /// The same in the form that callers read.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let (kind, retry_after) = match self {
            Self::UnknownNdc { .. } | Self::NotInSample { .. } => (ProblemKind::UnknownNdc, None),
            Self::AmbiguousNdc { .. } => (ProblemKind::InvalidNdc, None),
            Self::Unavailable { .. } | Self::Resting => (
                ProblemKind::SourceUnavailable,
                Some(Duration::from_secs(30)),
            ),
            Self::Misled { .. } => (ProblemKind::SourceUnavailable, None),
            Self::Host(_) => (ProblemKind::HostFault, Some(Duration::from_secs(5))),
            Self::Throttled { retry_after } => (ProblemKind::SourceBudget, Some(*retry_after)),
            Self::BudgetExhausted { resets, .. } | Self::ShareExhausted { resets, .. } => {
                (ProblemKind::SourceBudget, Some(*resets))
            }
            Self::Refused { .. } | Self::BadRequest { .. } => (ProblemKind::SourceRefused, None),
            Self::Invalid { .. } | Self::TooLarge { .. } => (ProblemKind::SourceInvalid, None),
            Self::Setting { .. } | Self::Broken { .. } => (ProblemKind::Internal, None),
        };
        let mut problem = Problem::new(kind, sentence(&self.to_string()));
        problem.retry_after_s = retry_after.map(|wait| wait.as_secs().max(1));
        if let Self::UnknownNdc { candidates, .. } | Self::NotInSample { candidates, .. } = self {
            problem.candidates.clone_from(candidates);
        }
        if let Self::AmbiguousNdc { readings, .. } = self {
            problem.candidates = readings.iter().map(|(code, _)| code.clone()).collect();
        }
        problem
    }

    /// Whether the same request may succeed later without anyone acting.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(
            self,
            Self::Unavailable { .. }
                | Self::Resting
                | Self::Throttled { .. }
                | Self::BudgetExhausted { .. }
                | Self::ShareExhausted { .. }
                | Self::Broken { .. }
        )
    }

    /// Whether an older answer is better than this: openFDA had none, and not because of what was
    /// asked or who asked.
    pub(crate) fn excuses_stale(&self) -> bool {
        self.is_retryable()
            || matches!(
                self,
                Self::Invalid { .. } | Self::TooLarge { .. } | Self::Misled { .. }
            )
    }

    /// The label under which the failure is counted.
    pub(crate) fn outcome(&self) -> &'static str {
        match self {
            Self::UnknownNdc { .. } | Self::NotInSample { .. } => "unknown-ndc",
            Self::AmbiguousNdc { .. } => "ambiguous-ndc",
            Self::Unavailable { .. } => "unavailable",
            Self::Resting => "resting",
            Self::Misled { .. } => "misled",
            Self::Host(_) => "host",
            Self::Throttled { .. } => "throttled",
            Self::BudgetExhausted { .. } => "budget",
            Self::ShareExhausted { .. } => "share",
            Self::Refused { .. } => "refused",
            Self::BadRequest { .. } => "bad-request",
            Self::Invalid { .. } => "invalid",
            Self::TooLarge { .. } => "too-large",
            Self::Setting { .. } | Self::Broken { .. } => "internal",
        }
    }
}

/// Names that are shown of each reading: a code of a generic has hundreds.
const NAMES_SHOWN: usize = 3;

fn spelled(readings: &[(String, Vec<String>)]) -> String {
    let one = |(code, names): &(String, Vec<String>)| {
        let shown: Vec<&str> = names.iter().take(NAMES_SHOWN).map(String::as_str).collect();
        match shown.is_empty() {
            true => code.clone(),
            false => format!("{code} ({})", shown.join(", ")),
        }
    };
    let spelled: Vec<String> = readings.iter().map(one).collect();
    spelled.join(" or as ")
}

/// Problems speak in whole sentences.
fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    // openFDA writes itself with a small letter.
    let starts = message.starts_with("openFDA");
    match letters.next() {
        Some(first) if !starts => first.to_uppercase().chain(letters).chain(['.']).collect(),
        _ => format!("{message}."),
    }
}

impl From<FaersError> for Failure {
    fn from(error: FaersError) -> Self {
        if let FaersError::Host(fault) = error {
            return Self::of_host(fault);
        }
        Self {
            problem: error.problem(),
            retryable: error.is_retryable(),
            fault: None,
        }
    }
}

/// Why, for a reader: the same words for the same cause, so that equal reports stay equal.
pub(crate) fn for_readers(error: &FaersError) -> &'static str {
    match error {
        FaersError::Unavailable { .. } | FaersError::Misled { .. } => {
            "openFDA could not be reached"
        }
        FaersError::Resting => "openFDA failed just now",
        FaersError::Throttled { .. } => "openFDA asked for fewer requests",
        FaersError::BudgetExhausted { .. } | FaersError::ShareExhausted { .. } => {
            "the part of today's requests to openFDA that may be spent on comparisons is used up"
        }
        FaersError::Refused { .. } | FaersError::BadRequest { .. } => "openFDA refused the request",
        FaersError::Invalid { .. } | FaersError::TooLarge { .. } => {
            "openFDA's answer could not be read"
        }
        _ => "asking openFDA broke off; the log says why",
    }
}
