//! The table that is printed at the end.

/// Rows of what, how much, and a remark.
pub(crate) struct Table(Vec<[String; 3]>);

impl Table {
    pub(crate) fn new() -> Self {
        Self(Vec::new())
    }

    /// Add a row, and say so at once: a benchmark that runs for minutes should show that it lives.
    pub(crate) fn row(&mut self, what: &str, value: String, remark: &str) {
        eprintln!("{what}: {value} {remark}");
        self.0.push([what.to_owned(), value, remark.to_owned()]);
    }

    pub(crate) fn print(&self) {
        let width = |column: usize| {
            self.0
                .iter()
                .map(|row| row[column].chars().count())
                .max()
                .unwrap_or(0)
        };
        let (what, value) = (width(0), width(1));
        println!();
        for [name, figure, remark] in &self.0 {
            println!("{name:what$}  {figure:>value$}  {remark}");
        }
    }
}

/// The value below which a share of the sorted measurements lies.
pub(crate) fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let position = (share * (values.len().saturating_sub(1)) as f64).round() as usize;
    values.get(position).copied().unwrap_or(f64::NAN)
}
