//! The narrative over facts as the standard sections give them.

use quire_sdk::{
    Fact,
    testing::{Case, Fixture, compose, plain_text, problems},
    wit::SectionFacts,
};

use super::*;

/// Words that claim more than reports can show.
const FORBIDDEN: [&str; 9] = [
    "caused",
    "rate",
    "incidence",
    "risk",
    "safe",
    "proven",
    "significantly",
    "prevalence",
    "due",
];

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
                count("fatal-reports", 0, "criteria"),
                percent("fatal-percent", 0, 61),
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
            ],
        ),
        section(
            "trend",
            vec![
                Some(Fact::date("first-received", 16_141)),
                Some(Fact::date("last-received", 16_231)),
                Some(Fact::text("period-length", "quarter")),
                count("periods", 2, "trend"),
                Some(Fact::text("peak-period", "2014-Q1").shown_in("trend")),
                count("peak-period-reports", 60, "trend"),
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
        "The data source (openFDA drug/event) holds 61 reports naming LETAIRIS or AMBRISENTAN, found through NDC 61958-0802, and all of them were analysed (Table<#provenance/source>).",
        "5 of the 61 analysed reports (8.2%) were marked serious; 4 met the criterion hospitalisation (Table<#seriousness/seriousness>; Table<#seriousness/criteria>).",
        "No report carried the seriousness criterion death (Table<#seriousness/criteria>).",
        "Of 65 distinct reaction terms, those named in most reports were Dyspnoea (10 reports) and Unevaluable event (6) (Table<#reactions/reactions>).",
        "Of 61 reports with known sex, 45 (73.8%) concerned female patients, and the median age was 64 years in the 61 reports that give it (Table<#population/sex>; Table<#population/age-and-weight>).",
        "Consumers sent 44 of the analysed reports (72.1%), health professionals 17 (27.9%) (Table<#population/reporter>).",
        "The reports were first received between 12 March 2014 and 10 June 2014; the quarter with the most was 2014-Q1 (60) (Table<#trend/trend>).",
    ] {
        assert!(text.contains(sentence), "{sentence}\n{text}");
    }
}

#[test]
fn no_sentence_claims_more_than_reports_show() {
    let filled = plain_text(&compose::<StandardNarrative>(&reports(), "{}", all_facts()).unwrap());
    let empty = plain_text(
        &compose::<StandardNarrative>(&Fixture::new(Vec::new()), "{}", Vec::new()).unwrap(),
    );

    for text in [filled, empty] {
        let lower = text.to_lowercase();
        let mut words = lower.split(|char: char| !char.is_alphanumeric());
        assert_eq!(words.find(|word| FORBIDDEN.contains(word)), None, "{text}");
    }
}

#[test]
fn a_sentence_without_its_facts_is_left_out() {
    let facts = vec![section(
        "reactions",
        vec![Some(Fact::count("reports-analysed", 61u32))],
    )];

    let text = plain_text(&compose::<StandardNarrative>(&reports(), "{}", facts).unwrap());

    assert!(text.contains("\n61 reports naming LETAIRIS or AMBRISENTAN, found through NDC 61958-0802, were analysed.\n"), "{text}");
    assert!(!text.contains("serious"), "{text}");
}

#[test]
fn without_reports_it_says_so_plainly() {
    let mut fixture = Fixture::new(Vec::new());
    fixture.origin.names.clear();

    let text = plain_text(&compose::<StandardNarrative>(&fixture, "{}", all_facts()).unwrap());

    assert!(
        text.contains(
            "The data source (openFDA drug/event) holds no reports that name a product with the code 61958-0802."
        ),
        "{text}"
    );
}
