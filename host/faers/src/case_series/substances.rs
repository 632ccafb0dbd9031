//! What the entries of the drug say that it is made of: names under which other sources may file it.
//!
//! openFDA finds a drug by the name of a product; FAERS files it under its substance, and writes some
//! as a combination of a base and its own salt (`ZOLPIDEM\ZOLPIDEM TARTRATE`). Only the reports themselves
//! say which of these are this drug.

use std::collections::BTreeMap;

use crate::case::Case;

/// Of the entries that state a substance, the share that must state this one: a slip of a reporter would
/// otherwise lend the drug all reports of another.
const FEWEST_PER_HUNDRED: usize = 5;
/// What joins the substances of one entry, as FAERS writes it.
const AND: &str = "\\";

/// What FAERS files an entry under whose substance it does not know.
const NONE: [&str; 4] = [
    "UNSPECIFIED INGREDIENT",
    "UNSPECIFIED INGREDIENTS",
    "UNKNOWN",
    "OTHER",
];

/// Substances as entries of the drug state them, in capitals and in alphabetical order; a combination is
/// one of them.
pub(super) fn stated(cases: &[Case]) -> Vec<String> {
    let mut entries: BTreeMap<String, usize> = BTreeMap::new();
    for drug in cases.iter().flat_map(Case::matched) {
        let substance = drug.substances.join(AND).to_uppercase();
        if !substance.is_empty() && !NONE.contains(&substance.as_str()) {
            *entries.entry(substance).or_default() += 1;
        }
    }
    let all: usize = entries.values().sum();
    let enough = |entries: usize| entries * 100 >= all * FEWEST_PER_HUNDRED;
    let stated = entries.into_iter();
    let stated = stated.filter(|(_, entries)| enough(*entries));
    stated.map(|(substance, _)| substance).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Drug;

    #[test]
    fn what_the_entries_of_the_drug_state_counts_and_a_slip_does_not() {
        let case = |matched: bool, substances: &[&str]| Case {
            drugs: vec![Drug {
                matched,
                substances: substances.iter().map(|&name| name.to_owned()).collect(),
                ..Drug::default()
            }],
            ..Case::default()
        };
        let mut cases = vec![case(true, &["Zolpidem tartrate"]); 40];
        cases.extend(vec![case(true, &["ZOLPIDEM\\ZOLPIDEM TARTRATE"]); 20]);
        cases.extend(vec![case(true, &["Zolpidem", "Zolpidem tartrate"]); 2]);
        cases.push(case(true, &["ASPIRIN"]));
        cases.extend(vec![case(true, &["Unspecified ingredient"]); 9]);
        cases.push(case(true, &[]));
        cases.extend(vec![case(false, &["OTHER"]); 90]);

        let names = ["ZOLPIDEM TARTRATE", "ZOLPIDEM\\ZOLPIDEM TARTRATE"];
        assert_eq!(stated(&cases), names);
    }
}
