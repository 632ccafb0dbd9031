//! Time to onset: days from the first day of treatment to the event, of all reports and by reaction.

use quire_sdk::{
    Chart, Column, Content, Count, Data, Filter, QueryError, Series, Summary, Table,
    is_administrative, nobody_states, number,
};

const MEASURE: &str = "onset-days";
const ALL: &str = "onset";
const BY_REACTION: &str = "onset-by-reaction";
const CHART: &str = "onset-by-reaction-chart";

/// Reports with a known time to onset from which quartiles of a reaction are shown: of four, each quartile would
/// hang on a single report.
const FEWEST: u32 = 5;
/// Reactions that are drawn; fewer than this many are only a table.
const DRAWN: std::ops::RangeInclusive<usize> = 3..=12;
/// Rows kept; a large series has a thousand reactions, and each is asked for.
const KEPT: usize = 100;
/// Quartiles that lie so many times apart are drawn in equal ratios.
const WIDE: f64 = 30.0;

/// The time to onset of one reaction.
struct Row {
    reaction: String,
    days: Summary,
}

/// Days from the first dose to the event, where the host knows them.
pub(crate) fn write(content: &mut Content, data: &impl Data) -> Result<(), QueryError> {
    let summary = match data.summarise(MEASURE) {
        Err(QueryError::UnknownName(_)) => return Ok(()),
        summary => summary?,
    };
    if summary.n == 0 {
        content.paragraph(format!("Time to onset: {}.", nobody_states(data.reports())));
        return Ok(());
    }
    content.heading("Time to onset");
    content.table(all(&summary, data.reports()));
    by_reaction(content, data)
}

fn all(summary: &Summary, analysed: u32) -> Table {
    let value = |key: &str, title: &str, value: f64| Column::number(key, title, 1, [value]);
    Table::new(ALL, "Days from the first day of treatment to the event")
        .column(Column::integer("n", "n", [summary.n]))
        .column(Column::integer("missing", "Not known", [summary.missing]))
        .column(value("minimum", "Minimum", summary.minimum))
        .column(value("lower-quartile", "Lower quartile", summary.lower_quartile))
        .column(value("median", "Median", summary.median))
        .column(value("upper-quartile", "Upper quartile", summary.upper_quartile))
        .column(value("maximum", "Maximum", summary.maximum))
        .note(format!(
            "n: reports that give both days in full, of {}. The first day of treatment is day 0. Not known: a \
             day is missing, not given in full, before 1940 or after the report's latest information (such \
             as the placeholder 1900-01-01), or the event is dated before the treatment.",
            number::counted(analysed, "analysed report", "analysed reports")
        ))
}

fn by_reaction(content: &mut Content, data: &impl Data) -> Result<(), QueryError> {
    let known = data.select(&[Filter::known(MEASURE)])?;
    let mut counts = known.count_by("reaction", None)?.rows;
    counts.retain(|count| count.reports >= FEWEST && !is_administrative(&count.value));
    let found = counts.len();
    counts.truncate(KEPT);
    if counts.is_empty() {
        content.paragraph(format!(
            "By reaction it is not shown: none is named in {FEWEST} reports or more that give it, so that \
             quartiles would say little."
        ));
        return Ok(());
    }
    let rows = counts
        .into_iter()
        .map(|count| row(&known, count))
        .collect::<Result<Vec<Row>, _>>()?;
    content.paragraph(
        "A report gives one day of event, which stands for each of its reactions, whichever came first. What \
         comes long after the start of treatment is reported less often, and cannot be in the reports of a drug \
         that has not been used for so long.",
    );
    let is_drawn = rows.len() >= *DRAWN.start();
    if is_drawn {
        content.chart(chart(&rows, found));
    }
    let table = table(&rows, found);
    content.table(if is_drawn { table.print_rows(0) } else { table });
    Ok(())
}

fn row(known: &impl Data, count: Count) -> Result<Row, QueryError> {
    let naming = known.select(&[Filter::one_of("reaction", [count.value.as_str()])])?;
    Ok(Row {
        days: naming.summarise(MEASURE)?,
        reaction: count.value,
    })
}

