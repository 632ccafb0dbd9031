//! How long to wait before another attempt, if there is to be one.

use std::time::Duration;

use quire_model::{Digest, Failure};
use quire_records::Claimed;

use crate::WorkerSettings;

/// A source that asks for a longer pause gets none: a caller would rather hear now that openFDA's
/// daily budget is used up than tomorrow. With a quarter more it is below what the records allow.
const LONGEST: Duration = Duration::from_mins(15);

/// The pause before the next attempt; none if the report fails for good. Pauses double, are at
/// least as long as the source asked for, and vary by a quarter so that reports which failed
/// together do not come back together.
pub(crate) fn backoff_before(
    settings: &WorkerSettings,
    claimed: &Claimed,
    failure: &Failure,
) -> Option<Duration> {
    if !failure.retryable || claimed.failures + 1 >= settings.max_attempts {
        return None;
    }
    let asked = Duration::from_secs(failure.problem.retry_after_s.unwrap_or(0));
    if asked > LONGEST {
        return None;
    }
    let doubled = settings
        .backoff
        .saturating_mul(1 << claimed.failures.min(16))
        .min(LONGEST);
    Some(doubled.max(asked) + jitter(&claimed.token, doubled / 4))
}

/// Between nothing and `most`, by the claim's token: no need for a random number.
fn jitter(token: &str, most: Duration) -> Duration {
    let [byte, ..] = *Digest::of(token.as_bytes()).as_bytes();
    most * u32::from(byte) / 255
}

#[cfg(test)]
mod tests {
    use quire_model::{Date, Problem, ProblemKind, ReportRequest};

    use super::*;

    fn claimed(failures: u32) -> Claimed {
        Claimed {
            trace: None,
            id: "01JD3Q0V5N8R6Z2W4Y7XK9MTBC".parse().unwrap(),
            owner: "key_test".into(),
            attempt: failures + 1,
            failures,
            token: "token".to_owned(),
            request: ReportRequest {
                ndc: "61958-0802".parse().unwrap(),
                definition: "cer".to_owned(),
                as_of: Date::constant(2025, 6, 30),
                locale: "en".to_owned(),
                paper: None,
                selection: None,
            },
            pins: None,
            unless_like: None,
        }
    }

    fn failure(retryable: bool, retry_after_s: Option<u64>) -> Failure {
        let mut problem = Problem::new(ProblemKind::SourceUnavailable, "away");
        problem.retry_after_s = retry_after_s;
        Failure {
            problem,
            retryable,
            fault: None,
        }
    }

    fn seconds(failures: u32, retry_after_s: Option<u64>) -> Option<u64> {
        let failure = failure(true, retry_after_s);
        backoff_before(&WorkerSettings::default(), &claimed(failures), &failure)
            .map(|pause| pause.as_secs())
    }

    #[test]
    fn pauses_double_until_the_attempts_are_used_up() {
        assert_eq!(seconds(0, None), Some(1));
        assert!((2..=2).contains(&seconds(1, None).unwrap()));
        assert!((4..=5).contains(&seconds(2, None).unwrap()));
        assert_eq!(seconds(3, None), None);
    }

    #[test]
    fn the_source_is_heeded_within_reason() {
        assert_eq!(seconds(0, Some(60)), Some(60));
        assert_eq!(seconds(0, Some(80_000)), None);
    }

    #[test]
    fn no_pause_is_longer_than_the_records_allow() {
        assert!(LONGEST + LONGEST / 4 <= quire_records::LONGEST_PAUSE);
        assert!(WorkerSettings::default().lease <= quire_records::LONGEST_LEASE);
    }

    #[test]
    fn what_cannot_help_is_not_tried() {
        let pause = backoff_before(
            &WorkerSettings::default(),
            &claimed(0),
            &failure(false, Some(1)),
        );

        assert_eq!(pause, None);
    }
}
