//! Guests that take too much memory, stack or handles.

use quire_model::ProblemKind;
use quire_modules::RunError;

use crate::support::{Hostile, LIMITS, said};

#[tokio::test]
async fn a_guest_that_hoards_memory_is_stopped_at_its_budget() {
    let hostile = Hostile::new();

    let error = hostile.commit("memory").await.unwrap_err();

    assert_eq!(
        error,
        RunError::MemoryExceeded {
            budget: LIMITS.memory_bytes
        }
    );
    assert_eq!(
        error.problem("s", hostile.module.digest).kind,
        ProblemKind::ModuleMemory
    );
}

#[tokio::test]
async fn a_guest_that_copes_with_the_refusal_may_say_so() {
    let hostile = Hostile::new();

    let error = hostile.commit("memory-politely").await.unwrap_err();

    assert!(matches!(&error, RunError::Failed(text) if text.starts_with("out of memory after 6")));
}

#[tokio::test]
async fn memory_within_the_budget_is_given_and_counted() {
    let hostile = Hostile::new();

    let output = hostile.commit("memory-take:32").await.unwrap();

    assert!(output.memory_bytes > 32 << 20);
    assert!(output.memory_bytes <= LIMITS.memory_bytes);
}

#[tokio::test]
async fn memory_is_given_back_after_each_call() {
    let hostile = Hostile::new();

    for _ in 0..20 {
        hostile.commit("memory-take:48").await.unwrap();
    }

    let frugal = hostile.commit("untitled").await.unwrap();
    assert!(frugal.memory_bytes < 4 << 20);
}

#[tokio::test]
async fn a_stack_overflow_is_a_crash_of_the_guest_alone() {
    let hostile = Hostile::new();

    let error = hostile.commit("stack").await.unwrap_err();

    assert!(matches!(error, RunError::Crashed { .. }), "{error}");
    assert!(hostile.commit("").await.is_ok());
}

#[tokio::test]
async fn filtered_series_are_bounded() {
    let hostile = Hostile::new();

    let error = hostile.commit("hoard-series:5000").await.unwrap_err();

    assert_eq!(error, RunError::SeriesExceeded { limit: 64 });
}

#[tokio::test]
async fn series_that_are_not_dropped_end_with_the_call() {
    let hostile = Hostile::new();

    for _ in 0..100 {
        let output = hostile.commit("hoard-series:60").await.unwrap();
        assert_eq!(said(&output), "kept 60");
    }
}

#[tokio::test]
async fn questions_beyond_their_bounds_are_answered_with_an_error() {
    let hostile = Hostile::new();

    let page = hostile.commit("page:1001").await.unwrap_err();
    let filters = hostile.commit("many-filters:1001").await.unwrap_err();
    let unknown = hostile.commit("unknown-dimension").await.unwrap_err();

    assert_eq!(page, RunError::Failed("QueryError::TooLarge".to_owned()));
    assert_eq!(filters, RunError::Failed("QueryError::TooLarge".to_owned()));
    assert!(
        matches!(&unknown, RunError::Failed(text) if text.starts_with("QueryError::UnknownName"))
    );
    assert!(hostile.commit("page:1000").await.is_ok());
    assert!(hostile.commit("many-filters:1000").await.is_ok());
}
