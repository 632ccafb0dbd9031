//! Charts whose positions run from top to bottom: horizontal bars and forest plots.

use quire_model::{Align, Chart, Positions};

use super::{
    ChartKind, axis_title, colour,
    data::{Data, Value},
    legend::Legend,
    marker,
    measure::Measure,
    names::Names,
    positions::numbers_as_text,
    series::CONTRAST,
    sizes::{FLOOR_LINE, GRID_LINE, HALF_DIGIT, LABEL_BELOW, THIN_LINE, TICK},
    upright::wrapped,
};
use crate::{
    flow::Flow,
    format,
    page::{Area, Dash, Mark, Point},
    style::{INK, MUTED, RULE, STRONG_RULE, Type},
};

/// The axis below the rows, with its title, whose baseline stands so far below them.
const AXIS: f32 = 32.0;
const TITLE_BELOW: f32 = 23.0;

/// Room for a chart's caption: two lines.
const CAPTION: f32 = 34.0;

/// A chart that is split shows as many rows on its first page.
const FIRST_ROWS: usize = 3;

/// The shares of the width that names, values and intervals may take; the field has the rest.
const NAMES: f32 = 0.36;
const VALUES: f32 = 0.18;
const INTERVALS: f32 = 0.3;

/// Beside the field: room to both sides, what names keep from it, and between value and interval.
const BESIDE_FIELD: f32 = 8.0;
const BESIDE_NAME: f32 = 7.0;
const BESIDE_VALUE: f32 = 6.0;

/// Rows: what a series needs of one, the room between rows, what of it separates bars, and the highest bar.
const SERIES: f32 = 9.0;
const BETWEEN_ROWS: f32 = 6.5;
const AROUND_BARS: f32 = 5.0;
const HIGHEST_BAR: f32 = 13.0;
const BETWEEN_BARS: f32 = 1.5;

/// Half the side of the square of an estimate.
const ESTIMATE: f32 = 2.8;

/// Digits after the point of values in words.
const MOST_DECIMALS: u8 = 2;

/// Labels of ticks that would come closer are left out.
const APART: f32 = 4.0;

/// One position.
struct Strip {
    label: Vec<String>,
    height: f32,
    /// The value and its interval in words, for the right side.
    words: [String; 2],
}

/// Where things stand, from left to right.
struct Columns {
    field_x: f32,
    field_width: f32,
    /// Where values in words end, and where intervals do.
    words_x: [f32; 2],
    values: Measure,
}

impl Columns {
    fn x(&self, value: f64) -> f32 {
        self.field_x + self.values.share(value) * self.field_width
    }
}

/// Draw a chart; more rows than a page holds go on to the next, below the same scale.
pub(super) fn draw(flow: &mut Flow<'_>, chart: &Chart, kind: ChartKind, data: &Data<'_>) {
    let strips = strips(flow, chart, data);
    let legend = Legend::new(flow, data);
    let columns = columns(flow, chart, kind, data, &strips);
    let names = Names::new(flow, chart, |value| columns.x(value));
    let rows: f32 = strips.iter().map(|strip| strip.height).sum();
    let around = legend.height + names.height + AXIS;
    let whole = rows + around + CAPTION;
    let first: f32 = strips
        .iter()
        .take(FIRST_ROWS)
        .map(|strip| strip.height)
        .sum();
    let need = if whole <= flow.full_height() {
        whole
    } else {
        first + around
    };
    flow.ensure(need.min(flow.full_height()));
    flow.name_place(&chart.id);
    legend.draw(flow, kind);
    let mut next = 0;
    while next < strips.len() {
        let rest = strips.get(next..).unwrap_or_default();
        let count = panel_rows(flow, rest, names.height + AXIS);
        if count == 0 {
            flow.new_page();
            continue;
        }
        names.draw(flow);
        panel(
            flow,
            chart,
            kind,
            data,
            &columns,
            &strips,
            next..next + count,
        );
        next += count;
        if next < strips.len() {
            flow.new_page();
        }
    }
}

/// How many rows fit on the page; at least one on a fresh page.
fn panel_rows(flow: &Flow<'_>, strips: &[Strip], around: f32) -> usize {
    let mut room = flow.room() - around;
    let fitting = strips
        .iter()
        .take_while(|strip| {
            room -= strip.height;
            room >= 0.0
        })
        .count();
    if flow.is_fresh() {
        fitting.max(1)
    } else {
        fitting
    }
}

