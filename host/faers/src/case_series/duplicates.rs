//! One case under several report ids: the patient's report and the manufacturer's, or those of two
//! manufacturers whose drugs the patient took. Versions of one id are no duplicates; they are
//! merged before.
//!
//! Two reports are taken for one case when
//!
//! 1. they share a number: the manufacturer's control number (`companynumb`) or one under which a
//!    sender says that others keep the case (`reportduplicate`), compared without punctuation and
//!    case, or one names the report id of the other; or
//! 2. they state the same facts: country, sex, age, day of the event, all drugs and all reactions,
//!    each of them known, and more than one drug with one reaction;
//!
//! and when sex, age, country and weight, as far as both state them, do not contradict. Removing a
//! case that is none costs a patient, keeping a duplicate costs a count, so doubt keeps: numbers
//! and facts that more than [`MOST`] reports share are placeholders or outbreaks and join nothing.
//! The key `duplicate` of openFDA is not used: it marks cases that had earlier versions.
//!
//! Of each group the report stays in which the drug has the strongest role; then one that states a death,
//! then one that is serious, then the one with the latest information, then the highest id.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashMap},
};

use quire_model::fold;

use super::{groups::Groups, words};
use crate::case::{Case, Drug};

/// Reports that can be one case. Control numbers such as `UNKNOWN-00000` are shared by hundreds;
/// real duplicates come in twos and threes.
const MOST: usize = 10;
/// Letters and digits of a number that can stand for a case; shorter ones repeat by chance.
const SHORTEST: usize = 7;
/// Digits in it, so that words such as `UNKNOWN` stand for nothing.
const DIGITS: usize = 5;

/// What was found among some cases.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// For each case, the index of the one that stands for it, which may be itself.
    pub(super) stays: Vec<usize>,
    /// Reports left out because of a number.
    pub(super) by_number: u64,
    /// Reports left out because of their facts.
    pub(super) by_facts: u64,
}

/// The duplicates among [respelled](super::terms::respell) cases in order of their ids.
pub(super) fn find(cases: &[Case]) -> Found {
    let mut groups = Groups::new(cases);
    let by_number = groups.join(&same_numbers(cases));
    let by_facts = groups.join(&same_facts(cases));
    Found {
        stays: stays(&groups, cases),
        by_number,
        by_facts,
    }
}

/// Pairs that share a number, in order.
fn same_numbers(cases: &[Case]) -> Vec<(usize, usize)> {
    let by_id: HashMap<&str, usize> = cases.iter().map(|case| case.id.as_str()).zip(0..).collect();
    let mut holders: HashMap<String, Vec<usize>> = HashMap::new();
    let mut pairs = Vec::new();
    for (index, case) in cases.iter().enumerate() {
        let own = case.duplicates.iter().chain([&case.company]);
        let numbers: BTreeSet<String> = own.map(|number| plain(number)).collect();
        for number in numbers {
            let named = by_id.get(report_id(&number)).copied();
            let named = named.filter(|named| *named != index);
            pairs.extend(
                named
                    .map(|named| (index, named))
                    .filter(|pair| says_whose(&number, cases, *pair)),
            );
            if is_telling(&number) {
                holders.entry(number).or_default().push(index);
            }
        }
    }
    for (number, holders) in &holders {
        let found = pairs_of(holders).into_iter();
        pairs.extend(found.filter(|pair| says_whose(number, cases, *pair)));
    }
    pairs.sort_unstable();
    pairs
}

/// Whether the number has letters, which say whose it is; else both must state the same sex and an
/// age.
fn says_whose(number: &str, cases: &[Case], (one, other): (usize, usize)) -> bool {
    let (Some(one), Some(other)) = (cases.get(one), cases.get(other)) else {
        return false;
    };
    let aged = |case: &Case| !case.age_years().is_nan();
    number.bytes().any(|byte| byte.is_ascii_alphabetic())
        || (one.known_sex().is_some()
            && one.known_sex() == other.known_sex()
            && aged(one)
            && aged(other))
}

/// Pairs that state the same facts, in order.
fn same_facts(cases: &[Case]) -> Vec<(usize, usize)> {
    let mut holders: HashMap<Facts, Vec<usize>> = HashMap::new();
    for (index, case) in cases.iter().enumerate() {
        if let Some(facts) = Facts::of(case) {
            holders.entry(facts).or_default().push(index);
        }
    }
    let mut pairs: Vec<(usize, usize)> = holders.values().flat_map(|at| pairs_of(at)).collect();
    pairs.sort_unstable();
    pairs
}

