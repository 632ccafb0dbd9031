//! What a module may answer, and that it answers the same each time.

use std::{collections::BTreeMap, sync::Arc};

use quire_model::{
    Background, BackgroundRole, BackgroundTotals, Block, Date, Fact, FactValue, Kind, ProblemKind,
    ReactionTotals, SectionFacts,
};
use quire_modules::RunError;

use crate::support::{Hostile, LIMITS, call, guest, host, said, series};

#[tokio::test]
async fn a_well_behaved_module_gets_every_kind_of_block_through() {
    let hostile = Hostile::new();

    let output = hostile.commit("").await.unwrap();

    assert_eq!(output.blocks.len(), 9);
    assert!(
        matches!(&output.blocks[0], Block::Heading(heading) if heading.text == "Safety overview")
    );
    let Block::Table(table) = &output.blocks[3] else {
        panic!("no table but {:?}", output.blocks[3])
    };
    assert_eq!(table.columns[1].missing, [0]);
    assert_eq!(output.facts.len(), 1);
    assert_eq!(output.facts[0].value, FactValue::Integer(3));
    assert!(output.memory_bytes > 0);
    assert!(!output.cpu.is_zero());
}

#[tokio::test]
async fn a_module_reads_provenance_totals_and_why_there_is_no_background() {
    let hostile = Hostile::new();

    let output = hostile.commit("").await.unwrap();

    let text = said(&output);
    assert!(text.starts_with("3 reports, ndc 61958-0802"), "{text}");
    let absent = "background None Some(\"none in a test\") [None, None] None";
    assert!(text.ends_with(absent), "{text}");
}

#[tokio::test]
async fn a_module_reads_the_background_and_what_is_not_known_of_it() {
    let hostile = Hostile::new();
    assert!(hostile.module.wants_background);
    let background = BackgroundTotals {
        label: "made up".to_owned(),
        role: BackgroundRole::AnyRole,
        as_of: Date::constant(2025, 4, 30),
        total: 100,
        drug: 3,
        reactions: BTreeMap::from([("NAUSEA".to_owned(), ReactionTotals { both: 2, all: 9 })]),
        complete: false,
        prior: None,
        strata: quire_model::Strata::default(),
        queries: Vec::new(),
        attributes: Vec::new(),
    };
    let mut call = call(r#"{"sin": ""}"#);
    call.background = Arc::new(Background::Totals(background));

    let output = hostile.host.render(&hostile.module, call, series()).await;

    let text = said(&output.unwrap());
    let known = "background Some((\"any-role\", 3, 100)) None [Some((2, 9)), None] None";
    assert!(text.ends_with(known), "{text}");
}

#[tokio::test]
async fn equal_calls_give_equal_answers() {
    let hostile = Hostile::new();

    let one = hostile.commit("").await.unwrap();
    let other = hostile.commit("").await.unwrap();

    assert_eq!(one.blocks, other.blocks);
    assert_eq!(one.facts, other.facts);
}

#[tokio::test]
async fn a_section_without_a_heading_gets_its_modules_title() {
    let hostile = Hostile::new();

    let output = hostile.commit("untitled").await.unwrap();

    assert!(matches!(
        &output.blocks[0],
        Block::Heading(heading) if heading.level == 1 && heading.text == "Hostile"
    ));
}

#[tokio::test]
async fn refusals_arrive_in_the_modules_own_words() {
    let hostile = Hostile::new();

    let no_data = hostile.commit("no-data").await.unwrap_err();
    let params = hostile.commit("invalid-params").await.unwrap_err();
    let failed = hostile.commit("failed").await.unwrap_err();

    assert_eq!(
        no_data,
        RunError::NoData("no report has a reaction".to_owned())
    );
    assert_eq!(
        params,
        RunError::InvalidParams("top exceeds bottom".to_owned())
    );
    assert_eq!(failed, RunError::Failed("the wheel came off".to_owned()));
    assert!(!failed.is_retryable());
}

#[tokio::test]
async fn parameters_that_are_not_json_never_reach_the_module() {
    let hostile = Hostile::new();

    let error = hostile
        .host
        .render(&hostile.module, call("{"), series())
        .await
        .unwrap_err();

    assert!(matches!(error, RunError::InvalidParams(_)), "{error}");
}

#[tokio::test]
async fn a_problem_names_section_and_module() {
    let hostile = Hostile::new();

    let error = hostile.commit("failed").await.unwrap_err();
    let problem = error.problem("reactions", hostile.module.digest);

    assert_eq!(problem.kind, ProblemKind::ModuleFailed);
    assert_eq!(problem.section.as_deref(), Some("reactions"));
    assert_eq!(
        problem.component_digest,
        Some(hostile.module.digest.to_string())
    );
}

#[tokio::test]
async fn a_narrative_receives_the_facts_of_sections() {
    let host = host(LIMITS, 2);
    let narrator = host.load(&guest("narrator")).unwrap();
    let facts = vec![SectionFacts {
        section: "reactions".to_owned(),
        title: "Reactions".to_owned(),
        facts: vec![Fact {
            key: "reports".to_owned(),
            value: FactValue::Integer(61),
            unit: None,
            source: None,
            attributes: Vec::new(),
        }],
    }];

    let output = host
        .compose(&narrator, call("{}"), series(), facts)
        .await
        .unwrap();

    assert_eq!(narrator.kind, Kind::Narrative);
    assert_eq!(said(&output), "Reactions: reports = FactValue::Integer(61)");
}

#[tokio::test]
async fn a_module_is_only_called_as_what_it_is() {
    let host = host(LIMITS, 2);
    let narrator = host.load(&guest("narrator")).unwrap();

    let error = host
        .render(&narrator, call("{}"), series())
        .await
        .unwrap_err();

    assert_eq!(error, RunError::WrongKind("section"));
}
