//! The replay answers as openFDA does: searches, counts, paging, errors, and faults on request.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

use std::collections::BTreeSet;

use quire_replay::{Fault, FaultRule, Replay, ReplaySettings, RunningReplay};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

const LETAIRIS: &str = "patient.drug.openfda.product_ndc.exact:\"61958-0802\"";

async fn get(replay: &RunningReplay, path: &str, parameters: &[(&str, &str)]) -> Response {
    let url = format!("{}{path}", replay.url());
    let url = reqwest::Url::parse_with_params(&url, parameters).unwrap();
    reqwest::get(url).await.unwrap()
}

async fn events(replay: &RunningReplay, parameters: &[(&str, &str)]) -> (StatusCode, Value) {
    let response = get(replay, "/drug/event.json", parameters).await;
    (response.status(), response.json().await.unwrap())
}

async fn total(replay: &RunningReplay, search: &str) -> u64 {
    let (_, body) = events(replay, &[("search", search), ("limit", "0")]).await;
    body["meta"]["results"]["total"].as_u64().unwrap_or(0)
}

#[tokio::test]
async fn a_code_finds_the_reports_that_name_it() {
    let replay = Replay::sample().await.unwrap();

    assert_eq!(total(&replay, LETAIRIS).await, 61);
    assert_eq!(total(&replay, "").await, 100);
    assert_eq!(
        total(&replay, &format!("{LETAIRIS} AND serious:1")).await,
        5
    );
    assert_eq!(
        total(&replay, "openfda.product_ndc:\"61958-0802\"").await,
        0
    );
    assert_eq!(
        total(
            &replay,
            "patient.drug.openfda.product_ndc.exact:\"61958-802\""
        )
        .await,
        0
    );
    assert_eq!(
        total(
            &replay,
            "patient.drug.openfda.product_ndc.exact:\"0054-4742\""
        )
        .await,
        7
    );
    assert_eq!(total(&replay, "_exists_:patient.patientweight").await, 11);
}

#[tokio::test]
async fn records_are_those_of_the_sample_verbatim() {
    let replay = Replay::sample().await.unwrap();
    let expected: Value = serde_json::from_str(include_str!(
        "../../../tests/data/openfda/drug_event_ndc_61958-0802.json"
    ))
    .unwrap();

    let (_, body) = events(&replay, &[("search", LETAIRIS), ("limit", "1000")]).await;

    assert_eq!(body["results"], expected["results"]);
    assert_eq!(body["meta"]["disclaimer"], expected["meta"]["disclaimer"]);
    assert_eq!(body["meta"]["last_updated"], "2025-06-20");
    assert!(
        body["meta"]["x_source"]
            .as_str()
            .unwrap()
            .contains("sample")
    );
}

#[tokio::test]
async fn pages_follow_one_another_until_no_link_is_left() {
    let replay = Replay::sample().await.unwrap();
    let parameters = [
        ("search", LETAIRIS),
        ("limit", "25"),
        ("sort", "receivedate:desc"),
    ];
    let mut dates: Vec<String> = Vec::new();
    let mut ids = BTreeSet::new();
    let first = format!("{}/drug/event.json", replay.url());
    let mut url = reqwest::Url::parse_with_params(&first, &parameters).unwrap();

    let pages = loop {
        let response = reqwest::get(url.clone()).await.unwrap();
        let link = response
            .headers()
            .get("link")
            .map(|link| link.to_str().unwrap().to_owned());
        let body: Value = response.json().await.unwrap();
        for record in body["results"].as_array().unwrap() {
            dates.push(record["receivedate"].as_str().unwrap().to_owned());
            ids.insert(record["safetyreportid"].as_str().unwrap().to_owned());
        }
        let Some(link) = link else {
            break dates.len().div_ceil(25);
        };
        assert!(link.ends_with("; rel=\"next\""), "{link}");
        url = reqwest::Url::parse(link.trim_start_matches('<').split('>').next().unwrap()).unwrap();
    };

    assert_eq!((pages, ids.len()), (3, 61));
    assert!(dates.is_sorted_by(|a, b| a >= b), "{dates:?}");
}

#[tokio::test]
async fn counts_are_reports_by_term_and_by_day() {
    let replay = Replay::sample().await.unwrap();

    let terms = [
        ("search", LETAIRIS),
        ("count", "patient.reaction.reactionmeddrapt.exact"),
        ("limit", "1"),
    ];
    let (_, terms) = events(&replay, &terms).await;
    let (_, days) = events(&replay, &[("count", "receivedate"), ("search", LETAIRIS)]).await;

    assert_eq!(terms["results"], json!([{"term": "DYSPNOEA", "count": 10}]));
    assert!(terms["meta"].get("results").is_none());
    let days = days["results"].as_array().unwrap();
    assert!(days.is_sorted_by_key(|day| day["time"].as_str().unwrap().to_owned()));
    assert_eq!(
        days.iter()
            .map(|day| day["count"].as_u64().unwrap())
            .sum::<u64>(),
        61
    );
}

/// Parameters, and the status and the first words of the answer.
type Case<'a> = (&'a [(&'a str, &'a str)], u16, &'a str);

