//! What an administrator can set.

use quire_sdk::DesignatedEvents;

/// Parameters of the section.
#[quire_sdk::params]
#[derive(Clone, Debug)]
pub struct Params {
    /// Rows printed in the document, and below them every other row with a report of a death or a life-threatening
    /// one, and every designated medical event; 0 prints all. The table says how many are not.
    #[param(default = 50, min = 0, max = 100_000)]
    pub top: u32,
    /// Bars of the chart; 0 leaves the chart out.
    #[param(default = 15, min = 0, max = 50)]
    pub chart: u32,
    /// Columns shown, always in this order; the reaction is always shown.
    #[param(default = [Field::Reaction, Field::Reports, Field::Percent, Field::Cases, Field::Serious, Field::Fatal, Field::LifeThreatening, Field::Professional, Field::Note], unique)]
    pub columns: Vec<Field>,
    /// Reactions that are looked at one by one, whatever their number, in place of the EMA's designated medical
    /// events (EMA/326038/2020).
    pub designated_events: DesignatedEvents,
}

/// A column of the table.
#[quire_sdk::params]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The preferred term.
    Reaction,
    /// Reports naming it.
    Reports,
    /// In percent of the analysed reports.
    Percent,
    /// Probable cases of the reports.
    Cases,
    /// Of them marked serious.
    Serious,
    /// Of them of a death, however it is stated.
    Fatal,
    /// Of them with the criterion life-threatening.
    LifeThreatening,
    /// Of them by a health professional.
    Professional,
    /// Marks of designated medical events, and of terms that say little.
    Note,
}

impl Params {
    pub(crate) fn shows(&self, field: Field) -> bool {
        self.columns.contains(&field)
    }

    /// Columns of the table, the reaction included.
    pub(crate) fn width(&self) -> usize {
        self.columns
            .iter()
            .filter(|field| **field != Field::Reaction)
            .count()
            + 1
    }
}
