//! Numbers that the reader should see first.

use crate::{
    text::clean,
    wit::types::{self, Tone},
};

/// One number with its label and, always, its denominator.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyFigure(types::KeyFigure);

impl KeyFigure {
    /// A figure; `value` as it should be read, `detail` says of what it is a part.
    #[must_use]
    pub fn new(label: &str, value: impl Into<String>, detail: impl Into<String>) -> Self {
        Self(types::KeyFigure {
            label: clean(label.to_owned()),
            value: clean(value.into()),
            unit: None,
            detail: Some(clean(detail.into())),
            tone: Tone::Neutral,
        })
    }

    /// Its unit.
    #[must_use]
    pub fn unit(mut self, unit: &str) -> Self {
        self.0.unit = Some(clean(unit.to_owned()));
        self
    }

    /// The colour it is drawn in.
    #[must_use]
    pub fn tone(mut self, tone: Tone) -> Self {
        self.0.tone = tone;
        self
    }

    pub(crate) fn into_wit(self) -> types::KeyFigure {
        self.0
    }
}
