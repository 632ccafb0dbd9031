//! The world outside is not there: files, sockets, clocks, randomness, environment, exit.

use quire_modules::RunError;

use crate::support::{Hostile, LIMITS, call, guest, host, said, series};

#[tokio::test]
async fn there_are_no_files() {
    let hostile = Hostile::new();

    let output = hostile.commit("file").await.unwrap();

    assert!(said(&output).starts_with("Err("), "{}", said(&output));
}

#[tokio::test]
async fn a_socket_ends_the_call_and_names_what_was_called() {
    let hostile = Hostile::new();

    let error = hostile.commit("net").await.unwrap_err();

    assert!(
        matches!(&error, RunError::Forbidden(name) if name.starts_with("wasi:sockets/")),
        "{error}"
    );
}

/// Toolchains link an HTTP client by themselves: that alone is no offence.
#[tokio::test]
async fn a_linked_http_client_is_taken_and_its_use_ends_the_call_by_name() {
    let host = host(LIMITS, 1);
    let module = host.load(&guest("fetching")).unwrap();

    assert!(host.render(&module, call("{}"), series()).await.is_ok());
    let fetch = call(r#"{"fetch": true}"#);
    let error = host.render(&module, fetch, series()).await.unwrap_err();

    assert_eq!(
        error.to_string(),
        "the module called `wasi:http/types@0.2.12#[constructor]fields`, which modules do not get"
    );
}

#[tokio::test]
async fn a_crash_names_the_query_that_was_refused_before_it() {
    let hostile = Hostile::new();

    let error = hostile.commit("unheard-refusal").await.unwrap_err();

    let words = "the last query that the host refused was `count-by`: there is no dimension \"star-sign\"; there are";
    assert!(error.to_string().contains(words), "{error}");
}

#[tokio::test]
async fn the_wall_clock_stands_at_the_as_of_date() {
    let hostile = Hostile::new();

    let output = hostile.commit("wall-clock").await.unwrap();

    // 2025-06-30T00:00:00Z
    assert_eq!(said(&output), "1751241600");
}

#[tokio::test]
async fn the_other_clock_moves_by_a_microsecond_a_look() {
    let hostile = Hostile::new();

    let output = hostile.commit("monotonic-clock").await.unwrap();

    assert_eq!(said(&output), "1000");
}

#[tokio::test]
async fn randomness_follows_from_the_seed() {
    let hostile = Hostile::new();

    let one = hostile.commit("random").await.unwrap();
    let other = hostile.commit("random").await.unwrap();

    assert_eq!(said(&one), said(&other));
}

#[tokio::test]
async fn the_environment_is_empty() {
    let hostile = Hostile::new();

    let output = hostile.commit("environment").await.unwrap();

    assert_eq!(said(&output), "0 variables, 0 arguments");
}

#[tokio::test]
async fn printing_goes_nowhere_and_is_bounded() {
    let hostile = Hostile::new();

    let output = hostile.commit("print:1000000").await.unwrap();

    assert_eq!(said(&output), "printed");
}

#[tokio::test]
async fn a_log_flood_does_no_harm() {
    let hostile = Hostile::new();

    let output = hostile.commit("log:10000").await.unwrap();

    assert_eq!(said(&output), "flooded");
}

#[tokio::test]
async fn exit_is_not_an_answer() {
    let hostile = Hostile::new();

    let error = hostile.commit("exit:3").await.unwrap_err();

    // Stable Rust exits with success or failure only.
    assert!(matches!(error, RunError::Exited(1 | 3)), "{error}");
}

#[tokio::test]
async fn a_panic_tells_its_author_what_and_where() {
    let hostile = Hostile::new();

    let error = hostile.commit("panic").await.unwrap_err();

    let RunError::Crashed { message } = error else {
        panic!("no crash but {error}")
    };
    assert!(message.contains("bad thing: Safety overview"), "{message}");
    assert!(message.contains("src/lib.rs"), "{message}");
    // The first frame is the guest's own function, not one of the panic's.
    let first = message
        .lines()
        .skip_while(|line| !line.contains("wasm backtrace"))
        .nth(1)
        .unwrap();
    assert!(first.contains("render"), "{message}");
}
