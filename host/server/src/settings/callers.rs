//! What bounds callers, so that one cannot have everything.

use clap::Args;
use quire_api::RateLimits;
use quire_jobs::Bounds;

/// How much callers may have.
#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = "Bounds of callers")]
pub(crate) struct CallerSettings {
    /// No report is accepted while so many wait
    #[arg(long, env = "QUIRE_MAX_WAITING", value_name = "REPORTS", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000), hide_short_help = true)]
    max_waiting: u64,

    /// Nor one for a key of which so many wait
    #[arg(long, env = "QUIRE_MAX_WAITING_PER_KEY", value_name = "REPORTS", default_value_t = 2_500, value_parser = clap::value_parser!(u64).range(1..=1_000_000), hide_short_help = true)]
    max_waiting_per_key: u64,

    /// Reports that a key may ask for in a day, from midnight UTC; 0 is without end
    #[arg(
        long,
        env = "QUIRE_REPORTS_PER_DAY",
        value_name = "REPORTS",
        default_value_t = 20_000,
        hide_short_help = true
    )]
    reports_per_day: u64,

    /// Reports that a key may ask for in a minute, of this server; 0 is without end
    #[arg(
        long,
        env = "QUIRE_REPORTS_PER_MINUTE",
        value_name = "REPORTS",
        default_value_t = 1_200,
        hide_short_help = true
    )]
    reports_per_minute: u32,

    /// Requests of any kind that a key may send in a minute, to this server; 0 is without end
    #[arg(
        long,
        env = "QUIRE_REQUESTS_PER_MINUTE",
        value_name = "REQUESTS",
        default_value_t = 12_000,
        hide_short_help = true
    )]
    requests_per_minute: u32,
}

impl CallerSettings {
    /// What the queue takes.
    pub(crate) const fn bounds(&self) -> Bounds {
        Bounds {
            waiting: self.max_waiting,
            waiting_of_one: self.max_waiting_per_key,
            a_day_of_one: self.reports_per_day,
        }
    }

    /// What the server answers.
    pub(crate) const fn rates(&self) -> RateLimits {
        RateLimits {
            requests: self.requests_per_minute,
            reports: self.reports_per_minute,
        }
    }
}
