//! How far a report has come: a bar on a terminal, a line for each step elsewhere.

use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use quire_records::Progress;

use crate::terminal;

/// Shows steps as they begin.
pub(crate) struct Display {
    bar: ProgressBar,
    /// The step shown last, so that no line is written twice.
    last: Mutex<Option<String>>,
}

impl Display {
    /// A display on standard error.
    pub(crate) fn new() -> Self {
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{spinner} {msg:<28} {wide_bar} {pos}/{len}");
        if let Ok(style) = style {
            bar.set_style(style);
        }
        Self {
            bar,
            last: Mutex::default(),
        }
    }

    /// The first step has no number: what is loaded does not belong to the report.
    pub(crate) fn begin(&self) {
        self.bar.set_message("loading modules");
        self.bar.tick();
    }

    /// A step begins.
    pub(crate) fn show(&self, at: &Progress) {
        if self.bar.is_hidden() {
            self.line(at);
            return;
        }
        self.bar.set_length(u64::from(at.total));
        self.bar.set_position(u64::from(at.done));
        self.bar.set_message(name(&at.section));
    }

    /// Nothing more follows; what is shown goes away.
    pub(crate) fn end(&self) {
        self.bar.finish_and_clear();
    }

    fn line(&self, at: &Progress) {
        let Ok(mut last) = self.last.lock() else {
            return;
        };
        if last.as_ref() != Some(&at.section) {
            let step = at.done.saturating_add(1).min(at.total);
            terminal::note(format_args!("{step}/{} {}", at.total, name(&at.section)));
            *last = Some(at.section.clone());
        }
    }
}

/// A step, in words.
fn name(step: &str) -> String {
    match step {
        "data" => "reading openFDA's reports".to_owned(),
        "pdf" => "drawing pages".to_owned(),
        section => format!("section {section}"),
    }
}