/// Every pair, unless they are too many to be one case.
fn pairs_of(indexes: &[usize]) -> Vec<(usize, usize)> {
    if indexes.len() > MOST {
        return Vec::new();
    }
    let later = |(at, one): (usize, &usize)| {
        let rest = indexes.get(at + 1..).unwrap_or_default().iter();
        rest.map(|other| (*one, *other)).collect::<Vec<_>>()
    };
    indexes.iter().enumerate().flat_map(later).collect()
}

/// `us-gilead-2012-0057858` → `USGILEAD20120057858`.
fn plain(number: &str) -> String {
    let letters = |text: &str| -> String {
        let letters = text.chars().filter(char::is_ascii_alphanumeric);
        letters.map(|letter| letter.to_ascii_uppercase()).collect()
    };
    match number.is_ascii() {
        true => letters(number),
        // Full-width letters and the like.
        false => letters(&fold(number)),
    }
}

fn is_telling(number: &str) -> bool {
    let digits = number.bytes().filter(u8::is_ascii_digit);
    let zeros = number.bytes().filter(|byte| *byte == b'0');
    number.len() >= SHORTEST && digits.count() >= DIGITS && zeros.count() < number.len() - 2
}

/// The report id that a number of FDA's own stands for: `USFDA10003309` → `10003309`.
fn report_id(number: &str) -> &str {
    let own = number.strip_prefix("US").unwrap_or(number);
    own.strip_prefix("FDA").unwrap_or(number)
}

/// What two reports of one case have in common when they share no number.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Facts {
    country: String,
    sex: u16,
    /// In days, so that a unit does not matter.
    age_days: u64,
    event: u32,
    drugs: BTreeSet<String>,
    reactions: BTreeSet<String>,
}

impl Facts {
    /// None unless all of them are known and say enough.
    fn of(case: &Case) -> Option<Self> {
        let event = case.plausible(case.event).and(case.event)?;
        let (sex, country) = case.known_sex().zip(case.known_country())?;
        let years = case.age_years();
        if years.is_nan() {
            return None;
        }
        let names = case.drugs.iter().flat_map(Drug::names);
        let drugs: BTreeSet<String> = names.map(str::to_owned).collect();
        let terms = case.reactions.iter();
        let terms = terms.map(|reaction| reaction.term.clone());
        let reactions: BTreeSet<String> = terms.filter(|term| !term.is_empty()).collect();
        let enough =
            !drugs.is_empty() && !reactions.is_empty() && drugs.len() + reactions.len() > 2;
        enough.then_some(Self {
            country,
            sex,
            age_days: (years * 365.25) as u64,
            event,
            drugs,
            reactions,
        })
    }
}

/// For each case, the one that stays of its group.
fn stays(groups: &Groups, cases: &[Case]) -> Vec<usize> {
    let firsts = groups.firsts();
    let mut best: HashMap<usize, usize> = HashMap::new();
    for ((index, case), first) in cases.iter().enumerate().zip(&firsts) {
        let slot = best.entry(*first).or_insert(index);
        if let Some(present) = cases.get(*slot)
            && (merit(case), Reverse(index)) < (merit(present), Reverse(*slot))
        {
            *slot = index;
        }
    }
    let of = |(index, first)| best.get(first).copied().unwrap_or(index);
    firsts.iter().enumerate().map(of).collect()
}

