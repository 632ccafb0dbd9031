//! What a reader sees before the first section.

use quire_model::{Analysis, Date, DrugRole, Origin, Period, ReportRequest};

use crate::made::Made;

/// The notice on the cover: what a report of this kind is not.
const NOTICE: &str = "Not for clinical decisions. Not a regulatory submission. Needs \
    review by a qualified person. A report to the source is not proof that a drug caused an event, \
    and submitting one is no admission of fault.";

/// Names shown on the cover; a common ingredient has hundreds, and all stand in the provenance.
const NAMES_SHOWN: usize = 6;

/// The notice, after what the report lacks: nobody has to leaf through it to learn that a section is missing.
pub(crate) fn notice(made: &[Made]) -> String {
    let missing: Vec<&str> = made
        .iter()
        .filter(|made| made.placeholder)
        .map(|made| made.title.as_str())
        .collect();
    let lacks = match missing.as_slice() {
        [] => return NOTICE.to_owned(),
        [one] => format!("the section {one} could not be made, and a box in its place says"),
        several => format!(
            "the sections {} could not be made, and boxes in their places say",
            several.join(", ")
        ),
    };
    format!("This report is incomplete: {lacks} why. No other section speaks for it. {NOTICE}")
}

/// The line below the title: what the reports name, since a code names only a product.
pub(crate) fn subtitle(request: &ReportRequest, origin: &Origin) -> String {
    if origin.names.is_empty() {
        format!("Drug code {}", request.ndc)
    } else if origin.total == 0 {
        // There are none that name it through the code; how many use the name is another line.
        format!("Drug code {}: {}", request.ndc, first_names(&origin.names))
    } else {
        format!("Reports naming {}", first_names(&origin.names))
    }
}

/// Label and value lines on the cover. They speak of names, never of the product: a report does
/// not hold a drug code.
pub(crate) fn cover_lines(
    request: &ReportRequest,
    origin: &Origin,
    analysis: &Analysis,
    analysed: u32,
    id: &str,
) -> Vec<(String, String)> {
    let mut lines = vec![
        ("Drug code", request.ndc.to_string()),
        ("Product codes matched", matched(request, origin)),
        ("Drug names", first_names(&origin.names)),
        ("Data source", source(origin)),
        ("Data fetched", origin.fetched_at.clone()),
        ("Reports matching", matching(origin)),
        (
            "Reports fetched",
            format!("{} ({})", origin.fetched, origin.selection),
        ),
        ("Role of the drug", role(analysis.role).to_owned()),
        ("First received", period(origin.received)),
        ("Reports analysed", analysed.to_string()),
        ("As of", as_of(request.as_of)),
        ("Document", id.to_owned()),
    ];
    if let Some(stale) = &analysis.stale {
        let since = stale.since;
        let text =
            format!("The source could not be reached; the data are out of date since {since}.");
        lines.push(("Stale data", text));
    }
    lines
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(label, value)| (label.to_owned(), value))
        .collect()
}

/// What was found by code, and what uses the name where that was counted.
fn matching(origin: &Origin) -> String {
    let total = origin.total;
    let named = origin.by_name.as_ref().map(|named| named.reports);
    match named.filter(|named| *named > total) {
        Some(named) => format!("{total} by code; {named} counted by name"),
        None => format!("{total}, found by code"),
    }
}

/// In which roles of the drug a report is analysed.
fn role(role: DrugRole) -> &'static str {
    match role {
        DrugRole::Suspect => "suspect or interacting",
        DrugRole::Any => "any: suspect, interacting or concomitant",
    }
}

/// The document's day, and what it means for the reports.
fn as_of(day: Date) -> String {
    format!("{day}; no report first received later is analysed")
}

/// When the analysed reports were received; empty if the request does not restrict it.
fn period(received: Period) -> String {
    match (received.from, received.to) {
        (None, None) => String::new(),
        (Some(from), None) => format!("{from} or later"),
        (None, Some(to)) => format!("{to} or earlier"),
        (Some(from), Some(to)) => format!("{from} to {to}"),
    }
}

/// The codes that the source knows; empty where that is the very code above.
fn matched(request: &ReportRequest, origin: &Origin) -> String {
    if origin.matched == [request.ndc.to_string()] {
        String::new()
    } else if origin.matched.is_empty() {
        format!("none of {}", origin.candidates.join(", "))
    } else {
        origin.matched.join(", ")
    }
}

