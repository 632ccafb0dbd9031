//! The section over a small background.

use quire_sdk::{
    testing::{Case, Fixture, overclaims, plain_text, problems, render},
    wit::background::Mixture,
};

use super::*;

/// n = 100 of N = 10,000: Oedema is a clear signal, Nausea none, Flushing exclusive, Rash rare.
fn fixture() -> Fixture {
    let cases = vec![
        Case::new("1")
            .with("role", "suspect")
            .with("reaction", "Oedema")
            .with("reaction", "Nausea")
            .with("reaction", "Flushing")
            .with("reaction", "Pulmonary hypertension")
            .with("indication", "Pulmonary hypertension"),
        Case::new("2")
            .with("role", "interacting")
            .with("reaction", "Oedema")
            .with("reaction", "Rash")
            .with("reaction", "Off label use")
            .with("reaction", "Crohn's disease")
            .with("reaction", "Vertigo"),
        Case::new("3").with("indication", "Pulmonary hypertension"),
        Case::new("4")
            .with("role", "suspect")
            .with("reaction", "Oedema")
            .with("indication", "Pulmonary hypertension")
            // One such report does not make a reaction the disease.
            .with("indication", "Oedema"),
    ];
    let counts = [
        ("Oedema", 25, 400),
        ("Nausea", 5, 600),
        ("Flushing", 4, 4),
        ("Rash", 2, 100),
        ("Off label use", 10, 200),
        ("Pulmonary hypertension", 12, 50),
        ("Vertigo", 20, 10),
    ];
    Fixture::new(cases).with_background("any-role", (100, 10_000), &counts)
}

