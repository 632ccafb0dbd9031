//! Which rows of a long table are printed: the first ones, and every other that holds a grave case or a
//! designated medical event.

use crate::{Filter, number};

/// Rows with a grave case that are printed beyond the first ones. Some fifty pages of a line listing;
/// a series with more of them is read in the CSV form, and the note says so.
const MOST_KEPT: usize = 500;

/// How grave the reports behind a row are. Orders rows that are equal otherwise: deaths first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gravity {
    /// Reports of a death.
    pub fatal: u32,
    /// Reports with the criterion life-threatening.
    pub life_threatening: u32,
    /// Reports marked serious.
    pub serious: u32,
}

impl Gravity {
    /// The filter for reports with the criterion life-threatening.
    #[must_use]
    pub fn life_threatening_filter() -> Filter {
        Filter::one_of("seriousness-criterion", ["life-threatening"])
    }

    /// Whether a row with such reports is never cut.
    #[must_use]
    pub fn is_grave(self) -> bool {
        self.fatal > 0 || self.life_threatening > 0
    }
}

/// What became of the rows of a table that is printed in part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cut {
    /// Rows that are printed; 0 prints all, as in [`Table::print_top`](crate::Table::print_top).
    pub printed: u32,
    /// Of them, those that stand beyond the first ones because of a grave case.
    pub kept: u32,
    /// Rows with a grave case that are not printed, because they are too many.
    pub left: u32,
    /// Whether designated medical events were kept too.
    pub designated: bool,
}

impl Cut {
    /// Prints the first `top` rows (0: all), and moves behind them each later one with a grave case,
    /// deaths before others. All rows stay.
    pub fn of<R>(rows: &mut Vec<R>, top: u32, gravity: impl Fn(&R) -> Gravity) -> Self {
        Self::with(rows, top, gravity, |_| false)
    }

    /// The same, with rows of designated medical events beside those with a grave case.
    pub fn with<R>(
        rows: &mut Vec<R>,
        top: u32,
        gravity: impl Fn(&R) -> Gravity,
        is_designated: impl Fn(&R) -> bool,
    ) -> Self {
        let first = top as usize;
        if top == 0 || first >= rows.len() {
            return Self::default();
        }
        let rest = rows.split_off(first);
        let (mut grave, others): (Vec<R>, Vec<R>) = rest
            .into_iter()
            .partition(|row| gravity(row).is_grave() || is_designated(row));
        grave.sort_by_key(|row| gravity(row).fatal == 0);
        let kept = grave.len().min(MOST_KEPT);
        let designated = grave.iter().take(kept).any(is_designated);
        let left = grave.len() - kept;
        rows.extend(grave);
        rows.extend(others);
        Self {
            printed: (first + kept) as u32,
            kept: kept as u32,
            left: left as u32,
            designated,
        }
    }

    /// Why more rows are printed than asked for; none if there are not.
    #[must_use]
    pub fn note(self, top: u32) -> Option<String> {
        let left = match self.left {
            0 => String::new(),
            left => format!(
                " {} more such rows are too many to print and stand in the CSV form.",
                number::count(left)
            ),
        };
        let designated = match self.designated {
            true => ", or as a designated medical event",
            false => "",
        };
        (self.kept > 0).then(|| {
            format!(
                "Below the first {}: {}, printed because of a report of a death or with the criterion \
                 life-threatening{designated}.{left}",
                number::counted(top, "row", "rows"),
                number::counted(self.kept, "row", "rows"),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gravity(row: &(&str, u32, u32)) -> Gravity {
        Gravity {
            fatal: row.1,
            life_threatening: row.2,
            serious: 0,
        }
    }

    #[test]
    fn a_grave_row_is_never_cut() {
        let mut rows = vec![
            ("a", 0, 0),
            ("b", 0, 0),
            ("c", 0, 1),
            ("d", 0, 0),
            ("e", 1, 0),
        ];

        let cut = Cut::of(&mut rows, 1, gravity);

        let order: Vec<&str> = rows.iter().map(|row| row.0).collect();
        assert_eq!(order, ["a", "e", "c", "b", "d"]);
        assert_eq!((cut.printed, cut.kept, cut.left), (3, 2, 0));
        assert_eq!(
            cut.note(1).unwrap(),
            "Below the first 1 row: 2 rows, printed because of a report of a death or with the criterion \
             life-threatening."
        );
    }

    #[test]
    fn what_is_printed_anyhow_needs_no_note() {
        let mut rows = vec![("a", 1, 0), ("b", 0, 0)];

        for top in [0, 2, 5] {
            let cut = Cut::of(&mut rows, top, gravity);
            assert_eq!((cut, cut.note(top)), (Cut::default(), None));
        }
        assert_eq!(Cut::of(&mut rows, 1, gravity).note(1), None);
    }

    #[test]
    fn a_designated_medical_event_is_never_cut() {
        let mut rows = vec![("a", 0, 0), ("b", 0, 0), ("Angioedema", 0, 0)];

        let cut = Cut::with(&mut rows, 1, gravity, |row| row.0 == "Angioedema");

        assert_eq!((rows[1].0, cut.printed), ("Angioedema", 2));
        assert!(
            cut.note(1)
                .unwrap()
                .contains("or as a designated medical event.")
        );
    }

    #[test]
    fn too_many_grave_rows_are_counted() {
        let mut rows = vec![("a", 1, 0); 700];

        let cut = Cut::of(&mut rows, 50, gravity);

        assert_eq!((cut.printed, cut.left), (550, 150));
        assert!(cut.note(50).unwrap().contains("150 more such rows"));
    }
}
