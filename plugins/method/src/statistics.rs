//! The statistics by name and formula, and the rules that look at them.

use quire_sdk::{Column, Content, Table, Text};

const STATISTICS: &str = "statistics";

/// Name, formula, interval, source.
const ROWS: [[&str; 4]; 7] = [
    [
        "PRR, proportional reporting ratio",
        "[a/(a+b)] / [c/(c+d)]",
        "95%: PRR·exp(±1.96·√(1/a − 1/(a+b) + 1/c − 1/(c+d)))",
        "Evans, Waller and Davis 2001",
    ],
    [
        "ROR, reporting odds ratio",
        "(a·d) / (b·c)",
        "95%: ROR·exp(±1.96·√(1/a + 1/b + 1/c + 1/d))",
        "van Puijenbroek et al. 2002",
    ],
    [
        "Chi-squared with Yates' correction",
        "N·max(|a·d − b·c| − N/2, 0)² / [(a+b)(c+d)(a+c)(b+d)]",
        "none",
        "Yates 1934",
    ],
    [
        "Chi-squared (Pearson)",
        "N·(a·d − b·c)² / [(a+b)(c+d)(a+c)(b+d)]",
        "none",
        "Pearson 1900",
    ],
    [
        "IC, information component",
        "log2((a + 0.5) / (E + 0.5)), with E = n·m/N",
        "IC025 and IC975: log2 of the quantiles of a gamma distribution with shape a + 0.5 and rate E + 0.5",
        "Norén, Hopstadius and Bate 2013",
    ],
    [
        "EBGM, empirical-Bayes geometric mean",
        "geometric mean of the posterior of a/E, with a mixture of two gamma distributions, fitted over the whole comparator, as prior",
        "EB05 and EB95: 5th and 95th percentile of the posterior",
        "DuMouchel 1999; DuMouchel and Pregibon 2001",
    ],
    [
        "LLR, log-likelihood ratio",
        "a·ln(a/(a+c)) + b·ln(b/(b+d)) − (a+b)·ln((a+b)/N); 0 unless a > E",
        "none; no critical value is computed",
        "Huang, Zalkikar and Tiwari 2011",
    ],
];

pub(crate) fn write(content: &mut Content, has_comparator: bool) {
    content.heading("Statistics and thresholds");
    content.paragraph(
        "For the drug and one reaction, a is the number of reports that name both, n = a + b of those \
         that name the drug, m = a + c of those that name the reaction, and N = a + b + c + d of all \
         reports. A statistic is not calculable (n/c) where it would divide by zero; nothing is added \
         to the cells. The IC is always defined. EBGM is computed only where the comparator gives a \
         prior whose fit held.",
    );
    let column = |key: &str, title: &str, place: usize| {
        let cells = ROWS.iter().filter_map(|row| row.get(place).copied());
        Column::text(key, title, cells)
    };
    content.table(
        Table::new(STATISTICS, "Statistics of disproportionality")
            .column(column("statistic", "Statistic", 0))
            .column(column("formula", "Formula", 1))
            .column(column("interval", "Interval", 2))
            .column(column("source", "Source", 3)),
    );
    let rules = Text::new(
        "A reaction is marked where a published rule is met: Evans (a ≥ 3, PRR ≥ 2, chi-squared ≥ 4), EMA \
         (a ≥ 5, lower bound of the PRR ≥ 1), UMC (IC025 > 0) and MHRA (a ≥ 3, EBGM ≥ 2.5, EB05 ≥ 1.8). ",
    );
    content.paragraph(if has_comparator {
        rules
            .plain("These are the published thresholds; those that this document used stand in ")
            .table("#disproportionality/rules")
            .plain(". A rule that is met is a reason to look at the reports, nothing more.")
    } else {
        rules.plain("Without a comparator none of them was applied.")
    });
}
