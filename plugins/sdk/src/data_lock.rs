//! What in the data is younger than the document, and why it is there all the same.

use crate::{
    Civil, Data, Filter, QueryError, Selection,
    wit::{background::Source, label::Document},
};

/// Role of the drug in a comparator that the source counts itself, over the days that were asked for.
const COUNTED_BY_SOURCE: &str = "any-role";

/// Reports whose latest information came in after a day, in days since 1970-01-01. Sources keep only the latest
/// version of a case, so what such a report said on that day is not known.
///
/// # Errors
///
/// If the host does not know the dates of the contract.
pub fn informed_after(data: &impl Data, day: i32) -> Result<u32, QueryError> {
    let later = Filter::between("receipt", f64::from(day) + 1.0, f64::MAX);
    Ok(data.select(&[later])?.reports())
}

/// Days that a comparator goes beyond a document's; none where it counts no younger report.
#[must_use]
pub fn comparator_goes_beyond(source: &Source, selection: &Selection, as_of: i32) -> Option<u32> {
    let days = u32::try_from(source.as_of.saturating_sub(as_of)).ok()?;
    (days > 0 && !is_bounded(source, selection, as_of)).then_some(days)
}

/// What in a comparator is younger than the document, and why; none if nothing is.
#[must_use]
pub fn younger_comparator(source: &Source, selection: &Selection, as_of: i32) -> Option<String> {
    let (held, of) = (Civil::from_days(source.as_of), Civil::from_days(as_of));
    if source.as_of <= as_of {
        return None;
    }
    Some(match is_bounded(source, selection, as_of) {
        true => format!(
            "On both sides only reports count that were first received until {}, but in the versions that the \
             source held on {held}: it keeps only the latest version of a case.",
            selection.to.unwrap_or(of)
        ),
        false => format!(
            "The comparator counts reports up to {held}, and this document is as of {of}: an import counts its \
             files as a whole, so reports of the days between are in all four counts.",
        ),
    })
}

/// That a label is younger than the document, and why; none if it is not.
#[must_use]
pub fn younger_label(label: &Document, as_of: i32) -> Option<String> {
    let effective = label.effective.filter(|effective| *effective > as_of)?;
    Some(format!(
        "That label is of {}, and this document is as of {}: openFDA keeps only the current version of a label, \
         so what it said then is not known.",
        Civil::from_days(effective),
        Civil::from_days(as_of)
    ))
}

/// Whether the comparator counts only reports first received until the document's day.
fn is_bounded(source: &Source, selection: &Selection, as_of: i32) -> bool {
    source.role == COUNTED_BY_SOURCE && selection.to.is_some_and(|to| to.days() <= as_of)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Case, Fixture};

    #[test]
    fn what_is_younger_is_said_with_its_reason() {
        let day = |text| Civil::parse(text).unwrap().days();
        let until = |to| Selection {
            to: Civil::parse(to),
            ..Selection::default()
        };
        let source = |role: &str, as_of| Source {
            label: "totals".to_owned(),
            role: role.to_owned(),
            as_of: day(as_of),
            total: 9,
            drug: 1,
        };
        let as_of = day("2025-06-30");
        for (source, selection, beyond, said) in [
            (
                source("any-role", "2025-06-30"),
                Selection::default(),
                None,
                "",
            ),
            (
                source("any-role", "2025-11-01"),
                until("2025-06-30"),
                None,
                "first received until 2025-06-30, but",
            ),
            (
                source("any-role", "2025-11-01"),
                until("2025-12-31"),
                Some(124),
                "up to 2025-11-01",
            ),
            (
                source("primary-suspect", "2025-09-30"),
                until("2025-06-30"),
                Some(92),
                "up to 2025-09-30",
            ),
            (
                source("primary-suspect", "2025-03-31"),
                Selection::default(),
                None,
                "",
            ),
        ] {
            let told = younger_comparator(&source, &selection, as_of).unwrap_or_default();

            assert_eq!(
                comparator_goes_beyond(&source, &selection, as_of),
                beyond,
                "{told}"
            );
            assert_eq!(
                (told.is_empty(), told.contains(said)),
                (said.is_empty(), true),
                "{told}"
            );
        }
    }

    #[test]
    fn information_of_the_day_itself_is_not_younger() {
        let of = |id: &str, day| Case::new(id).date("receipt", 2025, 6, day);
        let fixture = Fixture::new(vec![of("1", 29), of("2", 30), Case::new("3")]);
        let day = Civil::parse("2025-06-29").unwrap().days();

        assert_eq!(informed_after(&fixture, day), Ok(1));
        assert_eq!(informed_after(&fixture, day + 1), Ok(0));
    }
}
