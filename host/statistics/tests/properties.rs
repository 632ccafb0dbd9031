//! What must hold for every table: sums, symmetry, monotony, and extremes from 0 to 2⁶⁴.
//!
//! Tables come from a seeded generator, so every run checks the same ones.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use quire_statistics::{
    Estimate, Level, Measures, Prior, RULES, TwoByTwo, adjusted_p_values, chi_squared,
    chi_squared_yates, empirical_bayes, fisher_greater, information_component,
    information_component_closed_form, information_component_moments, log_likelihood_ratio,
    log_likelihood_ratio_poisson, log_likelihood_ratio_two_sided, prr, reporting_ratio, ror,
};

const TABLES: usize = 6_000;

/// `SplitMix64`, by Vigna.
struct Generator(u64);

impl Generator {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A count with any number of digits up to that of `most` bits, each as likely; often 0.
    fn count(&mut self, most: u32) -> u64 {
        let bits = u32::try_from(self.next() % u64::from(most + 1)).unwrap();
        if bits == 0 {
            0
        } else {
            self.next() >> (64 - bits)
        }
    }

    fn table(&mut self, most: u32) -> TwoByTwo {
        let [a, b, c, d] = [(); 4].map(|()| self.count(most));
        TwoByTwo::new(a, b, c, d).unwrap()
    }
}

/// Tables with cells of up to `most` bits.
fn tables(most: u32) -> impl Iterator<Item = TwoByTwo> {
    let mut generator = Generator(2026);
    (0..TABLES).map(move |_| generator.table(most))
}

fn cells(table: TwoByTwo) -> [u64; 4] {
    [table.a(), table.b(), table.c(), table.d()]
}

fn prior() -> Prior {
    Prior::new(3.25, 0.40, 2.03, 1.91, 0.065).unwrap()
}

fn ic(table: TwoByTwo) -> Estimate {
    information_component(table.a(), table.expected(), Level::P95)
        .unwrap()
        .estimate
}

fn ebgm(table: TwoByTwo) -> Estimate {
    empirical_bayes(table.a(), table.expected(), &prior()).unwrap()
}

fn close(one: f64, other: f64, tolerance: f64) -> bool {
    one == other || (one - other).abs() <= tolerance * one.abs().max(other.abs())
}

fn assert_sound(estimate: Estimate, table: TwoByTwo) {
    let Estimate {
        value,
        lower,
        upper,
        ..
    } = estimate;
    let sound = value.is_finite() && lower <= value && value <= upper && upper.is_finite();
    assert!(sound, "{table:?} gives {estimate:?}");
}

#[test]
fn every_measure_of_every_table_is_finite_or_refused_for_its_zeros() {
    for table in tables(62) {
        let [a, _, c, _] = cells(table);
        let margins = [table.drug(), table.event()];
        let empty_margin = margins
            .iter()
            .any(|margin| *margin == 0 || *margin == table.all());

        assert_eq!(prr(table, Level::P95).is_ok(), a > 0 && c > 0, "{table:?}");
        assert_eq!(
            ror(table, Level::P95).is_ok(),
            !table.has_zero_cell(),
            "{table:?}"
        );
        assert_eq!(chi_squared(table).is_ok(), !empty_margin, "{table:?}");
        assert_eq!(
            reporting_ratio(table).is_ok(),
            !margins.contains(&0),
            "{table:?}"
        );
        for ratio in [prr(table, Level::P95), ror(table, Level::P95)]
            .into_iter()
            .flatten()
        {
            assert_sound(ratio, table);
            assert!(ratio.lower >= 0.0 && ratio.value > 0.0, "{table:?}");
        }

        let closed = information_component_closed_form(a, table.expected())
            .unwrap()
            .estimate;
        let moments = information_component_moments(table, Level::P95);
        for estimate in [ic(table), closed, ebgm(table)] {
            assert_sound(estimate, table);
        }
        assert!(moments.value.is_finite(), "{table:?}");
        for ratio in [
            log_likelihood_ratio(table),
            log_likelihood_ratio_two_sided(table),
            log_likelihood_ratio_poisson(table),
        ] {
            assert!(ratio.is_finite() && ratio >= 0.0, "{table:?}");
        }
        let measures = Measures::of(table, Some(&prior()));
        let _ = RULES.map(|rule| rule.evaluate(&measures));
    }
}

