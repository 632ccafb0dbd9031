//! The numbers that a reader sees first, each with its denominator.

use quire_sdk::{Data, Deaths, KeyFigure, QueryError, Stated, number};

pub(crate) fn of(data: &impl Data) -> Result<Vec<KeyFigure>, QueryError> {
    let analysed = data.reports();
    let seriousness = data.count_by("seriousness", None)?;
    let total = number::counted(data.origin().total, "matching report", "matching reports");
    Ok(vec![
        KeyFigure::new(
            "Reports analysed",
            number::count(analysed),
            format!("of {total}"),
        ),
        Stated::of(&seriousness, "serious", analysed).figure("Serious"),
        Deaths::of(data)?.figure(),
        Stated::criterion(data, "life-threatening")?.figure("Life-threatening"),
    ])
}
