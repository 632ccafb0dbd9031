//! Which failures another try can help, and how long to wait before it.

use std::{
    error::Error as _,
    hash::{BuildHasher as _, RandomState},
    time::Duration,
};

use jiff::Timestamp;
use quire_model::HostFault;
use reqwest::{
    StatusCode,
    header::{HeaderMap, RETRY_AFTER},
};

use crate::{FaersError, Tuning, openfda::ErrorBody};

/// A try that failed.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) error: FaersError,
    pub(super) retry: Retry,
    pub(super) load: Load,
}

/// Whether the failure may be due to how much was asked for at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Load {
    /// It has nothing to do with it.
    Bearable,
    /// It may: a gateway or openFDA broke, or the answer was cut short or unreadable. Half is asked for, down to
    /// [`FEWEST_SLOW`].
    Doubtful,
    /// openFDA was silent for as long as we wait. The next try asks for a quarter, since each costs that
    /// time again.
    Slow,
    /// openFDA's gateway did not wait for the answer. Half is asked for, down to [`FEWEST_SLOW`].
    TimedOut,
    /// The answer is larger than may be read, or than openFDA sends. Half is asked for, down to one.
    TooLarge,
}

/// A page of so few reports that does not come in time is not slow for its size: openFDA is.
const FEWEST_SLOW: u32 = 10;

impl Load {
    /// How much to ask for instead of `limit`; none if less would not help.
    pub(super) fn lighter(self, limit: u32) -> Option<u32> {
        let (divisor, fewest) = match self {
            Self::Bearable => return None,
            Self::TooLarge => (2, 1),
            Self::Doubtful | Self::TimedOut => (2, FEWEST_SLOW),
            Self::Slow => (4, FEWEST_SLOW),
        };
        (limit > fewest).then(|| (limit / divisor).max(1))
    }

    /// Whether less is asked for however often it takes: each try is soon over.
    pub(super) fn is_soon_over(self) -> bool {
        matches!(self, Self::Doubtful | Self::TimedOut | Self::TooLarge)
    }
}

/// Whether another try can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Retry {
    /// It would fail again.
    Never,
    /// Perhaps, but rarely.
    Doubtful,
    /// Soon, and then later and later.
    Backoff,
    /// After the time that openFDA named.
    After(Duration),
    /// After the time that openFDA asks everyone to wait.
    Throttled(Duration),
}

/// Counts the tries of one request.
#[derive(Debug)]
pub(super) struct Tries<'a> {
    tuning: &'a Tuning,
    made: u32,
    throttled: u32,
}

impl<'a> Tries<'a> {
    pub(super) fn new(tuning: &'a Tuning) -> Self {
        Self {
            tuning,
            made: 0,
            throttled: 0,
        }
    }

    /// How long to wait before the next try; none if there should not be one.
    pub(super) fn wait_after(&mut self, retry: &Retry) -> Option<Duration> {
        let tuning = self.tuning;
        if let Retry::Throttled(wait) = retry {
            self.throttled += 1;
            let bearable =
                *wait <= tuning.longest_wait && self.throttled < tuning.throttled_attempts;
            return bearable.then(|| (*wait).max(jittered(tuning.first_backoff)));
        }
        self.made += 1;
        let doubling = 1u32.checked_shl(self.made - 1).unwrap_or(u32::MAX);
        let backoff = tuning.first_backoff.saturating_mul(doubling);
        let backoff = jittered(backoff.min(tuning.longest_backoff));
        match retry {
            Retry::Never | Retry::Throttled(_) => None,
            Retry::Doubtful => (self.made < tuning.doubtful_attempts).then_some(backoff),
            Retry::Backoff => (self.made < tuning.attempts).then_some(backoff),
            Retry::After(wait) => {
                let bearable = *wait <= tuning.longest_wait && self.made < tuning.attempts;
                bearable.then(|| (*wait).max(backoff))
            }
        }
    }

    /// How long to wait before less is asked for.
    pub(super) fn wait_for_less(&self) -> Duration {
        jittered(self.tuning.first_backoff)
    }
}

impl Failure {
    pub(super) fn never(error: FaersError) -> Self {
        Self {
            error,
            retry: Retry::Never,
            load: Load::Bearable,
        }
    }

    /// The answer is larger than may be read.
    pub(super) fn too_large(limit_bytes: usize) -> Self {
        Self {
            load: Load::TooLarge,
            ..Self::never(FaersError::TooLarge { limit_bytes })
        }
    }