#[test]
fn expected_counts_sum_to_the_margins() {
    for table in tables(62) {
        let [a, b, c, d] = cells(table);
        let other = TwoByTwo::new(b, a, d, c).unwrap();

        let sum = table.expected() + other.expected();

        assert!(close(sum, table.drug() as f64, 1e-14), "{table:?}");
        assert!(close(table.excess(), -other.excess(), 1e-14), "{table:?}");
        let difference = a as f64 - table.expected();
        let rounding = 1e-15 * (a as f64 + table.expected());
        assert!((table.excess() - difference).abs() <= rounding, "{table:?}");
        let margins = (table.drug(), table.event(), table.all());
        assert_eq!(
            TwoByTwo::from_margins(a, margins.0, margins.1, margins.2),
            Ok(table)
        );
    }
}

#[test]
fn drug_and_reaction_may_be_exchanged() {
    for table in tables(62) {
        let other = table.transposed();

        assert_eq!(other.transposed(), table);
        assert_eq!(ic(table), ic(other));
        assert_eq!(ebgm(table), ebgm(other));
        if let (Ok(one), Ok(two)) = (chi_squared(table), chi_squared(other)) {
            assert!(close(one, two, 1e-13), "{table:?}");
        }
        if let (Ok(one), Ok(two)) = (ror(table, Level::P95), ror(other, Level::P95)) {
            assert!(close(one.value, two.value, 1e-13), "{table:?}");
            assert!(close(one.lower, two.lower, 1e-12), "{table:?}");
        }
    }
}

#[test]
fn absence_of_the_reaction_has_the_inverse_odds() {
    for table in tables(40) {
        let [a, b, c, d] = cells(table);
        let other = TwoByTwo::new(b, a, d, c).unwrap();

        if let (Ok(one), Ok(two)) = (ror(table, Level::P95), ror(other, Level::P95)) {
            assert!(close(one.value, 1.0 / two.value, 1e-13), "{table:?}");
            assert!(close(one.lower, 1.0 / two.upper, 1e-12), "{table:?}");
        }
        if let (Ok(one), Ok(two)) = (chi_squared(table), chi_squared(other)) {
            assert!(close(one, two, 1e-13), "{table:?}");
        }
    }
}

#[test]
fn one_more_report_of_the_pair_raises_every_measure() {
    for table in tables(20) {
        let [a, b, c, d] = cells(table);
        // The margins stay: a and d grow, b and c shrink.
        let (Some(b), Some(c)) = (b.checked_sub(1), c.checked_sub(1)) else {
            continue;
        };
        let more = TwoByTwo::new(a + 1, b, c, d + 1).unwrap();

        let rises = |one: Estimate, two: Estimate| one.value < two.value && one.lower < two.lower;
        assert!(rises(ic(table), ic(more)), "{table:?}");
        assert!(rises(ebgm(table), ebgm(more)), "{table:?}");
        assert!(
            log_likelihood_ratio(table) <= log_likelihood_ratio(more)
                && log_likelihood_ratio_poisson(table) <= log_likelihood_ratio_poisson(more),
            "{table:?}"
        );
        if let (Ok(one), Ok(two)) = (prr(table, Level::P95), prr(more, Level::P95)) {
            assert!(one.value < two.value, "{table:?}");
        }
        if let (Ok(one), Ok(two)) = (ror(table, Level::P95), ror(more, Level::P95)) {
            assert!(one.value < two.value, "{table:?}");
        }
    }
}

#[test]
fn bounds_tighten_as_all_counts_grow() {
    for table in tables(20).filter(|table| !table.has_zero_cell()) {
        let [a, b, c, d] = cells(table).map(|cell| cell * 1_000);
        let grown = TwoByTwo::new(a, b, c, d).unwrap();

        for measure in [prr, ror] {
            let (small, large) = (
                measure(table, Level::P95).unwrap(),
                measure(grown, Level::P95).unwrap(),
            );
            assert!(close(small.value, large.value, 1e-13), "{table:?}");
            assert!(
                small.lower <= large.lower && large.upper <= small.upper,
                "{table:?}"
            );
        }
        let (one, thousand) = (chi_squared(table).unwrap(), chi_squared(grown).unwrap());
        assert!(close(one * 1_000.0, thousand, 1e-12), "{table:?}");
        let ratio = log_likelihood_ratio_two_sided(table) * 1_000.0;
        assert!(
            close(ratio, log_likelihood_ratio_two_sided(grown), 1e-9),
            "{table:?}"
        );
    }
}

