//! When a delivery that failed is tried again.

use std::time::Duration;

use jiff::Timestamp;
use quire_model::Digest;

/// The pause after each attempt that failed, as Standard Webhooks advises: a blink is ridden out at once, a weekend
/// without anyone to restart the receiver too. Three days in all.
const PAUSES: [Duration; 9] = [
    Duration::from_secs(5),
    Duration::from_mins(5),
    Duration::from_mins(30),
    Duration::from_hours(2),
    Duration::from_hours(5),
    Duration::from_hours(10),
    Duration::from_hours(14),
    Duration::from_hours(20),
    Duration::from_hours(24),
];

/// A receiver that asks for a longer pause gets this one.
const LONGEST: Duration = Duration::from_hours(24);

/// The pause after attempt number `attempt` (from 1), at least as long as the receiver asked for and up to a tenth
/// longer than it need be, so that what failed together does not come back together. None after the last attempt.
/// `claim` is what the tenth is told by.
pub(crate) fn pause_after(attempt: u32, asked: Option<Duration>, claim: &str) -> Option<Duration> {
    let at = usize::try_from(attempt).ok()?.checked_sub(1)?;
    let usual = *PAUSES.get(at)?;
    let pause = usual.max(asked.unwrap_or_default().min(LONGEST));
    let [byte, ..] = *Digest::of(claim.as_bytes()).as_bytes();
    Some(pause + pause / 10 * u32::from(byte) / 255)
}

/// What `Retry-After` asks for: seconds, or a date.
pub(crate) fn asked_for(value: &str, now: Timestamp) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let parser = jiff::fmt::rfc2822::DateTimeParser::new();
    let date = parser.parse_timestamp(value.trim()).ok()?;
    let seconds = date.as_second() - now.as_second();
    Some(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end() {
        let pauses: Vec<_> = (1..20)
            .map_while(|attempt| pause_after(attempt, None, "claim"))
            .collect();

        assert_eq!(pauses.len(), PAUSES.len());
        for (pause, usual) in pauses.iter().zip(PAUSES) {
            assert!((usual..=usual.mul_f64(1.1)).contains(pause), "{pause:?}");
        }
        let all: Duration = PAUSES.iter().sum();
        assert!(all > Duration::from_hours(72), "a weekend: {all:?}");
        assert_ne!(pause_after(9, None, "claim"), pause_after(9, None, "other"));
    }

    #[test]
    fn a_receiver_is_heeded_within_reason() {
        let now: Timestamp = "2026-11-27T20:00:00Z".parse().unwrap();
        let asked = |value| asked_for(value, now);
        assert_eq!(asked("120"), Some(Duration::from_mins(2)));
        assert_eq!(
            asked("Fri, 27 Nov 2026 20:01:00 GMT"),
            Some(Duration::from_mins(1))
        );
        assert_eq!(asked("Fri, 27 Nov 2026 19:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(asked("soon"), None);

        let after = |asked| pause_after(1, Some(asked), "claim").unwrap();
        assert!(after(Duration::from_secs(1)) >= Duration::from_secs(5));
        assert!(after(Duration::from_mins(2)) >= Duration::from_mins(2));
        assert!(after(Duration::MAX) <= LONGEST.mul_f64(1.1));
    }
}
