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
    upright::wrapped,
};
use crate::{
    flow::Flow,
    format,
    page::{Area, Dash, Mark, Point},
    style::{INK, MUTED, RULE, STRONG_RULE, Type},
};

/// The axis below the rows, with its title.
const AXIS: f32 = 32.0;

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
    let whole = rows + around + 34.0;
    let first: f32 = strips.iter().take(3).map(|strip| strip.height).sum();
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
    let width = flow.width() * 0.36;
    let names = match &chart.positions {
        Positions::Categories(names) => names.clone(),
        Positions::Numbers(numbers) => numbers_as_text(numbers),
        Positions::Dates(dates) => dates.iter().map(ToString::to_string).collect(),
    };
    let decimals = shared_decimals(data);
    let bars = data.series.len() as f32 * 9.0;
    names
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let label = wrapped(flow, name, width);
            let height = (label.len() as f32 * Type::CHART.leading).max(bars) + 6.5;
            Strip {
                label,
                height,
                words: words(data, at, decimals),
            }
        })
        .collect()
}

fn shared_decimals(data: &Data<'_>) -> u8 {
    format::decimals(data.numbers()).min(2)
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
    let labels = widest(flow, &mut strips.iter().flat_map(|strip| &strip.label)) + 8.0;
    let [values, intervals] = [(0, 0.18), (1, 0.3)].map(|(part, most)| {
        let mut texts = strips.iter().filter_map(|strip| strip.words.get(part));
        widest(flow, &mut texts).min(flow.width() * most)
    });
    let gap = if intervals > 0.0 { 6.0 } else { 0.0 };
    let words = values + gap + intervals + 8.0;
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
    flow.fill(Area::new(floor - 0.4, field.y, 0.8, height), STRONG_RULE);
    axis(flow, chart, columns, field);
    flow.move_to(field.bottom() + AXIS);
}

fn grid(flow: &mut Flow<'_>, columns: &Columns, field: Area) {
    for tick in &columns.values.ticks {
        flow.fill(
            Area::new(columns.x(*tick) - 0.2, field.y, 0.4, field.height),
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
            Point::new(columns.field_x - 7.0, y),
            Type::CHART,
            Align::End,
        );
        y += Type::CHART.leading;
    }
    let step = ((strip.height - 5.0) / data.series.len().max(1) as f32).min(13.0);
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
        flow.label(text, Point::new(x, middle + 2.7), Type::CHART, Align::End);
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
        let height = (step - 1.5).max(1.0);
        let area = Area::new(floor.min(x), y - height / 2.0, (x - floor).abs(), height);
        if is_partial {
            marker::hollow_bar(flow, series, area);
        } else {
            marker::bar(flow, series, area);
        }
    }
    if let Some((low, high)) = value.interval {
        let series = if kind == ChartKind::HorizontalBar {
            series + 6
        } else {
            series
        };
        marker::level_whisker(flow, series, y, columns.x(low), columns.x(high));
    }
    if kind == ChartKind::Forest {
        let area = Area::new(x - 2.8, y - 2.8, 5.6, 5.6);
        if series == 0 {
            flow.fill(area, colour(series));
        } else {
            marker::point(flow, series, Point::new(x, y), 2.8);
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
            width: 0.8,
            colour: INK,
            dash: Dash::Dashed,
        });
    }
}

fn axis(flow: &mut Flow<'_>, chart: &Chart, columns: &Columns, field: Area) {
    flow.fill(
        Area::new(field.x, field.bottom() - 0.3, field.width, 0.6),
        STRONG_RULE,
    );
    let mut free = f32::NEG_INFINITY;
    for tick in &columns.values.ticks {
        let (label, x) = (columns.values.label(*tick), columns.x(*tick));
        let half = flow.label_width(&label, Type::CHART) / 2.0;
        flow.fill(Area::new(x - 0.3, field.bottom(), 0.6, 3.0), STRONG_RULE);
        let centre = x.min(flow.left() + flow.width() - half);
        if centre - half > free {
            flow.label(
                &label,
                Point::new(centre, field.bottom() + 11.0),
                Type::CHART.with_colour(MUTED),
                Align::Center,
            );
            free = centre + half + 4.0;
        }
    }
    let title = flow.shortened(&axis_title(&chart.y), Type::CHART, flow.width());
    let half = flow.label_width(&title, Type::CHART) / 2.0;
    let centre = (field.x + field.width / 2.0)
        .max(flow.left() + half)
        .min(flow.left() + flow.width() - half);
    let at = Point::new(centre, field.bottom() + 23.0);
    flow.label(&title, at, Type::CHART.with_colour(MUTED), Align::Center);
}
