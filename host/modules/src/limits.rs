//! What one call may use: the usual bounds, the most that can be asked for, and how a report
//! definition or an administrator moves them.

use std::time::Duration;

use quire_check::Bounds;
use quire_contract::bounds::{BLOCKS, OUTPUT_BYTES, ROWS};
use quire_model::{FieldError, LimitOverrides, millis};

use crate::epoch::TICK;

/// Bounds of one call. A breach of each has an error of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// CPU time of the guest and of the host functions that it calls.
    pub cpu: Duration,
    /// Wall time of the call, waiting on the host included, waiting for a free slot not.
    pub wall: Duration,
    /// Linear memory, summed over all memories of the instance.
    pub memory_bytes: usize,
    /// Text and numbers that it may return.
    pub output_bytes: usize,
    /// Blocks that it may return.
    pub blocks: usize,
    /// Table rows that it may return, summed over all tables.
    pub rows: usize,
    /// Bytes of log lines that are kept; the rest is counted and dropped.
    pub log_bytes: usize,
    /// Case series that it may hold at a time.
    pub handles: usize,
}

impl Limits {
    /// What `wit/` promises to authors.
    pub const DEFAULT: Self = Self {
        cpu: Duration::from_secs(10),
        wall: Duration::from_secs(30),
        memory_bytes: 256 << 20,
        output_bytes: OUTPUT_BYTES,
        blocks: BLOCKS,
        rows: ROWS,
        log_bytes: 256 << 10,
        handles: 64,
    };

    /// The most that anyone can ask for. Time: two minutes of computing are twelve times the usual,
    /// and a report's lease is kept alive meanwhile. Memory: a slot of the pool. Output, blocks and
    /// rows: what the contract allows, so these can only be lowered.
    pub const MAXIMUM: Self = Self {
        cpu: Duration::from_secs(120),
        wall: Duration::from_secs(600),
        memory_bytes: 1 << 30,
        output_bytes: OUTPUT_BYTES,
        blocks: BLOCKS,
        rows: ROWS,
        log_bytes: 4 << 20,
        handles: 512,
    };

    /// Those that an answer is held to.
    pub(crate) fn bounds(&self) -> Bounds {
        Bounds {
            blocks: self.blocks,
            rows: self.rows,
            output_bytes: self.output_bytes,
        }
    }

    /// These limits, with those that are overridden in their place.
    #[must_use]
    pub fn with(&self, overrides: &LimitOverrides) -> Self {
        let time = |ms: Option<u64>, usual| ms.map_or(usual, Duration::from_millis);
        let count = |number: Option<u64>, usual| {
            number.map_or(usual, |number| {
                usize::try_from(number).unwrap_or(usize::MAX)
            })
        };
        Self {
            cpu: time(overrides.cpu_ms, self.cpu),
            wall: time(overrides.wall_ms, self.wall),
            memory_bytes: count(overrides.memory_bytes, self.memory_bytes),
            output_bytes: count(overrides.output_bytes, self.output_bytes),
            blocks: count(overrides.blocks, self.blocks),
            rows: count(overrides.rows, self.rows),
            log_bytes: count(overrides.log_bytes, self.log_bytes),
            handles: count(overrides.handles, self.handles),
        }
    }

    /// What can be asked for, by the names of the overrides: from what any module needs to
    /// [`MAXIMUM`](Self::MAXIMUM).
    #[must_use]
    pub fn grantable() -> [(&'static str, u64, u64); 8] {
        let most = Self::MAXIMUM;
        [
            ("cpu_ms", millis(TICK), millis(most.cpu)),
            ("wall_ms", millis(TICK), millis(most.wall)),
            // The smallest Rust component starts with 17 pages of 64 KiB.
            ("memory_bytes", 2 << 20, most.memory_bytes as u64),
            ("output_bytes", 1, most.output_bytes as u64),
            ("blocks", 1, most.blocks as u64),
            ("rows", 0, most.rows as u64),
            ("log_bytes", 0, most.log_bytes as u64),
            // The series of the call is one of them.
            ("handles", 1, most.handles as u64),
        ]
    }

    /// Whether overrides [can be granted](Self::grantable).
    ///
    /// # Errors
    ///
    /// Each that cannot, by a pointer relative to the overrides, such as `/memory_bytes`.
    pub fn check_overrides(overrides: &LimitOverrides) -> Result<(), Vec<FieldError>> {
        let values = [
            overrides.cpu_ms,
            overrides.wall_ms,
            overrides.memory_bytes,
            overrides.output_bytes,
            overrides.blocks,
            overrides.rows,
            overrides.log_bytes,
            overrides.handles,
        ];
        let bounds = Self::grantable().into_iter().zip(values);
        let errors: Vec<FieldError> = bounds
            .filter_map(|((name, least, most), value)| {
                let value = value.filter(|value| !(least..=most).contains(value))?;
                Some(FieldError {
                    pointer: format!("/{name}"),
                    detail: format!("{value} cannot be granted; it can be from {least} to {most}"),
                })
            })
            .collect();
        if errors.is_empty() {
            Ok(())
        } else {
            Err(errors)
        }
    }

    /// The first limit that is above what can be asked for.
    pub(crate) fn beyond_maximum(&self) -> Option<&'static str> {
        let most = Self::MAXIMUM;
        let beyond = [
            ("cpu", self.cpu > most.cpu),
            ("wall", self.wall > most.wall),
            ("memory_bytes", self.memory_bytes > most.memory_bytes),
            ("output_bytes", self.output_bytes > most.output_bytes),
            ("blocks", self.blocks > most.blocks),
            ("rows", self.rows > most.rows),
            ("log_bytes", self.log_bytes > most.log_bytes),
            ("handles", self.handles > most.handles),
        ];
        beyond
            .into_iter()
            .find_map(|(name, beyond)| beyond.then_some(name))
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_overridden_stays() {
        let overrides = LimitOverrides {
            cpu_ms: Some(20_000),
            rows: Some(10),
            ..LimitOverrides::default()
        };

        let limits = Limits::DEFAULT.with(&overrides);

        assert_eq!(
            limits,
            Limits {
                cpu: Duration::from_secs(20),
                rows: 10,
                ..Limits::DEFAULT
            }
        );
        assert_eq!(Limits::check_overrides(&overrides), Ok(()));
    }

    #[test]
    fn what_cannot_be_granted_is_named_with_its_bounds() {
        let overrides = LimitOverrides {
            memory_bytes: Some(2 << 30),
            blocks: Some(5_001),
            handles: Some(0),
            ..LimitOverrides::default()
        };

        let errors = Limits::check_overrides(&overrides).unwrap_err();

        let pointers: Vec<&str> = errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, ["/memory_bytes", "/blocks", "/handles"]);
        assert_eq!(
            errors[1].detail,
            "5001 cannot be granted; it can be from 1 to 5000"
        );
    }

    #[test]
    fn the_usual_limits_can_be_granted() {
        assert_eq!(Limits::DEFAULT.beyond_maximum(), None);
        assert_eq!(Limits::MAXIMUM.beyond_maximum(), None);
    }
}
