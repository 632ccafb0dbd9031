//! Promises about the making of a report: real data client, real modules, real pages.

#![expect(clippy::unwrap_used, reason = "what helps tests may fail like one")]

mod support;

use std::{collections::BTreeMap, sync::Mutex};

use quire_faers::CacheState;
use quire_model::{Digest, Kind, Paper, Policy, ProblemKind, ReportId};
use quire_records::Pins;
use quire_registry::Journal;
use quire_replay::{Fault, FaultRule};

use support::{Bench, narrative, request, section, text};

#[tokio::test(flavor = "multi_thread")]
async fn sections_stand_in_the_order_of_the_definition_and_the_narrative_quotes_them() {
    let bench = Bench::with(vec![
        section("first", Policy::Required, ""),
        narrative(),
        section("last", Policy::Required, ""),
    ])
    .await;

    let composed = bench.document().await.unwrap();

    let sections = &composed.document.sections;
    let names: Vec<_> = sections
        .iter()
        .map(|section| section.name.as_str())
        .collect();
    assert_eq!(names, ["first", "narrative", "last"]);
    let quotes = text(&sections[1]);
    assert_eq!(quotes.matches("Safety overview: ").count(), 2, "{quotes}");
    assert!(quotes.contains("61"), "{quotes}");
    assert!(composed.placeholders.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_section_leaves_an_honest_box_and_no_facts() {
    let bench = Bench::with(vec![
        section("good", Policy::Required, ""),
        section("bad", Policy::Placeholder, "failed"),
        section("worse", Policy::Placeholder, "panic"),
        narrative(),
    ])
    .await;

    let composed = bench.document().await.unwrap();

    assert_eq!(composed.placeholders, ["bad", "worse"]);
    let notice = &composed.document.notice;
    let lacks = "This report is incomplete: the sections Hostile, Hostile could not be made";
    assert!(notice.starts_with(lacks), "{notice}");
    let sections = &composed.document.sections;
    let digest = sections[1].module.digest.short();
    let bad = text(&sections[1]);
    assert!(
        bad.starts_with("Hostile\n[Danger]\nThis section could not be made\n"),
        "{bad}"
    );
    for part in [
        "Section bad",
        "module hostile",
        &digest,
        "the wheel came off",
    ] {
        assert!(bad.contains(part), "{part:?} is missing from {bad}");
    }
    assert!(text(&sections[2]).contains("A module crashed"));
    let quotes = text(&sections[3]);
    assert_eq!(quotes.matches("Safety overview: ").count(), 1, "{quotes}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_section_that_is_required_fails_the_report() {
    let bench = Bench::with(vec![
        section("good", Policy::Required, ""),
        section("bad", Policy::Required, "failed"),
    ])
    .await;

    let failure = bench.document().await.unwrap_err();

    assert_eq!(failure.problem.kind, ProblemKind::ModuleFailed);
    assert_eq!(failure.problem.section.as_deref(), Some("bad"));
    assert!(failure.problem.component_digest.is_some());
    assert!(!failure.retryable);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_section_without_data_says_so_whatever_its_policy() {
    let bench = Bench::with(vec![section("empty", Policy::Required, "no-data")]).await;

    let composed = bench.document().await.unwrap();

    let empty = text(&composed.document.sections[0]);
    assert_eq!(empty, "Hostile\n[Neutral]\nno report has a reaction");
    assert!(composed.placeholders.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_module_that_is_not_installed_or_of_the_wrong_kind_follows_the_policy() {
    let mut absent = section("absent", Policy::Placeholder, "");
    absent.module = "reaction-map".to_owned();
    let mut wrong = section("wrong", Policy::Placeholder, "");
    wrong.kind = Kind::Narrative;
    let mut bench = Bench::with(vec![absent.clone(), wrong]).await;

    let composed = bench.document().await.unwrap();
    absent.policy = Policy::Required;
    bench.set_sections(vec![absent]);
    let failure = bench.document().await.unwrap_err();

    assert_eq!(composed.placeholders, ["absent", "wrong"]);
    let absent = text(&composed.document.sections[0]);
    assert!(absent.starts_with("Absent\n"), "{absent}");
    assert!(
        absent.contains("No module called reaction-map is installed."),
        "{absent}"
    );
    assert_eq!(failure.problem.kind, ProblemKind::ModuleMissing);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_keeps_the_modules_that_were_pinned() {
    let bench = Bench::with(vec![section("one", Policy::Required, "")]).await;
    let definition = bench.maker.registry.definitions.get("test").unwrap();
    let pins = bench.maker.registry.pins(&report(), &definition);
    let narrator = bench.maker.registry.modules.active("narrator").unwrap();
    let before = bench.document().await.unwrap();

    bench.maker.registry.modules.activate("hostile", narrator);
    let pinned = bench.document_with(&pins).await.unwrap();
    let swapped = bench.document().await.unwrap_err();
    let gone = Pins {
        modules: BTreeMap::from([("one".to_owned(), Digest::of(b"gone"))]),
        ..pins.clone()
    };
    let missing = bench.document_with(&gone).await.unwrap_err();
    let nothing = bench.document_with(&Pins::default()).await.unwrap_err();

    assert_eq!(pinned.document, before.document);
    assert_eq!(swapped.problem.kind, ProblemKind::ModuleMissing);
    assert_eq!(missing.problem.kind, ProblemKind::ModuleMissing);
    assert_eq!(nothing.problem.kind, ProblemKind::ModuleMissing);
}

/// Any report.
fn report() -> ReportId {
    "01J00000000000000000000000".parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_the_definition_names_wins_over_the_active_one() {
    let mut bench = Bench::with(vec![section("one", Policy::Required, "")]).await;
    let active = bench.maker.registry.modules.active("hostile").unwrap();
    let mut named = section("one", Policy::Required, "");
    named.digest = Some(active.digest);
    let narrator = bench.maker.registry.modules.active("narrator").unwrap();
    bench.maker.registry.modules.activate("hostile", narrator);

    bench.set_sections(vec![named]);
    let composed = bench.document().await.unwrap();
    let definition = bench.maker.registry.definitions.get("test").unwrap();
    let pins = bench.maker.registry.pins(&report(), &definition);

    let made_by = &composed.document.sections[0].module;
    assert_eq!(made_by.digest, active.digest);
    assert_eq!(pins.modules.get("one"), Some(&active.digest));
    assert_eq!(composed.runs[0].end, quire_registry::RunEnd::Made);
    assert!(composed.runs[0].memory_bytes > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_section_keeps_to_its_own_limits() {
    let mut narrow = section("narrow", Policy::Placeholder, "");
    narrow.limits.output_bytes = Some(1);
    let bench = Bench::with(vec![section("wide", Policy::Required, ""), narrow]).await;

    let composed = bench.document().await.unwrap();

    assert_eq!(composed.placeholders, ["narrow"]);
    assert!(matches!(
        composed.runs[0].end,
        quire_registry::RunEnd::Failed(_)
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn equal_arguments_give_equal_bytes_and_other_arguments_another_id() {
    let mut bench = Bench::with(vec![section("one", Policy::Required, ""), narrative()]).await;

    let first = bench.generate().await.unwrap();
    let second = bench.generate().await.unwrap();
    let mut other = request();
    other.paper = Some(Paper::A4);
    let (other, _) = bench.maker.document(&other, |_| {}).await.unwrap();
    bench.set_sections(vec![
        section("one", Policy::Required, "no-data"),
        narrative(),
    ]);
    let another = bench.document().await.unwrap();

    assert_eq!(first.pdf, second.pdf);
    assert!(first.pdf.starts_with(b"%PDF"));
    let id = &first.composed.document.id;
    assert_eq!(id.len(), 32);
    assert_eq!(*id, second.composed.document.id);
    assert_ne!(*id, other.document.id);
    assert_ne!(*id, another.document.id);
    assert_eq!(first.freshness.cache, CacheState::Miss);
    assert_eq!(second.freshness.cache, CacheState::Hit);
    let timed: Vec<_> = first.composed.timings.keys().map(String::as_str).collect();
    assert_eq!(
        timed,
        [
            "background",
            "data",
            "pdf",
            "section:narrative",
            "section:one",
            "sections"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_counts_every_step_once() {
    let bench = Bench::with(vec![section("one", Policy::Required, ""), narrative()]).await;
    let steps = Mutex::new(Vec::new());

    bench
        .maker
        .generate(&request(), None, &Journal::default(), |step| {
            let line = format!("{} {}/{}", step.section, step.done, step.total);
            steps.lock().unwrap().push(line);
        })
        .await
        .unwrap();

    let steps = steps.into_inner().unwrap();
    assert_eq!(steps, ["data 0/4", "one 1/4", "narrative 2/4", "pdf 3/4"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_definition_is_named_with_those_there_are() {
    let bench = Bench::with(Vec::new()).await;
    let mut unknown = request();
    unknown.definition = "psur".to_owned();

    let failure = bench.maker.document(&unknown, |_| {}).await.unwrap_err();

    assert_eq!(failure.problem.kind, ProblemKind::UnknownDefinition);
    assert_eq!(
        failure.problem.detail,
        "There is no report definition called \"psur\"; there are test."
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_source_refuses_is_not_worth_another_try() {
    let bench = Bench::with(vec![section("one", Policy::Required, "")]).await;
    bench.openfda.fail(FaultRule::always(Fault::KeyInvalid));

    let failure = bench.document().await.unwrap_err();

    assert_eq!(failure.problem.kind, ProblemKind::SourceRefused);
    assert!(!failure.retryable);
}
