//! How the analysed reports came to FDA: expedited or not, spontaneous or not.

use quire_sdk::{Breakdown, Content, Data, Fact, QueryError, Stated};

const EXPEDITED: &str = "expedited";
const TYPES: &str = "report-types";

pub(crate) fn write(content: &mut Content, data: &impl Data) -> Result<(), QueryError> {
    let analysed = data.reports();
    if analysed == 0 {
        return Ok(());
    }
    let expedited = data.count_by("expedited", None)?;
    let types = data.count_by("report-type", None)?;
    let caption = "Analysed reports by way of reporting";
    Breakdown::new(EXPEDITED, caption, "Expedited", analysed)
        .counts(&expedited, &[("yes", "Expedited (15 days)"), ("no", "Not expedited")])
        .note("Expedited: the sender says that the report meets the criteria for a report within 15 days.")
        .write(content);
    let kinds = [
        ("spontaneous", "Spontaneous"),
        ("study", "From a study"),
        ("other", "Other"),
        ("unknown", "Unknown, as the report says"),
    ];
    Breakdown::new(TYPES, "Analysed reports by type", "Type", analysed)
        .counts(&types, &kinds)
        .write(content);
    for (key, counts, value, table) in [
        ("expedited-reports", &expedited, "yes", EXPEDITED),
        ("spontaneous-reports", &types, "spontaneous", TYPES),
    ] {
        let known = Stated::of(counts, value, analysed).known();
        content.fact_of(
            table,
            known.map(|reports| Fact::count(key, reports).unit("reports")),
        );
    }
    Ok(())
}
