//! How far a report has come.

use quire_records::Progress;

use crate::terminal::Bar;

/// Shows steps as they begin.
pub(crate) struct Display(Bar);

impl Display {
    /// A display on standard error.
    pub(crate) fn new() -> Self {
        Self(Bar::new("{spinner} {msg:<28} {wide_bar} {pos}/{len}"))
    }

    /// The first step has no number: what is loaded does not belong to the report.
    pub(crate) fn begin(&self) {
        self.0.begin("loading modules");
    }

    /// A step begins.
    pub(crate) fn show(&self, at: &Progress) {
        let message = name(&at.section);
        let (done, total) = (u64::from(at.done), u64::from(at.total));
        self.0.step(&message, done, total, || {
            let step = done.saturating_add(1).min(total);
            format!("{step}/{total} {message}")
        });
    }

    /// Nothing more follows; what is shown goes away.
    pub(crate) fn end(&self) {
        self.0.end();
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
