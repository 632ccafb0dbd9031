//! The statistics by name and formula, and the rules that look at them.

use quire_sdk::{Column, Content, Data, Table, Text, citation, number};
use quire_statistics::{EMA_PRR, EVANS, MHRA, UMC};

use crate::comparator::ANY_ROLE;

const STATISTICS: &str = "statistics";

/// Name, formula, interval, and the keys of the works that define it.
const ROWS: [[&str; 4]; 7] = [
    [
        "PRR, proportional reporting ratio",
        "[a/(a+b)] / [c/(c+d)]",
        "95%: PRR·exp(±1.96·√(1/a − 1/(a+b) + 1/c − 1/(c+d)))",
        "evans",
    ],
    [
        "ROR, reporting odds ratio",
        "(a·d) / (b·c)",
        "95%: ROR·exp(±1.96·√(1/a + 1/b + 1/c + 1/d))",
        "van-puijenbroek",
    ],
    [
        "Chi-squared with Yates' correction",
        "N·max(|a·d − b·c| − N/2, 0)² / [(a+b)(c+d)(a+c)(b+d)]",
        "none",
        "yates",
    ],
    [
        "Chi-squared (Pearson)",
        "N·(a·d − b·c)² / [(a+b)(c+d)(a+c)(b+d)]",
        "none",
        "pearson",
    ],
    [
        "IC, information component",
        "log2((a + 0.5) / (E + 0.5)), with E = n·m/N",
        "IC025 and IC975: log2 of the quantiles of a gamma distribution with shape a + 0.5 and rate E + 0.5",
        "noren",
    ],
    [
        "EBGM, empirical-Bayes geometric mean",
        "geometric mean of the posterior of a/E, with a mixture of two gamma distributions, fitted over the whole comparator, as prior",
        "EB05 and EB95: 5th and 95th percentile of the posterior",
        "dumouchel dumouchel-pregibon szarfman",
    ],
    [
        "LLR, log-likelihood ratio",
        "a·ln(a/(a+c)) + b·ln(b/(b+d)) − (a+b)·ln((a+b)/N); 0 unless a > E",
        "none; no critical value is computed",
        "huang",
    ],
];

pub(crate) fn write(content: &mut Content, data: &impl Data) {
    content.heading("Statistics and thresholds");
    content.paragraph(
        "For the drug and one reaction, a is the number of reports that name both, n = a + b of those \
         that name the drug, m = a + c of those that name the reaction, and N = a + b + c + d of all \
         reports. A statistic is not calculable (n/c) where it would divide by zero; nothing is added \
         to the cells. The IC is always defined.",
    );
    let column = |key: &str, title: &str, place: usize| {
        let cells = ROWS.iter().filter_map(|row| row.get(place).copied());
        Column::text(key, title, cells)
    };
    let works = ROWS.iter().map(|row| {
        let keys: Vec<&str> = row[3].split(' ').collect();
        citation(&keys)
    });
    content.table(
        Table::new(STATISTICS, "Statistics of disproportionality")
            .column(column("statistic", "Statistic", 0))
            .column(column("formula", "Formula", 1))
            .column(column("interval", "Interval", 2))
            .column(Column::text("source", "Ref.", works)),
    );
    rules(content, data);
}

/// The published rules with their thresholds, as every section applies them.
fn rules(content: &mut Content, data: &impl Data) {
    let published: Vec<String> = [
        (EVANS, "evans"),
        (EMA_PRR, "ema"),
        (UMC, "noren"),
        (MHRA, "osokogu"),
    ]
    .iter()
    .map(|(rule, work)| {
        let criteria: Vec<String> = rule.criteria.iter().map(ToString::to_string).collect();
        format!(
            "{} ({}) {}",
            rule.name,
            criteria.join(", "),
            citation(&[work])
        )
    })
    .collect();
    let text = Text::new(format!(
        "A reaction is marked where a published rule is met: {}. ",
        number::list(&published, "and")
    ));
    let Some(source) = data.background() else {
        return content.paragraph(text.plain("Without a comparator none of them was applied."));
    };
    let prior = if data.prior().is_some() {
        "EBGM, and with it the rule of MHRA, could be applied: a prior was fitted over the whole comparator, and the \
         fit held. "
    } else if source.role == ANY_ROLE {
        "EBGM, and with it the rule of MHRA, could not be applied: its prior is fitted over all pairs of drug and \
         reaction of a source, and this comparator gives totals of single reactions only. "
    } else {
        "EBGM, and with it the rule of MHRA, could not be applied: no prior could be fitted over the comparator, or \
         the fit did not hold. "
    };
    content.paragraph(
        text.plain(prior)
            .plain("The thresholds that this document used stand in ")
            .table("#disproportionality/rules")
            .plain(". A rule that is met is a reason to look at the reports, nothing more."),
    );
}