    /// No connection, no answer in time, or half of one.
    pub(super) fn transport(error: reqwest::Error) -> Self {
        let load = if error.is_connect() {
            Load::Bearable
        } else if error.is_timeout() {
            Load::Slow
        } else {
            Load::Doubtful
        };
        let mut retry = Retry::Backoff;
        let error = match (host_fault(&error), lasting(&error)) {
            (Some(fault), _) => FaersError::Host(fault),
            (None, Some((again, remedy))) => {
                retry = again;
                let reason = reason(error);
                FaersError::Misled { reason, remedy }
            }
            (None, None) => FaersError::Unavailable {
                reason: reason(error),
            },
        };
        Self { error, retry, load }
    }

    /// An answer that is neither content nor emptiness.
    pub(super) fn status(
        status: StatusCode,
        headers: &HeaderMap,
        body: &[u8],
        tuning: &Tuning,
    ) -> Self {
        let message = words(status, body);
        let code = status.as_u16();
        let asked = retry_after(headers, tuning.clock.now());
        match code {
            401 | 403 => Self::never(FaersError::Refused {
                status: code,
                message,
            }),
            429 => {
                let retry_after = asked.unwrap_or(tuning.throttled_wait);
                Self {
                    error: FaersError::Throttled { retry_after },
                    retry: Retry::Throttled(retry_after),
                    load: Load::Bearable,
                }
            }
            408 | 502..=504 => Self {
                error: FaersError::Unavailable { reason: message },
                retry: asked.map_or(Retry::Backoff, Retry::After),
                load: match code {
                    408 | 504 => Load::TimedOut,
                    // One that says when to come back is busy.
                    503 if asked.is_some() => Load::Bearable,
                    _ => Load::Doubtful,
                },
            },
            413 => Self {
                load: Load::TooLarge,
                ..Self::never(FaersError::BadRequest {
                    status: code,
                    message,
                })
            },
            500..=599 => Self {
                error: FaersError::Unavailable { reason: message },
                retry: Retry::Doubtful,
                load: Load::Doubtful,
            },
            400..=499 => Self::never(FaersError::BadRequest {
                status: code,
                message,
            }),
            _ => Self::never(FaersError::Invalid { reason: message }),
        }
    }
}

/// openFDA's words, or the status if it has none.
fn words(status: StatusCode, body: &[u8]) -> String {
    match ErrorBody::parse(body) {
        Some(error) if !error.message.is_empty() => format!("{}: {}", error.code, error.message),
        _ => format!("status {status}"),
    }
}

/// Seconds or a date.
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let wait = http_date(value)?.as_second() - now.as_second();
    Some(Duration::from_secs(u64::try_from(wait).unwrap_or(0)))
}

/// A date as HTTP writes it.
pub(super) fn http_date(text: &str) -> Option<Timestamp> {
    let parser = jiff::fmt::rfc2822::DateTimeParser::new();
    parser.parse_timestamp(text).ok()
}

/// What this machine lacked for a connection. Looking a name up fails without a number where no file
/// can be opened, so then it is tried whether one can.
fn host_fault(error: &reqwest::Error) -> Option<HostFault> {
    let lacks_files = || {
        let opened = std::fs::File::open("/dev/null");
        opened.err().as_ref().and_then(HostFault::of_file)
    };
    HostFault::of(error).or_else(|| error.is_connect().then(lacks_files).flatten())
}

/// What to look at where no time mends it, and whether another try can show that it was nothing of the kind.
/// The libraries below tell these apart in words alone.
fn lasting(error: &reqwest::Error) -> Option<(Retry, &'static str)> {
    const UNTRUSTED: &str = "name the certificates that your organisation's proxy or mirror is signed with by \
                             QUIRE_CA_FILE, and look at this machine's clock";
    const UNKNOWN: &str = "look at QUIRE_OPENFDA_URL, and at this machine's name server";
    const NO_TLS: &str =
        "the other end does not speak TLS: is it http:// that QUIRE_OPENFDA_URL should say?";
    const NO_HTTP: &str =
        "the other end does not speak HTTP: is it https:// that QUIRE_OPENFDA_URL should say?";
    const CAUSES: [(&str, Retry, &str); 5] = [
        ("invalid peer certificate", Retry::Never, UNTRUSTED),
        ("Name or service not known", Retry::Backoff, UNKNOWN),
        ("received corrupt message", Retry::Never, NO_TLS),
        ("invalid HTTP version parsed", Retry::Doubtful, NO_HTTP),
        ("invalid HTTP header parsed", Retry::Doubtful, NO_HTTP),
    ];
    let mut cause = error.source();
    while let Some(found) = cause {
        let text = found.to_string();
        let known = CAUSES.iter().find(|(words, ..)| text.contains(words));
        if let Some((_, retry, remedy)) = known {
            return Some((*retry, remedy));
        }
        cause = found.source();
    }
    None
}

