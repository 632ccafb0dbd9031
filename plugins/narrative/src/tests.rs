//! The narrative over facts as the standard sections give them.

use quire_sdk::{
    Fact,
    testing::{Case, Fixture, compose, overclaims, plain_text, problems},
    wit::{SectionFacts, provenance::FlowStep},
};

use super::*;

fn section(name: &str, facts: Vec<Option<Fact>>) -> SectionFacts {
    let mut content = Content::new(name);
    facts.into_iter().for_each(|fact| content.fact(fact));
    SectionFacts {
        section: name.to_owned(),
        title: name.to_owned(),
        facts: content.into_output().facts,
    }
}

fn all_facts() -> Vec<SectionFacts> {
    let count = |key: &str, value: u32, table: &str| Some(Fact::count(key, value).shown_in(table));
    let percent = |key: &str, part: u32, whole: u32| Fact::percent(key, part, whole);
    vec![
        section(
            "summary",
            vec![
                Some(Fact::count("reports-total", 61u32)),
                Some(Fact::count("reports-analysed", 61u32)),
            ],
        ),
        section(
            "provenance",
            vec![
                count("reports-total", 61, "source"),
                count("reports-analysed", 61, "source"),
            ],
        ),
        section(
            "seriousness",
            vec![
                count("serious-reports", 5, "seriousness"),
                percent("serious-percent", 5, 61),
                count("serious-stated-reports", 61, "seriousness"),
                count("fatal-reports", 0, "deaths-stated"),
                percent("fatal-percent", 0, 61),
                count("fatal-stated-reports", 61, "deaths-stated"),
                count("hospitalised-reports", 4, "criteria"),
            ],
        ),
        section(
            "reactions",
            vec![
                count("distinct-reactions", 65, "reactions"),
                Some(Fact::text("top-reaction-1", "Dyspnoea").shown_in("reactions")),
                count("top-reaction-1-reports", 10, "reactions"),
                Some(Fact::text("top-reaction-2", "Unevaluable event").shown_in("reactions")),
                count("top-reaction-2-reports", 6, "reactions"),
            ],
        ),
        section(
            "population",
            vec![
                count("female-reports", 45, "sex"),
                count("sex-known-reports", 61, "sex"),
                percent("female-percent", 45, 61),
                count("age-known-reports", 61, "age-and-weight"),
                Fact::number("median-age", 64.0).map(|fact| fact.shown_in("age-and-weight")),
                count("consumer-reports", 44, "reporter"),
                percent("consumer-percent", 44, 61),
                count("professional-reports", 17, "reporter"),
                percent("professional-percent", 17, 61),
                count("reporter-stated-reports", 61, "reporter"),
            ],
        ),
        section("case-flow", vec![count("concomitant-reports", 20, "role")]),
        section(
            "disproportionality",
            vec![
                Some(Fact::text("comparator", "openFDA drug/event")),
                count("reactions-tested", 63, "rules"),
                count("reactions-listed", 12, "rules"),
                Some(Fact::count("signal-minimum", 3u32)),
                Some(Fact::text("comparator-role", "any role of the drug")),
                Some(Fact::text(
                    "rules-applied",
                    "the 3 rules that could be applied (Evans, EMA and UMC)",
                )),
                Some(Fact::text("signals-aside", "Off label use").shown_in("shrunk")),
                count("signals-two-rules", 4, "rules"),
                Some(Fact::text("signal-statistics", "the statistics PRR and IC")),
                Some(Fact::text("signal-order", "IC025")),
                Some(Fact::text("top-signal-1", "Oedema").shown_in("shrunk")),
                count("top-signal-1-reports", 8, "shrunk"),
                count("top-signal-1-suspect-cases", 7, "shrunk"),
                Fact::number("top-signal-1-lower", 1.234),
                Some(Fact::text("top-signal-2", "Flushing").shown_in("shrunk")),
                count("top-signal-2-reports", 5, "shrunk"),
                count("top-signal-2-suspect-cases", 3, "shrunk"),
                Fact::number("top-signal-2-lower", 0.4),
                Some(Fact::count("signal-suspect-minimum", 3u32)),
                Some(Fact::text("signals-unsuspected", "Cough (1)").shown_in("shrunk")),
                Some(Fact::text(
                    "signals-compared",
                    "in all reports and in serious reports",
                )),
                Some(Fact::text("signals-staying", "Oedema").shown_in("sensitivity")),
                Some(Fact::text("signals-undecided", "Flushing").shown_in("sensitivity")),
            ],
        ),
        section(
            "trend",
            vec![
                Some(Fact::date("first-received", 16_141)),
                Some(Fact::date("last-received", 16_231)),
                Some(Fact::text("trend-reports", "matching reports")),
                Some(Fact::text("period-length", "quarter")),
                count("periods", 2, "trend"),
                Some(Fact::text("peak-period", "2014-Q1").shown_in("trend")),
                count("peak-period-reports", 60, "trend"),
                count("new-reactions", 1, "interval-reactions"),
                Some(Fact::text("new-reactions-named", "Rash (2)")),
            ],
        ),
    ]
}

