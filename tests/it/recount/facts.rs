//! Every fact that is a number, computed anew from the raw records.

use super::{
    raw::Report,
    signals,
    tables::{by_reaction, count, death, quantile, states_criteria, states_death},
    uses,
};

/// The value of a fact by the name of its section and its own; none if nothing here knows how to
/// compute it.
pub(super) fn expected(key: &str, reports: &[Report]) -> Option<f64> {
    let all = reports.len();
    let share = |part: usize, whole: usize| Some(100.0 * part as f64 / whole as f64);
    let number = |count: usize| Some(count as f64);
    let serious = count(reports, |report| report.serious);
    let met = |criterion| count(reports, |report| report.criteria.contains(criterion));
    let female = count(reports, |report| report.sex == "2");
    let known_sex = count(reports, |report| ["1", "2"].contains(&report.sex.as_str()));
    let reporter =
        |codes: &[&str]| count(reports, |report| codes.contains(&report.reporter.as_str()));
    let ages: Vec<f64> = reports
        .iter()
        .filter_map(|report| report.age_years)
        .collect();
    let role = |role: &str| {
        count(reports, |report| {
            report
                .drugs
                .iter()
                .any(|drug| drug.matched && drug.role == role)
        })
    };
    let dead_by = |way| count(reports, |report| death(report) == Some(way));
    let dead = dead_by(0) + dead_by(1) + dead_by(2);
    let dead_known = count(reports, states_death);
    let criteria_known = count(reports, states_criteria);
    let ended = |report: &Report| {
        let codes = report.reactions.values().flatten();
        codes
            .into_iter()
            .any(|code| ("1"..="5").contains(&code.as_str()))
    };
    let fatal = |report: &Report| report.reactions.values().any(|codes| codes.contains("5"));
    match key {
        "reports-total" | "reports-fetched" | "reports-analysed" => number(all),
        "serious-reports" => number(serious),
        "serious-percent" => share(serious, all),
        "serious-stated-reports" | "reporter-stated-reports" => number(all),
        "female-stated-reports" => number(known_sex),
        "criterion-unmarked-reports" => number(count(reports, |report| {
            !report.criteria.is_empty() && !report.serious
        })),
        "fatal-reports" => number(dead),
        "fatal-percent" => share(dead, dead_known),
        "fatal-stated-reports" => number(dead_known),
        "fatal-by-criterion-reports" => number(dead_by(0)),
        "fatal-by-outcome-only-reports" => number(dead_by(1)),
        "fatal-by-reaction-only-reports" => number(dead_by(2)),
        "life-threatening-reports" => number(met("life-threatening")),
        "life-threatening-percent" => share(met("life-threatening"), criteria_known),
        "hospitalised-reports" => number(met("hospitalisation")),
        "hospitalised-percent" => share(met("hospitalisation"), criteria_known),
        "life-threatening-stated-reports" | "hospitalised-stated-reports" => number(criteria_known),
        "fatal-outcome-reports" => number(count(reports, fatal)),
        "female-reports" => number(female),
        "sex-known-reports" => number(known_sex),
        "female-percent" => share(female, known_sex),
        "age-known-reports" => number(ages.len()),
        "median-age" => quantile(&ages, 0.5),
        "consumer-reports" => number(reporter(&["5"])),
        "consumer-percent" => share(reporter(&["5"]), all),
        "professional-reports" => number(reporter(&["1", "2", "3"])),
        "professional-percent" => share(reporter(&["1", "2", "3"]), all),
        "suspect-reports" => number(role("1")),
        "suspect-percent" => share(role("1"), all),
        "concomitant-reports" => number(all - role("1") - role("3")),
        "top-country-reports" => number(count(reports, |report| report.country == "US")),
        "distinct-reactions" => number(by_reaction(reports).len()),
        "expedited-reports" => number(count(reports, |report| report.expedited == "1")),
        "spontaneous-reports" => number(count(reports, |report| report.kind == "1")),
        "listed-reports" => number(all),
        "outcome-known-reports" => number(count(reports, ended)),
        "event-known-reports" => number(count(reports, |report| report.event.is_some())),
        "known-indication-percent"
        | "outcome-known-percent"
        | "event-known-percent"
        | "onset-known-percent" => {
            let reports = expected(&key.replace("-percent", "-reports"), reports)?;
            Some(100.0 * reports / all as f64)
        }
        "probable-cases" => number(super::cases::count(reports, reports)),
        "probable-repeats" => number(all - super::cases::count(reports, reports)),
        // The reports, their days, four for the comparator (totals of all and of the drug, and
        // reactions of all and of the drug), and one for the label.
        "source-queries" => number(7),
        "periods" => number(1),
        "peak-period-reports" => number(all),
        _ => uses::fact(key, reports)
            .or_else(|| signals::fact(key, reports))
            .or_else(|| top_reaction(key, reports)),
    }
}

/// `top-reaction-2-reports` and `top-reaction-2-percent`.
fn top_reaction(key: &str, reports: &[Report]) -> Option<f64> {
    let (rank, what) = key.strip_prefix("top-reaction-")?.split_once('-')?;
    let rank: usize = rank.parse().ok()?;
    let rows = by_reaction(reports);
    let naming = rows.get(rank - 1)?.1.len() as f64;
    match what {
        "reports" => Some(naming),
        "percent" => Some(100.0 * naming / reports.len() as f64),
        _ => None,
    }
}