/// What went wrong, in words and without the address, which holds the key.
pub(super) fn reason(error: reqwest::Error) -> String {
    let error = error.without_url();
    let what = if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "no connection"
    } else if error.is_body() || error.is_decode() {
        "the connection ended in the middle of the answer"
    } else {
        "the request broke off"
    };
    let mut cause = error.source();
    while let Some(deeper) = cause.and_then(|cause| cause.source()) {
        cause = Some(deeper);
    }
    match cause {
        Some(cause) => format!("{what} ({cause})"),
        None => what.to_owned(),
    }
}

/// Between half of it and all of it, so that those who failed together do not come back together.
fn jittered(wait: Duration) -> Duration {
    // Every `RandomState` hashes differently, and random enough for this.
    let share = RandomState::new().hash_one(0) >> 32;
    wait.mul_f64(0.5 + share as f64 / f64::from(u32::MAX) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest() {
        let tuning = Tuning {
            first_backoff: Duration::from_secs(1),
            longest_backoff: Duration::from_secs(3),
            ..Tuning::default()
        };
        let mut tries = Tries::new(&tuning);

        for longest in [1.0, 2.0, 3.0] {
            let wait = tries.wait_after(&Retry::Backoff).unwrap().as_secs_f64();
            assert!((longest / 2.0..=longest).contains(&wait), "{wait}");
        }
        assert_eq!(tries.wait_after(&Retry::Backoff), None);
    }

    #[test]
    fn a_wait_that_is_too_long_is_left_to_the_caller() {
        let tuning = Tuning::default();
        let long = Retry::After(Duration::from_secs(3_600));

        assert_eq!(Tries::new(&tuning).wait_after(&long), None);
        assert_eq!(Tries::new(&tuning).wait_after(&Retry::Never), None);
        let short = Tries::new(&tuning).wait_after(&Retry::After(Duration::from_secs(2)));
        assert_eq!(short, Some(Duration::from_secs(2)));
    }

    #[test]
    fn less_is_asked_for_where_less_can_help() {
        let sizes = |load: Load| {
            let next = |limit: &u32| load.lighter(*limit);
            let sizes: Vec<u32> = std::iter::successors(Some(1_000), next).collect();
            sizes
        };

        assert_eq!(sizes(Load::Bearable), [1_000]);
        assert_eq!(sizes(Load::Slow), [1_000, 250, 62, 15, 3]);
        let halves = [1_000, 500, 250, 125, 62, 31, 15, 7];
        assert_eq!(
            (sizes(Load::TimedOut), sizes(Load::Doubtful)),
            (halves.to_vec(), halves.to_vec())
        );
        assert_eq!(sizes(Load::TooLarge).last(), Some(&1));
    }

    #[test]
    fn being_asked_to_wait_is_no_failed_try() {
        let tuning = Tuning {
            throttled_attempts: 10,
            ..Tuning::default()
        };
        let mut tries = Tries::new(&tuning);

        for _ in 0..9 {
            let wait = tries.wait_after(&Retry::Throttled(Duration::from_secs(2)));
            assert_eq!(wait, Some(Duration::from_secs(2)));
        }
        assert_eq!(
            tries.wait_after(&Retry::Throttled(Duration::from_secs(2))),
            None
        );
        assert!(tries.wait_after(&Retry::Backoff).is_some());
    }

    #[test]
    fn retry_after_is_read_in_both_forms() {
        let now = http_date("Fri, 20 Jun 2025 00:00:00 GMT").unwrap();
        let wait = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, value.parse().unwrap());
            retry_after(&headers, now).map(|wait| wait.as_secs())
        };

        assert_eq!(now.to_string(), "2025-06-20T00:00:00Z");
        assert_eq!(wait("7"), Some(7));
        assert_eq!(wait("7.5"), Some(7));
        assert_eq!((wait("-3"), wait("NaN"), wait("1e99")), (None, None, None));
        assert_eq!(wait("Fri, 20 Jun 2025 00:01:00 GMT"), Some(60));
        assert_eq!(wait("Thu, 19 Jun 2025 00:00:00 GMT"), Some(0));
        assert_eq!(wait("soon"), None);
    }
}