fn reports() -> Fixture {
    Fixture::new(vec![Case::new("1")])
}

#[test]
fn each_sentence_quotes_facts_and_names_their_tables() {
    let output = compose::<StandardNarrative>(&reports(), "{}", all_facts()).unwrap();

    assert_eq!(problems(&output), [""; 0]);
    let text = plain_text(&output);
    for sentence in [
        "61 reports naming LETAIRIS or AMBRISENTAN were found through NDC 61958-0802, and all of them were analysed (Table<#provenance/source>).",
        "New in the period, by all matching reports: Rash (2) (Table<#trend/interval-reactions>).",
        "Signals of disproportionate reporting: Oedema, IC025 1.23 (above 0), 8 reports in any role, suspected in 7 probable cases; Flushing, IC025 0.40 (above 0), 5 reports in any role, suspected in 3 probable cases (Table<#disproportionality/shrunk>).",
        "Of 65 distinct reaction terms, those named in most reports were Dyspnoea (10 reports) and Unevaluable event (6; an administrative term) (Table<#reactions/reactions>).",
        "Of 61 reports with known sex, 45 (73.8%) concerned female patients, and the median age was 64 years in the 61 reports that give it; of the 61 that name who reported, consumers sent 44 (72.1%), health professionals 17 (27.9%) (Table<#population/sex>; Table<#population/age-and-weight>; Table<#population/reporter>).",
        "Of 63 reaction terms tested against the comparator, any role of the drug, 12 had at least 3 reports, and 4 stood out by at least two of the statistics PRR and IC, judged by the 3 rules that could be applied (Evans, EMA and UMC); left aside as indications of the drug or administrative terms: Off label use; left aside because fewer than 3 probable cases suspect the drug (how many, in brackets): Cough (1); of the signals named first, compared in all reports and in serious reports, these stay each time: Oedema; these cannot be judged each time: Flushing (Table<#disproportionality/rules>; Table<#disproportionality/shrunk>; Table<#disproportionality/sensitivity>).",
        "! The largest caveat: In 20 reports the drug is only concomitant, that is, the reporter listed it without suspecting it, and the counts include these reports (Table<#case-flow/role>). Chosen from these data, by the share that a caveat concerns. A report states a suspicion",
        "The matching reports were first received between 12 March 2014 and 10 June 2014; the quarter with the most was 2014-Q1 (60) (Table<#trend/trend>).",
    ] {
        assert!(text.contains(sentence), "{sentence}\n{text}");
    }
}

#[test]
fn what_no_report_states_is_said_to_be_unknown() {
    let facts = vec![section(
        "seriousness",
        vec![
            Some(Fact::count("reports-analysed", 2u32)),
            Some(Fact::count("serious-stated-reports", 0u32)),
            Some(Fact::count("fatal-stated-reports", 0u32)),
        ],
    )];

    let text = plain_text(&compose::<StandardNarrative>(&reports(), "{}", facts).unwrap());

    assert!(
        text.contains("Whether they are serious is not reported"),
        "{text}"
    );
    assert!(
        text.contains("Whether somebody died is not reported"),
        "{text}"
    );
}

#[test]
fn deaths_are_said_with_what_they_are_made_of() {
    let count = |key: &str, value: u32| Some(Fact::count(key, value).shown_in("deaths-stated"));
    let facts = vec![section(
        "seriousness",
        vec![
            count("fatal-reports", 18),
            Fact::percent("fatal-percent", 18u32, 61u32),
            count("fatal-stated-reports", 61),
            count("fatal-by-criterion-reports", 0),
            count("fatal-by-outcome-only-reports", 17),
            count("fatal-by-reaction-only-reports", 1),
        ],
    )];

    let text = plain_text(&compose::<StandardNarrative>(&reports(), "{}", facts).unwrap());

    assert!(
        text.contains("A death was reported in 18 reports (29.5% of the 61 analysed reports that state whether there was one): 0 by the seriousness criterion, 17 more by the outcome fatal of a reaction, 1 more by a reaction that means death (Table<#seriousness/deaths-stated>)."),
        "{text}"
    );
}

