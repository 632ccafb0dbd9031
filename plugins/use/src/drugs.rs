//! The other drugs in the reports: suspected as well, or only given beside the drug.

use quire_sdk::{Content, Counts, Data, Fact, Filter, QueryError, wit::provenance::Origin};

use crate::listing::Listing;

const CO_SUSPECTS: &str = "co-suspects";
const CONCOMITANTS: &str = "concomitants";

/// How the drug of the document was told from others where a report gives no more than names.
const BY_NAME: &str =
    "The names through which reports matched are left out; other names of the drug may remain.";

pub(crate) fn write(
    content: &mut Content,
    data: &impl Data,
    top: u32,
    analysed: u32,
) -> Result<(), QueryError> {
    content.heading("Other drugs in the reports");
    let (suspects, note) = co_suspects(data)?;
    let listing = Listing::new(
        CO_SUSPECTS,
        "Other suspect or interacting drugs",
        "Drug",
        analysed,
    );
    let listing = listing.none_named().counts(&suspects);
    listing.write(content, top, Some(note));
    facts(content, &suspects);
    let concomitants = without_own(data, "concomitant-drug")?;
    let listing = Listing::new(CONCOMITANTS, "Concomitant drugs", "Drug", analysed);
    let listing = listing.none_named().counts(&concomitants);
    let note = format!("{BY_NAME} By active substance where the report gives it, else by product.");
    listing.write(content, top, Some(&note));
    Ok(())
}

fn facts(content: &mut Content, suspects: &Counts) {
    let Some(first) = suspects.rows.first() else {
        return;
    };
    let top = Fact::text("top-co-suspect", first.value.as_str());
    content.fact_of(CO_SUSPECTS, top);
    let reports = Fact::count("top-co-suspect-reports", first.reports);
    content.fact_of(CO_SUSPECTS, reports.unit("reports"));
}

/// Suspect drugs beside the one that the report is about, and how they were told apart.
fn co_suspects(data: &impl Data) -> Result<(Counts, &'static str), QueryError> {
    match data.count_by("co-suspect-drug", None) {
        Err(QueryError::UnknownName(_)) => Ok((without_own(data, "suspect-drug")?, BY_NAME)),
        counts => Ok((
            counts?,
            "Entries of the drug of this document are left out, whatever it is called there; a report \
             without any other counts as None named.",
        )),
    }
}

/// Reports by drug without the names through which they matched. A report that names nothing else
/// is one that names none.
fn without_own(data: &impl Data, dimension: &str) -> Result<Counts, QueryError> {
    let mut counts = data.count_by(dimension, None)?;
    let origin = data.origin();
    let all = counts.rows.len();
    counts.rows.retain(|row| !is_own(&origin, &row.value));
    if counts.rows.len() < all {
        let others: Vec<&str> = counts.rows.iter().map(|row| row.value.as_str()).collect();
        let none: Vec<Filter> = others
            .chunks(Filter::MAX_VALUES)
            .map(|names| Filter::none_of(dimension, names.iter().copied()))
            .collect();
        counts.missing = data.select(&none)?.reports();
    }
    Ok(counts)
}

fn is_own(origin: &Origin, value: &str) -> bool {
    let value = value.trim_end_matches('.');
    let mut names = origin.names.iter();
    names.any(|name| name.eq_ignore_ascii_case(value))
}
