//! Two dimensions at once: reports for each pair of the most frequent values, and how many values of one
//! the reports with a value of the other have.

use quire_contract::bounds::{COUNT_ROWS, CROSS_COLUMNS, CROSS_ROWS};

use super::{CrossTable, QueryError, Selection, Table, dimension::Dimension, selection::Rows};

/// A table of the `top` most frequent values of each of two named dimensions.
pub(super) fn cross_tab(
    table: &Table,
    selection: Option<&Selection>,
    (rows, top_rows): (&str, u32),
    (columns, top_columns): (&str, u32),
) -> Result<CrossTable, QueryError> {
    let side = table.dimension(rows)?;
    let top = table.dimension(columns)?;
    if top_rows > CROSS_ROWS || top_columns > CROSS_COLUMNS {
        return Err(QueryError::TooLarge);
    }
    let side_codes = most_frequent(table, selection, side, top_rows);
    let top_codes = most_frequent(table, selection, top, top_columns);
    let side_places = places(side, &side_codes);
    let top_places = places(top, &top_codes);

    let width = top_codes.len();
    let mut cells = vec![0u32; side_codes.len() * width];
    for row in Rows::of(table, selection) {
        for down in held(side, row, &side_places) {
            for along in held(top, row, &top_places) {
                if let Some(cell) = cells.get_mut(down * width + along) {
                    *cell += 1;
                }
            }
        }
    }
    let words = |dimension: &Dimension, codes: &[u32]| {
        let word = |code: &u32| dimension.value(*code).to_owned();
        codes.iter().map(word).collect()
    };
    Ok(CrossTable {
        rows: words(side, &side_codes),
        columns: words(top, &top_codes),
        cells,
    })
}

/// For each of the `top` most frequent values of the first dimension, how many values of the second its
/// reports have.
pub(super) fn distinct_by(
    table: &Table,
    selection: Option<&Selection>,
    (dimension, of): (&str, &str),
    top: Option<u32>,
) -> Result<Vec<u32>, QueryError> {
    let dimension = table.dimension(dimension)?;
    let of = table.dimension(of)?;
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    for row in Rows::of(table, selection) {
        for code in dimension.codes(row) {
            pairs.extend(of.codes(row).iter().map(|other| (*code, *other)));
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    let mut distinct = vec![0u32; dimension.distinct()];
    for (code, _) in pairs {
        if let Some(count) = distinct.get_mut(code as usize) {
            *count += 1;
        }
    }
    let top = top.unwrap_or(COUNT_ROWS).min(COUNT_ROWS);
    let codes = most_frequent(table, selection, dimension, top);
    let count = |code: &u32| distinct.get(*code as usize).copied().unwrap_or_default();
    Ok(codes.iter().map(count).collect())
}

fn most_frequent(
    table: &Table,
    selection: Option<&Selection>,
    dimension: &Dimension,
    top: u32,
) -> Vec<u32> {
    let first = |rows: &[super::dimension::Tally]| {
        let rows = rows.iter().take(top as usize);
        rows.map(|tally| tally.code).collect()
    };
    match selection {
        None => first(&dimension.all(&table.flags).rows),
        some => {
            let ranking = dimension.tally(Rows::of(table, some), &table.flags);
            first(&ranking.rows)
        }
    }
}

/// For each code of the dimension, its place among the chosen ones.
fn places(dimension: &Dimension, codes: &[u32]) -> Vec<Option<usize>> {
    let mut places = vec![None; dimension.distinct()];
    for (place, code) in codes.iter().enumerate() {
        if let Some(slot) = places.get_mut(*code as usize) {
            *slot = Some(place);
        }
    }
    places
}

/// Places of the chosen values that a report has.
fn held(dimension: &Dimension, row: u32, places: &[Option<usize>]) -> impl Iterator<Item = usize> {
    let codes = dimension.codes(row).iter();
    codes.filter_map(|code| places.get(*code as usize).copied().flatten())
}
