//! What reports are compared with, out of openFDA's totals: right, kept, within the budget, and never
//! a reason to go without a report.

use std::{sync::Arc, time::Duration};

use quire_faers::{CaseSeries, Faers};
use quire_model::{Background, BackgroundRole, BackgroundTotals, Ndc, ReactionTotals};
use quire_replay::{Fault, FaultRule, Records, Replay, ReplaySettings, RunningReplay};
use serde_json::{Value, json};

use crate::support::{Bench, Redis, letairis};

async fn series(faers: &Faers) -> Arc<CaseSeries> {
    faers.case_series(&letairis()).await.unwrap().series
}

async fn background(bench: &Bench) -> Arc<Background> {
    let series = series(&bench.faers).await;
    let background = bench.faers.background(&letairis(), &series).await;
    background.unwrap().answer
}

fn totals(background: &Background) -> &BackgroundTotals {
    background
        .totals()
        .unwrap_or_else(|| panic!("no totals but {background:?}"))
}

/// Terms of a record in capitals, each once.
fn terms(record: &Value) -> Vec<String> {
    let reactions = record["patient"]["reaction"].as_array().unwrap().iter();
    let mut terms: Vec<String> = reactions
        .map(|reaction| {
            reaction["reactionmeddrapt"]
                .as_str()
                .unwrap()
                .to_uppercase()
        })
        .collect();
    terms.sort();
    terms.dedup();
    terms
}

fn names_letairis(record: &Value) -> bool {
    let drugs = record["patient"]["drug"].as_array().unwrap().iter();
    let codes = drugs.filter_map(|drug| drug["openfda"]["product_ndc"].as_array());
    codes.flatten().any(|code| code == "61958-0802")
}

/// A report of a drug with reactions; `ours` names the product that is asked for.
fn record(id: usize, ours: bool, terms: &[String]) -> Value {
    let code = if ours { "61958-0802" } else { "0001-0001" };
    let reactions: Vec<Value> = terms
        .iter()
        .map(|term| json!({"reactionmeddrapt": term}))
        .collect();
    json!({
        "safetyreportid": format!("{}", 10_000_000 + id),
        "receivedate": if id.is_multiple_of(2) { "20140312" } else { "20190312" },
        "patient": {
            "reaction": reactions,
            "drug": [{"drugcharacterization": "1", "medicinalproduct": "X",
                "openfda": {"product_ndc": [code]}}],
        },
    })
}

/// More reactions than one count gives: `T0000` is in the most reports. The drug has the rarest.
async fn many_reactions() -> RunningReplay {
    let mut records = Vec::new();
    for index in 0..1_100 {
        let term = format!("T{index:04}");
        for copy in 0..if index < 1_000 { 4 } else { 2 } {
            records.push(record(
                index * 10 + copy,
                false,
                std::slice::from_ref(&term),
            ));
        }
    }
    let rare: Vec<String> = (1_050..1_060).map(|index| format!("T{index:04}")).collect();
    records.push(record(90_000, true, &rare));
    records.push(record(
        90_002,
        true,
        &["T0007".to_owned(), "Crohn^s disease".to_owned()],
    ));
    let settings = ReplaySettings {
        records: records.into_iter().collect::<Records>(),
        ..ReplaySettings::sample().unwrap()
    };
    Replay::start(settings).await.unwrap()
}

#[tokio::test]
async fn every_total_of_the_sample_is_that_of_its_records() {
    let bench = Bench::new().await;
    let sample = ReplaySettings::sample().unwrap().records;

    let background = background(&bench).await;

    let totals = totals(&background);
    assert_eq!(totals.role, BackgroundRole::AnyRole);
    assert_eq!((totals.total, totals.drug), (100, 61));
    assert!(
        totals.label.contains("bundled sample of 100 real"),
        "{}",
        totals.label
    );
    assert_eq!(totals.as_of.to_string(), "2025-06-20");
    assert!(
        totals.complete,
        "fewer than 1,000 reactions are all of them"
    );
    assert_eq!(totals.prior, None, "one drug's counts fit no prior");
    let mut seen = 0;
    for term in sample.values().flat_map(|record| terms(&record)) {
        let with = |record: &Value| terms(record).contains(&term);
        let all = sample.values().filter(with).count() as u64;
        let both = sample
            .values()
            .filter(|record| with(record) && names_letairis(record))
            .count();
        let expected = ReactionTotals {
            both: both as u64,
            all,
        };
        assert_eq!(totals.reaction(&term), Some(expected), "{term}");
        seen += 1;
    }
    assert!(seen >= 154, "{seen}");
    assert_eq!(
        totals.reaction("Nobody had this"),
        Some(ReactionTotals::default())
    );
}

