//! Sizes that all charts share, in points, so that they look alike side by side.

/// The lines behind values: as thin as printers can, for they are only followed by eye.
pub(super) const GRID_LINE: f32 = 0.4;

/// The line that bars stand on: seen through them.
pub(super) const FLOOR_LINE: f32 = 0.8;

/// A tick's width and height.
pub(super) const TICK: (f32, f32) = (0.6, 3.0);

/// From the end of a field down to the baseline of the labels below it.
pub(super) const LABEL_BELOW: f32 = 11.0;

/// From the middle of a label to its baseline: half the height of a digit.
pub(super) const HALF_DIGIT: f32 = 2.7;

/// Lines of series, and lines that are only hinted at or mark a reference.
pub(super) const SERIES_LINE: f32 = 1.4;
pub(super) const THIN_LINE: f32 = 0.8;

/// The radius of points on a line, which must not hide it, and of points that stand alone.
pub(super) const POINT: f32 = 2.2;
pub(super) const LONE_POINT: f32 = 2.6;
