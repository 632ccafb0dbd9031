//! Walks the case series report by report, in pages that the host allows.

use crate::{
    Data,
    wit::cases::{Column, QueryError},
};

/// The contract's bound for one page.
const PAGE_REPORTS: u32 = 1_000;

/// Pages of all reports of a series, in order of report id.
///
/// ```no_run
/// # use quire_sdk::{Data, Pages, QueryError};
/// # fn f(data: &impl Data) -> Result<(), QueryError> {
/// for page in Pages::new(data, &["report-id", "reaction"]) {
///     let page = page?;
///     for report in 0..page.reports() {
///         let id = page.text("report-id", report);
///         let reactions = page.texts("reaction", report);
///     }
/// }
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Pages<'a, D> {
    data: &'a D,
    names: &'a [&'a str],
    next: u32,
}

/// Some columns of at most 1,000 reports.
#[derive(Debug)]
pub struct Page<'a> {
    names: &'a [&'a str],
    columns: Vec<Column>,
    reports: u32,
}

impl<'a, D: Data> Pages<'a, D> {
    /// Pages with the columns named; `columns` in `wit/data.wit` lists the names.
    #[must_use]
    pub fn new(data: &'a D, names: &'a [&'a str]) -> Self {
        Self {
            data,
            names,
            next: 0,
        }
    }
}

impl<'a, D: Data> Iterator for Pages<'a, D> {
    type Item = Result<Page<'a>, QueryError>;

    fn next(&mut self) -> Option<Self::Item> {
        let left = self.data.reports().saturating_sub(self.next);
        if left == 0 {
            return None;
        }
        let reports = left.min(PAGE_REPORTS);
        let start = self.next;
        self.next = start.saturating_add(reports);
        let columns = self.data.page(start, reports, self.names);
        Some(columns.map(|columns| Page {
            names: self.names,
            columns,
            reports,
        }))
    }
}

impl Page<'_> {
    /// How many reports the page holds; they are asked for by position, from 0.
    #[must_use]
    pub fn reports(&self) -> u32 {
        self.reports
    }

    /// The text of a report, if it has one; the first if it has several.
    #[must_use]
    pub fn text(&self, name: &str, report: u32) -> Option<&str> {
        self.texts(name, report).first().copied()
    }

    /// All texts of a report.
    #[must_use]
    pub fn texts(&self, name: &str, report: u32) -> Vec<&str> {
        let report = report as usize;
        let (values, codes) = match self.column(name) {
            Some(Column::Text(coded)) => (&coded.values, coded.codes.get(report..=report)),
            Some(Column::Lists(lists)) => {
                let bound = |index: usize| lists.offsets.get(index).map(|&offset| offset as usize);
                let range = bound(report).zip(bound(report + 1));
                (
                    &lists.values,
                    range.and_then(|(start, end)| lists.codes.get(start..end)),
                )
            }
            _ => return Vec::new(),
        };
        let texts = codes.unwrap_or_default().iter();
        texts
            .filter_map(|&code| values.get(code as usize))
            .map(String::as_str)
            .collect()
    }

    /// The number of a report, if it has one.
    #[must_use]
    pub fn number(&self, name: &str, report: u32) -> Option<f64> {
        match self.column(name) {
            Some(Column::Numbers(numbers)) => numbers
                .get(report as usize)
                .copied()
                .filter(|number| !number.is_nan()),
            _ => None,
        }
    }

    /// The day of a report, if it has one.
    #[must_use]
    pub fn date(&self, name: &str, report: u32) -> Option<i32> {
        match self.column(name) {
            Some(Column::Dates(days)) => days
                .get(report as usize)
                .copied()
                .filter(|&day| day != i32::MIN),
            _ => None,
        }
    }

    /// Whether something holds for a report.
    #[must_use]
    pub fn is(&self, name: &str, report: u32) -> bool {
        match self.column(name) {
            Some(Column::Booleans(flags)) => flags.get(report as usize).copied().unwrap_or(false),
            _ => false,
        }
    }

    fn column(&self, name: &str) -> Option<&Column> {
        let position = self.names.iter().position(|&known| known == name)?;
        self.columns.get(position)
    }
}