#[tokio::test]
async fn it_costs_four_requests_which_the_provenance_lists() {
    let bench = Bench::new().await;
    let series = series(&bench.faers).await;
    let asked = bench.requests();

    let background = bench.faers.background(&letairis(), &series).await.unwrap();

    assert_eq!(bench.requests() - asked, 4);
    let urls: Vec<&str> = background
        .queries()
        .iter()
        .map(|query| query.url.as_str())
        .collect();
    assert_eq!(urls.len(), 4, "{urls:#?}");
    assert!(urls[0].ends_with("/drug/event.json?limit=0"), "{}", urls[0]);
    assert!(urls[3].contains("count=patient.reaction.reactionmeddrapt.exact&limit=1000"));
}

#[tokio::test]
async fn it_is_kept_for_a_day_and_then_asked_for_again() {
    let bench = Bench::with(|_, tuning| tuning.ttl_spread_percent = 0).await;
    let first = background(&bench).await;
    bench.pass(Duration::from_secs(24 * 60 * 60 - 1));
    let series = series(&bench.faers).await;
    let asked = bench.requests();

    let second = bench.faers.background(&letairis(), &series).await.unwrap();
    assert_eq!((bench.requests(), &second.answer), (asked, &first));

    bench.pass(Duration::from_secs(1));
    bench.faers.background(&letairis(), &series).await.unwrap();
    assert_eq!(bench.requests() - asked, 4);
}

#[tokio::test]
async fn fifty_at_once_ask_once() {
    let bench = Bench::new().await;
    let series = series(&bench.faers).await;
    let asked = bench.requests();
    let ndc = letairis();

    let asks = (0..50).map(|_| bench.faers.background(&ndc, &series));
    let answers = futures::future::join_all(asks).await;

    assert!(
        answers
            .iter()
            .flatten()
            .all(|answer| answer.totals().is_some())
    );
    assert_eq!(bench.requests() - asked, 4);
}

#[tokio::test]
async fn an_older_one_stands_in_while_openfda_is_away_and_says_how_old_it_is() {
    let bench = Bench::new().await;
    let fresh = background(&bench).await;
    let series = series(&bench.faers).await;
    bench.pass(Duration::from_secs(25 * 60 * 60));
    bench.replay.fail(FaultRule::always(Fault::Unavailable));

    let stale = bench.faers.background(&letairis(), &series).await.unwrap();

    let (fresh, stale) = (totals(&fresh), totals(&stale));
    assert_eq!(stale.reactions, fresh.reactions);
    let remark = "counted on 2025-06-15 and not since, because openFDA could not be reached";
    assert!(stale.label.contains(remark), "{}", stale.label);
    // As with reports: when its time to live ended, not when it was counted.
    let mut remarks = stale.attributes.iter();
    let since = remarks.find(|remark| remark.name == "stale-since").unwrap();
    assert!(
        ("2025-06-16T12".."2025-06-16T16").contains(&since.value.as_str()),
        "{}",
        since.value
    );
    let asked = bench.requests();
    bench.faers.background(&letairis(), &series).await.unwrap();
    assert_eq!(bench.requests(), asked, "openFDA is left alone for a while");
}

#[tokio::test]
async fn while_openfda_rests_a_report_asks_all_the_same_and_a_comparison_is_not_waited_for() {
    let bench = Bench::new().await;
    let series = series(&bench.faers).await;
    bench.replay.fail(FaultRule::always(Fault::Unavailable));
    bench.faers.background(&letairis(), &series).await.unwrap();
    let other: Ndc = "0078-0669".parse().unwrap();
    bench.faers.case_series(&other).await.unwrap_err();
    let asked = bench.requests();

    let background = bench.faers.background(&letairis(), &series).await.unwrap();
    assert_eq!(bench.requests(), asked);
    let reason = "openFDA failed just now".to_owned();
    assert_eq!(*background, Background::Unavailable(reason));

    bench.replay.recover();
    // One failure is not everyone's: a code that is not kept is asked for.
    let _ = bench.faers.case_series(&other).await;
    assert!(bench.requests() > asked);
}

