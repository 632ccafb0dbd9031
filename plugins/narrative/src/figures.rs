//! The numbers that a reader sees first, each with its denominator.

use quire_sdk::{
    Data, Deaths, Designated, KeyFigure, ProbableCases, QueryError, Stated, Tone,
    number::{self, count, counted},
};

pub(crate) fn of(
    data: &impl Data,
    designated: &[Designated],
) -> Result<Vec<KeyFigure>, QueryError> {
    let analysed = data.reports();
    let seriousness = data.count_by("seriousness", None)?;
    let total = counted(data.origin().total, "matching report", "matching reports");
    let cases = ProbableCases::of(data)?.cases;
    let cases = counted(cases, "probable case", "probable cases");
    Ok(vec![
        KeyFigure::new(
            "Reports analysed",
            count(analysed),
            format!("{cases}; of {total}"),
        ),
        Stated::of(&seriousness, "serious", analysed).figure("Serious"),
        Deaths::of(data)?.figure(),
        designated_figure(designated, data.count_by("reaction", Some(0))?.distinct),
    ])
}

fn designated_figure(designated: &[Designated], reactions: u32) -> KeyFigure {
    let label = "Designated medical events";
    let [first, ..] = designated else {
        // Reports without any reaction name none, which is not that there was none.
        return match reactions {
            0 => KeyFigure::new(label, "not reported", "no report names a reaction"),
            _ => KeyFigure::new(label, "0", "none named"),
        };
    };
    let terms = designated.len() as u64;
    let detail = format!("{}, in {}", first.term, number::reports(first.reports));
    let detail = match terms {
        1 => detail,
        more => format!("{detail}; {} more below", count(more - 1)),
    };
    KeyFigure::new(label, count(terms), detail).tone(Tone::Caution)
}
