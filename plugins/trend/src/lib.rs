//! The section `trend`: how many reports were first received in each quarter or year.

mod calendar;
mod counts;
mod interval;
mod kinds;
mod partial;
mod words;

use quire_sdk::{
    About, Chart, Column, Content, Data, Fact, Failure, Request, Section, Series, Table,
    number::percent_of,
};

use calendar::Step;
use counts::Trend;

/// Reports over time.
#[derive(Debug)]
pub struct ReportTrend;

quire_sdk::section!(ReportTrend);

const TABLE: &str = "trend";
const CHART: &str = "trend-chart";
const SECOND: &str = "trend-by-the-other-period";

/// Parameters of the section.
#[quire_sdk::params]
#[derive(Clone, Copy, Debug)]
pub struct Params {
    /// Length of a period; auto takes quarters up to three years, else years, and adds a table by the other of the
    /// two.
    #[param(default = By::Auto)]
    pub by: By,
    /// Rows printed of the added table, the latest first.
    #[param(default = 12, min = 1, max = 400)]
    pub quarters: u32,
}

/// How long a period is.
#[quire_sdk::params]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// Quarters up to three years, else years.
    #[default]
    Auto,
    /// Calendar months.
    Month,
    /// Calendar quarters.
    Quarter,
    /// Calendar years.
    Year,
}

impl Section for ReportTrend {
    const ABOUT: About = About {
        title: "Trend",
        summary: "Reports by year and quarter of first receipt, the share of serious reports, expedited reports \
                  and types of report; the requested period beside all time.",
        version: env!("CARGO_PKG_VERSION"),
        locales: &["en"],
    };
    type Params = Params;

    fn render(request: &Request<Params>, data: &impl Data) -> Result<Content, Failure> {
        let Some(trend) = Trend::of(data, request.params.by, request.context.as_of)? else {
            return Err(Failure::NoData(words::nothing(&data.origin())));
        };
        let mut content = Content::new("Reports over time");
        content.paragraph(words::opening(&trend));
        guidance(&mut content, &trend);
        if trend.periods.len() > 1 {
            content.chart(chart(&trend));
        }
        if trend.periods.len() > 1 || trend.without_date.reports > 0 {
            content.table(table(&trend));
        }
        if request.params.by == By::Auto && trend.periods.len() > 1 {
            let other = match trend.step {
                Step::Year => By::Quarter,
                _ => By::Year,
            };
            if let Some(other) = Trend::of(data, other, request.context.as_of)? {
                content.table(second(&other, request.params.quarters));
            }
        }
        // Small tables stand beside each other, so nothing comes between them.
        kinds::write(&mut content, data)?;
        interval::write(&mut content, data)?;
        facts(&trend, &mut content);
        Ok(content)
    }
}

/// What a reader has to know of numbers of reports before they are shown.
fn guidance(content: &mut Content, trend: &Trend) {
    if let Some(caveat) = words::selection_caveat(trend) {
        content.callout(quire_sdk::Tone::Caution, "Fetched reports only", caveat);
    }
    content.callout(
        quire_sdk::Tone::Info,
        "Why numbers of reports change",
        "Numbers of reports follow use of the drug, publicity, litigation, obligations to report \
         and batches of late submissions as well as events. A rise or fall of reports is not a \
         rise or fall of events.",
    );
}

fn chart(trend: &Trend) -> Chart {
    let kind = if trend.step == Step::Year {
        "bar"
    } else {
        "line"
    };
    let chart = Chart::new(
        kind,
        CHART,
        format!("{} by {} of first receipt", trend.noun(), trend.step.noun()),
    )
    .alt(words::alternative(trend))
    .x(&format!("{} of first receipt", trend.step.title()), None)
    .y("Reports", None)
    .categories(trend.periods.iter().map(|period| period.label.clone()))
    .series(Series::counts(
        trend.noun(),
        trend.periods.iter().map(|period| period.reports),
    ));
    if trend.partial.is_last() {
        chart.partial_from(trend.periods.len() - 1)
    } else {
        chart
    }
}

/// The same reports by the other period, the latest first.
fn second(trend: &Trend, printed: u32) -> Table {
    let periods = || trend.periods.iter().rev();
    let mut table = Table::new(
        SECOND,
        format!(
            "{} by {} of first receipt, latest first",
            trend.noun(),
            trend.step.noun()
        ),
    )
    .column(Column::text(
        "period",
        trend.step.title(),
        periods().map(|period| &period.label),
    ))
    .column(Column::integer(
        "reports",
        trend.noun(),
        periods().map(|period| period.reports),
    ));
    if let Some(partial) = words::partial(trend) {
        table = table.note(partial);
    }
    table.print_top(printed)
}

/// Periods, then reports without a date, then all.
fn table(trend: &Trend) -> Table {
    let rows = trend.rows();
    let mut table = Table::new(
        TABLE,
        format!("{} by {} of first receipt", trend.noun(), trend.step.noun()),
    )
    .column(Column::text(
        "period",
        trend.step.title(),
        rows.iter().map(|row| &row.label),
    ))
    .column(Column::integer(
        "reports",
        trend.noun(),
        rows.iter().map(|row| row.reports),
    ));
    if trend.has_shares() {
        if trend.is_from_source {
            table = table.column(Column::integer(
                "analysed",
                "Analysed reports",
                rows.iter().map(|row| row.analysed),
            ));
        }
        table = table
            .column(Column::integer(
                "serious",
                "Serious",
                rows.iter().map(counts::Period::known_serious),
            ))
            .column(Column::percent(
                "serious-percent",
                "% serious of stated",
                rows.iter().map(|row| percent_of(row.serious, row.stated)),
            ));
    }
    for note in words::notes(trend) {
        table = table.note(note);
    }
    table.total(rows.len().saturating_sub(1) as u32)
}

fn facts(trend: &Trend, content: &mut Content) {
    content.fact(Fact::date("first-received", trend.first));
    content.fact(Fact::date("last-received", trend.last));
    content.fact(Fact::text("trend-reports", trend.subject()));
    content.fact(Fact::text("period-length", trend.step.noun()));
    let periods = Fact::count("periods", trend.periods.len() as u64);
    content.fact_of(TABLE, periods.unit("periods"));
    if let Some(peak) = trend.peak() {
        let label = Fact::text("peak-period", peak.label.trim_end_matches('*'));
        content.fact_of(TABLE, label);
        let reports = Fact::count("peak-period-reports", peak.reports);
        content.fact_of(TABLE, reports.unit("reports"));
    }
}

#[cfg(test)]
mod tests;