#[tokio::test]
async fn without_an_answer_there_is_a_reason() {
    for (fault, reason) in [
        (Fault::Unavailable, "openFDA could not be reached"),
        (Fault::BadRequest, "openFDA refused the request"),
        (Fault::BrokenJson, "openFDA's answer could not be read"),
    ] {
        let bench = Bench::new().await;
        let series = series(&bench.faers).await;
        bench.replay.fail(FaultRule::always(fault));

        let background = bench.faers.background(&letairis(), &series).await.unwrap();

        assert_eq!(*background, Background::Unavailable(reason.to_owned()));
    }
}

#[tokio::test]
async fn no_requests_mean_no_background() {
    let bench = Bench::with(|settings, _| settings.background_requests = 0).await;
    let series = series(&bench.faers).await;
    let asked = bench.requests();

    let background = bench.faers.background(&letairis(), &series).await.unwrap();

    assert!(matches!(&*background, Background::Unavailable(reason)
        if reason.contains("QUIRE_BACKGROUND_REQUESTS")));
    assert_eq!(bench.requests(), asked);
}

#[tokio::test]
async fn it_takes_at_most_half_of_the_days_requests() {
    let bench = Bench::with(|settings, _| settings.requests_per_day = 10).await;
    let series = series(&bench.faers).await;

    let background = bench.faers.background(&letairis(), &series).await.unwrap();

    assert!(
        matches!(&*background, Background::Unavailable(reason)
        if reason.contains("today's requests")),
        "{background:?}"
    );
    assert_eq!(
        bench.requests(),
        5,
        "two for the series, three for the comparison"
    );
    bench.pass(Duration::from_secs(301));
    assert_eq!(
        bench
            .faers
            .case_series(&letairis())
            .await
            .unwrap()
            .series
            .len(),
        61
    );
}

#[tokio::test]
async fn rarer_reactions_are_asked_for_one_by_one_as_far_as_requests_go() {
    let many = many_reactions().await;
    let bench = Bench::over(many, |settings, _| settings.background_requests = 9);

    let background = background(&bench).await;

    let totals = totals(&background);
    assert!(!totals.complete);
    assert_eq!(
        totals.reaction("T0007"),
        Some(ReactionTotals { both: 1, all: 5 })
    );
    // Nine requests: four for the frame, five for five of ten rare ones.
    let rare = |index: usize| totals.reaction(&format!("T{index:04}"));
    let known: Vec<usize> = (1_050..1_060)
        .filter(|index| rare(*index).is_some())
        .collect();
    assert_eq!(known.len(), 5, "{known:?}");
    assert_eq!(rare(known[0]), Some(ReactionTotals { both: 1, all: 3 }));
    assert_eq!(totals.queries.len(), 9);
    assert_eq!(
        totals.reaction("Crohn's disease"),
        None,
        "it cannot be searched for"
    );
    assert_eq!(rare(1_070), None, "nobody asked");
}

#[tokio::test]
async fn a_fault_in_the_middle_keeps_what_is_known_but_not_for_a_day() {
    let many = many_reactions().await;
    let bench = Bench::over(many, |_, _| ());
    let series = series(&bench.faers).await;
    bench
        .replay
        .fail(FaultRule::always(Fault::BadRequest).after(6));

    let first = bench.faers.background(&letairis(), &series).await.unwrap();

    assert!(totals(&first).reaction("T0007").is_some());
    assert_eq!(totals(&first).queries.len(), 6);
    bench.replay.recover();
    bench.pass(Duration::from_secs(301));
    let second = bench.faers.background(&letairis(), &series).await.unwrap();
    assert_eq!(totals(&second).queries.len(), 14);
}

