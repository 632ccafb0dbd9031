//! How much there may be of everything: what a section may return, and what it may ask for.
//!
//! Bounds of a section that a definition may lower (blocks, rows, output) are in the host's `Limits`;
//! these are the highest.

/// Blocks of a section.
pub const BLOCKS: usize = 5_000;
/// Rows of a section, all tables together: one for each cell that there may be, so this is for lowering.
pub const ROWS: usize = SECTION_CELLS;
/// Text and numbers of a section, in bytes.
pub const OUTPUT_BYTES: usize = 32 << 20;
/// Facts of a section.
pub const FACTS: usize = 10_000;
/// Text of a section, all strings together, in bytes.
pub const TEXT_BYTES: usize = 4 << 20;
/// One string, in bytes.
pub const STRING_BYTES: usize = 64 << 10;
/// Cells of one table, or values of one chart.
pub const TABLE_CELLS: usize = 200_000;
/// Cells of a section.
pub const SECTION_CELLS: usize = 500_000;
/// Columns of one table.
pub const COLUMNS: usize = 200;
/// Series of one chart.
pub const SERIES: usize = 200;
/// Reference lines of one chart.
pub const LINES: usize = 200;
/// Attributes of one thing.
pub const ATTRIBUTES: usize = 32;
/// Value of one attribute, in bytes.
pub const ATTRIBUTE_BYTES: usize = 4 << 10;
/// Digits after the point of a number in a table.
pub const DECIMALS: u8 = 6;
/// The deepest heading.
pub const HEADING_LEVELS: u8 = 4;
/// The deepest indent of a paragraph or a row.
pub const INDENT: u8 = 4;
/// Data of one extension, in bytes.
pub const EXTENSION_BYTES: usize = 64 << 10;
/// One image, in bytes.
pub const IMAGE_BYTES: usize = 2 << 20;

/// Rows of one `count-by`.
pub const COUNT_ROWS: u32 = 100_000;
/// Rows of one `cross-tab`.
pub const CROSS_ROWS: u32 = 1_000;
/// Columns of one `cross-tab`.
pub const CROSS_COLUMNS: u32 = 100;
/// Reports of one `page`.
pub const PAGE_REPORTS: u32 = 1_000;
/// Filters of one `where`, and values of one filter.
pub const FILTERS: usize = 1_000;
/// Reactions of one `background.count`.
pub const BACKGROUND_REACTIONS: usize = 1_000;
/// Terms of one `label.find`.
pub const LABEL_TERMS: usize = 1_000;
/// What a label says the drug is for, in characters.
pub const LABEL_INDICATIONS: usize = 4_000;
