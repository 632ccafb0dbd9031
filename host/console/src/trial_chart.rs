//! How a version on trial fares: its mean costs beside those of the version before it, with the rule as
//! a line, and its failures.

use maud::{Markup, html};
use quire_records::{CostLimits, LEAST_CPU, LEAST_MEMORY_BYTES, LEAST_WALL, ModuleRow, Standing};

use crate::words;

/// The whole width of a bar, in the drawing's own units.
const WIDTH: f64 = 300.0;

/// One measure, in microseconds or bytes.
struct Measure {
    name: &'static str,
    now: f64,
    before: f64,
    /// What it may be, in percent of before.
    percent: u32,
    /// Means below this count as this: a multiple of next to nothing is noise.
    least: f64,
    said: fn(f64) -> String,
}

/// The figures; nothing for a version that is not on trial.
pub(crate) fn drawn(module: &ModuleRow, standing: &Standing) -> Markup {
    let (failures, limits) = match (&standing.canary, &standing.probation) {
        (Some(canary), _) => (canary.budget.failures, canary.budget.costs()),
        (None, Some(probation)) => (probation.failures, probation.costs),
        (None, None) => return html! {},
    };
    let Some(tally) = standing.tally else {
        return html! { p.quiet { "No report was made with it yet." } };
    };
    let percent = module.canary.map(|canary| canary.percent);
    html! {
        p {
            @if let (Some(_), Some(percent)) = (&standing.canary, percent) { (percent) " % of the reports. " }
            (tally.runs)
            @if let Some(probation) = &standing.probation { " of " (probation.runs) }
            " runs, " (tally.failures) " failed; at " (failures) " failures it is taken back by itself."
        }
        @if tally.compared > 0 {
            p.quiet {
                "Mean costs over " (words::many(tally.compared as usize, "run")) " beside the version before it. Beyond the line it is taken back"
                @if let Some(canary) = &standing.canary { ", once there were " (canary.budget.timed_after) }
                ". Means below " (words::duration(LEAST_CPU)) " of CPU, " (words::duration(LEAST_WALL)) " by the clock and "
                (words::bytes(LEAST_MEMORY_BYTES)) " count as so much: a multiple of next to nothing is noise."
            }
            div.trial { @for measure in measures(standing, limits) { (bars(&measure)) } }
        }
    }
}

fn measures(standing: &Standing, limits: CostLimits) -> Vec<Measure> {
    let Some(tally) = standing.tally else {
        return Vec::new();
    };
    let mean = |sum: u64| sum as f64 / f64::from(tally.compared.max(1));
    let time = |us: f64| format!("{:.1} ms", us / 1_000.0);
    let size = |bytes: f64| words::bytes(bytes as u64);
    vec![
        Measure {
            name: "CPU time",
            now: mean(tally.cpu_us),
            before: mean(tally.before_cpu_us),
            percent: limits.cpu_percent,
            least: LEAST_CPU.as_micros() as f64,
            said: time,
        },
        Measure {
            name: "Wall time",
            now: mean(tally.wall_us),
            before: mean(tally.before_wall_us),
            percent: limits.wall_percent,
            least: LEAST_WALL.as_micros() as f64,
            said: time,
        },
        Measure {
            name: "Memory",
            now: mean(tally.memory_bytes),
            before: mean(tally.before_memory_bytes),
            percent: limits.memory_percent,
            least: LEAST_MEMORY_BYTES as f64,
            said: size,
        },
    ]
}

fn bars(measure: &Measure) -> Markup {
    let most = measure.before.max(measure.least) * f64::from(measure.percent) / 100.0;
    let full = most.max(measure.now).max(1.0) * 1.1;
    let at = |value: f64| format!("{:.1}", value / full * WIDTH);
    let (now, before, most_said) = (
        (measure.said)(measure.now),
        (measure.said)(measure.before),
        (measure.said)(most),
    );
    let told = format!(
        "{}: {now}, before {before}, at most {most_said}",
        measure.name
    );
    html! {
        figure {
            figcaption { strong { (measure.name) } " " (now) ", before " (before) ", at most " (most_said) }
            svg viewBox="0 0 300 34" role="img" aria-label=(told) preserveAspectRatio="none" {
                rect.now x="0" y="2" height="12" width=(at(measure.now)) {}
                rect.before x="0" y="18" height="12" width=(at(measure.before)) {}
                line.rule x1=(at(most)) x2=(at(most)) y1="0" y2="34" {}
            }
        }
    }
}