#[tokio::test]
async fn both_sides_are_restricted_to_the_same_days() {
    let many = many_reactions().await;
    let bench = Bench::over(many, |_, _| ());
    let until = quire_model::Period {
        from: None,
        to: Some("2014-12-31".parse().unwrap()),
    };
    let fetched = bench.faers.received(&letairis(), until).await.unwrap();

    let background = bench
        .faers
        .background(&letairis(), &fetched.series)
        .await
        .unwrap();

    let totals = totals(&background);
    // Reports with odd ids are of 2019; both of the drug's are of 2014.
    assert_eq!((totals.total, totals.drug), (2 * 1_000 + 100 + 2, 2));
    assert!(
        totals.label.contains("received until 2014-12-31"),
        "{}",
        totals.label
    );
    assert_eq!(
        totals.reaction("T0007"),
        Some(ReactionTotals { both: 1, all: 3 })
    );
}

#[tokio::test]
async fn processes_share_it_through_redis() {
    let Some(redis) = Redis::start() else { return };
    let one = Bench::with(|settings, _| settings.redis_url = Some(redis.url())).await;
    let first = background(&one).await;
    let series = series(&one.faers).await;
    let asked = one.requests();
    let mut settings = crate::support::settings(&one.replay);
    settings.redis_url = Some(redis.url());
    let tuning = quire_faers::Tuning {
        clock: quire_faers::Clock::new(|| "2025-06-15T15:06:40Z".parse().unwrap()),
        ..crate::support::impatient()
    };
    let other = Faers::tuned(settings, tuning).unwrap();

    let second = other.background(&letairis(), &series).await.unwrap();

    assert_eq!((second.answer, one.requests()), (first, asked));
}

/// A report of the drug or of another, with everything that the source is counted again by.
fn told(
    id: usize,
    ours: bool,
    terms: &[&str],
    (sex, age, serious, reporter): (&str, u32, &str, &str),
) -> Value {
    let terms: Vec<String> = terms.iter().map(|&term| term.to_owned()).collect();
    let mut record = record(id, ours, &terms);
    record["serious"] = json!(serious);
    record["primarysource"] = json!({"qualification": reporter});
    record["patient"]["patientsex"] = json!(sex);
    if age > 0 {
        record["patient"]["patientonsetage"] = json!(age.to_string());
        record["patient"]["patientonsetageunit"] = json!("801");
    }
    record
}

/// Twenty reports of the drug, of which twelve name the one reaction that stands out, beside 400 others.
async fn one_signal() -> RunningReplay {
    let mut records = Vec::new();
    for id in 0..20_usize {
        let terms: &[&str] = if id < 12 {
            &["Angioedema", "Rash"]
        } else {
            &["Rash"]
        };
        let (sex, age) = if id < 4 { ("2", 70) } else { ("1", 40) };
        let (serious, reporter) = if id < 8 { ("1", "1") } else { ("2", "5") };
        let age = if id == 11 { 0 } else { age };
        records.push(told(id, true, terms, (sex, age, serious, reporter)));
    }
    for id in 20..420_usize {
        let terms: &[&str] = if id % 20 == 0 {
            &["Angioedema"]
        } else {
            &["Rash"]
        };
        let sex = if id.is_multiple_of(2) { "1" } else { "2" };
        let (serious, reporter) = if id.is_multiple_of(4) {
            ("1", "3")
        } else {
            ("2", "5")
        };
        records.push(told(id, false, terms, (sex, 40, serious, reporter)));
    }
    let settings = ReplaySettings {
        records: records.into_iter().collect::<Records>(),
        ..ReplaySettings::sample().unwrap()
    };
    Replay::start(settings).await.unwrap()
}

