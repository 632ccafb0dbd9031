//! How far something is: a bar on a terminal, a line for each step elsewhere.

use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{note, visible};

/// Shows steps as they begin, on standard error.
pub(crate) struct Bar {
    bar: ProgressBar,
    /// The step that was written last, so that none is written twice.
    last: Mutex<String>,
}

impl Bar {
    /// A bar in this style of indicatif.
    #[expect(clippy::disallowed_methods, reason = "the one place that makes them")]
    pub(crate) fn new(style: &str) -> Self {
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style);
        }
        Self {
            bar,
            last: Mutex::default(),
        }
    }

    /// Something is done that has no number. Only a bar shows it.
    pub(crate) fn begin(&self, message: &str) {
        self.message(message);
        self.bar.tick();
    }

    /// A step, at `done` of `all`. Without a terminal it is the line that `line` makes, unless the step
    /// is the one before.
    pub(crate) fn step(&self, message: &str, done: u64, all: u64, line: impl FnOnce() -> String) {
        if !self.bar.is_hidden() {
            self.bar.set_length(all);
            self.bar.set_position(done);
            self.message(message);
            return;
        }
        let Ok(mut last) = self.last.lock() else {
            return;
        };
        if *last != message {
            note(line());
            message.clone_into(&mut last);
        }
    }

    /// Nothing more follows; what is shown goes away.
    pub(crate) fn end(&self) {
        self.bar.finish_and_clear();
    }

    #[expect(clippy::disallowed_methods, reason = "made visible here")]
    fn message(&self, message: &str) {
        self.bar.set_message(visible(message).into_owned());
    }
}