#[test]
fn no_sentence_claims_more_than_reports_show() {
    let filled = compose::<StandardNarrative>(&reports(), "{}", all_facts()).unwrap();
    let empty = compose::<StandardNarrative>(&Fixture::new(Vec::new()), "{}", Vec::new()).unwrap();

    for output in [filled, empty] {
        assert_eq!(overclaims(&output, &[]), [""; 0]);
    }
}

#[test]
fn without_a_comparator_it_says_that_nothing_was_compared() {
    let facts = vec![section(
        "method",
        vec![Some(Fact::text("comparator", "none"))],
    )];

    let text = plain_text(&compose::<StandardNarrative>(&reports(), "{}", facts).unwrap());

    assert!(
        text.contains("so no disproportionality was computed, which says nothing about the drug."),
        "{text}"
    );
}

#[test]
fn a_sentence_without_its_facts_is_left_out() {
    let facts = vec![section(
        "reactions",
        vec![Some(Fact::count("reports-analysed", 61u32))],
    )];

    let text = plain_text(&compose::<StandardNarrative>(&reports(), "{}", facts).unwrap());

    assert!(text.contains("\nFindings. 61 reports naming LETAIRIS or AMBRISENTAN, found through NDC 61958-0802, were analysed.\n"), "{text}");
    assert!(!text.contains("marked serious"), "{text}");
}

#[test]
fn without_reports_it_says_so_plainly() {
    let mut fixture = Fixture::new(Vec::new());
    fixture.origin.names.clear();

    let text = plain_text(&compose::<StandardNarrative>(&fixture, "{}", all_facts()).unwrap());

    assert!(
        text.contains(
            "In the data source (openFDA drug/event) no reports carry the code 61958-0802. Whether other reports use the name of the drug without carrying the code was not looked for."
        ),
        "{text}"
    );
}

#[test]
fn a_drug_that_lost_its_codes_is_not_a_drug_without_reports() {
    let mut fixture = Fixture::new(Vec::new());
    fixture.origin.names = vec!["INFLIXITEST".to_owned()];
    let fixture =
        fixture.with_details(&[("names-counted", "INFLIXITEST"), ("reports-naming", "30")]);

    let text = plain_text(&compose::<StandardNarrative>(&fixture, "{}", Vec::new()).unwrap());

    assert!(
        text.contains("no reports carry the code 61958-0802"),
        "{text}"
    );
    assert!(
        text.contains("30 reports give INFLIXITEST as product"),
        "{text}"
    );
    assert!(!text.contains("no reports that name"), "{text}");
}

#[test]
fn a_selection_is_never_presented_as_all() {
    let selection = "the 5,000 most recently received of 7,300 matching reports";
    let facts = vec![section(
        "provenance",
        vec![
            Some(Fact::count("reports-total", 7_300u32)),
            Some(Fact::count("reports-fetched", 5_000u32)),
            Some(Fact::count("reports-analysed", 4_998u32)),
            Some(Fact::text("selection", selection)),
        ],
    )];

    let text = plain_text(&compose::<StandardNarrative>(&reports(), "{}", facts).unwrap());

    let words = "7,300 reports naming LETAIRIS or AMBRISENTAN were found through NDC 61958-0802, of which 4,998 were analysed; fetched were the 5,000 most recently received of 7,300 matching reports.";
    assert!(text.contains(words), "{text}");
    assert!(
        text.contains("The largest caveat: 5,000 of 7,300 matching reports were fetched"),
        "{text}"
    );
}

#[test]
fn reports_that_were_left_out_are_not_said_to_be_absent() {
    let mut fixture = Fixture::new(Vec::new());
    fixture.origin.total = 10;
    fixture.origin.flow = vec![
        step("Matching reports in openFDA", 10, 0, ""),
        step(
            "Drug is suspect or interacting",
            0,
            10,
            "the drug is only concomitant",
        ),
        step("Analysed", 0, 0, ""),
    ];
    let text = plain_text(&compose::<StandardNarrative>(&fixture, "{}", Vec::new()).unwrap());

    assert!(
        text.contains("Of the 10 reports in the data source"),
        "{text}"
    );
    assert!(
        text.contains("At the step “Drug is suspect or interacting” the last 10 were left out (the drug is only concomitant)."),
        "{text}"
    );
    assert!(!text.contains("none was found"), "{text}");
}

