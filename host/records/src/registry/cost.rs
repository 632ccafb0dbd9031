//! What a version may cost beside the one before it: one rule for canaries and for versions on probation.
//!
//! Both versions run on the same reports, one after the other, and what did not fail is averaged. Small
//! means count as a floor each, since a multiple of next to nothing is noise.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What one run needed, or many in the mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// CPU time of the guest.
    pub cpu: Duration,
    /// From the beginning of the call to its end; waiting for a free slot is no part of it.
    pub wall: Duration,
    /// Peak linear memory, in bytes.
    pub memory_bytes: u64,
}

/// How much a version on trial may cost, in percent of what the version before it costs on the same
/// reports; each more than 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CostLimits {
    /// Mean CPU time. Means under 5 ms count as 5 ms.
    pub cpu_percent: u32,
    /// Mean wall time. Means under 50 ms count as 50 ms.
    pub wall_percent: u32,
    /// Mean peak memory. Means under 16 MiB count as 16 MiB.
    pub memory_percent: u32,
}

impl Default for CostLimits {
    /// Twice the CPU time or memory is no noise. Wall time varies with the machine's load, so it gets
    /// more room.
    fn default() -> Self {
        Self {
            cpu_percent: 200,
            wall_percent: 400,
            memory_percent: 200,
        }
    }
}

impl CostLimits {
    /// Whether a version that costs as much as the one before it keeps to them.
    pub(crate) const fn leave_room(&self) -> bool {
        self.cpu_percent > 100 && self.wall_percent > 100 && self.memory_percent > 100
    }
}

/// Below this nobody notices, and one look of the scheduler is a multiple.
pub const LEAST_CPU: Duration = Duration::from_millis(5);

/// A busy machine takes a call off its core for tens of milliseconds now and then.
pub const LEAST_WALL: Duration = Duration::from_millis(50);

/// What a component in a language with a runtime needs before it does anything; a call gets 256 MiB.
pub const LEAST_MEMORY_BYTES: u64 = 16 << 20;

/// How a mean exceeds its limit, if one does: `takes 61.2 ms of CPU time, 1224 % of the 5.0 ms of …`.
pub(crate) fn excess(cost: Cost, before: Cost, limits: CostLimits) -> Option<String> {
    let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
    let [cpu, wall, memory] = [
        (
            micros(cost.cpu.max(LEAST_CPU)),
            micros(before.cpu.max(LEAST_CPU)),
            limits.cpu_percent,
        ),
        (
            micros(cost.wall.max(LEAST_WALL)),
            micros(before.wall.max(LEAST_WALL)),
            limits.wall_percent,
        ),
        (
            cost.memory_bytes.max(LEAST_MEMORY_BYTES),
            before.memory_bytes.max(LEAST_MEMORY_BYTES),
            limits.memory_percent,
        ),
    ];
    let told = |what: &str, unit: &str, scale: f64, (own, usual, limit): (u64, u64, u32)| {
        let percent = u128::from(own) * 100 / u128::from(usual.max(1));
        let (own, usual) = (own as f64 / scale, usual as f64 / scale);
        (percent > u128::from(limit)).then(|| {
            format!(
                "takes {own:.1} {unit} of {what}, {percent} % of the {usual:.1} {unit} that the version \
                 before it takes on the same reports, where {limit} % are allowed"
            )
        })
    };
    told("CPU time", "ms", 1e3, cpu)
        .or_else(|| told("memory", "MiB", f64::from(1 << 20), memory))
        .or_else(|| told("wall time", "ms", 1e3, wall))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(cpu_ms: u64, wall_ms: u64, memory_mib: u64) -> Cost {
        Cost {
            cpu: Duration::from_millis(cpu_ms),
            wall: Duration::from_millis(wall_ms),
            memory_bytes: memory_mib << 20,
        }
    }

    fn excess(own: Cost, before: Cost) -> Option<String> {
        super::excess(own, before, CostLimits::default())
    }

    #[test]
    fn each_cost_has_a_limit_and_its_figures_are_told() {
        let usual = cost(20, 80, 32);

        let cpu = excess(cost(50, 80, 32), usual).unwrap();
        let wall = excess(cost(20, 400, 32), usual).unwrap();
        let memory = excess(cost(20, 80, 100), usual).unwrap();

        assert!(
            cpu.contains("50.0 ms of CPU time, 250 % of the 20.0 ms"),
            "{cpu}"
        );
        assert!(
            wall.contains("400.0 ms of wall time, 500 % of the 80.0 ms"),
            "{wall}"
        );
        assert!(
            memory.contains("100.0 MiB of memory, 312 % of the 32.0 MiB"),
            "{memory}"
        );
        assert_eq!(excess(cost(40, 320, 64), usual), None);
    }

    #[test]
    fn a_multiple_of_next_to_nothing_is_noise() {
        let nothing = cost(0, 0, 1);

        assert_eq!(excess(cost(10, 200, 32), nothing), None);
        assert!(excess(cost(11, 0, 0), nothing).is_some());
        assert!(excess(cost(0, 203, 0), nothing).is_some());
        assert!(excess(cost(0, 0, 33), nothing).is_some());
    }
}