/// The smaller, the more a report says.
fn merit(case: &Case) -> impl Ord {
    let roles = case.matched().filter_map(|drug| drug.role);
    (
        roles.map(words::role_rank).min().unwrap_or(u8::MAX),
        !case.is_fatal(),
        case.serious != Some(1),
        Reverse(case.receipt.or(case.received)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Reaction;
    use crate::case_series::terms::respell;

    /// A woman of 60 in the US, who took one drug and had one reaction on a known day.
    fn case(id: &str) -> Case {
        Case {
            id: id.to_owned(),
            countries: vec!["US".to_owned()],
            sex: Some(2),
            age: Some(60.0),
            age_unit: Some(801),
            event: Some(20_140_301),
            has_patient: true,
            reactions: reactions(&["Nausea"]),
            drugs: vec![drug("A", 1)],
            ..Case::default()
        }
    }

    fn drug(product: &str, role: u16) -> Drug {
        Drug {
            matched: true,
            role: Some(role),
            product: product.to_owned(),
            ..Drug::default()
        }
    }

    fn reactions(terms: &[&str]) -> Vec<Reaction> {
        let reaction = |term: &&str| Reaction {
            term: (*term).to_owned(),
            outcome: None,
        };
        terms.iter().map(reaction).collect()
    }

    fn company(id: &str, number: &str) -> Case {
        Case {
            company: number.to_owned(),
            ..case(id)
        }
    }

    fn counts(cases: &[Case]) -> (u64, u64) {
        let found = find(cases);
        (found.by_number, found.by_facts)
    }

    #[test]
    fn a_control_number_in_any_spelling_is_one_case() {
        let pair = [
            company("1", "US-ACME-2012-0057858"),
            company("2", "us acme 2012/0057858"),
        ];

        assert_eq!(counts(&pair), (1, 0));
    }

    #[test]
    fn a_number_that_names_the_other_report_is_one_case() {
        for number in [
            "US-FDA-10003309",
            "FDA 10003309",
            "10003309",
            "US-ACME-2012-0057858",
        ] {
            let mut other = case("20000000");
            other.duplicates = vec!["DE-BFARM-1".to_owned(), number.to_owned()];

            let pair = [company("10003309", "US-ACME-2012-0057858"), other];

            assert_eq!(counts(&pair), (1, 0), "{number}");
        }
    }

    #[test]
    fn numbers_that_stand_for_nothing_join_nothing() {
        for number in [
            "",
            "UNKNOWN",
            "N/A",
            "12345",
            "US-0000000",
            "0000000000",
            "UNK-UNK-UNK",
        ] {
            assert_eq!(
                counts(&[company("1", number), company("2", number)]),
                (0, 0),
                "{number}"
            );
        }
    }

    #[test]
    fn a_bare_number_needs_the_same_patient() {
        let same = [company("1", "1289378"), company("2", "1289378")];
        let mut silent = same.clone();
        silent[1].age = None;

        assert_eq!(counts(&same), (1, 0));
        assert_eq!(counts(&silent), (0, 0));
    }

    #[test]
    fn contradictions_keep_reports_apart() {
        type Change = fn(&mut Case);
        let changes: [Change; 4] = [
            |case| case.sex = Some(1),
            |case| case.age = Some(62.0),
            |case| case.countries = vec!["FR".to_owned()],
            |case| case.weight = Some(90.0),
        ];
        for (number, change) in changes.iter().enumerate() {
            let mut pair = [
                company("1", "US-ACME-0057858"),
                company("2", "US-ACME-0057858"),
            ];
            pair[0].weight = Some(60.0);
            change(&mut pair[1]);

            assert_eq!(counts(&pair), (0, 0), "change {number}");
        }
    }

    #[test]
    fn a_report_that_fits_two_others_joins_only_one_that_they_allow() {
        let mut cases = ["1", "2", "3"].map(|id| company(id, "US-ACME-0057858"));
        cases[0].age = Some(60.0);
        cases[1].age = None;
        cases[2].age = Some(70.0);

        let found = find(&cases);

        assert_eq!(found.by_number, 1);
        assert_ne!(found.stays[0], found.stays[2]);
    }

    #[test]
    fn a_number_of_a_crowd_is_a_placeholder() {
        let crowd: Vec<Case> = (0..=MOST)
            .map(|id| company(&id.to_string(), "US-ACME-123456"))
            .collect();

        assert_eq!(counts(&crowd), (0, 0));
        assert_eq!(counts(&crowd[1..]), (9, 0));
    }

    #[test]
    fn equal_facts_are_one_case_if_they_say_enough() {
        let rich = |id: &str| Case {
            reactions: reactions(&["Nausea", "Vomiting"]),
            ..case(id)
        };
        let mut shouted = rich("2");
        shouted.reactions = reactions(&["VOMITING", "NAUSEA", "Nausea"]);

        let mut both = [rich("1"), shouted];
        respell(&mut both);
        assert_eq!(counts(&both), (0, 1));
        assert_eq!(
            counts(&[case("1"), case("2")]),
            (0, 0),
            "one drug, one reaction"
        );
        type Change = fn(&mut Case);
        let changes: [Change; 6] = [
            |case| case.event = None,
            |case| case.event = Some(20_140_302),
            |case| case.sex = Some(0),
            |case| case.age_unit = None,
            |case| case.countries.clear(),
            |case| case.drugs.push(drug("B", 2)),
        ];
        for (number, change) in changes.iter().enumerate() {
            let mut other = rich("2");
            change(&mut other);
            assert_eq!(counts(&[rich("1"), other]), (0, 0), "change {number}");
        }
    }

    #[test]
    fn the_report_that_says_most_stays() {
        let number = "US-ACME-0057858";
        let mut cases = ["1", "2", "3", "4"].map(|id| company(id, number));
        assert_eq!(find(&cases).stays, [3; 4], "the highest id");
        cases[2].receipt = Some(20_150_101);
        assert_eq!(find(&cases).stays, [2; 4], "the latest information");
        cases[1].serious = Some(1);
        assert_eq!(find(&cases).stays, [1; 4], "serious");
        cases[0].criteria.death = true;
        assert_eq!(find(&cases).stays, [0; 4], "fatal");
        for case in &mut cases[..3] {
            case.drugs = vec![drug("A", 2)];
        }
        assert_eq!(find(&cases).stays, [3; 4], "the strongest role");
    }
}