#[tokio::test]
async fn the_source_is_counted_again_for_reactions_that_stand_out() {
    let bench = Bench::over(one_signal().await, |_, _| ());

    let background = background(&bench).await;

    let strata = &totals(&background).strata;
    assert_eq!(strata.gaps, []);
    let names = strata.stratifications.iter().map(|one| one.by.name());
    let wanted = [
        "serious",
        "health-professional",
        "sex-and-age",
        "received-quarter",
    ];
    assert_eq!(names.collect::<Vec<_>>(), wanted);
    let cells = |by: &str| {
        let cells = strata.reaction(by, "Angioedema").unwrap();
        cells
            .iter()
            .map(|cell| (cell.both, cell.all))
            .collect::<Vec<_>>()
    };
    // Of 400 others every fourth is serious, and the twenty with the reaction are all among them.
    assert_eq!(cells("serious"), [(8, 28)]);
    assert_eq!(cells("health-professional"), [(8, 28)]);
    let serious = &strata.stratifications[0].strata[0];
    assert_eq!((serious.total, serious.drug), (108, 8));
    let by_sex_and_age = cells("sex-and-age");
    assert_eq!(by_sex_and_age.len(), 13);
    assert_eq!(by_sex_and_age[4], (4, 4), "women of 65 to 74");
    assert_eq!(by_sex_and_age[9], (7, 27), "men of 18 to 64");
    assert_eq!(by_sex_and_age[12], (1, 1), "no age");
    let parts = &strata.stratifications[2].strata;
    assert_eq!(parts.iter().map(|part| part.total).sum::<u64>(), 420);
    assert_eq!(parts[12].name, "not reported");
    // Even numbers came in 2014, odd ones in 2019; the twenty others are all even.
    assert_eq!(cells("received-quarter"), [(6, 26), (6, 6)]);
    assert_eq!(
        strata.reaction("serious", "Rash"),
        None,
        "nothing stands out there"
    );
}

#[tokio::test]
async fn what_requests_do_not_suffice_for_is_said() {
    let few = |requests| {
        move |settings: &mut quire_faers::FaersSettings, _: &mut quire_faers::Tuning| {
            settings.background_requests = requests;
        }
    };
    // Four for the frame; four each for serious reports and for those of professionals, eight by sex and age,
    // four by quarter.
    for (requests, ways) in [(24, 4), (23, 3), (12, 2), (8, 1), (7, 0)] {
        let bench = Bench::over(one_signal().await, few(requests));
        let background = background(&bench).await;
        let totals = totals(&background);

        assert_eq!(totals.strata.stratifications.len(), ways, "{requests}");
        assert_eq!(totals.strata.gaps.len(), 4 - ways, "{requests}");
        let said = |(_, reason): &(_, String)| reason.contains("QUIRE_BACKGROUND_REQUESTS");
        assert!(totals.strata.gaps.iter().all(said));
        assert!(totals.queries.len() <= requests as usize);
    }
}

#[tokio::test]
async fn rare_signals_cost_no_more_than_requests_allow() {
    // Serious reports of professionals alone, so that the lists of the parts are as long as that of the source.
    let told = |id: usize, ours: bool, terms: &[String]| {
        let mut record = record(id, ours, terms);
        record["serious"] = json!("1");
        record["primarysource"] = json!({"qualification": "1"});
        record
    };
    let term = |index: usize| format!("T{index:04}");
    let rare: Vec<String> = (1_050..1_054).map(term).collect();
    let mut records: Vec<Value> = (0..3).map(|id| told(90_000 + id, true, &rare)).collect();
    for index in 0..1_100 {
        let copies = if index < 1_000 { 9 } else { 2 };
        records.extend((0..copies).map(|copy| told(index * 10 + copy, false, &[term(index)])));
    }
    let records: Records = records.into_iter().collect();

    for (requests, ways) in [(16, 1), (20, 2), (60, 4)] {
        let settings = ReplaySettings {
            records: records.clone(),
            ..ReplaySettings::sample().unwrap()
        };
        let replay = Replay::start(settings).await.unwrap();
        let bench = Bench::over(replay, |settings, _| {
            settings.background_requests = requests
        });
        let background = background(&bench).await;
        let totals = totals(&background);

        let asked = totals.queries.len();
        assert!(asked <= requests as usize, "{asked} of {requests}");
        assert_eq!(totals.strata.stratifications.len(), ways, "{requests}");
    }
}

#[tokio::test]
async fn a_fault_while_it_is_counted_again_leaves_the_rest_and_is_said() {
    let bench = Bench::over(one_signal().await, |_, _| ());
    let series = series(&bench.faers).await;
    bench
        .replay
        .fail(FaultRule::always(Fault::BadRequest).after(10));

    let background = bench.faers.background(&letairis(), &series).await.unwrap();

    let totals = totals(&background);
    assert_eq!(totals.strata.stratifications.len(), 1);
    assert_eq!(totals.strata.gaps.len(), 3);
    assert!(totals.reaction("Angioedema").is_some());
}