#[tokio::test]
async fn what_openfda_refuses_is_refused_in_its_words() {
    let replay = Replay::sample().await.unwrap();
    let cases: [Case<'_>; 10] = [
        (&[("foo", "1")], 400, "Invalid parameter: foo"),
        (&[("limit", "1001")], 400, "Limit cannot exceed 1000"),
        (&[("skip", "25001")], 400, "Skip value must 25000 or less."),
        (
            &[("sort", "patient.drug.medicinalproduct:asc")],
            400,
            "Sorting allowed by non-analyzed",
        ),
        (&[("search", "Crohn^s")], 400, "Search not supported"),
        (&[("search", "serious:\"1")], 500, "Check your request"),
        (&[("search", "serious:9")], 404, "No matches found!"),
        (&[("search", "misspelt:1")], 404, "No matches found!"),
        (&[("skip", "100")], 404, "No matches found!"),
        (&[("count", "misspelt")], 404, "Nothing to count"),
    ];
    for (parameters, status, message) in cases {
        let (got, body) = events(&replay, parameters).await;

        assert_eq!(got.as_u16(), status, "{parameters:?}");
        let text = body["error"]["message"].as_str().unwrap();
        assert!(text.starts_with(message), "{text}");
    }
}

#[tokio::test]
async fn one_report_is_the_default_and_none_is_legal() {
    let replay = Replay::sample().await.unwrap();

    let (_, one) = events(&replay, &[]).await;
    let (status, none) = events(&replay, &[("limit", "0")]).await;
    let (_, skipped) = events(&replay, &[("skip", "1")]).await;

    assert_eq!(one["results"][0]["safetyreportid"], "10003300");
    assert_eq!(
        (status, none["results"].as_array().unwrap().len()),
        (StatusCode::OK, 0)
    );
    assert_ne!(skipped["results"][0]["safetyreportid"], "10003300");
}

#[tokio::test]
async fn the_directory_knows_products_with_and_without_reports() {
    let replay = Replay::sample().await.unwrap();
    let look_up = async |code: &str| {
        let search = format!("product_ndc:(\"{code}\")");
        get(
            &replay,
            "/drug/ndc.json",
            &[("search", &search), ("limit", "10")],
        )
        .await
    };

    let letairis: Value = look_up("61958-0802").await.json().await.unwrap();
    let eliquis: Value = look_up("0003-0894").await.json().await.unwrap();

    assert_eq!(letairis["results"][0]["brand_name"], "LETAIRIS");
    assert_eq!(eliquis["results"][0]["generic_name"], "Apixaban");
    assert_eq!(look_up("99999-9999").await.status(), StatusCode::NOT_FOUND);
    assert_eq!(
        total(
            &replay,
            "patient.drug.openfda.product_ndc.exact:\"0003-0894\""
        )
        .await,
        0
    );
}

#[tokio::test]
async fn faults_come_as_often_as_asked_for() {
    let replay = Replay::sample().await.unwrap();
    let status = async || {
        get(&replay, "/drug/event.json", &[])
            .await
            .status()
            .as_u16()
    };

    replay.fail(FaultRule::times(Fault::ServerError, 1));
    replay.fail(
        FaultRule::times(
            Fault::Throttled {
                retry_after_s: Some(7),
            },
            1,
        )
        .after(1),
    );
    let mut seen = vec![status().await];
    let throttled = get(&replay, "/drug/event.json", &[]).await;
    seen.push(throttled.status().as_u16());
    seen.push(status().await);
    replay.fail(FaultRule::always(Fault::Unavailable).on("/drug/ndc.json"));
    seen.push(status().await);

    assert_eq!(seen, [500, 200, 429, 200]);
    assert_eq!(replay.requests("/drug/event.json"), 4);
    let cut = FaultRule::times(Fault::CutOff, 1);
    replay.fail(cut);
    assert!(
        get(&replay, "/drug/event.json", &[])
            .await
            .bytes()
            .await
            .is_err()
    );
}

#[tokio::test]
async fn faults_can_be_set_over_http() {
    let replay = Replay::sample().await.unwrap();
    let rules = json!([{"kind": "throttled", "retry_after_s": 3, "times": 1}, {"kind": "slow", "milliseconds": 0}]);
    let control = format!("{}/_replay/faults", replay.url());
    let client = reqwest::Client::new();
    let body = rules.to_string();
    let set = client
        .post(&control)
        .header("content-type", "application/json")
        .body(body);

    assert_eq!(set.send().await.unwrap().status(), StatusCode::NO_CONTENT);

    let throttled = get(&replay, "/drug/event.json", &[]).await;
    assert_eq!(throttled.headers()["retry-after"], "3");
    assert_eq!(
        get(&replay, "/drug/event.json", &[]).await.status(),
        StatusCode::OK
    );
    let counters: Value = get(&replay, "/_replay/requests", &[])
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(counters, json!({"/drug/event.json": 2}));
}

#[tokio::test]
async fn the_clock_of_the_sample_stands_still() {
    let replay = Replay::sample().await.unwrap();

    let response = get(&replay, "/drug/event.json", &[]).await;

    assert_eq!(response.headers()["date"], "Fri, 20 Jun 2025 00:00:00 GMT");
}

#[tokio::test]
async fn made_up_records_serve_volume() {
    let replay = Replay::start(ReplaySettings::synthetic(2_500, 1, "11111-222"))
        .await
        .unwrap();
    let search = "patient.drug.openfda.product_ndc.exact:\"11111-222\"";

    let started = total(&replay, search);

    assert_eq!(started.await, 2_500);
}