#[test]
fn a_period_without_reports_is_not_a_drug_without_reports() {
    let mut fixture = Fixture::new(Vec::new()).with_details(&[("matching-any-day", "61")]);
    fixture.origin.total = 0;
    fixture.origin.flow = vec![
        step("Matching reports in openFDA", 61, 0, ""),
        step("Received in the period", 0, 61, "outside the period"),
    ];
    let text = plain_text(&compose::<StandardNarrative>(&fixture, "{}", Vec::new()).unwrap());

    assert!(text.contains("Of the 61 reports"), "{text}");
    assert!(text.contains("“Received in the period”"), "{text}");
    assert!(!text.contains("no report carries"), "{text}");
}

fn step(label: &str, remaining: u64, removed: u64, reason: &str) -> FlowStep {
    FlowStep {
        label: label.to_owned(),
        remaining,
        removed,
        reason: reason.to_owned(),
    }
}

#[test]
fn a_single_rule_is_not_counted_as_several() {
    let count = |key: &str, value: u32, id: &str| Some(Fact::count(key, value).shown_in(id));
    let facts = vec![section(
        "disproportionality",
        vec![
            Some(Fact::text("comparator", "openFDA drug/event")),
            count("reactions-tested", 63, "rules"),
            count("reactions-listed", 12, "rules"),
            Some(Fact::count("signal-minimum", 3u32)),
            Some(Fact::text(
                "rules-applied",
                "the one rule that could be applied (EMA)",
            )),
            count("signals-one-rule", 4, "rules"),
        ],
    )];

    let text = plain_text(&compose::<StandardNarrative>(&reports(), "{}", facts).unwrap());

    let sentence =
        "12 had at least 3 reports, and 4 met the one rule that could be applied (EMA) (Table";
    assert!(text.contains(sentence), "{text}");
}

/// What the synopsis says of reports, without facts of other sections.
fn synopsis(fixture: &Fixture) -> String {
    let output = compose::<StandardNarrative>(fixture, "{}", Vec::new()).unwrap();
    assert_eq!(problems(&output), [""; 0]);
    assert_eq!(overclaims(&output, &[]), [""; 0]);
    plain_text(&output)
}

