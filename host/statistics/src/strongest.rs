//! Which pairs are worth a closer look: those that stand out most.

use crate::{Level, TwoByTwo, information_component, ror};

/// Of the pairs with at least `minimum` reports and a lower bound above independence (of IC above 0, or of the
/// ROR above 1), the `most` with the highest lower bound of IC; among equals those with most reports, then in
/// the order of their names.
#[must_use]
pub fn strongest<T: Ord>(
    pairs: impl IntoIterator<Item = (T, TwoByTwo)>,
    minimum: u64,
    most: usize,
) -> Vec<T> {
    let many = pairs.into_iter().filter(|(_, table)| table.a() >= minimum);
    let mut ranked: Vec<(f64, u64, T)> = many
        .filter_map(|(name, table)| {
            let ic = information_component(table.a(), table.expected(), Level::P95);
            let lower = ic.map_or(f64::NEG_INFINITY, |ic| ic.estimate.lower);
            let ratio = ror(table, Level::P95).is_ok_and(|ratio| ratio.lower > 1.0);
            (lower > 0.0 || ratio).then_some((lower, table.a(), name))
        })
        .collect();
    ranked.sort_by(|one, other| {
        let bounds = other.0.total_cmp(&one.0);
        bounds.then(other.1.cmp(&one.1)).then(one.2.cmp(&other.2))
    });
    ranked.truncate(most);
    ranked.into_iter().map(|(_, _, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_lower_bounds_come_first_and_few_reports_do_not_count() {
        let table = |a, event| TwoByTwo::from_margins(a, 100, event, 10_000).unwrap();
        let pairs = [
            ("as expected", table(9, 900)),
            ("weak", table(10, 400)),
            ("few", table(2, 2)),
            ("strong", table(30, 60)),
            ("medium", table(10, 60)),
        ];

        assert_eq!(strongest(pairs, 3, 2), ["strong", "medium"]);
        assert_eq!(strongest(pairs, 3, 9), ["strong", "medium", "weak"]);
    }
}
