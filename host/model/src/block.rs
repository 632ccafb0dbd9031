//! The typed content of a section. Mirrors `wit/types.wit`, where every bound is documented;
//! what `quire-modules` lets through satisfies them.

use serde::{Deserialize, Serialize};

use crate::{Attribute, Date, base64_text, gaps};

/// How a run of text is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Style {
    /// Heavier.
    pub bold: bool,
    /// Slanted.
    pub italic: bool,
    /// With a line below.
    pub underline: bool,
    /// In the fixed-width face.
    pub code: bool,
    /// Raised and smaller.
    pub superscript: bool,
    /// Lowered and smaller.
    pub subscript: bool,
}

/// A run of text in one style.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// No control characters but tab and line feed.
    pub text: String,
    /// How it is set.
    #[serde(default)]
    pub style: Style,
    /// An `https:` address, or `#anchor` of a heading, table or chart.
    pub href: Option<String>,
    /// Shown at the foot of the page on which the span stands.
    pub footnote: Option<String>,
}

impl Span {
    /// Plain text.
    #[must_use]
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }
}

/// Opens a part of the section; the host numbers it and lists it in the table of contents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// 1 (the section's own title) to 4.
    pub level: u8,
    /// The title, without a number.
    pub text: String,
    /// A name that links can point to, unique in the section.
    pub anchor: Option<String>,
}

/// What stands before a list item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Marker {
    /// Running text.
    #[default]
    None,
    /// A bullet.
    Bullet,
    /// A number, counted by the host.
    Ordered,
}

/// Running text, or one item of a list: neighbours with the same marker and indent form one list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paragraph {
    /// The text.
    pub spans: Vec<Span>,
    /// What stands before it.
    pub marker: Marker,
    /// 0 to 4.
    pub indent: u8,
}

/// Where a cell's text stands in its column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Align {
    /// Left, in left-to-right text.
    #[default]
    Start,
    /// In the middle.
    Center,
    /// Right, in left-to-right text; for numbers.
    End,
}

/// The cells of one column, in row order. Numbers are finite.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "type", content = "values")]
pub enum Cells {
    /// Words.
    Text(#[serde(deserialize_with = "gaps::read")] Vec<String>),
    /// Counts.
    Integer(#[serde(deserialize_with = "gaps::read")] Vec<i64>),
    /// Measurements.
    Number(#[serde(deserialize_with = "gaps::read_numbers")] Vec<f64>),
    /// 12.5 means 12.5 %.
    Percent(#[serde(deserialize_with = "gaps::read_numbers")] Vec<f64>),
    /// Days.
    Date(#[serde(deserialize_with = "gaps::read")] Vec<Date>),
    /// Yes or no.
    Boolean(#[serde(deserialize_with = "gaps::read")] Vec<bool>),
}

impl Cells {
    /// How many rows the column has.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Text(cells) => cells.len(),
            Self::Integer(cells) => cells.len(),
            Self::Number(cells) | Self::Percent(cells) => cells.len(),
            Self::Date(cells) => cells.len(),
            Self::Boolean(cells) => cells.len(),
        }
    }

    /// Whether the column has no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// One column of a [`Table`]. Cells of missing rows are written as `null`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Column {
    /// Stable name, used by programs: `[a-z][a-z0-9-]*`.
    pub key: String,
    /// The header cell.
    pub title: String,
    /// Shown behind the title.
    pub unit: Option<String>,
    /// Where the text stands.
    pub align: Align,
    /// Digits after the point of numbers and percentages; 0 to 6.
    pub decimals: Option<u8>,
    /// The values.
    pub cells: Cells,
    /// Rows without a value, ascending; their cells are not read.
    pub missing: Vec<u32>,
}

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowRole {
    /// A row of data.
    Body,
    /// Sums up rows above.
    Subtotal,
    /// Sums up the table.
    Total,
    /// Introduces rows below.
    GroupHeader,
}

/// Sets one row apart. Rows that are not named are body rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowMark {
    /// Which row, from 0.
    pub row: u32,
    /// What it is.
    pub role: RowRole,
    /// 0 to 4.
    pub indent: u8,
}

/// A table. It is split over pages with its header repeated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Unique in the section; facts and links name it.
    pub id: String,
    /// Printed above, after "Table n".
    pub caption: Vec<Span>,
    /// All of equal length.
    pub columns: Vec<Column>,
    /// Rows set apart, ascending by row.
    pub marks: Vec<RowMark>,
    /// Rows printed in the document; all of them if absent.
    pub print_rows: Option<u32>,
    /// Printed below in small type.
    pub notes: Vec<String>,
    /// Details for later versions.
    pub attributes: Vec<Attribute>,
}

impl Table {
    /// How many rows the table has.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |column| column.cells.len())
    }
}

/// How positions are spaced along an axis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scale {
    /// Equal steps.
    #[default]
    Linear,
    /// Equal ratios; all values are above zero.
    Log,
}