#[test]
fn the_gravest_reports_are_named_first_by_their_ids() {
    let serious = |id: &str, term: &str| Case::new(id).serious().with("reaction", term);
    let text = synopsis(&Fixture::new(vec![
        Case::new("1").received(2020, 1, 1).criterion("death"),
        Case::new("2")
            .received(2020, 2, 1)
            .with("reaction-outcome", "fatal"),
        Case::new("3").criterion("life-threatening"),
        Case::new("4")
            .with("rechallenge", "yes")
            .with("reaction", "Angioedema"),
        serious("5", "Oedema"),
        serious("6", "Oedema"),
        Case::new("7"),
    ]));

    for line in [
        "Death: 2 reports, id 2 and 1. 1 of them is not marked serious.",
        "Life-threatening event: 1 report, id 3.",
        "Designated medical events (EMA/326038/2020, 62 preferred terms): Angioedema: 1 report, suspected in 0, id 4.",
        "= Designated medical events: 1 (Angioedema, in 1 report)",
        "The event came back when the drug was given again: 1 report, id 4.",
        "Other serious reports: 2 reports, id 5 and 6. They name most often Oedema (2).",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let place = |words: &str| text.find(words).unwrap();
    assert!(place("Death: 2") < place("Life-threatening event:"));
    assert!(place("Life-threatening event:") < place("Other serious"));
}

#[test]
fn what_nobody_reported_is_not_said_to_be_absent() {
    let text = synopsis(&Fixture::new(vec![Case::new("1"), Case::new("2")]));

    assert!(
        text.contains("None of the reports states a death, life-threatening event or designated medical event; that does not mean that there was none."),
        "{text}"
    );
}

#[test]
fn completeness_is_said_of_each_thing_that_a_reader_needs() {
    let text = synopsis(&Fixture::new(vec![
        Case::new("1")
            .with("sex", "female")
            .with("reaction-outcome", "unknown"),
        Case::new("2")
            .with("sex", "male")
            .measure("age-years", 60.0),
    ]));

    assert!(
        text.contains("Of the 2 analysed reports these state, in all: sex and seriousness; age in 1 (50.0%); in none: reporter, a known indication, a known outcome, day of the event and time to onset."),
        "{text}"
    );
}

#[test]
fn an_indication_that_is_said_to_be_unknown_is_not_a_known_one() {
    let unknown = "PRODUCT USED FOR UNKNOWN INDICATION";
    let text = synopsis(&Fixture::new(vec![
        Case::new("1").with("indication", unknown),
        Case::new("2")
            .with("indication", unknown)
            .with("indication", "Hypertension"),
    ]));

    assert!(text.contains("; a known indication in 1 (50.0%)"), "{text}");
}

#[test]
fn a_signal_is_said_to_be_found_in_the_label_or_not_where_there_is_one() {
    let say = |fixture: &Fixture| {
        let output = compose::<StandardNarrative>(fixture, "{}", all_facts()).unwrap();
        assert_eq!(problems(&output), [""; 0]);
        assert_eq!(overclaims(&output, &[]), [""; 0]);
        plain_text(&output)
    };

    let labelled = say(&reports().with_label(20_162, &[("Oedema", "adverse reactions", "edema")]));
    for said in [
        "suspected in 7 probable cases, found in the label of 2025-03-15 (adverse reactions: \u{201c}edema\u{201d}); Flushing",
        "suspected in 3 probable cases, not found in the label of 2025-03-15 (Table<#disproportionality/shrunk>). That the label names a reaction is no judgement of it.",
    ] {
        assert!(labelled.contains(said), "{said}\n{labelled}");
    }
    assert!(!say(&reports()).contains("the label"));
}

#[test]
fn the_largest_caveat_is_that_of_these_reports() {
    let many = |case: fn(Case) -> Case| {
        let ids = (10..40).map(|id| case(Case::new(&id.to_string())));
        Fixture::new(ids.collect())
    };
    let told = |fixture: &Fixture| {
        let text = synopsis(fixture);
        let (_, told) = text.split_once("The largest caveat: ").unwrap();
        told.lines().next().unwrap().to_owned()
    };

    let few = Fixture::new((0..3).map(|id| Case::new(&id.to_string())).collect());
    assert!(told(&few).starts_with("Only 3 reports were analysed"));
    let plain = many(|case| case);
    assert!(told(&plain).starts_with("Reports are found by the name of the drug"));
    let silent = many(|case| case.without("seriousness"));
    assert!(told(&silent).starts_with("30 of 30 reports do not state whether they are serious"));
    let wave = many(|case| case.received(2014, 3, 12));
    assert!(told(&wave).starts_with("30 of 30 reports were first received in one month (2014-03)"));
    let own = many(|case| case).with_background("any-role", (61, 100), &[]);
    assert!(told(&own).starts_with("The comparator is small, 61 of its 100 reports"));
    let lost =
        many(|case| case).with_details(&[("names-counted", "LETAIRIS"), ("reports-naming", "300")]);
    assert!(
        told(&lost).starts_with("300 reports use the name, and only 30 of them carry the code")
    );
    let early = many(|case| case).with_details(&[
        ("received-from", "2025-01-01"),
        ("received-to", "2025-12-31"),
    ]);
    assert!(told(&early).starts_with("The period ends on 2025-12-31, but the data end on"));
    let later = many(|case| case.date("receipt", 2025, 7, 1));
    assert!(told(&later).starts_with(
        "30 of 30 reports had their latest information after 2025-06-30, the day of this document"
    ));
    let mut younger = many(|case| case).with_background("primary-suspect", (1, 1_000), &[]);
    if let Some(source) = &mut younger.background {
        source.as_of = 20_361;
    }
    assert!(told(&younger).starts_with(
        "The comparator counts reports up to 2025-09-30, 92 days after the day of this document"
    ));
    let lawyers = many(|case| case.with("reporter", "lawyer"));
    assert!(told(&lawyers).starts_with("Lawyers sent 30 of 30 reports"));
}

#[test]
fn several_caveats_are_named_by_weight() {
    let ids = (10..40).map(|id| Case::new(&id.to_string()).received(2014, 3, 12));
    let fixture = Fixture::new(ids.collect()).with_background("any-role", (61, 100), &[]);

    let text = synopsis(&fixture);

    assert!(
        text.contains("may not be independent. The comparator is small"),
        "{text}"
    );
}