fn strips(flow: &mut Flow<'_>, chart: &Chart, data: &Data<'_>) -> Vec<Strip> {
    let width = flow.width() * NAMES;
    let names = match &chart.positions {
        Positions::Categories(names) => names.clone(),
        Positions::Numbers(numbers) => numbers_as_text(numbers),
        Positions::Dates(dates) => dates.iter().map(ToString::to_string).collect(),
    };
    let decimals = row_decimals(data);
    let bars = data.series.len() as f32 * SERIES;
    names
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let label = wrapped(flow, name, width);
            let height = (label.len() as f32 * Type::CHART.leading).max(bars) + BETWEEN_ROWS;
            Strip {
                label,
                height,
                words: words(data, at, decimals),
            }
        })
        .collect()
}

/// As the section says, else as many as the numbers have.
fn row_decimals(data: &Data<'_>) -> u8 {
    let own = data.decimals;
    own.unwrap_or_else(|| format::decimals(data.numbers()))
        .min(MOST_DECIMALS)
}

/// `1.85` and `(1.23 to 2.77)`; only where there is one series.
fn words(data: &Data<'_>, at: usize, decimals: u8) -> [String; 2] {
    let (mut text, mut interval) = (String::new(), String::new());
    if let [series] = data.series.as_slice() {
        let value = series.values.get(at).copied().flatten();
        let Some(value) = value else {
            return [String::from(format::MISSING), interval];
        };
        format::number(value.at, decimals, &mut text);
        if let Some((low, high)) = value.interval {
            interval.push('(');
            format::number(low, decimals, &mut interval);
            interval.push_str(" to ");
            format::number(high, decimals, &mut interval);
            interval.push(')');
        }
    }
    [text, interval]
}

fn columns(
    flow: &mut Flow<'_>,
    chart: &Chart,
    kind: ChartKind,
    data: &Data<'_>,
    strips: &[Strip],
) -> Columns {
    let widest = |flow: &mut Flow<'_>, texts: &mut dyn Iterator<Item = &String>| {
        texts
            .map(|text| flow.label_width(text, Type::CHART))
            .fold(0.0, f32::max)
    };
    let labels = widest(flow, &mut strips.iter().flat_map(|strip| &strip.label)) + BESIDE_FIELD;
    let [values, intervals] = [(0, VALUES), (1, INTERVALS)].map(|(part, most)| {
        let mut texts = strips.iter().filter_map(|strip| strip.words.get(part));
        widest(flow, &mut texts).min(flow.width() * most)
    });
    let gap = if intervals > 0.0 { BESIDE_VALUE } else { 0.0 };
    let words = values + gap + intervals + BESIDE_FIELD;
    // Such a chart has one number line, so every reference line is meant for it.
    let references = chart.reference_lines.iter().map(|line| line.at);
    let zero = (kind == ChartKind::HorizontalBar).then_some(0.0);
    let measure = Measure::over(data.numbers().chain(references).chain(zero), data.scale);
    Columns {
        field_x: flow.left() + labels,
        field_width: flow.width() - labels - words,
        words_x: [
            flow.left() + flow.width() - intervals - gap,
            flow.left() + flow.width(),
        ],
        values: measure,
    }
}

fn panel(
    flow: &mut Flow<'_>,
    chart: &Chart,
    kind: ChartKind,
    data: &Data<'_>,
    columns: &Columns,
    strips: &[Strip],
    range: std::ops::Range<usize>,
) {
    let rows = strips.get(range.clone()).unwrap_or_default();
    let height: f32 = rows.iter().map(|strip| strip.height).sum();
    let field = Area::new(columns.field_x, flow.y(), columns.field_width, height);
    grid(flow, columns, field);
    references(flow, chart, columns, field);
    for (strip, at) in rows.iter().zip(range) {
        row(flow, kind, data, columns, strip, at);
        flow.advance(strip.height);
    }
    let floor = field.x + columns.values.floor() * field.width;
    flow.fill(
        Area::new(floor - FLOOR_LINE / 2.0, field.y, FLOOR_LINE, height),
        STRONG_RULE,
    );
    axis(flow, chart, columns, field);
    flow.move_to(field.bottom() + AXIS);
}

fn grid(flow: &mut Flow<'_>, columns: &Columns, field: Area) {
    for tick in &columns.values.ticks {
        flow.fill(
            Area::new(
                columns.x(*tick) - GRID_LINE / 2.0,
                field.y,
                GRID_LINE,
                field.height,
            ),
            RULE,
        );
    }
}