#[test]
fn higher_levels_have_wider_intervals() {
    let levels = [0.5, 0.8, 0.9, 0.95, 0.99, 0.999].map(|level| Level::new(level).unwrap());
    for table in tables(40).step_by(10) {
        let of = |level| information_component(table.a(), table.expected(), level).unwrap();
        for pair in levels.windows(2) {
            let (narrow, wide) = (of(pair[0]).estimate, of(pair[1]).estimate);
            assert!(
                wide.lower < narrow.lower && narrow.upper < wide.upper,
                "{table:?}"
            );
        }
    }
}

#[test]
fn the_correction_of_yates_only_lowers() {
    for table in tables(62) {
        if let (Ok(corrected), Ok(plain)) = (chi_squared_yates(table), chi_squared(table)) {
            assert!((0.0..=plain).contains(&corrected), "{table:?}");
        }
    }
}

#[test]
fn both_forms_of_the_likelihood_ratio_meet_where_the_reaction_is_rare() {
    for table in tables(62) {
        let (poisson, huang) = (
            log_likelihood_ratio_poisson(table),
            log_likelihood_ratio(table),
        );
        assert!(poisson <= huang * (1.0 + 1e-12), "{table:?}");
    }
    let rare = TwoByTwo::new(12, 9_999_988, 88, 990_000_000).unwrap();
    assert!(close(
        log_likelihood_ratio(rare),
        log_likelihood_ratio_poisson(rare),
        1e-4
    ));
}

#[test]
fn all_ratios_meet_where_everything_is_rare() {
    let table = TwoByTwo::new(50, 9_950, 150, 1_000_000_000_000).unwrap();

    let (proportional, odds) = (
        prr(table, Level::P95).unwrap().value,
        ror(table, Level::P95).unwrap().value,
    );

    assert!(close(proportional, odds, 0.006));
    assert!(close(
        ic(TwoByTwo::new(1 << 40, 1 << 50, 1 << 50, 1 << 61).unwrap()).value,
        1.0,
        1e-2
    ));
}

#[test]
fn exact_probabilities_are_probabilities_and_complement_each_other() {
    for table in tables(12).step_by(10) {
        let [a, b, c, d] = cells(table);
        let at_least = fisher_greater(table).unwrap();
        assert!((0.0..=1.0).contains(&at_least), "{table:?}");
        assert!(
            close(at_least, fisher_greater(table.transposed()).unwrap(), 1e-9),
            "{table:?}"
        );

        // P(X ≥ a) + P(X ≤ a - 1) = 1, the second by looking at the absence of the reaction.
        if let (Some(less), Some(fewer)) = (a.checked_sub(1), d.checked_sub(1)) {
            let below = TwoByTwo::new(b + 1, less, fewer, c + 1).unwrap();
            let sum = at_least + fisher_greater(below).unwrap();
            assert!((sum - 1.0).abs() < 1e-10, "{table:?} {sum}");
        }
    }
}

#[test]
fn exact_probabilities_keep_their_digits_in_a_background_of_billions() {
    // With n of N reports on the drug and m = 3 on the reaction, P(X ≥ 3) is close to (n/N)³.
    let table = TwoByTwo::new(3, 83_156, 0, 111_230_065_000).unwrap();
    let [drug, all] = [table.drug(), table.all()].map(|count| count as f64);
    let wanted: f64 = (0..3)
        .map(f64::from)
        .map(|k| (drug - k) / (all - k))
        .product();

    assert!(close(fisher_greater(table).unwrap(), wanted, 1e-12));
}

#[test]
fn adjusted_values_are_never_below_the_raw_ones() {
    let mut generator = Generator(7);
    let raw: Vec<f64> = (0..500)
        .map(|_| (generator.next() >> 11) as f64 / 2f64.powi(53))
        .collect();

    let adjusted = adjusted_p_values(&raw);

    assert!(
        raw.iter()
            .zip(&adjusted)
            .all(|(one, other)| one <= other && *other <= 1.0)
    );
}
