//! The sentences around the chart and the table.

use quire_sdk::{Civil, Selection, number, wit::provenance::Origin};

use crate::counts::Trend;

/// The days of first receipt that were asked for: `from 1 January 2014 to 31 December 2014`; none where
/// every day counts.
fn requested(selection: &Selection) -> Option<String> {
    match (selection.from, selection.to) {
        (None, None) => None,
        (Some(from), None) => Some(format!("from {} on", from.long())),
        (None, Some(to)) => Some(format!("up to {}", to.long())),
        (Some(from), Some(to)) => Some(format!("from {} to {}", from.long(), to.long())),
    }
}

/// Why there is no trend.
pub(crate) fn nothing(origin: &Origin) -> String {
    match requested(&Selection::of(origin)) {
        Some(words) => format!(
            "No report was first received in the requested period ({words}), so there is no trend to show."
        ),
        None => {
            "No report with a date of receipt was found, so there is no trend to show.".to_owned()
        }
    }
}

pub(crate) fn opening(trend: &Trend) -> String {
    let dated: u64 = trend
        .periods
        .iter()
        .map(|period| u64::from(period.reports))
        .sum();
    let noun = if trend.is_from_source {
        number::counted(dated, "matching report was", "matching reports were")
    } else {
        number::counted(dated, "analysed report was", "analysed reports were")
    };
    let (first, last) = (
        Civil::from_days(trend.first).long(),
        Civil::from_days(trend.last).long(),
    );
    let when = if trend.first == trend.last {
        format!("on {first}")
    } else {
        format!("between {first} and {last}")
    };
    let single = if trend.periods.len() == 1 {
        format!(
            " All of them fall into one {}, so there is no course to draw.",
            trend.step.noun()
        )
    } else {
        String::new()
    };
    let requested = requested(&trend.requested).map_or_else(String::new, |words| {
        format!(" Only the requested period is shown, {words}.")
    });
    format!("{noun} first received by FDA {when}.{requested}{single}")
}

/// What a reader who cannot see the chart should learn from it.
pub(crate) fn alternative(trend: &Trend) -> String {
    let (first, last) = (trend.periods.first(), trend.periods.last());
    let ends = first.zip(last).map_or_else(String::new, |(first, last)| {
        format!(
            " From {} in {} to {} in {}.",
            number::count(first.reports),
            first.label,
            number::count(last.reports),
            last.label
        )
    });
    let peak = trend.peak().map_or_else(String::new, |peak| {
        format!(" Most: {} in {}.", number::count(peak.reports), peak.label)
    });
    let partial = partial(trend).map_or_else(String::new, |partial| format!(" {partial}"));
    format!(
        "{} by {}.{ends}{peak}{partial}",
        trend.noun(),
        trend.step.noun()
    )
}

pub(crate) fn notes(trend: &Trend) -> Vec<String> {
    let mut notes = Vec::new();
    notes.push(if trend.is_from_source {
        "Matching reports: all reports in the source that name the drug, in any role, by the day FDA \
         first received them."
            .to_owned()
    } else {
        "Reports that were fetched and analysed, by the day FDA first received them; the source gave no \
         totals by day."
            .to_owned()
    });
    notes.extend(outside(trend));
    if trend.has_shares() {
        notes.push("Serious: analysed reports marked serious, in percent of those of the same period that state their seriousness. – : none states it.".to_owned());
    } else {
        notes.push(format!(
            "No share of serious reports is shown: {} of {} were fetched, chosen by date, so shares of periods could not be compared.",
            number::count(trend.fetched),
            number::counted(trend.total, "matching report", "matching reports")
        ));
    }
    notes.extend(partial(trend));
    notes
}

/// How many matching reports a request for a period leaves out.
fn outside(trend: &Trend) -> Option<String> {
    let words = requested(&trend.requested)?;
    if !trend.is_from_source {
        return Some(format!("Requested period: {words}."));
    }
    let inside = trend.periods.iter().map(|period| u64::from(period.reports));
    let outside = trend.total.saturating_sub(inside.sum());
    Some(format!(
        "Requested period: {words}. Of {} in the source {} came in outside it, or on an unknown day, and {} \
         not counted here.",
        number::counted(trend.total, "matching report", "matching reports"),
        number::count(outside),
        if outside == 1 { "is" } else { "are" },
    ))
}

/// What the asterisk means; none where no period has one.
pub(crate) fn partial(trend: &Trend) -> Option<String> {
    let noun = trend.step.noun();
    let reasons = [
        (
            trend.partial.begins_inside,
            format!("the requested period begins inside the first {noun}"),
        ),
        (
            trend.partial.ends_inside,
            format!("the requested period ends inside the last {noun}"),
        ),
        (
            trend.partial.is_open,
            format!(
                "the last {noun} was not over, or not yet held whole by the source, on the date of this \
                 document"
            ),
        ),
    ];
    let given = reasons.into_iter().filter(|(is_given, _)| *is_given);
    let given: Vec<String> = given.map(|(_, reason)| reason).collect();
    (!given.is_empty()).then(|| format!("* Partial: {}.", given.join("; ")))
}

/// What is wrong with periods of fetched reports, if they had to be used.
pub(crate) fn selection_caveat(trend: &Trend) -> Option<String> {
    (!trend.is_from_source && !trend.is_complete()).then(|| {
        format!(
            "The source gave no totals by day, so only the {} of {} that were fetched are counted. \
             They are the most recently received ones: early periods look emptier than they are.",
            number::count(trend.fetched),
            number::counted(trend.total, "matching report", "matching reports")
        )
    })
}