fn row(
    flow: &mut Flow<'_>,
    kind: ChartKind,
    data: &Data<'_>,
    columns: &Columns,
    strip: &Strip,
    at: usize,
) {
    let middle = flow.y() + strip.height / 2.0;
    let lines = strip.label.len() as f32;
    let mut y = middle - lines * Type::CHART.leading / 2.0 + Type::CHART.baseline();
    for line in &strip.label {
        flow.label(
            line,
            Point::new(columns.field_x - BESIDE_NAME, y),
            Type::CHART,
            Align::End,
        );
        y += Type::CHART.leading;
    }
    let step = ((strip.height - AROUND_BARS) / data.series.len().max(1) as f32).min(HIGHEST_BAR);
    let top = middle - step * data.series.len() as f32 / 2.0;
    for (rank, series) in data.series.iter().enumerate() {
        if let Some(value) = series.values.get(at).copied().flatten() {
            let y = top + (rank as f32 + 0.5) * step;
            let place = (y, step);
            draw_value(
                flow,
                kind,
                columns,
                series.number,
                value,
                place,
                data.is_partial(at),
            );
        }
    }
    for (text, x) in strip.words.iter().zip(columns.words_x) {
        flow.label(
            text,
            Point::new(x, middle + HALF_DIGIT),
            Type::CHART,
            Align::End,
        );
    }
}

fn draw_value(
    flow: &mut Flow<'_>,
    kind: ChartKind,
    columns: &Columns,
    series: usize,
    value: Value,
    (y, step): (f32, f32),
    is_partial: bool,
) {
    let x = columns.x(value.at);
    if kind == ChartKind::HorizontalBar {
        let floor = columns.field_x + columns.values.floor() * columns.field_width;
        let height = (step - BETWEEN_BARS).max(1.0);
        let area = Area::new(floor.min(x), y - height / 2.0, (x - floor).abs(), height);
        if is_partial {
            marker::hollow_bar(flow, series, area);
        } else {
            marker::bar(flow, series, area);
        }
    }
    if let Some((low, high)) = value.interval {
        let series = if kind == ChartKind::HorizontalBar {
            series + CONTRAST
        } else {
            series
        };
        marker::level_whisker(flow, series, y, columns.x(low), columns.x(high));
    }
    if kind == ChartKind::Forest {
        let area = Area::new(x - ESTIMATE, y - ESTIMATE, 2.0 * ESTIMATE, 2.0 * ESTIMATE);
        if series == 0 {
            flow.fill(area, colour(series));
        } else {
            marker::point(flow, series, Point::new(x, y), ESTIMATE);
        }
    }
}

fn references(flow: &mut Flow<'_>, chart: &Chart, columns: &Columns, field: Area) {
    for line in chart
        .reference_lines
        .iter()
        .filter(|line| line.at.is_finite())
    {
        let x = columns.x(line.at);
        let points = Box::new([Point::new(x, field.y - 2.0), Point::new(x, field.bottom())]);
        flow.mark(Mark::Stroke {
            points,
            width: THIN_LINE,
            colour: INK,
            dash: Dash::Dashed,
        });
    }
}

fn axis(flow: &mut Flow<'_>, chart: &Chart, columns: &Columns, field: Area) {
    flow.fill(
        Area::new(field.x, field.bottom() - TICK.0 / 2.0, field.width, TICK.0),
        STRONG_RULE,
    );
    let mut free = f32::NEG_INFINITY;
    for tick in &columns.values.ticks {
        let (label, x) = (columns.values.label(*tick), columns.x(*tick));
        let half = flow.label_width(&label, Type::CHART) / 2.0;
        flow.fill(
            Area::new(x - TICK.0 / 2.0, field.bottom(), TICK.0, TICK.1),
            STRONG_RULE,
        );
        let centre = x.min(flow.left() + flow.width() - half);
        if centre - half > free {
            flow.label(
                &label,
                Point::new(centre, field.bottom() + LABEL_BELOW),
                Type::CHART.with_colour(MUTED),
                Align::Center,
            );
            free = centre + half + APART;
        }
    }
    let title = flow.named(&axis_title(&chart.y), Type::CHART, flow.width());
    let half = flow.label_width(&title, Type::CHART) / 2.0;
    let centre = (field.x + field.width / 2.0)
        .max(flow.left() + half)
        .min(flow.left() + flow.width() - half);
    let at = Point::new(centre, field.bottom() + TITLE_BELOW);
    flow.label(&title, at, Type::CHART.with_colour(MUTED), Align::Center);
}

#[cfg(test)]
mod tests {
    use quire_model::Attribute;

    use super::*;
    use crate::sample::{chart, series};

    #[test]
    fn a_section_says_how_exactly_numbers_beside_rows_are_written() {
        let rows = Positions::Categories(vec!["Nausea".to_owned()]);
        let mut days = chart("forest", "Days", rows, vec![series("Median", &[12.34])]);
        let written = |chart: &Chart| {
            let data = Data::of(chart, ChartKind::Forest);
            words(&data, 0, row_decimals(&data))[0].clone()
        };

        assert_eq!(written(&days), "12.34");
        days.attributes = vec![Attribute {
            name: "decimals".to_owned(),
            value: "1".to_owned(),
        }];
        assert_eq!(written(&days), "12.3");
    }
}