/// One axis of a [`Chart`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Axis {
    /// What is measured.
    pub title: String,
    /// In what.
    pub unit: Option<String>,
    /// How it is spaced.
    pub scale: Scale,
}

/// Where the points of every series stand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "type", content = "values")]
pub enum Positions {
    /// Named, evenly spaced.
    Categories(Vec<String>),
    /// Along a number line; finite.
    Numbers(Vec<f64>),
    /// Along a calendar.
    Dates(Vec<Date>),
}

impl Positions {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Categories(names) => names.len(),
            Self::Numbers(numbers) => numbers.len(),
            Self::Dates(dates) => dates.len(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// One line, set of bars or set of points; lists are as long as the positions. Missing values are
/// written as `null`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Series {
    /// For the legend.
    pub name: String,
    /// Finite, except where `missing`.
    #[serde(deserialize_with = "gaps::read_numbers")]
    pub values: Vec<f64>,
    /// Lower and upper ends of intervals.
    #[serde(default, deserialize_with = "gaps::read_ends")]
    pub interval: Option<(Vec<f64>, Vec<f64>)>,
    /// Positions without a value, ascending.
    pub missing: Vec<u32>,
}

/// A line across the plot, such as a ratio of 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReferenceLine {
    /// Where, in the axis' unit.
    pub at: f64,
    /// On the x axis (an upright line) rather than the y axis.
    pub on_x: bool,
    /// Written beside it.
    pub label: Option<String>,
}

/// A chart, drawn as vectors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Chart {
    /// Unique in the section.
    pub id: String,
    /// `bar`, `stacked-bar`, `horizontal-bar`, `line`, `area`, `scatter` or `forest`. The data of
    /// an unknown kind are shown as a table.
    pub kind: String,
    /// Printed below, after "Figure n".
    pub caption: Vec<Span>,
    /// What a reader who cannot see the chart should learn from it.
    pub alt: String,
    /// The axis along which `positions` stand.
    pub x: Axis,
    /// The axis along which values stand.
    pub y: Axis,
    /// Where points stand.
    pub positions: Positions,
    /// What is drawn.
    pub series: Vec<Series>,
    /// Lines across the plot.
    pub reference_lines: Vec<ReferenceLine>,
    /// Details for later versions.
    pub attributes: Vec<Attribute>,
}

/// A picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Image {
    /// `image/png`, `image/jpeg` or `image/svg+xml`.
    pub media_type: String,
    /// At most 2 MiB; written as base64.
    #[serde(with = "base64_text")]
    pub data: Vec<u8>,
    /// Printed below.
    pub caption: Vec<Span>,
    /// For a reader who cannot see it.
    pub alt: String,
    /// Share of the text width, above 0 and at most 1.
    pub width: f32,
}

/// The colour that a box or figure is drawn in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tone {
    /// No colour.
    #[default]
    Neutral,
    /// Worth knowing.
    Info,
    /// As hoped.
    Good,
    /// Read with care.
    Caution,
    /// Wrong, or grave.
    Danger,
}

/// A number that the reader should see first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyFigure {
    /// What it counts.
    pub label: String,
    /// The number, as it should be read.
    pub value: String,
    /// Its unit.
    pub unit: Option<String>,
    /// A second line, such as the denominator.
    pub detail: Option<String>,
    /// Its colour.
    pub tone: Tone,
}

/// A boxed remark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Callout {
    /// Its colour.
    pub tone: Tone,
    /// In bold above the text.
    pub title: Option<String>,
    /// The text.
    pub body: Vec<Paragraph>,
    /// Details for later versions.
    pub attributes: Vec<Attribute>,
}

/// A block of a kind that this version does not know by type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// Which kind.
    pub kind: String,
    /// JSON, at most 64 KiB.
    pub data: String,
    /// What is shown where the kind is not understood.
    pub fallback: Vec<Paragraph>,
}

/// One piece of a section.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "block", content = "content")]
pub enum Block {
    /// A title.
    Heading(Heading),
    /// Text.
    Paragraph(Paragraph),
    /// Rows and columns.
    Table(Table),
    /// A diagram.
    Chart(Chart),
    /// A picture.
    Image(Image),
    /// Numbers side by side.
    KeyFigures(Vec<KeyFigure>),
    /// A boxed remark.
    Callout(Callout),
    /// What follows starts on a new page.
    PageBreak,
    /// Something of a later version.
    Extension(Extension),
}
