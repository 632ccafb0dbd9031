//! How long what is kept.

use std::time::Duration;

use clap::Args;
use quire_records::Retention;

/// How long what is kept. Everything for ever, unless a rule is set.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = "Retention")]
pub(crate) struct RetentionSettings {
    /// How long after its end a report is kept with all that is its own, such as 730d [default: for ever]
    #[arg(long, env = "QUIRE_KEEP_REPORTS", value_name = "DURATION", value_parser = parse_days, hide_short_help = true)]
    keep_reports: Option<Duration>,

    /// How long its document is kept, such as 90d; later it is made again from its data whenever somebody asks
    /// [default: for ever]
    #[arg(long, env = "QUIRE_KEEP_DOCUMENTS", value_name = "DURATION", value_parser = parse_days, hide_short_help = true)]
    keep_documents: Option<Duration>,

    /// How long data are kept after the last report that was made from them, such as 730d; without them no document
    /// can be verified or made again [default: for ever]
    #[arg(long, env = "QUIRE_KEEP_DATA", value_name = "DURATION", value_parser = parse_days, hide_short_help = true)]
    keep_data: Option<Duration>,

    /// How long it is kept what a shadow did otherwise, once its trial is over [default: for ever]
    #[arg(long, env = "QUIRE_KEEP_DIFFERENCES", value_name = "DURATION", value_parser = parse_days, hide_short_help = true)]
    keep_differences: Option<Duration>,

    /// How much room documents and data may take, such as 20GB; beyond it the oldest documents go, then the data that
    /// were used longest ago [default: as much as there is]
    #[arg(long, env = "QUIRE_QUOTA", value_name = "BYTES", value_parser = parse_bytes, hide_short_help = true)]
    quota: Option<u64>,
}

impl RetentionSettings {
    /// The rules.
    pub(crate) const fn rules(&self) -> Retention {
        Retention {
            reports: self.keep_reports,
            documents: self.keep_documents,
            data: self.keep_data,
            differences: self.keep_differences,
            quota_bytes: self.quota,
        }
    }
}

/// Below a day what a report in work needs might go.
fn parse_days(text: &str) -> Result<Duration, String> {
    let shortest = Duration::from_hours(24);
    let duration = humantime::parse_duration(text).ok();
    duration
        .filter(|duration| *duration >= shortest)
        .ok_or_else(|| "expected a duration of a day or more, such as 90d or 2y".to_owned())
}

/// Decimal units, as disks are sold, and binary ones, as memory is.
const UNITS: [(&str, u64); 9] = [
    ("kib", 1 << 10),
    ("mib", 1 << 20),
    ("gib", 1 << 30),
    ("tib", 1 << 40),
    ("kb", 1_000),
    ("mb", 1_000_000),
    ("gb", 1_000_000_000),
    ("tb", 1_000_000_000_000),
    ("b", 1),
];

fn parse_bytes(text: &str) -> Result<u64, String> {
    let lower = text.trim().to_ascii_lowercase();
    let unit = UNITS
        .iter()
        .find_map(|(unit, bytes)| Some((lower.strip_suffix(unit)?, *bytes)));
    let (number, unit) = unit.unwrap_or((&lower, 1));
    let number: Option<u64> = number.trim().parse().ok();
    let bytes = number.and_then(|number| number.checked_mul(unit));
    bytes
        .filter(|bytes| *bytes >= 1_000_000)
        .ok_or_else(|| "expected a size of a megabyte or more, such as 500MB or 20GiB".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times_are_read_with_their_units_and_small_ones_refused() {
        assert_eq!(parse_bytes("20GB"), Ok(20_000_000_000));
        assert_eq!(parse_bytes("2 GiB"), Ok(2 << 30));
        assert_eq!(parse_bytes("5000000"), Ok(5_000_000));
        for wrong in ["", "20", "12 parsecs", "-1GB", "99999999999TB"] {
            assert!(parse_bytes(wrong).is_err(), "{wrong}");
        }
        assert_eq!(parse_days("90d"), Ok(Duration::from_hours(24 * 90)));
        for wrong in ["90", "1h", "0d", "soon"] {
            assert!(parse_days(wrong).is_err(), "{wrong}");
        }
    }
}
