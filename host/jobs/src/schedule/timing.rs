//! Which tick of a schedule is to be taken now, and which comes after it. Pure: the clock is the caller's.

use jiff::{SignedDuration, Timestamp};
use quire_records::Missed;

use super::cron::Cron;

/// A tick that is found later than this was missed: a restart takes less, and less lies between no two ticks.
const LATE: SignedDuration = SignedDuration::from_mins(10);

/// A tick that is to be taken now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Due {
    /// Which; the last one that has come.
    pub(super) tick: Timestamp,
    /// Whether its time had passed.
    pub(super) missed: bool,
    /// Whether it asks for a report.
    pub(super) runs: bool,
    /// The one that is waited for from now on.
    pub(super) next: Option<Timestamp>,
}

/// What to do now about a schedule that waits for a tick. None if that has not come.
///
/// Of several ticks that have passed only the last is taken: on time, it runs; missed, it runs if one run for all of
/// them was asked for.
pub(super) fn due(
    cron: &Cron,
    waits_for: Timestamp,
    missed: Missed,
    now: Timestamp,
) -> Option<Due> {
    if waits_for > now {
        return None;
    }
    let tick = cron
        .until(now)
        .map_or(waits_for, |last| last.max(waits_for));
    let is_missed = now.duration_since(tick) > LATE;
    Some(Due {
        tick,
        missed: is_missed,
        runs: !is_missed || missed == Missed::Once,
        next: cron.after(now),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn hourly() -> Cron {
        Cron::new("0 * * * *", "UTC").unwrap()
    }

    #[test]
    fn a_tick_on_time_runs_whatever_is_said_of_missed_ones() {
        for missed in [Missed::Skip, Missed::Once] {
            let now = at("2026-03-01T12:00:01Z");
            let due = due(&hourly(), at("2026-03-01T12:00:00Z"), missed, now).unwrap();

            assert_eq!((due.missed, due.runs), (false, true));
            assert_eq!(due.tick, at("2026-03-01T12:00:00Z"));
            assert_eq!(due.next, Some(at("2026-03-01T13:00:00Z")));
            assert_eq!(
                super::due(&hourly(), at("2026-03-01T13:00:00Z"), missed, now),
                None
            );
        }
    }

    #[test]
    fn of_missed_ticks_none_or_one_runs() {
        let (waits, now) = (at("2026-03-01T03:00:00Z"), at("2026-03-01T12:30:00Z"));
        for (missed, runs) in [(Missed::Skip, false), (Missed::Once, true)] {
            let due = due(&hourly(), waits, missed, now).unwrap();

            assert_eq!((due.missed, due.runs), (true, runs));
            assert_eq!(due.tick, at("2026-03-01T12:00:00Z"));
            assert_eq!(due.next, Some(at("2026-03-01T13:00:00Z")));
        }
    }

    #[test]
    fn ticks_that_were_missed_before_one_on_time_take_nothing_from_it() {
        let (waits, now) = (at("2026-03-01T03:00:00Z"), at("2026-03-01T12:01:00Z"));

        let due = due(&hourly(), waits, Missed::Skip, now).unwrap();

        assert_eq!((due.missed, due.runs), (false, true));
        assert_eq!(due.tick, at("2026-03-01T12:00:00Z"));
    }
}