/// The reactions with most reports, the earliest on top.
fn chart(rows: &[Row], found: usize) -> Chart {
    let mut drawn: Vec<&Row> = rows.iter().take(*DRAWN.end()).collect();
    let order = |row: &Row| (row.days.median, row.days.lower_quartile);
    drawn.sort_by(|one, other| {
        let (one, other) = (order(one), order(other));
        one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1))
    });
    let values = |pick: fn(&Summary) -> f64| -> Vec<f64> {
        drawn.iter().map(|row| pick(&row.days)).collect()
    };
    let (medians, lower, upper) = (
        values(|days| days.median),
        values(|days| days.lower_quartile),
        values(|days| days.upper_quartile),
    );
    let is_wide = is_wide(&lower, &upper);
    let chart = Chart::new("forest", CHART, caption(drawn.len(), found))
        .alt(alt(&drawn))
        .x("Reaction", None)
        .y(
            match is_wide {
                true => "Days from the first day of treatment, logarithmic axis",
                false => "Days from the first day of treatment",
            },
            None,
        )
        .categories(
            drawn
                .iter()
                .map(|row| format!("{} (n = {})", row.reaction, number::count(row.days.n))),
        )
        .decimals(1)
        .series(Series::new("Median", medians).interval(lower, upper));
    if is_wide { chart.log_scale() } else { chart }
}

/// Whether equal ratios show more than equal steps. They have no place for day 0.
fn is_wide(lower: &[f64], upper: &[f64]) -> bool {
    let least = lower.iter().copied().fold(f64::INFINITY, f64::min);
    let most = upper.iter().copied().fold(0.0, f64::max);
    least > 0.0 && most / least >= WIDE
}

fn caption(drawn: usize, found: usize) -> String {
    let caption = "Time to onset by reaction: median, with lower and upper quartile";
    match found {
        found if found > drawn => format!(
            "{caption}. The {} reactions with most reports that give it, of {} with at least {FEWEST}",
            number::count(drawn as u64),
            number::count(found as u64)
        ),
        _ => format!("{caption}. Reactions with at least {FEWEST} reports that give it"),
    }
}

fn alt(drawn: &[&Row]) -> String {
    let said = |row: &&Row| {
        format!(
            "{} (median {}, quartiles {} and {}, {})",
            row.reaction,
            number::short(row.days.median),
            number::short(row.days.lower_quartile),
            number::short(row.days.upper_quartile),
            number::reports(row.days.n)
        )
    };
    let ends: Vec<String> = [drawn.first(), drawn.last()]
        .into_iter()
        .flatten()
        .map(said)
        .collect();
    format!(
        "Days from the first day of treatment to the event of {}, by median, from {}.",
        number::counted(drawn.len() as u64, "reaction", "reactions"),
        ends.join(" to ")
    )
}

fn table(rows: &[Row], found: usize) -> Table {
    let value = |key: &str, title: &str, pick: fn(&Summary) -> f64| {
        Column::number(key, title, 1, rows.iter().map(|row| pick(&row.days)))
    };
    let table = Table::new(
        BY_REACTION,
        "Days from the first day of treatment to the event, by reaction",
    )
    .column(Column::text(
        "reaction",
        "Preferred term",
        rows.iter().map(|row| &row.reaction),
    ))
    .column(Column::integer("n", "n", rows.iter().map(|row| row.days.n)))
    .column(value("minimum", "Minimum", |days| days.minimum))
    .column(value("lower-quartile", "Lower quartile", |days| {
        days.lower_quartile
    }))
    .column(value("median", "Median", |days| days.median))
    .column(value("upper-quartile", "Upper quartile", |days| {
        days.upper_quartile
    }))
    .column(value("maximum", "Maximum", |days| days.maximum))
    .note(format!(
        "Reactions named in at least {FEWEST} reports that give both days (n), administrative terms left out."
    ));
    match found.checked_sub(rows.len()) {
        None | Some(0) => table,
        Some(more) => table.note(format!(
            "{} more reactions with fewer such reports are not listed.",
            number::count(more as u64)
        )),
    }
}