#[test]
fn counts_stand_beside_every_ratio_and_zero_cells_have_none() {
    let output = render::<Disproportionality>(&fixture(), "{}").unwrap();

    assert_eq!(problems(&output), [""; 0]);
    assert_eq!(overclaims(&output, &[]), [""; 0]);
    let text = plain_text(&output);
    for line in [
        "6 reaction terms of the analysed reports were tested against all reports of openFDA drug/event, any role of the drug. 5 have at least 3 reports with the drug (a ≥ 3) and are listed, sorted by IC025; 1 has fewer and is listed apart. 2 terms could not be tested",
        "Preferred term | Note | a (any role) | n (any role) | m | N | E | PRR | 95% from | to | ROR | 95% from | to | χ² Yates | χ² Pearson",
        "Oedema |  | 25 | 100 | 400 | 10,000 | 4.000 | 6.60 | ",
        "Flushing | few cases | 4 | 100 | 4 | 10,000 | 0.040 | – | – | – | – | – | – | ",
        "note: – : not calculable (n/c)",
        "note: Comparator: all reports of openFDA drug/event, as of 2025-04-30, any role of the drug; N = 10,000, n = 100.",
        "note: Tested: 6 reactions, without correction for their number. Not listed here: 1 with a < 3, and 2 that could not be tested.",
        "Off label use | administrative; few cases | 10",
        "Pulmonary hypertension | DME; indication; few cases | 12",
        "Evans (PRR) | PRR | a ≥ 3; PRR ≥ 2; chi-squared (Yates) ≥ 4 | 3 | 1 |",
        "MHRA (EBGM) | EBGM | a ≥ 3; EBGM ≥ 2.5; EB05 ≥ 1.8 | – | 5 |",
        "these are not named in the summary, since they are also indications of the drug or administrative: Pulmonary hypertension and Off label use.",
        "EBGM is not available: its prior is fitted over all pairs",
        "Rash | 1 | 0 | 2 | 100 | 1.000 | 0.74 | ",
        "Crohn's disease | 1 | 0 | – | – | – | – | – | – | no background: the source was not asked or could not answer",
        "Vertigo | 1 | 0 | – | – | – | – | – | – | the source's totals contradict each other",
        "fact top-signal-1 = FactValue::Text(\"Oedema\") <shrunk>",
        "| Rules met | Which | Analysed reports | Probable cases | Of them suspect | Suspect cases | Of them death",
        "| 3 | 3 | 3 | 3 | 0\n",
        "fact top-signal-1-suspect = FactValue::Integer(3) <shrunk>",
        "fact signals-two-rules = FactValue::Integer(4) <rules>",
        "Of the listed reactions 4 meet at least one of the 3 rules that could be applied (Evans, EMA and UMC), and 4 stand out by at least two of the statistics PRR and IC.",
        "Evans not on 1 and MHRA on none (there is no EBGM) of the listed reactions.",
        "fact signals-aside = FactValue::Text(\"Pulmonary hypertension and Off label use\") <shrunk>",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(
        text.contains("[forest forest: ROR with 95% interval, by lower bound. 1 of 5 listed reactions not drawn: ROR not calculable (n/c). Words after a count: as at the table of ratios.; 4 positions]"),
        "{text}"
    );
    assert!(!text.contains("EB05 | EB95"), "{text}");
}

#[test]
fn a_signal_that_hardly_a_report_suspects_is_not_named() {
    let concomitant = |id: &str| {
        let case = Case::new(id).with("role", "concomitant");
        case.with("reaction", "Oedema")
            .with("reaction-outcome", "fatal")
    };
    let mut cases: Vec<Case> = (0..30).map(|id| concomitant(&id.to_string())).collect();
    cases.push(
        Case::new("s")
            .with("role", "suspect")
            .with("reaction", "Oedema"),
    );
    let fixture =
        Fixture::new(cases).with_background("any-role", (100, 10_000), &[("Oedema", 25, 400)]);

    let text = plain_text(&render::<Disproportionality>(&fixture, "{}").unwrap());

    for line in [
        "since fewer than 3 probable cases that name them suspect the drug (how many do, in brackets): Oedema (1).",
        "fact signals-unsuspected = FactValue::Text(\"Oedema (1)\") <shrunk>",
        "| 31 | 31 | 1 | 1 | 30\n",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(!text.contains("top-signal-1"), "{text}");
}

#[test]
fn a_rare_reaction_with_a_death_is_printed_whatever_is_cut() {
    let mut cases: Vec<Case> = ["Rash", "Cough", "Zoster"]
        .iter()
        .map(|term| Case::new(term).with("reaction", term))
        .collect();
    cases[2] = cases[2].clone().with("reaction-outcome", "fatal");
    let counts = [("Rash", 2, 10), ("Cough", 2, 20), ("Zoster", 1, 900)];
    let fixture = Fixture::new(cases).with_background("any-role", (100, 10_000), &counts);

    let output = render::<Disproportionality>(&fixture, r#"{"top": 1}"#).unwrap();

    let apart = output.blocks.iter().find_map(|block| match block {
        quire_sdk::wit::types::Block::Table(table) if table.id == "apart" => table.print_rows,
        _ => None,
    });
    assert_eq!(apart, Some(2));
    let text = plain_text(&output);
    assert!(
        text.find("\nZoster | 1 | 1 |") < text.find("\nCough | 1 | 0 |"),
        "{text}"
    );
}

#[test]
fn a_prior_gives_ebgm_and_makes_its_rule_evaluable() {
    let mut fixture = fixture();
    fixture.prior = Some(Mixture {
        alpha1: 0.2,
        beta1: 0.1,
        alpha2: 2.0,
        beta2: 4.0,
        weight: 1.0 / 3.0,
    });

    let text = plain_text(&render::<Disproportionality>(&fixture, r#"{"ratio": "ebgm"}"#).unwrap());

    assert!(text.contains("EBGM | EB05 | EB95"), "{text}");
    assert!(text.contains("EB05 ≥ 1.8 | 4 | 0 |"), "{text}");
    assert!(
        text.contains("[forest forest: EBGM with 90% interval, by lower bound. Words after a count: as at the table of ratios.; 5 positions]"),
        "{text}"
    );
}

#[test]
fn thresholds_and_columns_are_the_administrators() {
    let params = r#"{"measures": ["ic"], "order": "prr", "forest": 0, "screening":
        {"minimum": 2, "rules": ["ema"], "thresholds": {"ema": {"reports": 2}}}}"#;

    let text = plain_text(&render::<Disproportionality>(&fixture(), params).unwrap());

    assert!(
        text.contains("6 have at least 2 reports with the drug (a ≥ 2)"),
        "{text}"
    );
    assert!(text.contains("a ≥ 2; PRR lower bound ≥ 1 |"), "{text}");
    assert!(!text.contains("PRR | 95% from"), "{text}");
    assert!(!text.contains("[forest"), "{text}");
}

#[test]
fn without_a_background_a_box_says_so_and_no_zero_is_printed() {
    let mut fixture = fixture();
    fixture.background = None;
    fixture.background_unavailable = "the source could not be reached".to_owned();

    let output = render::<Disproportionality>(&fixture, "{}").unwrap();

    assert_eq!(problems(&output), [""; 0]);
    let text = plain_text(&output);
    assert!(
        text.contains("! No background, so nothing is computed: "),
        "{text}"
    );
    assert!(
        text.contains("The reason: the source could not be reached."),
        "{text}"
    );
    assert!(!text.contains("[table"), "{text}");
    assert!(!text.contains("fact"), "{text}");
}

#[test]
fn a_comparator_of_the_drugs_own_reports_is_called_small() {
    let mut fixture = fixture();
    fixture.background.as_mut().unwrap().total = 700;
    fixture
        .background_counts
        .retain(|totals| totals.reaction == "Oedema");

    let text = plain_text(&render::<Disproportionality>(&fixture, "{}").unwrap());

    assert!(text.contains("! Small comparator: 100 of the 700 reports of the comparator (14.3%) are the drug's own."), "{text}");
}

#[test]
fn reactions_beyond_the_limit_are_listed_with_the_reason() {
    let text = plain_text(
        &render::<Disproportionality>(&fixture(), r#"{"screening": {"tested": 1}}"#).unwrap(),
    );

    assert!(text.contains("7 terms could not be tested"), "{text}");
    assert!(
        text.contains("not asked: more reactions than the report tests"),
        "{text}"
    );
}

#[test]
fn a_single_rule_is_not_counted_as_several() {
    let params = r#"{"screening": {"rules": ["ema", "fda"]}}"#;

    let text = plain_text(&render::<Disproportionality>(&fixture(), params).unwrap());

    assert!(
        text.contains("Of the listed reactions 3 meet the one rule that could be applied (EMA).\n"),
        "{text}"
    );
    assert!(
        text.contains("fact signals-one-rule = FactValue::Integer(3)"),
        "{text}"
    );
    assert!(!text.contains("signals-two-rules"), "{text}");
}

/// Six suspect reports of a drug whose 100 reports name one reaction far more often than others do.
fn one_signal() -> Fixture {
    let cases = (1..=6).map(|id| {
        Case::new(&id.to_string())
            .with("role", if id < 6 { "suspect" } else { "concomitant" })
            .with("reaction", "Angioedema")
    });
    let counts = [("Angioedema", 20, 60)];
    Fixture::new(cases.collect()).with_background("any-role", (100, 10_000), &counts)
}

#[test]
fn a_signal_is_counted_again_in_every_way_that_there_is() {
    let fixture = one_signal()
        .with_strata(
            "serious",
            &[("serious", 4_000, 40)],
            &[("Angioedema", &[(10, 30)])],
        )
        .with_strata(
            "health-professional",
            &[("health-professional", 5_000, 50)],
            &[("Angioedema", &[(2, 30)])],
        )
        .with_strata(
            "sex-and-age",
            &[("female, 75+", 500, 60), ("not reported", 9_500, 40)],
            &[("Angioedema", &[(18, 50), (2, 10)])],
        );

    let output = render::<Disproportionality>(&fixture, "{}").unwrap();

    assert_eq!(problems(&output), [""; 0]);
    assert_eq!(overclaims(&output, &[]), [""; 0]);
    let text = plain_text(&output);
    for line in [
        "The signal that is named first was compared again",
        "It does not stay in all 5 analyses. Angioedema cannot be judged in reports of health professionals and in \
         reports that suspect the drug.",
        "Angioedema | All reports (any role) | 20 | 100 | 60 | 10,000 | 0.60 |",
        "Angioedema | Serious only (any role) | 10 | 40 | 30 | 4,000 | 0.30 |",
        "Angioedema | Health professionals only (any role) | 2 | 50 | 30 | 5,000 | 0.30 |",
        "| too few\nAngioedema | Drug suspect only | 5 | 5 | 60 | 10,000 | 0.03 | – | – | – | not calculable\n",
        "Angioedema | Within sex and age (any role) | 20 | 100 | 60 | 10,000 | 6.04 |",
        "fact signals-compared = FactValue::Text(\"in all reports, in serious reports, in reports of health \
         professionals, in reports that suspect the drug and within sex and age\") <sensitivity>",
        "reports that do not state both, with those whose age is not stated in years, infants among them, are a",
        "fact signals-undecided = FactValue::Text(\"Angioedema\") <sensitivity>",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[test]
fn where_the_comparator_has_no_parts_it_is_said_and_why() {
    let mut fixture = one_signal().of_total(9_000);
    let text = plain_text(&render::<Disproportionality>(&fixture, "{}").unwrap());
    assert!(
        text.contains(
            "No signal was counted again in another way: in serious reports, in reports of health professionals \
             and within sex and age, this comparator was not counted in parts; in reports that suspect the drug, \
             the comparator cannot tell roles, and only a part"
        ),
        "{text}"
    );

    fixture.stratification_gaps = vec![quire_sdk::wit::strata::Gap {
        name: "sex-and-age".to_owned(),
        reason: "import its files again".to_owned(),
    }];
    let text = plain_text(&render::<Disproportionality>(&fixture, "{}").unwrap());
    assert!(
        text.contains("within sex and age, import its files again"),
        "{text}"
    );

    let off = plain_text(&render::<Disproportionality>(&fixture, r#"{"sensitivity": 0}"#).unwrap());
    assert!(
        !off.contains("Sensitivity") && !off.contains("compared again"),
        "{off}"
    );
}

#[test]
fn without_a_signal_a_sentence_says_that_nothing_was_counted_again() {
    let mut fixture = one_signal();
    fixture.background_counts[0].both = 1;

    let text = plain_text(&render::<Disproportionality>(&fixture, "{}").unwrap());

    assert!(
        text.contains("No reaction is named as a signal, so that none was compared again"),
        "{text}"
    );
    assert!(
        text.contains(
            "None has at least 3 reports with the drug (a ≥ 3), so all are listed apart."
        ),
        "{text}"
    );
    assert!(!text.contains("[table sensitivity"), "{text}");
}

#[test]
fn the_cloud_needs_reactions_enough_and_a_comparator_of_others() {
    let terms: Vec<String> = (0..20).map(|at| format!("Term {at}")).collect();
    let cases = terms.iter().enumerate().map(|(at, term)| {
        Case::new(&at.to_string())
            .with("role", "suspect")
            .with("reaction", term)
            .with("reaction", "Angioedema")
    });
    let mut counts: Vec<(&str, u64, u64)> =
        terms.iter().map(|term| (term.as_str(), 4, 400)).collect();
    counts.push(("Angioedema", 20, 60));
    let fixture = |of, counts: &[(&str, u64, u64)]| {
        Fixture::new(cases.clone().collect()).with_background("any-role", of, counts)
    };
    let say = |fixture: &Fixture| {
        let output = render::<Disproportionality>(fixture, "{}").unwrap();
        assert_eq!(problems(&output), [""; 0]);
        assert_eq!(overclaims(&output, &[]), [""; 0]);
        plain_text(&output)
    };

    let text = say(&fixture((100, 10_000), &counts));
    assert!(text.contains("[scatter cloud"), "{text}");
    assert!(
        text.contains("lower bound is above 0 for 1, highest Angioedema (IC025 3."),
        "{text}"
    );
    for small in [
        fixture((100, 900), &counts),
        fixture((100, 10_000), &counts[10..]),
    ] {
        assert!(!say(&small).contains("[scatter cloud"));
    }
}

#[test]
fn a_course_says_since_when_a_signal_stands_out() {
    let quarters = |names: &[&'static str]| -> Vec<(&'static str, u64, u64)> {
        names.iter().map(|name| (*name, 2_500, 25)).collect()
    };
    let names = ["2014-Q1", "2014-Q2", "2014-Q3", "2014-Q4"];
    let cells: &[(u64, u64)] = &[(0, 15), (1, 15), (9, 15), (10, 15)];
    let with = |names: &[&'static str]| {
        let cells = &cells[..names.len()];
        one_signal().with_strata(
            "received-quarter",
            &quarters(names),
            &[("Angioedema", cells)],
        )
    };

    let output = render::<Disproportionality>(&with(&names), "{}").unwrap();
    assert_eq!(problems(&output), [""; 0]);
    let text = plain_text(&output);
    assert!(text.contains("[line course"), "{text}");
    assert!(
        text.contains("Above 0: Angioedema since 2014-Q3."),
        "{text}"
    );

    let always = one_signal().with_strata(
        "received-quarter",
        &quarters(&names),
        &[("Angioedema", &[(9, 15), (9, 15), (9, 15), (9, 15)])],
    );
    let text = plain_text(&render::<Disproportionality>(&always, "{}").unwrap());
    assert!(text.contains("Above 0: Angioedema throughout."), "{text}");

    let short = plain_text(&render::<Disproportionality>(&with(&names[..3]), "{}").unwrap());
    assert!(!short.contains("[line course"), "{short}");
}