fn first_names(names: &[String]) -> String {
    let shown: Vec<_> = names.iter().take(NAMES_SHOWN).map(String::as_str).collect();
    match names.len().saturating_sub(NAMES_SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// The source and its own statement of its age, if it made one.
fn source(origin: &Origin) -> String {
    if origin.last_updated.is_empty() {
        return origin.source.clone();
    }
    format!("{}, last updated {}", origin.source, origin.last_updated)
}

#[cfg(test)]
mod tests {
    use quire_model::{Date, Digest, NamedReports, Stale};

    use super::*;

    fn request() -> ReportRequest {
        ReportRequest {
            ndc: "61958-0802-1".parse().unwrap(),
            definition: "cer".to_owned(),
            as_of: Date::constant(2025, 6, 30),
            locale: "en".to_owned(),
            paper: None,
            selection: None,
        }
    }

    fn origin() -> Origin {
        Origin {
            candidates: vec!["61958-0802".to_owned()],
            matched: vec!["61958-0802".to_owned()],
            names: vec!["LETAIRIS".to_owned(), "AMBRISENTAN".to_owned()],
            received: Period::default(),
            source: "openFDA drug/event".to_owned(),
            last_updated: "2025-06-01".to_owned(),
            fetched_at: "2025-06-02T08:00:00Z".to_owned(),
            total: 61,
            any_day: None,
            fetched: 61,
            selection: "all matching reports".to_owned(),
            by_name: None,
            queries: Vec::new(),
            digest: Digest::of(b"data"),
            disclaimer: String::new(),
        }
    }

    #[test]
    fn the_cover_says_what_was_searched_and_how_much_was_found() {
        let lines = cover_lines(&request(), &origin(), &Analysis::default(), 60, "0123");

        let text: Vec<_> = lines
            .iter()
            .map(|(label, value)| format!("{label}: {value}"))
            .collect();
        assert_eq!(
            text,
            [
                "Drug code: 61958-0802-1",
                "Product codes matched: 61958-0802",
                "Drug names: LETAIRIS, AMBRISENTAN",
                "Data source: openFDA drug/event, last updated 2025-06-01",
                "Data fetched: 2025-06-02T08:00:00Z",
                "Reports matching: 61, found by code",
                "Reports fetched: 61 (all matching reports)",
                "Role of the drug: any: suspect, interacting or concomitant",
                "Reports analysed: 60",
                "As of: 2025-06-30; no report first received later is analysed",
                "Document: 0123",
            ]
        );
    }

    #[test]
    fn stale_data_are_owned_up_to() {
        let analysis = Analysis {
            stale: Some(Stale {
                since: "2025-06-02T08:00:00Z".parse().unwrap(),
                reason: "503".to_owned(),
            }),
            ..Analysis::default()
        };

        let lines = cover_lines(&request(), &origin(), &analysis, 61, "0123");

        let (label, value) = lines.last().unwrap();
        assert_eq!(label, "Stale data");
        assert_eq!(
            value,
            "The source could not be reached; the data are out of date since 2025-06-02T08:00:00Z."
        );
    }

    #[test]
    fn the_cover_says_which_reports_were_asked_for() {
        let mut origin = origin();
        origin.received = Period {
            from: Some(Date::constant(2014, 1, 1)),
            to: Some(Date::constant(2014, 12, 31)),
        };
        let analysis = Analysis {
            role: DrugRole::Suspect,
            ..Analysis::default()
        };

        let lines = cover_lines(&request(), &origin, &analysis, 40, "0123");

        for line in [
            ("Role of the drug", "suspect or interacting"),
            ("First received", "2014-01-01 to 2014-12-31"),
        ] {
            let line = (line.0.to_owned(), line.1.to_owned());
            assert!(lines.contains(&line), "{line:?} is not in {lines:?}");
        }
    }

    #[test]
    fn a_code_without_reports_has_no_names() {
        let mut origin = origin();
        origin.names.clear();
        origin.matched.clear();

        let lines = cover_lines(&request(), &origin, &Analysis::default(), 0, "0123");

        assert_eq!(subtitle(&request(), &origin), "Drug code 61958-0802-1");
        assert!(lines.iter().all(|(label, _)| label != "Drug names"));
        let matched = (
            "Product codes matched".to_owned(),
            "none of 61958-0802".to_owned(),
        );
        assert!(lines.contains(&matched));
    }

    #[test]
    fn a_name_that_lost_its_code_is_counted_on_the_cover() {
        let mut origin = origin();
        origin.total = 0;
        origin.by_name = Some(NamedReports {
            names: vec!["LETAIRIS".to_owned()],
            reports: 30,
        });

        let lines = cover_lines(&request(), &origin, &Analysis::default(), 0, "0123");

        let matching = "0 by code; 30 counted by name".to_owned();
        assert!(lines.contains(&("Reports matching".to_owned(), matching)));
        assert_eq!(
            subtitle(&request(), &origin),
            "Drug code 61958-0802-1: LETAIRIS, AMBRISENTAN"
        );
    }

    #[test]
    fn many_names_are_cut_short() {
        let names: Vec<_> = (1..=8).map(|number| format!("N{number}")).collect();

        assert_eq!(first_names(&names), "N1, N2, N3, N4, N5, N6 and 2 more");
    }
}
